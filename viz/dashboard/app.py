"""The page: its head, one tab at a time, and the bar that plays."""

import asyncio

import solara
import solara.lab

from viz.dashboard import parts
from viz.dashboard.address import TABS, State, read_address
from viz.dashboard.futures import Futures
from viz.dashboard.options import OPTIONS
from viz.dashboard.play import Play
from viz.dashboard.results import Results
from viz.dashboard.story import READY, Story, sides_shown
from viz.dashboard.village import VillageTab
from viz.dashboard.visit import FILE, TWO, Visit
from viz.dashboard.woman import WomanTab

LOOK = 0.15  # seconds between two looks at a run
SIDES = dict.fromkeys(TWO, "ab") | {"results": ""}  # futures that a tab plays
SHOWN = {
    "story": Story, "play": Play, "futures": Futures, "village": VillageTab,
    "woman": WomanTab, "results": Results,
}  # fmt: skip


@solara.component
def Page() -> None:  # noqa: N802 (Solara looks for this name)
    """One visit."""
    router = solara.use_router()
    visit = solara.use_memo(lambda: _visit(router.search or ""), [])
    state = visit.state.value
    solara.use_effect(lambda: _begin(visit), [state.tab in TWO])
    progress = visit.progress.value

    async def follow() -> None:
        while visit.look():  # a run tells nobody; it is asked
            await asyncio.sleep(LOOK)

    solara.lab.use_task(follow, dependencies=[progress.running, id(visit.jobs.get("a")),
                                              id(visit.jobs.get("b"))])
    with solara.Div(classes=["jg-page"]):
        _head(visit, state)
        films = {side: film.get("text", "") for side, film in visit.films.value.items()}
        parts.Films(**films, week=state.week)
        parts.Banner(
            lang=state.lang, lines=visit.banner(), event_way_on=lambda _=None: visit.way_on()
        )
        with solara.v.Html(tag="main", class_="jg-body"):
            SHOWN[state.tab](visit)
        sides = sides_shown(visit) if state.tab == "story" else SIDES.get(state.tab, "a")
        if sides:
            parts.PlayBar(lang=state.lang, two="b" in sides)


@solara.component
def Layout(children: list[solara.Element]) -> solara.Element:  # noqa: N802
    """The page as it is, without Solara's own frame."""
    return solara.Div(children=children)


def tabs() -> list[str]:
    """The tabs there are."""
    return [tab for tab in TABS if tab != "story" or READY]


def _visit(search: str) -> Visit:
    default = State(OPTIONS.scenario, lang=OPTIONS.lang, tab=tabs()[0])
    return Visit(read_address(search, default))


def _begin(visit: Visit) -> None:
    """Run what the address asks for; the second future once it is looked at."""
    state = visit.state.value
    if state.scenario == FILE and visit.text.value is None:
        return  # the browser hands the file over
    ran = visit.ran.value["a"]  # beside a second future, the first one is as it is set now
    if ran is None or (state.tab in TWO and ran != visit.asked("a")):
        visit.run("a")
    if state.tab in TWO and visit.ran.value["b"] != visit.asked("b"):
        visit.run("b")


def _head(visit: Visit, state: State) -> None:
    parts.Shell(
        lang=state.lang,
        tab=state.tab,
        tabs=tabs(),
        address=state.query(),
        start_week=state.week,
        file=visit.text.value or "",
        wants_file=state.scenario == FILE,
        download=visit.download.value,
        event_go=visit.go,
        event_language=lambda lang: visit.set(lang="zh" if lang == "zh" else "en"),
        event_back=lambda search: visit.back(str(search)),
        event_opened=visit.open,
        event_gone=lambda _=None: visit.gone(),
    )
