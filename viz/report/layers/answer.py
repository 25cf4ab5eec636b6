"""The first page: what was asked, the answer in two sentences, how sure, who is left worse."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.between import ahead_frame
from experiments.joint import GOOD
from experiments.outcomes import WEEKS_A_YEAR
from experiments.statistics import FEWEST_FOR_BOOTSTRAP
from scenarios.catalogue import MEASURES
from viz.charts import effect_forest, is_clear
from viz.report.blocks import Block, Section, Text
from viz.report.digits import percent, signed, size
from viz.report.layers.effects import effects_table
from viz.report.layers.structures import how_many_hold
from viz.report.layers.worse import harm
from viz.report.names import (
    EVERYONE,
    OUTCOMES,
    SINGLE,
    Names,
    of_everyone,
    pick,
    programme_of,
)
from viz.report.pictures import picture

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

MUCH_UNSERVED = 0.1  # a share of unserved hours that has to be named


def answer_section(
    result: "LayersResult", names: Names, signs: pd.DataFrame | None = None
) -> Section:
    """The note for a leader's desk: one printed page.

    Args:
        result: of `experiments.layers`.
        names: of the language.
        signs: in which rival structures the signs hold, where that was run.
    """
    blocks: list[Block] = [
        Text(_asked(result, names), "note"),
        Text(names.sentences(_answer(result, names)), "lead"),
        Text(names.say("sure_title"), "label"),
        Text(_how_sure(result, names, signs)),
        Text(names.say("harm_title"), "label"),
        *harm(result, names),
        forest(result, "end", names),
    ]
    return Section("answer", names.say("answer_title"), blocks)


def forest(result: "LayersResult", horizon: str, names: Names) -> Block:
    """The change of each outcome in each arm at one horizon, drawn."""
    return picture(
        lambda: effect_forest(result.effects, horizon, names.whom, names.words),
        names.say("forest_alt", horizon=names.horizon(horizon)),
        names.say(
            "forest_caption",
            horizon=names.horizon(horizon),
            population=names.population(names.whom),
        ),
        effects_table(result.effects, horizon, names.whom, names),
        name="effects" if horizon == "end" else f"effects_{horizon}",
        data=of_everyone(result.effects, horizon, names.whom),
    )


def _asked(result: "LayersResult", names: Names) -> str:
    scenario = result.scenario
    layers = {MEASURES[use.measure].layer for use in scenario.measures}
    programme = programme_of(result)
    return names.say(
        "asked",
        measures=len(scenario.measures),
        layers=len(layers),
        start=programme.start,
        stop=programme.stop,
        years=round((programme.stop - programme.start) / WEEKS_A_YEAR, 1),
        workers=programme.workers,
        money=names.words.amount(programme.money, exact=True),
        women=scenario.setup().women,
        staff=names.say(f"staff_{result.staff}"),
    )


# --- Two sentences -----------------------------------------------------------------------------


def _answer(result: "LayersResult", names: Names) -> list[str]:
    """All layers together; then which layer does most for what. Composed from numbers only."""
    together = [
        _change(_row(result.effects, "all", outcome, names), _level(result, outcome, names), names)
        for outcome in OUTCOMES
    ]
    key = "answer_nobody" if names.whom == EVERYONE else "answer_all"
    first = names.say(key, changes=names.joined(together))
    return [first, _which_layer(result, names)]


def _row(frame: pd.DataFrame, arm: str, outcome: str, names: Names) -> "pd.Series[Any]":
    rows = pick(frame, "end", names.whom, outcome)
    return rows[rows.arm == arm].iloc[0]


def _level(result: "LayersResult", outcome: str, names: Names) -> float:
    """The outcome without the programme."""
    return float(_row(result.levels, "none", outcome, names).estimate)


def _change(row: "pd.Series[Any]", level: float, names: Names) -> str:
    """What happened to one outcome, and whether it can be told from no change."""
    outcome = row.outcome
    fields = {
        "outcome": names.say(f"phrase_{outcome}"),
        "size": names.say(f"amount_{outcome}", size=size(row.estimate, row.unit)),
        "percent": percent(row.estimate, level),
        "low": signed(row.low, row.unit),
        "high": signed(row.high, row.unit),
    }
    return names.say(f"change_{_direction(row)}", **fields)


def _direction(row: "pd.Series[Any]") -> str:
    """`higher`, `lower`, `same`, or `unclear` where the interval holds zero or there is none.

    >>> _direction(pd.Series({"estimate": 1.0, "low": -1.0, "high": 3.0}))
    'unclear'
    """
    if row.low == row.high == 0:
        return "same"
    if pd.isna(row.low):
        return "missing" if pd.isna(row.estimate) else "single"
    if not is_clear(row.low, row.high):
        return "unclear"
    return "higher" if row.estimate > 0 else "lower"


def _which_layer(result: "LayersResult", names: Names) -> str:
    """Which single layers better each outcome most, and which cannot be told from nothing."""
    told, unclear = [], []
    ahead = ahead_frame(result.histories, result.cells, result.staff)
    ahead = ahead[(ahead.horizon == "end") & (ahead.population == names.whom)]
    for outcome in OUTCOMES:
        rows = [_row(result.effects, layer, outcome, names) for layer in SINGLE]
        best, all_apart = _best(rows, ahead[ahead.outcome == outcome])
        if best:
            layers = names.both([names.say(f"layer_{arm}") for arm in best])
            one = "most_one" if all_apart else "some_one"
            key = one if len(best) == 1 else "most_several"
            told.append(names.say(f"{key}_{outcome}", layers=layers))
        dark = [str(row.arm) for row in rows if _direction(row) not in {"higher", "lower"}]
        if dark:
            layers = names.both([names.say(f"layer_{arm}") for arm in dark])
            of = names.say(f"phrase_{outcome}")
            unclear.append(names.say("dark_one", layers=layers, outcome=of))
    if not told:
        return names.say("most_none")
    if not unclear:
        return names.say("most_clear", told=names.clauses(told))
    return names.say("most", told=names.clauses(told), unclear=names.clauses(unclear))


def _best(rows: "Sequence[pd.Series[Any]]", ahead: pd.DataFrame) -> tuple[list[str], bool]:
    """The arm that clearly betters an outcome most, and those not told apart from it.

    Also whether it is told apart from every other arm, in pairs of the same villages.
    """
    sign = GOOD[str(rows[0].outcome)]
    good = [r for r in rows if is_clear(r.low, r.high) and sign * r.estimate > 0]
    if not good:
        return [], False
    top = str(max(good, key=lambda row: abs(row.estimate)).arm)
    pairs = ahead[ahead["first"] == top]
    near = [str(p.second) for _, p in pairs.iterrows() if not is_clear(p.low, p.high)]
    return [arm for arm in (str(r.arm) for r in good) if arm == top or arm in near], not near


# --- How sure ----------------------------------------------------------------------------------


def _how_sure(result: "LayersResult", names: Names, signs: pd.DataFrame | None) -> str:
    count = int(pick(result.effects, "end", names.whom, "income").replications.max())
    told = [names.say("sure_replications", complete=count)]
    if count < FEWEST_FOR_BOOTSTRAP:
        told.append(names.say("sure_few"))
    told.append(names.say("sure_small"))
    told.append(_over_guesses(result, names))
    if signs is not None:
        told.append(how_many_hold(signs, names))
    told.append(names.say("sure_certainty"))
    told += _together(result.ledger, names)
    if (share := _unserved(result.programme)) > MUCH_UNSERVED:
        told.append(names.say("sure_unserved", percent=f"{100 * share:.0f}"))
    return names.sentences(told)


def _unserved(programme: pd.DataFrame) -> float:
    """The share of the asked hours that could not be served with all layers at work."""
    rows = programme[programme.arm == "all"].set_index("quantity").estimate
    asked = float(rows["hours_asked"])
    return float(rows["hours_unserved"]) / asked if asked > 0 else 0.0


def _together(ledger: pd.DataFrame, names: Names) -> list[str]:
    """In which outcomes the layers bring clearly less, or more, than the sum of each alone."""
    beyond: dict[str, list[str]] = {"less": [], "more": []}
    interaction = ledger[ledger.part == "interaction"]
    for outcome in OUTCOMES:
        row = pick(interaction, "end", names.whom, outcome).iloc[0]
        if is_clear(row.low, row.high):
            key = "more" if GOOD[outcome] * row.estimate > 0 else "less"
            beyond[key].append(names.say(f"phrase_{outcome}"))
    told = [(key, outcomes) for key, outcomes in beyond.items() if outcomes]
    return [names.say(f"together_{key}", outcomes=names.both(of)) for key, of in told]


def _over_guesses(result: "LayersResult", names: Names) -> str:
    """How far the joint change moves when guesses are drawn; that it is unknown without draws."""
    if result.assumptions is None:
        return names.say("sure_assumptions")
    told = []
    for outcome in OUTCOMES:
        row = _row(result.assumptions, "all", outcome, names)
        ends = {"low": signed(row.draw_low, row.unit), "high": signed(row.draw_high, row.unit)}
        of = names.say(f"phrase_{outcome}")
        told.append(names.say("sure_reach", outcome=of, reach=names.say("range", **ends)))
    return names.say("sure_draws", draws=len(result.draws), reaches=names.listed(told))
