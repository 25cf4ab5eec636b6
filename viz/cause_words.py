"""What a cause of a change is called, by the way it pulls the outcome."""

from viz.words import Words, all_words


def cause_of(outcome: str, cause: str, amount: float, words: Words) -> str:
    """A cause in words that fit its sign: less support, not support, raises burnout.

    Args:
        outcome: `income`, `burnout` or `trust`.
        cause: one of `model.causes.CAUSES`.
        amount: what it added to the mean; below zero it lowered it.
        words: the language.
    """
    plain = f"layers.cause_{outcome}_{cause}"
    told = f"{plain}_{'up' if amount > 0 else 'down'}"
    return words.say(told if told in all_words() else plain)
