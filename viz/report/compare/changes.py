"""What scenarios change: at each horizon, in each group of women, and week by week."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from experiments.comparison_frames import bands_of_differences
from experiments.outcomes import PRIMARY
from experiments.people import SUBGROUPS
from model.indicators import INDICATORS
from viz.charts import panels_over_time, thinned_weeks, weeks_between_points
from viz.report.blocks import Block, Cell, Folded, Rows, Section, Table, Text
from viz.report.digits import between, signed
from viz.report.names import POPULATIONS, Names, why_missing
from viz.report.pictures import picture, points
from viz.report.screen_tables import as_block
from viz.tables.compare import assumptions_table, effects_table, levels_table, sizes_table
from viz.words import Words

if TYPE_CHECKING:
    from experiments.comparison import CompareResult

HALF = 26
YEAR = 52


class CompareNames(Names):
    """The names of one comparison in one language: an arm is called as its scenario.

    Args:
        result: of `called`, or as it was run.
        words: the language.
        names: of the scenarios, for programs; those of the result when not given.
    """

    def __init__(
        self, result: "CompareResult", words: Words, names: Sequence[str] | None = None
    ) -> None:
        self.words = words
        self.names = dict(zip(result.scenarios, names or result.scenarios, strict=True))
        self.weeks = dict(result.clock.horizons)
        self.last = next(iter(result.scenarios.values())).weeks

    def arm(self, arm: str) -> str:
        """The scenario's name."""
        return arm

    def coded(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Numbers for programs, with the names that scenarios have there."""
        return frame.assign(arm=frame["arm"].astype(str).map(self.names))


# --- At each horizon ---------------------------------------------------------------------------


def differences_section(result: "CompareResult", names: CompareNames) -> Section:
    """Changes with verdicts, the range over draws where there are any, and what lies behind."""
    words = names.words
    own = result.clock.population
    blocks: list[Block] = [
        Text(words.say("compare.note_effects", result.smallest), "note"),
    ]
    if not result.clock.same_women:
        blocks.append(Text(words.say("compare.other_start"), "note"))
    blocks += _tables(result, own, words)
    if result.assumptions is not None:
        blocks.append(as_block(assumptions_table(result, words)))
    rest = [p for p in POPULATIONS if p != own and result.clock.same_women]
    behind = [as_block(sizes_table(result, words)), as_block(levels_table(result, words))]
    blocks += [
        Folded(names.population(p), _tables(result, p, words)) for p in rest
    ]
    blocks.append(Folded(words.say("reports.groups"), [_groups_table(result, names)]))
    blocks.append(Folded(words.say("reports.sizes_and_levels"), behind))
    return Section("differences", words.say("reports.differences_title"), blocks)


def _tables(result: "CompareResult", population: str, words: Words) -> list[Block]:
    return [as_block(effects_table(result, o, population, words)) for o in PRIMARY]


def _groups_table(result: "CompareResult", names: CompareNames) -> Table:
    """The change at the end in each group of women, with its own interval."""
    frame = result.effects
    here = frame[(frame.horizon == "end") & (frame.population == result.clock.population)]
    groups = []
    for arm in dict.fromkeys(here.arm):
        rows = []
        for group in SUBGROUPS:
            own = here[(here.arm == arm) & (here.subgroup == group)].set_index("outcome")
            if len(own) == len(PRIMARY):
                cells = [names.difference(own.loc[outcome]) for outcome in PRIMARY]
                rows.append((names.words.say(f"compare.group_{group}"), cells))
        groups.append(Rows(rows, str(arm)))
    head = [names.words.say("compare.head_group"), *map(names.with_unit, PRIMARY)]
    caption = names.words.say("reports.groups_caption", {"horizon": names.horizon("end")})
    return Table(caption, head, groups, why_missing(groups, names.words))


# --- Week by week ------------------------------------------------------------------------------


def time_section(result: "CompareResult", names: CompareNames) -> Section:
    """The change from the base over time, one figure an outcome."""
    own = result.clock.population
    shown = [
        indicator
        for indicator in INDICATORS
        if indicator.outcome in PRIMARY
        and indicator.subgroup == "all"
        and indicator.population == own
        and indicator.name in result.histories.names
    ]
    bands = bands_of_differences(result.histories, result.base, shown)
    bands = bands[(bands.week >= result.clock.start - YEAR) & bands["mean"].notna()]
    blocks: list[Block] = [Text(names.words.say("reports.time_read", {"base": result.base}))]
    blocks += [_change_over_time(result, bands, outcome, names) for outcome in PRIMARY]
    return Section("time", names.words.say("reports.time_title"), blocks)


def _change_over_time(
    result: "CompareResult", bands: pd.DataFrame, outcome: str, names: CompareNames
) -> Block:
    rows = bands[bands.outcome == outcome]
    if rows.empty:
        return Text(names.words.say("reports.time_none", {"outcome": names.outcome(outcome)}))
    weeks = (result.clock.start, result.clock.horizons["end"])
    fields = {
        "outcome": names.outcome(outcome),
        "population": names.population(result.clock.population),
        "base": result.base,
        "start": weeks[0],
        "stop": weeks[1],
        "every": weeks_between_points(rows.week.nunique()),
    }
    label = names.say(f"axis_{outcome}")
    return picture(
        lambda: panels_over_time(rows, label, names.words, weeks, zero=True),
        names.words.say("reports.time_alt", fields),
        names.words.say("reports.time_caption", fields),
        _weeks_table(rows, outcome, weeks[0], names),
        name=f"change_{outcome}",
        data=names.coded(points(rows)),
    )


def _weeks_table(
    bands: pd.DataFrame, outcome: str, first: int, names: CompareNames
) -> Table:
    arms = list(dict.fromkeys(bands.arm))
    rows = []
    for week in thinned_weeks(max(first, bands.week.min()), int(bands.week.max()), HALF):
        at = bands[bands.week == week].set_index("arm")
        cells = [
            Cell(
                signed(at["mean"][arm], at.unit[arm]),
                between(at.low[arm], at.high[arm], at.unit[arm], names.words),
            )
            for arm in arms
            if arm in at.index
        ]
        if len(cells) == len(arms):
            rows.append((names.say("week", week=week), cells))
    return Table(names.with_unit(outcome), [names.say("column_week"), *arms], [Rows(rows)])
