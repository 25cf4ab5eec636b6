"""The first tab: guided lessons, each a row of cards about one village."""

from typing import Any

import solara

from model.errors import JinguoError
from viz.dashboard import parts, story_parts
from viz.dashboard.address import State
from viz.dashboard.lesson import Card, Lesson, lessons_in
from viz.dashboard.messages import told as problems_told
from viz.dashboard.options import OPTIONS
from viz.dashboard.story_figures import figures_of, for_browser, holds, told
from viz.dashboard.story_lines import kind_of, title_of
from viz.dashboard.visit import Visit
from viz.words import Words

READY = True
PREDICTED = "p."  # begins the class's predictions in the address
SHOWING = ("run", "reveal", "talk")  # cards beside which the village is seen
MOST_LETTERS = 20
MOST_LOW = 2  # charts below a large picture; for more of them it is smaller


@solara.component
def Story(visit: Visit) -> None:  # noqa: N802 (a part is named like a class)
    """The list of lessons, or the lesson that was begun."""
    found = lessons_in(OPTIONS.folder)
    lesson = found.get(dict(visit.state.value.rest).get("lesson", ""))
    if isinstance(lesson, Lesson):
        OneLesson(visit, lesson)
    else:
        with solara.Div(classes=["jg-grid", "story"]):
            story_parts.Lessons(
                lang=visit.state.value.lang,
                lessons=listed(found, visit.words),
                folder=OPTIONS.folder is not None,
                event_begin=lambda name: begin(visit, str(name)),
            )


def sides_shown(visit: Visit) -> tuple[str, ...]:
    """The futures beside the card; none on the list, and beside cards that show no village."""
    rest = dict(visit.state.value.rest)
    lesson = lessons_in(OPTIONS.folder).get(rest.get("lesson", ""))
    if not isinstance(lesson, Lesson):
        return ()
    card = lesson.cards[card_of(rest, lesson)]
    stage = card.card in SHOWING and bool(card.charts or card.card != "talk")
    return card.sides if stage else ()


@solara.component
def OneLesson(visit: Visit, lesson: Lesson) -> None:  # noqa: N802
    """One lesson: its card, and the village beside it once it is run."""
    state, words = visit.state.value, visit.words
    solara.use_effect(lambda: restore(visit, lesson), [lesson])
    rest = dict(state.rest)
    now = card_of(rest, lesson)
    a, b = visit.film("a"), visit.film("b") if lesson.two else None
    ready = a is not None and (b is not None or not lesson.two) and _is_lesson(state, lesson)
    values = figures_of(lesson, a, b) if ready and a is not None else None
    progress = visit.progress.value
    stage = bool(sides_shown(visit))
    with solara.Div(classes=["jg-grid", "lesson", *([] if stage else ["alone"])]):
        story_parts.LessonCards(
            lang=state.lang,
            lesson=for_browser(lesson),
            card=now,
            predictions=predictions_of(rest),
            figures=told(lesson, values) if values is not None else None,
            holds=values is None or holds(lesson, values),
            two=lesson.two,
            done=progress.done,
            total=progress.total,
            event_go=lambda to: keep(visit, "card", str(int(to))),
            event_predict=lambda said: predict(visit, lesson, said),
            event_leave=lambda _=None: leave(visit),
            event_more=lambda _=None: visit.go("futures"),
        )
        if stage:
            _stage(visit, lesson, now, words)


def _stage(visit: Visit, lesson: Lesson, now: int, words: Words) -> None:
    state, card = visit.state.value, lesson.cards[now]
    with solara.Div(classes=["jg-stage", *(["three"] if len(card.charts) > MOST_LOW else [])]):
        with solara.Div(classes=["jg-pictures"]):
            for side in card.sides:
                label = lesson.sides.get(side)
                parts.Network(
                    lang=state.lang, side=side, title=words.label(label) if label else "",
                    who=state.who, options=False, png=False, table=False,
                    event_pick=lambda who: visit.set(who=str(who)[:MOST_LETTERS]),
                )  # fmt: skip
        parts.Lines(
            lang=state.lang,
            charts=charts_of(card, words, lesson.until(now)),
            note=words.say("story.one_village"),
        )


def charts_of(card: Card, words: Words, until: int | None) -> list[dict[str, Any]]:
    """The lines beside a card, of the weeks before `until`; on a run, as far as it is played."""
    return [
        {
            "name": name, "kind": kind_of(name), "source": "line", "sides": list(card.sides),
            "gap": False, "zero": False, "title": title_of(name, words),
            "until": until, "follow": card.card == "run",
        }
        for name in card.charts
    ]  # fmt: skip


def listed(found: dict[str, Lesson | JinguoError], words: Words) -> list[dict[str, Any]]:
    """The lessons as the list shows them, with what is wrong with those that cannot be read."""
    shown = []
    for name, lesson in found.items():
        one: dict[str, Any] = {"name": name, "own": name.startswith("own-"), "problems": []}
        if isinstance(lesson, Lesson):
            texts = ("title", "about", "audience")
            one |= {text: words.label(getattr(lesson, text)) for text in texts}
            one["minutes"] = lesson.minutes
        else:
            one |= {"title": name, "problems": problems_told(lesson, words)}
        shown.append(one)
    return shown


# --- going through a lesson ------------------------------------------------------------------


def begin(visit: Visit, name: str) -> None:
    """Open a lesson at its first card."""
    lesson = lessons_in(OPTIONS.folder).get(name)
    if isinstance(lesson, Lesson):
        visit.set(rest=(("card", "0"), ("lesson", name)), seed=lesson.seed, week=0, who="")
        restore(visit, lesson)


def restore(visit: Visit, lesson: Lesson) -> None:
    """Make the village that of the lesson, whatever was tried meanwhile, and run it.

    The luck that the visitor chose stays.
    """
    if not _is_lesson(visit.state.value, lesson):
        visit.text.value = None
        visit.forget()
        visit.set(scenario=lesson.scenario, changes=lesson.changed(), other=lesson.changed_other())
    for side in ("a", "b") if lesson.two else ("a",):
        if visit.ran.value[side] != visit.asked(side):
            visit.run(side)


def leave(visit: Visit) -> None:
    """Back to the list."""
    visit.set(rest=())


def keep(visit: Visit, name: str, value: str) -> None:
    """Remember something of the lesson in the address."""
    rest = dict(visit.state.value.rest) | {name: value}
    visit.set(rest=tuple(sorted(rest.items())))


def predict(visit: Visit, lesson: Lesson, said: dict[str, Any]) -> None:
    """Remember what the class predicts."""
    name, value = str(said.get("name")), str(said.get("value"))[:MOST_LETTERS]
    if name in lesson.figures and _is_number(value):
        keep(visit, PREDICTED + name, value)


def predictions_of(rest: dict[str, str]) -> dict[str, str]:
    """What the class predicted, by figure."""
    said = {n.removeprefix(PREDICTED): v for n, v in rest.items() if n.startswith(PREDICTED)}
    return {name: value for name, value in said.items() if _is_number(value)}


def card_of(rest: dict[str, str], lesson: Lesson) -> int:
    """The card that the address means, from 0."""
    text = rest.get("card", "0")
    last = len(lesson.cards) - 1
    return min(int(text), last) if text.isascii() and text.isdigit() else 0


def _is_lesson(state: State, lesson: Lesson) -> bool:
    asked = (state.scenario, state.changes, state.other)
    return asked == (lesson.scenario, lesson.changed(), lesson.changed_other())


def _is_number(text: str) -> bool:
    return len(text) <= MOST_LETTERS and text.lstrip("-").replace(".", "", 1).isdigit()
