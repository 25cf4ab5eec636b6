"""Film a scenario or a lesson and write its replay file."""

from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import JinguoError
from viz.dashboard.changes import future_of, scenario_of
from viz.dashboard.frames import Film
from viz.dashboard.lesson import Lesson, lessons_in
from viz.dashboard.runner import Order, make
from viz.replay.page import Replay, Texts, replay_page
from viz.words import LANGUAGES, Language

if TYPE_CHECKING:
    from scenarios.form import Label
    from scenarios.schema import Scenario

MEGABYTE = 1e6


def replay_of(one: "Scenario", other: "Scenario | None", seed: int) -> Replay:
    """A run of a scenario, beside another one of the same village and luck if there is one."""
    films = {"a": make(Order(one, seed))}
    sides = {"a": _texts(one.title, "A · ")}
    if other is not None:
        films["b"] = make(Order(other, seed))
        sides["b"] = _texts(other.title, "B · ")
    return Replay(_texts(one.title), films, one.name, sides)


def replay_of_films(scenario: "Scenario", films: dict[str, Film], lang: Language) -> str:
    """The file of films that are there already."""
    return replay_page(Replay(_texts(scenario.title), films, scenario.name), lang)


def replay_of_lesson(lesson: Lesson, seed: int | None = None) -> Replay:
    """A lesson with its films.

    Args:
        lesson: any.
        seed: of its luck; its own when not given.
    """
    luck = lesson.seed if seed is None else seed
    one = scenario_of(lesson.scenario, lesson.changed())
    films = {"a": make(Order(one, luck))}
    if lesson.two:
        other = future_of(lesson.scenario, lesson.changed(), lesson.changed_other())
        films["b"] = make(Order(other, luck))
    sides = {str(side): _texts(label) for side, label in lesson.sides.items()}
    return Replay(_texts(lesson.title), films, one.name, sides, lesson)


def lesson_called(name: str, folder: Path | None = None) -> Lesson:
    """A lesson by its name.

    Raises:
        JinguoError: there is none, or what is wrong with it.
    """
    found = lessons_in(folder)
    lesson = found.get(name)
    if lesson is None:
        raise JinguoError("story.no_such_lesson", {"found": name, "allowed": list(found)})
    if isinstance(lesson, JinguoError):
        raise lesson
    return lesson


def write_replay(replay: Replay, path: Path, lang: Language) -> float:
    """Write the file; gives its size in megabytes.

    Raises:
        JinguoError: it cannot be written.
    """
    content = replay_page(replay, lang).encode()
    try:
        path.write_bytes(content)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        fields = {"file": str(path), "reason": reason}
        raise JinguoError("story.not_written", fields) from None
    return len(content) / MEGABYTE


def _texts(label: "Label", before: str = "") -> Texts:
    return {lang: before + getattr(label, lang) for lang in LANGUAGES}
