"""The tab Village: the picture at its largest, with filters and whoever was clicked."""

import solara

from viz.dashboard import parts
from viz.dashboard.play import about_of, cutoff_of
from viz.dashboard.visit import Visit
from viz.dashboard.woman import portrait_of
from viz.words import Words


def _title(name: str, words: Words) -> str:
    """What a chart shows, and of whom."""
    title = words.say(f"dashboard.{name}")
    if name != "trust":
        return title
    everybody = words.say("dashboard.group_all")
    return words.say("dashboard.line", {"name": title, "unit": everybody})


@solara.component
def VillageTab(visit: Visit) -> None:  # noqa: N802 (a part is named like a class)
    """The social network."""
    state, words = visit.state.value, visit.words
    charts = [
        {"name": name, "kind": "count" if name == "shops" else "share", "source": "line",
         "sides": ["a"], "gap": False, "zero": True, "title": _title(name, words)}
        for name in ("shops", "trust")
    ]  # fmt: skip
    with solara.Div(classes=["jg-grid", "village"]):
        parts.Network(
            lang=state.lang,
            who=state.who,
            filters=True,
            about=about_of(visit),
            event_pick=lambda who: visit.set(who=who),
        )
        with solara.Div(classes=["jg-fill"], style={"gap": "6px", "overflow": "auto"}):
            with solara.Div(classes=["jg-box"], style={"flex": "0 0 auto"}):
                parts.Legend(lang=state.lang, cutoff=cutoff_of(visit))
            if state.who:
                parts.Woman(
                    lang=state.lang,
                    who=state.who,
                    portrait=portrait_of(visit),
                    event_pick=lambda who: visit.set(who=who),
                )
            else:
                parts.Lines(lang=state.lang, charts=charts, group="all",
                            note=words.say("dashboard.click_a_woman"))  # fmt: skip
