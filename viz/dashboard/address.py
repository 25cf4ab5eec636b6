"""What a visitor chose, and how the page's address holds it.

The address is all that is kept of a visit: whoever opens it sees the same village in the same
week, and the server need not remember anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

from viz.words import LANGUAGES, Language

TABS = ("story", "play", "futures", "village", "woman", "results")
OTHER = "b."  # begins the changes of the second future
OWN = ("s", "seed", "w", "tab", "lang", "who")
LONGEST = 8000  # letters of an address that are read
MOST_CHANGES = 400
LARGEST_SEED = 2**31

Changes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class State:
    """Everything a page shows follows from this.

    Attributes:
        scenario: a built-in name; `file` for one that was opened in this browser.
        changes: what differs from the scenario as written, by name (`changes.py`).
        other: what the second future changes beyond that.
        who: the woman looked at, `hamlet-number`.
        rest: parts of the address that belong to others, such as a lesson's card.
    """

    scenario: str = "libei"
    changes: Changes = ()
    other: Changes = ()
    seed: int = 1
    week: int = 0
    tab: str = "play"
    lang: Language = "en"
    who: str = ""
    rest: Changes = field(default=())

    def change(self, name: str, value: str | None) -> "State":
        """The same with one change set, or taken back where there is no value."""
        return replace(self, changes=_with(self.changes, name, value))

    def change_other(self, name: str, value: str | None) -> "State":
        """The same for the second future."""
        return replace(self, other=_with(self.other, name, value))

    def query(self) -> str:
        """The address, without its question mark.

        >>> State(changes=(("women", "120"),), week=9).query()
        's=libei&seed=1&w=9&tab=play&lang=en&c.women=120'
        """
        parts = [("s", self.scenario), ("seed", str(self.seed)), ("w", str(self.week))]
        parts += [("tab", self.tab), ("lang", self.lang)]
        parts += [("who", self.who)] if self.who else []
        parts += [("c." + name, value) for name, value in self.changes]
        parts += [(OTHER + name, value) for name, value in self.other]
        parts += [("x." + name, value) for name, value in self.rest]
        return urlencode(parts, safe=",")


def read_address(text: str, default: State) -> State:
    """The state that an address means; what it does not say or says wrongly is the default's.

    >>> read_address("?s=libei&w=x&tab=village&c.women=60", State()).changes
    (('women', '60'),)
    """
    pairs = parse_qsl(text.removeprefix("?")[:LONGEST])[:MOST_CHANGES]
    said = {name: value for name, value in pairs if name in OWN}
    lang = said.get("lang", default.lang)
    tab = said.get("tab", default.tab)
    return State(
        scenario=said.get("s", default.scenario),
        changes=_named(pairs, "c."),
        other=_named(pairs, OTHER),
        seed=_whole(said, "seed", default.seed),
        week=_whole(said, "w", default.week),
        tab=tab if tab in TABS else default.tab,
        lang=next((known for known in LANGUAGES if known == lang), default.lang),
        who=said.get("who", default.who)[:20],
        rest=_named(pairs, "x."),
    )


def _with(changes: Changes, name: str, value: str | None) -> Changes:
    kept = dict(changes)
    kept.pop(name, None)
    if value is not None:
        kept[name] = value
    return tuple(sorted(kept.items()))


def _named(pairs: list[tuple[str, str]], prefix: str) -> Changes:
    found = {n.removeprefix(prefix): v for n, v in pairs if n.startswith(prefix)}
    return tuple(sorted(found.items()))


def _whole(said: Mapping[str, str], name: str, default: int) -> int:
    text = said.get(name, "")
    return min(int(text), LARGEST_SEED) if text.isascii() and text.isdigit() else default
