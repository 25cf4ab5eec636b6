"""The parts of a page that are drawn in the browser; what each does stands in `vue/`.

An argument is what the part is told, an `event_` what it tells. Films reach the browser through
`Films` alone; the other parts read them there, so that playing asks nothing of the server.
"""

from collections.abc import Callable
from typing import Any

import solara

Tell = Callable[[Any], None]


def _silent(_: Any = None) -> None:
    """Nobody listens."""


@solara.component_vue("vue/shell.vue")
def Shell(  # noqa: N802 (a part is named like a class)
    lang: str,
    tab: str,
    tabs: list[str],
    address: str,
    start_week: int,
    file: str,
    wants_file: bool,  # noqa: FBT001
    download: dict[str, Any],
    event_go: Tell = _silent,
    event_language: Tell = _silent,
    event_back: Tell = _silent,
    event_opened: Tell = _silent,
    event_gone: Tell = _silent,
) -> None:
    """The head of the page: tabs, language, help, keys, address."""


@solara.component_vue("vue/films.vue")
def Films(a: str, b: str, week: int) -> None:  # noqa: N802
    """The films of this page, each as one text."""


@solara.component_vue("vue/banner.vue")
def Banner(lang: str, lines: list[str], event_way_on: Tell = _silent) -> None:  # noqa: N802
    """What went wrong, and a way on."""


@solara.component_vue("vue/controls.vue")
def Controls(  # noqa: N802
    lang: str,
    panel: dict[str, Any],
    event_choose: Tell = _silent,
    event_change: Tell = _silent,
    event_luck: Tell = _silent,
    event_run: Tell = _silent,
    event_cancel: Tell = _silent,
    event_reset: Tell = _silent,
    event_save: Tell = _silent,
    event_csv: Tell = _silent,
    event_replay: Tell = _silent,
    event_opened: Tell = _silent,
) -> None:
    """Scenario, layers, measures, village, staff."""


@solara.component_vue("vue/network.vue")
def Network(  # noqa: N802
    lang: str,
    side: str = "a",
    title: str = "",
    who: str = "",
    options: bool = True,  # noqa: FBT001, FBT002
    filters: bool = False,  # noqa: FBT001, FBT002
    png: bool = True,  # noqa: FBT001, FBT002
    table: bool = True,  # noqa: FBT001, FBT002
    note: bool = True,  # noqa: FBT001, FBT002
    about: str = "",
    event_pick: Tell = _silent,
) -> None:
    """The village as a picture; `about` is the scenario, told in a saved one."""


@solara.component_vue("vue/legend.vue")
def Legend(  # noqa: N802
    lang: str,
    cutoff: float,
    brief: bool = False,  # noqa: FBT001, FBT002
    note: str = "",
) -> None:
    """What colours, sizes and shapes mean."""


@solara.component_vue("vue/numbers.vue")
def Numbers(  # noqa: N802
    lang: str,
    sides: list[str],
    group: str,
    gap: bool = False,  # noqa: FBT001, FBT002
    event_choose: Tell = _silent,
    event_press: Tell = _silent,
) -> None:
    """The three outcomes, cost and hours."""


@solara.component_vue("vue/lines.vue")
def Lines(  # noqa: N802
    lang: str, charts: list[dict[str, Any]], group: str = "now", who: str = "", note: str = ""
) -> None:
    """Line charts, one below the other."""


@solara.component_vue("vue/playbar.vue")
def PlayBar(lang: str, two: bool) -> None:  # noqa: FBT001, N802
    """Play, pause, step, scrub, speed."""


@solara.component_vue("vue/change.vue")
def Change(  # noqa: N802
    lang: str,
    choices: list[dict[str, str]],
    chosen: str,
    later: bool,  # noqa: FBT001
    running: bool,  # noqa: FBT001
    done: int,
    total: int,
    difference: str,
    event_make: Tell = _silent,
    event_cancel: Tell = _silent,
) -> None:
    """What the second future changes, and from when."""


@solara.component_vue("vue/woman.vue")
def Woman(  # noqa: N802
    lang: str, who: str, portrait: dict[str, Any] | None, event_pick: Tell = _silent
) -> None:
    """One woman: who she is, whom she knows."""


@solara.component_vue("vue/why.vue")
def Why(  # noqa: N802
    lang: str,
    portrait: dict[str, Any] | None,
    village: list[dict[str, Any]],
    span: int,
    event_choose: Tell = _silent,
    event_rested: Tell = _silent,
) -> None:
    """Why it changed."""


@solara.component_vue("vue/results.vue")
def Stored(  # noqa: N802
    lang: str,
    folders: list[str],
    help: str,  # noqa: A002 (the name the template uses)
    chosen: str,
    reading: bool,  # noqa: FBT001
    outcomes: list[dict[str, str]],
    outcome: str,
    facts: list[str],
    note: str,
    table: dict[str, Any],
    event_choose: Tell = _silent,
    event_look_at: Tell = _silent,
) -> None:
    """Stored results."""
