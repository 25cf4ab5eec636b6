"""The tab Results: what stored results say, with bands, limits of harm and the number of runs."""

from typing import Any

import solara
import solara.lab

from experiments.reopen import COMPARE, LAYERS, SWEEP
from model.errors import JinguoError
from viz.dashboard import parts
from viz.dashboard.messages import told
from viz.dashboard.options import OPTIONS
from viz.dashboard.stored import Stored, folders_in, read_stored
from viz.dashboard.visit import Visit
from viz.report.digits import between, plain, signed, spread
from viz.words import Words, all_words

UNITS = {"income": "yuan/week", "burnout": "0-1", "trust": "0-1"}
KINDS = {"yuan/week": "money", "0-1": "share", "share": "share"}
TWO = ("none", "all")  # arms of a layers job that are drawn
TONES = ("a", "b", "d")
NOTHING: dict[str, Any] = {"head": [], "rows": []}
COMPLETE = "complete"


@solara.component
def Results(visit: Visit) -> None:  # noqa: N802 (a part is named like a class)
    """Choose a folder, read what it says."""
    state, words = visit.state.value, visit.words
    chosen, set_chosen = solara.use_state("")
    outcome, set_outcome = solara.use_state("income")
    reading = solara.lab.use_task(lambda: _read(chosen), dependencies=[chosen])
    held = reading.value if reading.finished else None
    found = held if isinstance(held, Stored) else None
    known = found.outcomes if found else []
    shown = outcome if outcome in known else next(iter(known), "")
    charts = charts_of(found, shown, words) if found else []
    with solara.Div(classes=["jg-grid", "results", *(["charts"] if charts else [])]):
        parts.Stored(
            lang=state.lang,
            folders=folders_in(OPTIONS.folder),
            help=words.say("dashboard." + ("no_results" if OPTIONS.folder else "no_folder")),
            chosen=chosen,
            reading=bool(chosen) and not reading.finished,
            outcomes=[{"name": name, "label": name_of("outcome", name, words)} for name in known],
            outcome=shown,
            facts=facts(held, words),
            note=words.say(f"dashboard.read_{found.kind}", {"base": base_of(found, words)})
            if found else "",
            table=table_of(found, shown, words) if found else NOTHING,
            event_choose=lambda name: set_chosen(str(name)),
            event_look_at=lambda name: set_outcome(str(name)),
        )
        if charts:
            with solara.Div(classes=["jg-tall"]):
                parts.Lines(
                    lang=state.lang, charts=charts, note=words.say("dashboard.interval_note")
                )


def _read(name: str) -> Stored | JinguoError | None:
    if not name:
        return None
    try:
        return read_stored(OPTIONS.folder, name)
    except JinguoError as problem:
        return problem


def name_of(kind: str, name: str, words: Words) -> str:
    """A name of a table in the words of the report; as it is where there is none."""
    key = f"report.{kind}_{name.replace('+', '_')}"
    return words.say(key) if key in all_words() and "{" not in words.say(key) else name


def arm_of(found: Stored, arm: str, words: Words) -> str:
    """What an arm is called: layers by their names, scenarios by their titles."""
    if found.kind == LAYERS:
        return name_of("arm", arm, words)
    titles = {name: words.label(one["title"]) for name, one in found.written.items()
              if one.get("title")}  # fmt: skip
    title = titles.get(arm, arm)
    alike = list(titles.values()).count(title) > 1
    return words.say("dashboard.line", {"name": title, "unit": arm}) if alike else title


def base_of(found: Stored, words: Words) -> str:
    """What a comparison's changes are told against."""
    return arm_of(found, found.manifest["base"], words) if found.kind == COMPARE else ""


def facts(held: Stored | JinguoError | None, words: Words) -> list[str]:
    """How many runs, and whether a limit of harm was crossed; or why nothing can be told."""
    if isinstance(held, JinguoError):
        return told(held, words)
    if held is None:
        return []
    counts = {"runs": held.runs, "draws": held.draws, "failed": held.failed,
              "arms": len(held.written), "replications": held.replications}
    lines = [words.say("dashboard." + ("runs_sweep" if held.kind == SWEEP else "runs"), counts)]
    if held.failed:
        lines.append(words.say("dashboard.runs_failed", counts))
    if held.kind != SWEEP and held.manifest.get("status") != COMPLETE:
        lines.append(words.say("dashboard.not_complete"))
    if held.guardrails is not None:
        lines.append(words.say("dashboard.limits", held.verdicts))
        breached = held.guardrails[held.guardrails["verdict"] == "breached"]
        lines += [
            words.say("dashboard.breached", {
                "arm": arm_of(held, str(row.arm), words),
                "outcome": name_of("outcome", str(row.outcome), words),
                "group": words.say(f"compare.group_{row.subgroup}"),
                "when": _when(str(row.horizon), words),
            })
            for row in breached.itertuples()
        ]
    return lines


def table_of(found: Stored, outcome: str, words: Words) -> dict[str, Any]:
    """Numbers of an outcome with their intervals, one row an arm and time."""
    frame = found.rows(outcome) if len(found.effects) else found.effects
    if not len(frame):
        return NOTHING
    unit, level = UNITS.get(outcome, "0-1"), found.kind == SWEEP
    number, span = (plain, spread) if level else (signed, between)
    keys = ["scenario" if found.kind != LAYERS else "arm", "when", "level" if level else "effect",
            "interval", "picture"]  # fmt: skip
    judged = "verdict" in frame
    head = [words.say(f"dashboard.{key}") for key in [*keys, *(["verdict"] if judged else [])]]
    rows = []
    for row in frame.to_dict("records"):
        low, high = float(row["low"]), float(row["high"])
        cells = [
            arm_of(found, str(row["arm"]), words), _when(str(row["horizon"]), words),
            number(float(row["estimate"]), unit), span(low, high, unit, words),
            None,
        ]  # fmt: skip
        cells += [words.say(f"compare.verdict_{row['verdict']}")] if judged else []
        rows.append({"cells": cells, "low": low, "estimate": float(row["estimate"]), "high": high})
    return {"head": head, "rows": rows, "zero": not level}


def _when(horizon: str, words: Words) -> str:
    key = f"dashboard.horizon_{horizon}"
    return words.say(key) if key in all_words() else horizon


def charts_of(found: Stored, outcome: str, words: Words) -> list[dict[str, Any]]:
    """The outcome by week in up to three arms, with bands."""
    lines = found.bands.get(outcome, {})
    if not lines:
        return []
    arms = [arm for arm in TWO if arm in lines] if found.kind == LAYERS else list(lines)
    series = [
        {"name": arm_of(found, arm, words), "tone": tone, **lines[arm]}
        for arm, tone in zip(arms, TONES, strict=False)
    ]
    unit = UNITS.get(outcome, "0-1")
    whose = words.say(f"dashboard.group_{'all' if found.kind == SWEEP else 'fixed'}")
    title = words.say("dashboard.line", {"name": name_of("outcome", outcome, words),
                                         "unit": whose})  # fmt: skip
    return [
        {"name": outcome, "title": title, "source": "given",
         "series": series, "kind": KINDS[unit], "sides": ["a"], "span": span_of(found)}
    ]  # fmt: skip


def span_of(found: Stored) -> list[int] | None:
    """First and last week of a project in any of the scenarios."""
    planned = [written.get("programme") for written in found.written.values()]
    plans = [plan for plan in planned if isinstance(plan, dict)]
    if not plans:
        return None
    return [min(int(plan["start"]) for plan in plans), max(int(plan["stop"]) for plan in plans)]
