"""The tab One woman: her family, her ties, her life line, and why it changed."""

from typing import Any

import solara

from model.causes import CAUSES
from viz.dashboard import parts
from viz.dashboard.payload import causes_of, portrait
from viz.dashboard.visit import Visit
from viz.words import Words

LIFE = (("income", "money", None), ("burnout", "share", [0, 1]), ("trust", "share", [0, 1]),
        ("hours", "hours", None))  # fmt: skip
# her own numbers, the kind of each, and how much of a change is much
OWN = (
    ("income_online", "money", 200), ("income_outside", "money", 200), ("grants", "money", 100),
    ("paid_out", "money", 100), ("sales", "money", 800), ("price", "price", 8),
    ("hours_selling", "hours", 10), ("hours_care", "hours", 5), ("hours_farm", "hours", 6),
    ("hours_leisure", "hours", 8), ("skill", "share", 0.15), ("efficacy", "share", 0.1),
    ("support", "share", 0.1), ("conflict", "share", 0.1), ("norm", "share", 0.1),
    ("relief", "share", 0.1),
)  # fmt: skip
KINDS = {"income": "money", "burnout": "share", "trust": "share"}
LEAST = {"money": 0.5, "share": 0.0005}  # what is told as nothing is not told
SPAN = 52
SMALL = 65536


@solara.component
def WomanTab(visit: Visit) -> None:  # noqa: N802 (a part is named like a class)
    """One woman, called by hamlet and number."""
    state, words = visit.state.value, visit.words
    span, set_span = solara.use_state(SPAN)
    week, set_week = solara.use_state(state.week)
    sides = list(visit.together()) or ["a"]
    charts = [
        {"name": name, "kind": kind, "source": "life", "sides": sides, "gap": False,
         "zero": True, "limits": limits,
         "title": words.say("dashboard.line", {"name": words.say(f"dashboard.{name}"),
                                               "unit": words.say(f"dashboard.axis_{name}")})}
        for name, kind, limits in LIFE
    ]  # fmt: skip
    shown = portrait_of(visit)
    with solara.Div(classes=["jg-grid", "woman"]):
        parts.Woman(
            lang=state.lang,
            who=state.who,
            portrait=shown,
            event_pick=lambda who: visit.set(who=str(who)[:20]),
        )
        parts.Lines(
            lang=state.lang, charts=charts, who=state.who, note=words.say("dashboard.twin_note")
        )
        parts.Why(
            lang=state.lang,
            portrait=shown,
            village=village_causes(visit, week, span),
            span=span,
            event_choose=set_span,
            event_rested=set_week,
        )


def portrait_of(visit: Visit) -> dict[str, Any] | None:
    """Who she is, in words; nothing while nobody was chosen or the run is under way."""
    film = visit.film("a")
    hamlet, _, number = visit.state.value.who.partition("-")
    if film is None or not (hamlet.isdigit() and number.isdigit()):
        return None
    row = film.row_of(int(hamlet), int(number))
    if row is None:
        return None
    found = portrait(film, row)
    return found | {"facts": facts(found["about"], visit.words), "shown": [list(x) for x in OWN]}


def facts(about: dict[str, Any], words: Words) -> list[list[str]]:
    """What is lasting about a woman, as pairs of texts."""
    def say(key: str) -> str:
        return words.say(f"dashboard.{key}")

    return [
        [say("age"), words.say("dashboard.years_old", {"years": about["age"]})],
        [say("edu"), words.say("dashboard.years", {"years": about["edu_years"]})],
        [say("husband"), say(f"husband_{about['husband']}")],
        [say("segment"), say(f"segment_{about['segment']}")],
        [say("family"), words.say("dashboard.persons", {"count": about["size"]})],
        [say("children"), str(about["children"])],
        [say("elders"), str(about["elders"])],
    ]


def village_causes(visit: Visit, week: int, span: int) -> list[dict[str, Any]]:
    """What moved the village's means in the weeks before the one on screen."""
    film = visit.film("a")
    if film is None:
        return []
    last = min(week + 1, film.weeks)
    first = max(0, last - span)
    parts: list[dict[str, Any]] = [
        {
            "outcome": outcome,
            "kind": KINDS[outcome],
            "causes": [
                [visit.words.say(f"layers.cause_{outcome}_{name}"), value]
                for name, value in causes_of(film, outcome, first, last)
                if abs(value) >= LEAST[KINDS[outcome]]
            ],
        }
        for outcome in CAUSES
    ]
    return [part for part in parts if part["causes"]]
