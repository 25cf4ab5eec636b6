"""Means week by week with their intervals: one row an arm and week."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from experiments.layer_frames import bands_frame
from experiments.outcomes import PRIMARY
from model.indicators import INDICATORS, Indicator
from viz.export.workbook import Sheet, format_of
from viz.indicator_words import label_of, unit_of
from viz.words import Words

if TYPE_CHECKING:
    from experiments.store import Histories

POPULATIONS = ("all_women", "selling_at_start")
MAIN = ("shops", "sales", "profit", "time_poor", "programme_cost", "hours_served", "reached")
PARTS = {"mean": "mean_of", "low": "low_of", "high": "high_of"}


def series_sheet(histories: "Histories", arm: Callable[[str], str], words: Words) -> Sheet:
    """The primary outcomes and the main indicators, week by week.

    Args:
        histories: every stored number.
        arm: what an arm is called.
        words: the language.
    """
    shown = [one for one in INDICATORS if one.name in histories.names and _is_main(one)]
    heads = {column: words.say(f"export.head_{column}") for column in ("arm", "week")}
    told: dict[str, object] = {}
    formats = {}
    for indicator in shown:
        band = bands_frame(histories, [indicator])
        if not told:
            told = {heads["arm"]: [arm(name) for name in band.arm], heads["week"]: band.week}
        fields = {"name": label_of(indicator, words), "unit": unit_of(indicator.unit, words)}
        for column, entry in PARTS.items():
            head = words.say(f"export.head_{entry}", fields)
            told[head], formats[head] = band[column], format_of(indicator.unit)
    title, note = words.say("export.title_series"), words.say("export.note_series")
    return Sheet(words.say("export.tab_series"), title, pd.DataFrame(told), formats, note)


def _is_main(indicator: Indicator) -> bool:
    if indicator.subgroup != "all":
        return False
    if indicator.outcome in PRIMARY:
        return indicator.population in POPULATIONS
    return indicator.name in MAIN
