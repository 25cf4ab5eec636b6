"""The tab Play: what is tried, the village, and what follows."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import solara

from model.errors import JinguoError
from scenarios.load import list_scenarios
from scenarios.schema import LAYERS, Scenario
from viz.dashboard import parts
from viz.dashboard.changes import DETAILS, MOST_WOMEN, known_measures, scenario_of
from viz.dashboard.options import OPTIONS
from viz.dashboard.visit import FILE, Visit
from viz.words import Words

OUTCOMES = (("income", "money", None), ("burnout", "share", [0, 1]), ("trust", "share", [0, 1]))
HUNDRED = 100


@solara.component
def Play(visit: Visit) -> None:  # noqa: N802 (a part is named like a class)
    """Choose, run, play."""
    state = visit.state.value
    group, set_group = solara.use_state("now")
    with solara.Div(classes=["jg-grid", "play"]):
        parts.Controls(
            lang=state.lang,
            panel=panel_of(visit),
            event_choose=visit.choose,
            event_change=lambda said: visit.change(said["name"], said["value"]),
            event_luck=visit.luck,
            event_run=lambda _=None: visit.run("a"),
            event_cancel=lambda _=None: visit.cancel(),
            event_reset=lambda _=None: visit.reset(),
            event_save=lambda _=None: visit.save(),
            event_csv=lambda _=None: visit.csv(),
            event_replay=lambda _=None: visit.replay(),
            event_opened=visit.open,
        )
        with solara.Div(classes=["jg-fill"]):
            parts.Network(
                lang=state.lang,
                who=state.who,
                about=about_of(visit),
                event_pick=lambda who: visit.set(who=who),
            )
            parts.Legend(lang=state.lang, cutoff=cutoff_of(visit))
        with solara.Div(classes=["jg-fill"], style={"gap": "6px"}):
            parts.Numbers(lang=state.lang, sides=["a"], group=group, event_choose=set_group)
            parts.Lines(
                lang=state.lang,
                group=group,
                charts=charts_of(visit.words, ["a"]),
                note=visit.words.say("dashboard.band_note"),
            )


def charts_of(words: Words, sides: list[str], *, gap: bool = False) -> list[dict[str, Any]]:
    """The lines of the three outcomes, of one future or two, or their difference."""
    return [
        {
            "name": name, "kind": kind, "source": "line", "sides": sides, "gap": gap,
            "band": len(sides) == 1, "limits": None if gap or len(sides) > 1 else limits,
            "title": words.say("dashboard." + ("gap" if gap else "line"), {
                "name": words.say(f"dashboard.{name}"),
                "unit": words.say(f"dashboard.axis_{name}"),
            }),
        }
        for name, kind, limits in OUTCOMES
    ]  # fmt: skip


def about_of(visit: Visit) -> str:
    """The scenario whose film is on the page, and whether anything of it was changed."""
    ran, words = visit.ran.value["a"], visit.words
    if ran is None:
        return ""
    name, changes, _, text = ran
    try:
        title = words.label(scenario_of(name, (), text).title)
    except JinguoError:
        return ""
    fields = {"name": title, "unit": words.say("dashboard.own_changes")}
    return words.say("dashboard.line", fields) if changes else title


def cutoff_of(visit: Visit) -> float:
    """Above which burnout is counted as high: a setting of the model."""
    held: dict[str, Any] = visit.films.value["a"]
    return float(held.get("cutoff", 0.5))


def panel_of(visit: Visit) -> dict[str, Any]:
    """Everything the panel on the left shows."""
    state, words = visit.state.value, visit.words
    progress = visit.progress.value
    scenarios = [{"name": s.name, "title": words.label(s.title)} for s in _heads()]
    panel: dict[str, Any] = {
        "scenario": state.scenario, "scenarios": scenarios, "about": "", "layers": [],
        "most": MOST_WOMEN, "seed": state.seed, "programme": False, "measured": False,
        "uploads": OPTIONS.uploads, "changed": bool(state.changes),
        "running": progress.running == "a", "done": progress.done, "total": progress.total,
        "stale": visit.ran.value["a"] != visit.asked("a"), "ready": visit.film("a") is not None,
    }  # fmt: skip
    try:
        base = scenario_of(state.scenario, (), visit.text.value)
    except JinguoError:
        return panel
    if state.scenario == FILE:
        scenarios.insert(0, {"name": FILE, "title": words.label(base.title)})
    faults, changes = visit.faults(), dict(state.changes)
    good = tuple(change for change in state.changes if change[0] not in faults)
    now = scenario_of(state.scenario, good, visit.text.value)
    wrong = {name: changes[name] for name in faults}
    facts = facts_of(base, now, words)
    return panel | facts | {name: text for name, text in wrong.items() if name in facts} | {
        "layers": [layer_of(layer, base, now, changes, words, wrong) for layer in LAYERS]
    }


def facts_of(base: Scenario, now: Scenario, words: Words) -> dict[str, Any]:
    """Village and staff of a scenario."""
    facts: dict[str, Any] = {
        "about": words.label(base.about) if base.about else "",
        "women": now.village_spec.women,
        "measured": now.village_spec.graph == "measured",
        "programme": now.programme is not None,
    }
    if now.programme is not None:
        facts |= {
            "workers": now.programme.workers, "money": now.programme.money,
            "staff": now.programme.staff,
        }  # fmt: skip
    return facts


def layer_of(
    layer: str, base: Scenario, now: Scenario, changes: dict[str, str], words: Words,
    wrong: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:  # fmt: skip
    """One layer's switch, its measures with what they do now, and others to be added.

    Args:
        layer: `micro`, `meso` or `macro`.
        base: as written.
        now: with the changes that can be run.
        changes: of the visitor, by name.
        words: the language.
        wrong: those of the changes that cannot be run; their fields show them all the same.
    """
    catalogue = known_measures(base)
    at_work = {use.measure: use for use in now.measures}
    written = {use.measure for use in base.measures}
    listed = [n for n in {**dict.fromkeys(sorted(written)), **at_work} if n in catalogue]
    listed += [n for n in changes if changes[n] == "on" and n in catalogue and n not in listed]
    mine = [name for name in listed if catalogue[name].layer == layer]
    measures = [
        _measure(name, catalogue[name], at_work.get(name), now, written, words)
        | _wrong(name, wrong)
        for name in mine
    ]
    more = [
        {"name": name, "label": words.label(entry.label)}
        for name, entry in catalogue.items()
        if entry.layer == layer and name not in mine and not entry.same_as
    ]
    return {
        "name": layer, "label": words.say(f"report.layer_{layer}"), "measures": measures,
        "factor": float(changes.get(layer, "1")) if _is_number(changes.get(layer)) else 1.0,
        "on": sum(m["on"] for m in measures), "more": more if now.programme else [],
    }  # fmt: skip


def _measure(
    name: str, entry: Any, use: Any, now: Scenario, written: set[str], words: Words
) -> dict[str, Any]:
    start, stop = (now.programme.start, now.programme.stop) if now.programme else (0, now.weeks)
    shown: dict[str, Any] = {
        "name": name, "label": words.label(entry.label), "on": use is not None,
        "written": name in written, "low": entry.dose.low, "high": entry.dose.high,
        "unit": words.label(entry.dose.unit), "dose": entry.dose.default,
        "coverage": round(HUNDRED * entry.coverage), "start": start, "stop": stop,
    }  # fmt: skip
    if use is not None:
        given = {k: getattr(use, k) for k in ("dose", "start", "stop")}
        shown |= {k: v for k, v in given.items() if v is not None}
        if use.coverage is not None:
            shown["coverage"] = round(HUNDRED * use.coverage)
    return shown


def _wrong(name: str, wrong: Mapping[str, str]) -> dict[str, Any]:
    """What cannot be run of a measure's changes, as its fields show it."""
    shown: dict[str, Any] = {
        detail: wrong[f"{name}.{detail}"] for detail in DETAILS if f"{name}.{detail}" in wrong
    }
    if _is_number(shown.get("coverage")):
        shown["coverage"] = round(HUNDRED * float(shown["coverage"]))
    return shown | ({"on": wrong[name] == "on"} if name in wrong else {})


def _is_number(text: str | None) -> bool:
    try:
        return text is not None and 0 <= float(text) < math.inf
    except ValueError:
        return False


def _heads() -> Any:
    if not _HEADS:
        _HEADS.extend(list_scenarios())
    return _HEADS


_HEADS: list[Any] = []
