"""The parts of the tab Story that are drawn in the browser; what each does stands in `vue/`."""

from typing import Any

import solara

from viz.dashboard.parts import Tell


def _silent(_: Any = None) -> None:
    """Nobody listens."""


@solara.component_vue("vue/lessons.vue")
def Lessons(  # noqa: N802 (a part is named like a class)
    lang: str,
    lessons: list[dict[str, Any]],
    folder: bool,  # noqa: FBT001
    event_begin: Tell = _silent,
) -> None:
    """The list of lessons."""


@solara.component_vue("vue/lesson.vue")
def LessonCards(  # noqa: N802
    lang: str,
    lesson: dict[str, Any],
    card: int,
    predictions: dict[str, str],
    figures: dict[str, Any] | None,
    holds: bool,  # noqa: FBT001
    two: bool,  # noqa: FBT001
    done: int,
    total: int,
    event_go: Tell = _silent,
    event_predict: Tell = _silent,
    event_leave: Tell = _silent,
    event_more: Tell = _silent,
) -> None:
    """One card of a lesson, the class's predictions, the trainer's notes."""
