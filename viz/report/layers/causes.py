"""Why burnout changes: the model's own account of it, week by week."""

from typing import TYPE_CHECKING

import pandas as pd

from experiments.causes_over_time import causes_frame
from viz.charts import causes_stream
from viz.charts.causes import cause_name, drawn_weeks
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.digits import signed
from viz.report.names import Names, programme_of
from viz.report.pictures import picture

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

OUTCOME = "burnout"


def causes_section(result: "LayersResult", names: Names) -> Section:
    """The causes as a stream, without programme, with all layers, and between the two."""
    words = names.words
    blocks: list[Block] = [Text(words.say("charts.causes_read"))]
    causes = causes_frame(result.histories, OUTCOME)
    if not causes.empty:
        blocks.append(_picture(result, causes, names))
    return Section("causes", words.say("charts.causes_title"), blocks)


def _picture(result: "LayersResult", causes: pd.DataFrame, names: Names) -> Block:
    programme, words = programme_of(result), names.words
    weeks = (programme.start, programme.stop)
    return picture(
        lambda: causes_stream(causes, weeks, words),
        words.say("charts.causes_alt"),
        words.say("charts.causes_caption", {"count": result.complete}),
        _table(causes, names),
        name="causes",
        data=causes[causes.week.isin(drawn_weeks(causes, weeks))],
    )


def _table(causes: pd.DataFrame, names: Names) -> Table:
    """The difference by cause at each horizon, the largest at the first one above."""
    apart = causes[causes.arm == "difference"]
    last = int(apart.week.max())
    weeks = {horizon: min(week - 1, last) for horizon, week in names.weeks.items()}
    columns = [
        apart[apart.week == week].set_index("cause").amount.to_dict() for week in weeks.values()
    ]
    ranked = sorted(columns[0], key=lambda cause: -abs(columns[0][cause]))
    rows = [
        (
            cause_name(str(cause), names.words),
            [Cell(signed(column[cause], "0-1")) for column in columns],
        )
        for cause in ranked
    ]
    sums = [Cell(signed(sum(column.values()), "0-1"), strong=True) for column in columns]
    rows.append((names.words.say("charts.together"), sums))
    head = [names.words.say("charts.column_cause"), *map(names.horizon, weeks)]
    return Table(names.words.say("charts.causes_table"), head, [Rows(rows)])
