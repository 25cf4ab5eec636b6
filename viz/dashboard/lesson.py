"""Lessons: files that a trainer can copy and edit, read with the checks of the other files.

A lesson is a row of cards (question, prediction, run, reveal, talk) about one film or two. What
its texts say in numbers is computed from the films (`story_figures.py`): `{name}` in a text stands
for the figure of that name.
"""

import string
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from model.errors import JinguoError, Problems
from scenarios.form import Count, Flag, Form, Label, Line, Number
from scenarios.validation import dotted, read_form
from scenarios.yaml_reader import KeyPath, read_yaml
from viz.dashboard.address import LARGEST_SEED, Changes
from viz.dashboard.changes import future_of, scenario_of
from viz.dashboard.payload import LINES

HERE = Path(__file__).parent / "lessons"
BESIDE = "lessons"  # the folder with a trainer's own lessons, within --folder
OWN = "own-"  # begins the names of a trainer's own lessons
MOST_LESSONS = 50
MOST_CARDS = 30
LONGEST_NAME = 60
LANGUAGES = ("en", "zh")
EARLY = ("question", "predict")  # cards before the class has seen the run

Kind = Literal["money", "share", "hours", "count", "percent", "signed", "price", "week"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class Figure(Form):
    """A number that is computed from the films.

    Attributes:
        line: the indicator it is read from; or
        of: two other figures that it compares.
        side: of which future; `gap` is B less A.
        take: the mean, highest, lowest or summed value of the weeks, or the week of the highest.
        weeks: the first of them, and the one after the last.
        unlog: the line is in logs; the figure is the percent that it stands for.
        how: difference, percent of change, percent of fall, or percent that is left.
    """

    line: Line | None = None
    side: Literal["a", "b", "gap"] = "a"
    take: Literal["mean", "highest", "lowest", "sum", "week_of_highest"] = "mean"
    weeks: tuple[Count, Count] = (0, 1)
    unlog: Flag = False
    of: tuple[Name, Name] | None = None
    how: Literal["difference", "change", "fall", "left"] = "difference"
    kind: Kind = "count"


class Held(Form):
    """What must be so for the story to be told of a village."""

    figure: Name
    above: Number | None = None
    below: Number | None = None

    def holds(self, value: float | None) -> bool:
        """It is so; what cannot be computed is not."""
        if value is None:
            return False
        return (self.above is None or value > self.above) and (
            self.below is None or value < self.below
        )


class Choice(Form):
    """One answer to choose; right where the figure lies from `low` up to `high`."""

    label: Label
    low: Number | None = None
    high: Number | None = None


class Prediction(Form):
    """What the class predicts: a figure on a slider, or one of a few answers."""

    figure: Name
    unit: Label | None = None
    low: Number | None = None
    high: Number | None = None
    step: Annotated[Number, Field(gt=0)] = 1.0
    choices: Annotated[tuple[Choice, ...], Field(max_length=6)] = ()


class Card(Form):
    """One step of a lesson.

    Attributes:
        sides: the futures in the picture, of a run or a reveal.
        charts: indicators drawn as lines.
        weeks: what is played, of a run.
        shows: the predictions compared with the run, of a reveal.
        questions: what is talked about.
        notes: for the trainer alone.
    """

    card: Literal["question", "predict", "run", "reveal", "talk"]
    title: Label
    text: Label | None = None
    predict: Prediction | None = None
    sides: tuple[Literal["a", "b"], ...] = ("a",)
    charts: Annotated[tuple[Line, ...], Field(max_length=3)] = ()
    weeks: tuple[Count, Count] | None = None
    shows: tuple[Name, ...] = ()
    questions: tuple[Label, ...] = ()
    notes: Label | None = None


class Lesson(Form):
    """One lesson.

    Attributes:
        audience: for whom it is.
        scenario: a built-in; `changes` and `other` are written as in the dashboard's address.
        changes: what differs from the scenario as written.
        other: what the second future changes beyond that; without it there is only one.
        sides: what the two futures are called.
        holds: what must be so in a village for the story to be told of it.
    """

    title: Label
    about: Label
    audience: Label
    minutes: Annotated[Count, Field(ge=1, le=600)]
    scenario: Line
    seed: Annotated[Count, Field(le=LARGEST_SEED)] = 1
    changes: dict[str, str | Number | int] = Field(default_factory=dict)
    other: dict[str, str | Number | int] = Field(default_factory=dict)
    sides: dict[Literal["a", "b"], Label] = Field(default_factory=dict)
    figures: dict[Name, Figure] = Field(default_factory=dict)
    holds: tuple[Held, ...] = ()
    cards: Annotated[tuple[Card, ...], Field(min_length=1, max_length=MOST_CARDS)]

    def changed(self) -> Changes:
        """The changes of A, as the address holds them."""
        return _as_changes(self.changes)

    def changed_other(self) -> Changes:
        """The changes of B beyond those of A."""
        return _as_changes(self.other)

    def until(self, card: int) -> int | None:
        """The week after the last that is played by a card; nothing where it may be any."""
        runs = [c.weeks for c in self.cards[: card + 1] if c.card == "run"]
        return max(weeks[1] for weeks in runs if weeks) if runs and all(runs) else None

    @property
    def two(self) -> bool:
        """It has two futures."""
        return bool(self.other)


def lessons_in(folder: Path | None = None) -> dict[str, Lesson | JinguoError]:
    """The built-in lessons, then those of the trainer's folder, by name.

    One that cannot be read is listed with what is wrong with it.

    Args:
        folder: what the dashboard was started with as `--folder`, if anything.
    """
    found = {path.stem: _cached(path) for path in sorted(HERE.glob("*.yaml"))}
    own = folder / BESIDE if folder is not None else None
    if own is not None and own.is_dir():
        root = own.resolve()
        paths = [p for p in sorted(own.glob("*.yaml")) if p.resolve().is_relative_to(root)]
        for path in paths[:MOST_LESSONS]:
            found[OWN + path.stem[:LONGEST_NAME]] = _cached(path)
    return found


def read_lesson(path: Path) -> Lesson:
    """One lesson file.

    Raises:
        Problems: everything wrong with what it says.
    """
    document = read_yaml(path)

    def where(at: KeyPath) -> str:
        return f"{path.name}:{document.line(at)}"

    lesson = read_form(Lesson, document.data, where)
    problems = [JinguoError(p.key, {"at": dotted(at), **p.fields}, where=where(at))
                for at, p in _problems(lesson)]  # fmt: skip
    if problems:
        raise Problems(problems)
    return lesson


def _cached(path: Path) -> Lesson | JinguoError:
    return _read_once(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2 * MOST_LESSONS)
def _read_once(path: Path, _changed: int) -> Lesson | JinguoError:
    try:
        return read_lesson(path)
    except JinguoError as problem:
        return problem


def _as_changes(given: Mapping[str, object]) -> Changes:
    texts = {k: f"{v:g}" if isinstance(v, float) else str(v) for k, v in given.items()}
    return tuple(sorted(texts.items()))


def fields_of(label: Label | None) -> set[str]:
    """The figures that a text names."""
    found = set()
    for lang in LANGUAGES if label is not None else ():
        found |= {field for _, field, _, _ in string.Formatter().parse(getattr(label, lang))
                  if field is not None}  # fmt: skip
    return found


# --- what no form can see --------------------------------------------------------------------

Found = Iterator[tuple[KeyPath, JinguoError]]


def _problems(lesson: Lesson) -> Found:
    weeks = 0
    try:
        one = scenario_of(lesson.scenario, lesson.changed())
        weeks = one.weeks
        one.setup()
        if lesson.two:
            future_of(lesson.scenario, lesson.changed(), lesson.changed_other()).setup()
    except JinguoError as problem:
        for part in getattr(problem, "problems", (problem,)):
            yield ("scenario",), part
    for name, figure in lesson.figures.items():
        for found in _figure_problems(lesson, figure, weeks):
            yield ("figures", name), found
    for index, held in enumerate(lesson.holds):
        yield from _unknown(lesson, (held.figure,), ("holds", index))
    for index, card in enumerate(lesson.cards):
        yield from _card_problems(lesson, card, ("cards", index), weeks)


def _figure_problems(lesson: Lesson, figure: Figure, weeks: int) -> Iterator[JinguoError]:
    if (figure.line is None) == (figure.of is None):
        yield JinguoError("story.line_or_of")
    elif figure.of is not None:
        names = list(lesson.figures)
        here = names.index(next(n for n, f in lesson.figures.items() if f is figure))
        for name in figure.of:
            if name not in names[:here]:
                yield JinguoError("story.not_above", {"found": name})
    else:
        yield from _no_line(figure.line or "")
        first, last = figure.weeks
        if weeks and not first < last <= weeks:
            yield JinguoError("story.weeks", {"found": [first, last], "weeks": weeks})
        if figure.side != "a" and not lesson.two:
            yield JinguoError("story.one_future")


def _card_problems(lesson: Lesson, card: Card, at: KeyPath, weeks: int) -> Found:
    named = set().union(*map(fields_of, (card.title, card.text, card.notes, *card.questions)))
    yield from _unknown(lesson, named, at)
    if card.card in EARLY and named:
        yield at, JinguoError("story.too_early", {"found": sorted(named)})
    for name in card.charts:
        for problem in _no_line(name):
            yield (*at, "charts"), problem
    if "b" in card.sides and not lesson.two:
        yield (*at, "sides"), JinguoError("story.one_future")
    if card.weeks and weeks and not card.weeks[0] < card.weeks[1] <= weeks:
        fields = {"found": list(card.weeks), "weeks": weeks}
        yield (*at, "weeks"), JinguoError("story.weeks", fields)
    yield from _prediction_problems(lesson, card, at)


def _prediction_problems(lesson: Lesson, card: Card, at: KeyPath) -> Found:
    if (card.card == "predict") != (card.predict is not None):
        yield at, JinguoError("story.predict_card")
    if card.predict is not None:
        yield from _unknown(lesson, (card.predict.figure,), (*at, "predict"))
        low, high = card.predict.low, card.predict.high
        if not card.predict.choices and (low is None or high is None or low >= high):
            yield (*at, "predict"), JinguoError("story.slider")
    asked = {c.predict.figure for c in lesson.cards if c.predict is not None}
    for name in card.shows:
        if name not in asked:
            yield (*at, "shows"), JinguoError("story.not_asked", {"found": name})


def _unknown(lesson: Lesson, names: "set[str] | tuple[str, ...]", at: KeyPath) -> Found:
    for name in sorted(set(names) - set(lesson.figures)):
        yield at, JinguoError("story.no_figure", {"found": name, "allowed": list(lesson.figures)})


def _no_line(name: str) -> Iterator[JinguoError]:
    if name not in LINES:
        yield JinguoError("story.no_line", {"found": name, "allowed": list(LINES)})
