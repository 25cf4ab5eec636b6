"""The tab Results: what a stored comparison says, with bands and the number of runs."""

from typing import Any

import solara

from model.errors import JinguoError
from viz.dashboard import parts
from viz.dashboard.options import OPTIONS
from viz.dashboard.stored import Stored, folders_in, read_stored
from viz.dashboard.visit import Visit
from viz.report.digits import between, signed
from viz.words import Words, all_words

UNITS = {"income": "yuan/week", "burnout": "0-1", "trust": "0-1"}
KINDS = {"yuan/week": "money", "0-1": "share", "share": "share"}
TWO = ("none", "all")  # arms drawn first, where a job has them
NOTHING: dict[str, Any] = {"head": [], "rows": []}


@solara.component
def Results(visit: Visit) -> None:  # noqa: N802 (a part is named like a class)
    """Choose a folder, read its effects."""
    state, words = visit.state.value, visit.words
    chosen, set_chosen = solara.use_state("")
    outcome, set_outcome = solara.use_state("income")
    stored = solara.use_memo(lambda: _read(chosen), [chosen])
    problem = stored if isinstance(stored, JinguoError) else None
    found = stored if isinstance(stored, Stored) else None
    known = found.outcomes if found else []
    shown = outcome if outcome in known else next(iter(known), "")
    with solara.Div(classes=["jg-grid", "results"]):
        parts.Stored(
            lang=state.lang,
            folders=folders_in(OPTIONS.folder),
            help=words.say("dashboard." + ("no_results" if OPTIONS.folder else "no_folder")),
            chosen=chosen,
            outcomes=[{"name": name, "label": name_of("outcome", name, words)} for name in known],
            outcome=shown,
            facts=[words.say(problem.key, problem.fields)] if problem else facts(found, words),
            table=table_of(found, shown, words) if found else NOTHING,
            event_choose=lambda name: set_chosen(str(name)),
            event_look_at=lambda name: set_outcome(str(name)),
        )
        charts = charts_of(found, shown, words) if found else []
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


def facts(found: Stored | None, words: Words) -> list[str]:
    """How many runs, and whether a limit of harm was crossed."""
    if found is None:
        return []
    lines = [words.say("dashboard.runs", {"runs": found.runs or "?"})]
    status = str(found.manifest.get("status", ""))
    if status and status != "complete":
        lines.append(words.say("dashboard.not_complete"))
    limits = found.guardrails
    if limits is not None and "crossed" in limits:
        count = int(limits["crossed"].fillna(value=False).astype(bool).sum())
        lines.append(words.say("dashboard.crossed", {"count": count, "of": len(limits)}))
    return lines


def table_of(found: Stored, outcome: str, words: Words) -> dict[str, Any]:
    """Effects on an outcome with their intervals, one row an arm and time."""
    frame = found.rows(outcome)
    arm = next((c for c in ("arm", "scenario", "name") if c in frame), None)
    if arm is None or not len(frame):
        return NOTHING
    unit = UNITS.get(outcome, "0-1")
    keys = ("arm", "when", "effect", "interval", "runs_word")
    head = [words.say(f"dashboard.{key}") for key in keys]
    rows = []
    for row in frame.to_dict("records"):
        low, high = float(row.get("low", "nan")), float(row.get("high", "nan"))
        rows.append([
            name_of("arm", str(row[arm]), words),
            words.say(f"dashboard.horizon_{row['horizon']}")
            if f"dashboard.horizon_{row['horizon']}" in all_words() else str(row["horizon"]),
            signed(float(row.get("estimate", row.get("effect", "nan"))), unit),
            between(low, high, unit, words),
            str(row.get("replications", found.runs or "")),
        ])
    return {"head": head, "rows": rows}


def charts_of(found: Stored, outcome: str, words: Words) -> list[dict[str, Any]]:
    """The outcome by week in two arms, with bands."""
    column = f"{outcome}_fixed" if outcome in UNITS else outcome
    lines = found.lines(column)
    if not lines:
        return []
    arms = [arm for arm in TWO if arm in lines] or list(lines)[:2]
    series = [
        {"name": name_of("arm", arm, words), "tone": tone, **lines[arm]}
        for arm, tone in zip(arms, ("a", "b"), strict=False)
    ]
    unit = UNITS.get(outcome, "0-1")
    return [
        {"name": outcome, "title": name_of("outcome", outcome, words), "source": "given",
         "series": series, "kind": KINDS[unit], "sides": ["a"], "span": span_of(found)}
    ]  # fmt: skip


def span_of(found: Stored) -> list[int] | None:
    """First and last week of the project, as the folder says."""
    programme = (found.manifest.get("scenario") or {}).get("programme")
    if not isinstance(programme, dict) or "start" not in programme:
        return None
    return [int(programme["start"]), int(programme["stop"])]
