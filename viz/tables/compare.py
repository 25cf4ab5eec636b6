"""What a comparison found, as tables for people and as plain data: harm first."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from experiments.assumptions import REPLICATIONS_A_DRAW
from experiments.comparison import headline
from experiments.costs import dominated
from experiments.guardrails import FEWEST_WOMEN
from experiments.joint import GOOD
from experiments.outcomes import PRIMARY
from viz.tables import NOTHING, Row, Table, number, plain, records
from viz.tables.layers import DECIMALS, UNITS, horizon_heads
from viz.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from experiments.comparison import CompareResult

POPULATIONS = ("selling_at_start", "all_women")
COST_DECIMALS = {
    "cost": 0, "hours": 0, "income_year": 0, "care": 2, "moved_below": 1, "cost_per_woman": 0,
    "services_cost": 0, "cost_per_100_yuan": 0, "cost_per_moved": 0, "hours_per_moved": 0,
}  # fmt: skip
EQUITY_DECIMALS = {"change_income": 1, "change_income_tenth": 1}


def compare_tables(result: "CompareResult", words: Words) -> Iterator[Table]:
    """Every table, in reading order."""
    yield guardrails_table(result, words)
    for outcome in PRIMARY:
        for population in POPULATIONS:
            if population != "selling_at_start" or result.clock.same_women:
                yield effects_table(result, outcome, population, words)
    if result.assumptions is not None:
        yield assumptions_table(result, words)
    yield sizes_table(result, words)
    yield costs_table(result, words)
    yield equity_table(result, words)
    yield levels_table(result, words)


def asked(result: "CompareResult", words: Words) -> list[str]:
    """What was compared, and how far the answer goes."""
    others = [arm for arm in result.scenarios if arm != result.base]
    fields = {"base": result.base, "others": others, "complete": result.complete}
    return [words.say("compare.asked", fields), words.say("compare.caution")]


def notes(result: "CompareResult", words: Words) -> list[str]:
    """Placebo, stopping rule, dominance."""
    said = [words.say("compare.note_effects", result.smallest), *placebo_notes(result, words)]
    if not result.clock.same_women:
        said.append(words.say("compare.other_start"))
    return said + rule_notes(result, words) + dominance_notes(result, words)


def placebo_notes(result: "CompareResult", words: Words) -> list[str]:
    """What the runs at dose zero found."""
    return [
        words.say(
            "compare.placebo_holds" if each.measures else "compare.placebo_nothing",
            {"arm": each.arm, "count": each.measures},
        )
        for each in result.certificates
    ]


def rule_notes(result: "CompareResult", words: Words) -> list[str]:
    """How many replications were asked for, where a rule decided it."""
    if result.rule is None:
        return []
    rule = result.rule
    fields = {"first": rule.first, "most": rule.most, "part": rule.part}
    said = [words.say("compare.rule", fields)]
    return said + [words.say("compare.rule_capped")] * (result.complete >= rule.most)


def dominance_notes(result: "CompareResult", words: Words) -> list[str]:
    """Which scenario is at once cheaper and better."""
    pairs = dominated(more_is_better(result.primary(), "joint_"), result.costs)
    said = [
        words.say("compare.dominates", {"first": first, "second": second})
        for first, second in pairs
    ]
    if not pairs and len(result.scenarios) > 2:  # noqa: PLR2004 (two others to choose from)
        said.append(words.say("compare.no_dominance"))
    return said


def compare_data(result: "CompareResult") -> dict[str, object]:
    """The answer as plain data, under names that stay."""
    data: dict[str, object] = {
        "base": result.base,
        "scenarios": {name: s.title.model_dump() for name, s in result.scenarios.items()},
        "seed": result.seed,
        "replications": result.replications,
        "complete": result.complete,
        "interrupted": result.interrupted,
        "horizons": dict(result.clock.horizons),
        "smallest": dict(result.smallest),
        "stopping_rule": None if result.rule is None else vars(result.rule),
        "placebo": [{**vars(each), "holds": each.holds} for each in result.certificates],
        "out": None if result.out is None else str(result.out),
        **{
            name: records(getattr(result, name))
            for name in ("guardrails", "effects", "levels", "costs", "equity", "failed")
        },
        "assumptions": None if result.assumptions is None else records(result.assumptions),
    }
    return {name: plain(value) for name, value in data.items()}


def more_is_better(primary: "pd.DataFrame", ends: str = "") -> "pd.DataFrame":
    """Differences turned so that more is better; `ends` begins the names of their interval."""
    frame = primary.copy()
    sign = frame.outcome.map(GOOD)
    low, high = frame[f"{ends}low"] * sign, frame[f"{ends}high"] * sign
    frame["estimate"] = frame.estimate * sign
    frame["low"] = low.where(sign > 0, high)
    frame["high"] = high.where(sign > 0, low)
    return frame


def _heads(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(words.say(f"compare.head_{name}") for name in names)


def _verdict(verdict: str, words: Words) -> str:
    return words.say(f"compare.verdict_{verdict}")


def verdict_of(row: Any, words: Words) -> str:
    """What is said of a change; without any woman to count there is nothing to resolve."""
    return _verdict(row.verdict if math.isfinite(row.estimate) else "nobody", words)


def _interval(row: Any, decimals: int, ends: tuple[str, str] = ("low", "high")) -> str:
    """An estimate with an interval."""
    estimate, low, high = row["estimate"], row[ends[0]], row[ends[1]]
    if not math.isfinite(estimate):
        return NOTHING
    text = number(estimate, decimals, signed=True)
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{text} [{NOTHING}]"
    return f"{text} [{number(low, decimals, signed=True)}, {number(high, decimals, signed=True)}]"


def guardrails_table(result: "CompareResult", words: Words, *, every: bool = False) -> Table:
    """What is breached at any time, and everything at the end, or at every horizon."""
    frame = result.guardrails
    judged = frame[frame.verdict != "too_small"]
    shown = judged[every | (judged.horizon == "end") | (judged.verdict == "breached")]
    order = {"breached": 0, "not_resolved": 1, "kept": 2}
    shown = shown.iloc[shown.verdict.map(order).argsort(kind="stable")]
    rows: list[Row] = []
    for _, row in shown.iterrows():
        factor, decimals = (100.0, 1) if row["relative"] else (1.0, 3)
        scaled = {k: row[k] * factor for k in ("estimate", "low", "high")}
        unit = "%" if row["relative"] else ""
        rows.append((
            row["arm"],
            words.say(f"cli.outcome_{row['outcome']}"),
            words.say(f"compare.group_{row['subgroup']}"),
            words.say(f"compare.when_{row['horizon']}"),
            _verdict(row["verdict"], words),
            f"{row['women']:.0f}",
            f"{number(row['limit'] * factor, 0 if row['relative'] else 2, signed=True)}{unit}",
            _interval(scaled, decimals) + unit,
        ))
    names = ("scenario", "outcome", "group", "when", "verdict", "women", "limit", "change")
    note = words.say("compare.note_guardrails", {"least": FEWEST_WOMEN})
    small = frame[(frame.horizon == "end") & (frame.verdict == "too_small")].subgroup.unique()
    if len(small):
        named = [words.say(f"compare.group_{group}") for group in small]
        note = words.sentences([note, words.say("compare.too_small", {"groups": named})])
    return Table(
        words.say("compare.table_guardrails"), _heads(words, *names), tuple(rows), note, texts=5,
        whole=(4, 5, 6),
    )


def _longest(result: "CompareResult") -> str:
    """The scenario whose programme ends last: it sets the horizons."""
    ends = {name: s.horizons()["end"] for name, s in result.scenarios.items() if s.programme}
    return max(ends, key=lambda name: ends[name], default=result.base)


def effects_table(result: "CompareResult", outcome: str, population: str, words: Words) -> Table:
    """The change of one outcome at every horizon, with both intervals and the verdict."""
    heads = horizon_heads(result.scenarios[_longest(result)], words)
    frame = result.effects
    here = frame[
        (frame.outcome == outcome) & (frame.population == population) & (frame.subgroup == "all")
    ]
    decimals = DECIMALS[outcome]
    rows: list[Row] = []
    for arm, of_arm in here.groupby("arm", sort=False):
        by_horizon = of_arm.set_index("horizon")
        cells = [
            f"{_interval(by_horizon.loc[h], decimals)}\n"
            f"«{_ends(by_horizon.loc[h], decimals)}» "
            f"{verdict_of(by_horizon.loc[h], words)}"
            for h in heads
        ]
        rows.append((str(arm), *cells))
    unit = UNITS[str(here.unit.iloc[0])]
    fields = {
        "outcome": words.say(f"cli.outcome_{outcome}"), "unit": words.say(f"cli.{unit}"),
        "population": words.say(f"cli.population_{population}"), "base": result.base,
    }
    return Table(
        words.say("compare.table_effects", fields),
        (words.say("compare.head_scenario"), *heads.values()), tuple(rows),
        texts=1, whole=(0,),
    )


def _ends(row: Any, decimals: int) -> str:
    low, high = (number(row[f"joint_{end}"], decimals, signed=True) for end in ("low", "high"))
    return f"{low}, {high}"


def assumptions_table(result: "CompareResult", words: Words) -> Table:
    """Beside each primary change and its interval, its range over draws of guesses."""
    assert result.assumptions is not None
    frame = headline(result.assumptions, result.clock)
    rows: list[Row] = []
    for _, row in frame.iterrows():
        decimals = DECIMALS[row["outcome"]]
        low, high = (number(row[f"draw_{end}"], decimals, signed=True) for end in ("low", "high"))
        rows.append((
            row["arm"], words.say(f"cli.outcome_{row['outcome']}"), _interval(row, decimals),
            f"{low} … {high}", number(row["draw_spread"], decimals),
        ))
    fields = {"draws": int(frame.draws.max()), "replications": REPLICATIONS_A_DRAW}
    population = {"population": words.say(f"cli.population_{result.clock.population}")}
    return Table(
        words.say("compare.table_assumptions", population),
        _heads(words, "scenario", "outcome", "number", "draws", "draw_spread"), tuple(rows),
        words.say("compare.note_assumptions", fields), texts=2, whole=(0, 1),
    )


def sizes_table(result: "CompareResult", words: Words) -> Table:
    """How large the changes at the end are, and in how many villages there is more."""
    rows: list[Row] = [
        (
            row["arm"], words.say(f"cli.outcome_{row['outcome']}"),
            number(row["size"], 2, signed=True), number(row["paired_size"], 2, signed=True),
            _chance(row),
        )
        for _, row in result.primary().iterrows()
    ]
    fields = {"population": words.say(f"cli.population_{result.clock.population}")}
    return Table(
        words.say("compare.table_sizes", fields),
        _heads(words, "scenario", "outcome", "size", "paired_size", "chance"), tuple(rows),
        words.say("compare.note_sizes", {"base": result.base}), texts=2, whole=(0, 1),
    )


def _chance(row: Any) -> str:
    """A share with its interval, in percent."""
    if not math.isfinite(row["chance_larger"]):
        return NOTHING
    return f"{row['chance_larger']:.0%} [{row['chance_low']:.0%}, {row['chance_high']:.0%}]"


def costs_table(result: "CompareResult", words: Words) -> Table:
    """Money, hours and unpaid care beyond the base, and what they bring."""
    arms = list(dict.fromkeys(result.costs.arm))
    rows: list[Row] = []
    for quantity in dict.fromkeys(result.costs.quantity):
        of_it = result.costs[result.costs.quantity == quantity].set_index("arm")
        decimals = COST_DECIMALS.get(quantity, 1)
        cells = [
            _interval(of_it.loc[arm], decimals)
            if math.isfinite(of_it.estimate[arm])
            else words.say("compare.not_defined")
            for arm in arms
        ]
        rows.append((words.say(f"compare.cost_{quantity}"), *cells))
    return Table(
        words.say("compare.table_costs", {"base": result.base}),
        (words.say("compare.head_figure"), *arms), tuple(rows),
        words.say("compare.note_costs"), texts=1,
    )


def equity_table(result: "CompareResult", words: Words) -> Table:
    """Inequality, tenths and groups, and who is worse off, at the end."""
    frame = result.equity[result.equity.horizon == "end"]
    arms = list(dict.fromkeys(frame.arm))
    rows: list[Row] = []
    for (what, group), of_it in frame.groupby(["what", "group"], sort=False):
        by_arm = of_it.set_index("arm")
        decimals = EQUITY_DECIMALS.get(str(what), 3)
        is_share = str(what).startswith("worse_off")
        name = (
            words.say("compare.tenth", {"number": group})
            if what == "change_income_tenth"
            else words.say(f"compare.group_{group}")
        )
        read = _share if is_share else _interval
        cells = [read(by_arm.loc[arm], decimals) for arm in arms]
        rows.append((words.say(f"compare.equity_{what}"), name, *cells))
    return Table(
        words.say("compare.table_equity"), (*_heads(words, "figure", "group"), *arms),
        tuple(rows), words.say("compare.note_equity", {"base": result.base}), texts=2,
    )


def _share(row: Any, _decimals: int) -> str:
    """A share of women in percent, with its interval."""
    if not math.isfinite(row["estimate"]):
        return NOTHING
    if not (math.isfinite(row["low"]) and math.isfinite(row["high"])):
        return f"{row['estimate']:.0%} [{NOTHING}]"
    low, high = max(0.0, row["low"]), min(1.0, row["high"])
    return f"{row['estimate']:.0%} [{low:.0%}, {high:.0%}]"


def levels_table(result: "CompareResult", words: Words) -> Table:
    """The mean of each scenario at the end, and how far villages differ."""
    frame = result.levels
    here = frame[
        (frame.horizon == "end")
        & (frame.population == result.clock.population)
        & (frame.subgroup == "all")
    ]
    rows: list[Row] = []
    for _, row in here.iterrows():
        decimals = DECIMALS[row["outcome"]]
        low, high, p10, p90 = (number(row[k], decimals) for k in ("low", "high", "p10", "p90"))
        rows.append((
            row["arm"], words.say(f"cli.outcome_{row['outcome']}"),
            f"{number(row['estimate'], decimals)} [{low}, {high}]", f"{p10} … {p90}",
        ))
    fields = {"population": words.say(f"cli.population_{result.clock.population}")}
    return Table(
        words.say("compare.table_levels", fields),
        _heads(words, "scenario", "outcome", "level", "spread"), tuple(rows), texts=2,
        whole=(0, 1),
    )
