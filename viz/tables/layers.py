"""What the layers job found, as tables for people and as plain data."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from experiments.outcomes import PRIMARY, QUANTITIES
from experiments.statistics import ARMS, LAYERS
from viz.tables import NOTHING, Row, Table, number, plain, records
from viz.tables.worse import worse_table
from viz.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from experiments import LayersResult
    from experiments.layer_frames import Tables
    from scenarios.schema import Scenario

POPULATIONS = ("selling_at_start", "all_women")
DECIMALS = {"income": 1, "burnout": 3, "trust": 3}
UNITS = {"yuan/week": "unit_yuan_week", "0-1": "unit_share"}
QUANTITY_DECIMALS = {"hours_per_woman_year": 2, "hours_per_woman_reached_year": 2}
COVERS_ZERO = "~ "
HUNDRED = 100  # from here on a decimal says nothing
KEY = ("outcome", "horizon", "population")

Cells = dict[tuple[str, ...], dict[str, Any]]


def asked(result: "LayersResult", words: Words) -> list[str]:
    """What was asked, and how far the answer goes."""
    fields = {
        "title": words.label(result.scenario.title),
        "complete": result.complete,
        "total": result.replications,
    }
    return [words.say("cli.asked", fields), words.say("cli.caution")]


def layers_tables(result: "LayersResult", words: Words) -> Iterator[Table]:
    """Every table of the answer, in reading order."""
    horizons = horizon_heads(result.scenario, words)
    if result.limited is None:
        staffed = [(result.tables, "")]
    else:
        staffed = [(result.limited, "limited"), (result.tables, "enough")]
    for tables, staff in staffed:
        told = words.say(f"cli.staff_{staff}") if staff else ""
        ranges = result.assumptions if tables is result.tables else None
        yield from _effects(tables, ranges, horizons, told, words)
        yield _programme(tables.programme, told, words)
    yield worse_table(result.worse, horizons, words)
    if result.crowding is not None:
        yield _crowding(result.crowding, horizons, words)


def notes(result: "LayersResult", words: Words) -> list[str]:
    """How to read the tables."""
    said = [words.say("cli.note_effects")]
    if len(_counted(result.effects)) < len(POPULATIONS):
        said.insert(0, words.say("layers.nobody"))
    if result.assumptions is not None:
        said.append(words.say("cli.note_draws", {"draws": len(result.draws)}))
    return said


def layers_data(result: "LayersResult") -> dict[str, object]:
    """The answer as plain data, under names that stay."""
    data: dict[str, object] = {
        "scenario": result.scenario.name,
        "title": result.scenario.title.model_dump(),
        "seed": result.seed,
        "staff": result.staff,
        "replications": result.replications,
        "complete": result.complete,
        "interrupted": result.interrupted,
        "horizons": result.scenario.horizons(),
        "out": None if result.out is None else str(result.out),
        **_tables_data(result.tables),
        "limited": None if result.limited is None else _tables_data(result.limited),
        "crowding": _records(result.crowding),
        "worse": _records(result.worse),
        "assumptions": _records(result.assumptions),
        "draws": _records(result.draws.reset_index()),
        "failed": _records(result.failed),
    }
    return {name: plain(value) for name, value in data.items()}


def horizon_heads(scenario: "Scenario", words: Words) -> dict[str, str]:
    """The horizons that fall into the run, with what stands above their columns."""
    heads: dict[str, str] = {}
    stop = scenario.weeks if scenario.running is None else scenario.running.stop
    for name, week in scenario.horizons().items():
        after = week - stop
        kind = "end" if after == 0 else "after" if after > 0 else "before"
        heads[name] = words.say(f"cli.horizon_{kind}", {"after": after, "week": week})
    return heads


def arm_label(arm: str, words: Words) -> str:
    """The name of an arm: of one layer, of two joined, or of all."""
    return "+".join(words.say(f"cli.arm_{layer}") for layer in arm.split("+"))


def cell(found: dict[Any, Any] | None, decimals: int, drawn: dict[Any, Any] | None = None) -> str:
    """An estimate with its interval, a sign where that covers zero, and its range over draws."""
    if found is None or not math.isfinite(found["estimate"]):
        return NOTHING
    text = number(found["estimate"], decimals, signed=True)
    low, high = found["low"], found["high"]
    if math.isfinite(low) and math.isfinite(high):
        ends = f"{number(low, decimals, signed=True)}, {number(high, decimals, signed=True)}"
        text = f"{COVERS_ZERO if low <= 0 <= high else ''}{text} [{ends}]"
    else:
        text = f"{text} [{NOTHING}]"
    if drawn is not None and math.isfinite(drawn["draw_low"]):
        lowest, highest = (number(drawn[f"draw_{end}"], decimals, signed=True) for end in ENDS)
        text += f"\n{{{lowest} … {highest}}}"
    return text


ENDS = ("low", "high")


def _effects(
    tables: "Tables",
    ranges: "pd.DataFrame | None",
    horizons: dict[str, str],
    staff: str,
    words: Words,
) -> Iterator[Table]:
    effects, ledger = _cells(tables.effects, "arm"), _cells(tables.ledger, "part")
    levels, gains = _cells(tables.levels, "arm"), _cells(tables.gain, "arm")
    draws = {} if ranges is None else _cells(ranges, "arm")
    for outcome in PRIMARY:
        places = DECIMALS[outcome]
        for population in _counted(tables.effects):
            keys = [(outcome, name, population) for name in horizons]
            level = [levels.get(("none", *key), {}).get("estimate") for key in keys]
            rows: list[Row] = [
                (words.say("cli.arm_none"), *(number(value, places) for value in level)),
                None,
            ]
            for arm in ARMS[1:]:
                found = [(effects.get((arm, *key)), draws.get((arm, *key))) for key in keys]
                shown = (cell(effect, places, drawn) for effect, drawn in found)
                rows.append((arm_label(arm, words), *shown))
            rows.append(None)
            rows += _ledger_rows(ledger, keys, places, words)
            pairing = [gains.get(("all", *key), {}).get("gain") for key in keys]
            rows.append((words.say("cli.gain"), *(_times(gain) for gain in pairing)))
            title = _title(tables, outcome, population, staff, words)
            yield Table(title, (words.say("cli.arm"), *horizons.values()), tuple(rows), whole=(0,))


def _counted(effects: "pd.DataFrame") -> list[str]:
    """The populations of which there is anybody to count in any village."""
    held = effects[effects.estimate.notna()]
    return [name for name in POPULATIONS if (held.population == name).any()]


def _ledger_rows(
    ledger: Cells, keys: list[tuple[str, str, str]], places: int, words: Words
) -> list[Row]:
    rows: list[Row] = []
    for part in (*LAYERS, "interaction"):
        name = f"part_{part}" if part == "interaction" else f"arm_{part}"
        label = words.say(f"cli.{name}")
        if part in LAYERS:
            label = words.say("cli.part", {"part": label})
        rows.append((label, *(cell(ledger.get((part, *key)), places) for key in keys)))
        if part == LAYERS[-1]:
            rows.append((words.say("cli.shares"), *(_shares(ledger, key) for key in keys)))
    return rows


def _shares(ledger: Cells, key: tuple[str, str, str]) -> str:
    """What each layer accounts for in percent, where all together are surely not zero."""
    found = [ledger.get((layer, *key), {}).get("percent", math.nan) for layer in LAYERS]
    if not all(math.isfinite(percent) for percent in found):
        return NOTHING
    return " / ".join(number(percent, 0) for percent in found) + " %"


def _title(tables: "Tables", outcome: str, population: str, staff: str, words: Words) -> str:
    frame = tables.effects
    unit = str(frame.loc[frame.outcome == outcome, "unit"].iloc[0])
    fields = {
        "outcome": words.say(f"cli.outcome_{outcome}"),
        "unit": words.say(f"cli.{UNITS[unit]}"),
        "population": words.say(f"cli.population_{population}"),
        "staff": staff,
    }
    return words.say("cli.table_effects_staff" if staff else "cli.table_effects", fields)


def _times(gain: float | None) -> str:
    if gain is None or math.isnan(gain):
        return NOTHING
    return "×∞" if math.isinf(gain) else f"×{number(gain, 1 if gain < HUNDRED else 0)}"


def _programme(frame: "pd.DataFrame", staff: str, words: Words) -> Table:
    found = {(row["arm"], row["quantity"]): row["estimate"] for row in frame.to_dict("records")}
    rows = tuple(
        (
            words.say(f"cli.quantity_{quantity.name}"),
            *(
                number(found[arm, quantity.name], QUANTITY_DECIMALS.get(quantity.name, 0))
                for arm in ARMS[1:]
            ),
        )
        for quantity in QUANTITIES
    )
    key = "cli.table_programme_staff" if staff else "cli.table_programme"
    heads = (words.say("cli.quantity"), *(arm_label(arm, words) for arm in ARMS[1:]))
    return Table(words.say(key, {"staff": staff}), heads, rows)


def _crowding(frame: "pd.DataFrame", horizons: dict[str, str], words: Words) -> Table:
    found = _cells(frame.rename(columns={"crowding": "estimate"}), "arm")
    rows = []
    for outcome in PRIMARY:
        for population in POPULATIONS:
            names = (f"cli.outcome_{outcome}", f"cli.population_{population}")
            keys = [("all", outcome, name, population) for name in horizons]
            shown = (cell(found.get(key), DECIMALS[outcome]) for key in keys)
            rows.append((words.listed(words.say(name) for name in names), *shown))
    heads = (words.say("cli.crowding_of"), *horizons.values())
    title, note = words.say("cli.table_crowding"), words.say("cli.note_crowding")
    return Table(title, heads, tuple(rows), note)


def _cells(frame: "pd.DataFrame", first: str) -> Cells:
    """The rows for whole populations, by arm or part, outcome, horizon and population."""
    rows: list[Any] = frame[frame.subgroup == "all"].to_dict("records")
    return {(str(row[first]), *(str(row[name]) for name in KEY)): row for row in rows}


def _tables_data(tables: "Tables") -> dict[str, object]:
    return {
        "effects": records(tables.effects),
        "levels": records(tables.levels),
        "ledger": records(tables.ledger),
        "programme": records(tables.programme),
        "gain": records(tables.gain),
    }


def _records(frame: "pd.DataFrame | None") -> list[dict[str, object]] | None:
    return None if frame is None else records(frame)
