"""What arms, outcomes, horizons and groups of women are called, and where to find their rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.outcomes import PRIMARY
from experiments.statistics import ARMS
from model.errors import JinguoError
from viz.charts import is_clear
from viz.report.blocks import Cell, Rows
from viz.report.digits import MISSING, between, signed
from viz.words import Words

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult
    from scenarios.schema import ProgrammeSpec

SELLING, EVERYONE = "selling_at_start", "all_women"
POPULATIONS = (SELLING, EVERYONE)
OUTCOMES = PRIMARY
MEASURED_ARMS = ARMS[1:]
SINGLE = ("micro", "meso", "macro")


class Names:
    """The names of one report in one language.

    Attributes:
        whom: the women it tells of first: those selling when the programme began, or all where
            nobody was.
    """

    def __init__(self, result: "LayersResult", words: Words) -> None:
        self.words = words
        self.whom = told_first(result.effects)
        self.weeks = result.scenario.horizons()
        self.last = result.scenario.weeks

    def say(self, key: str, **fields: object) -> str:
        """A text of the report."""
        return self.words.say(f"report.{key}", fields)

    def arm(self, arm: str) -> str:
        """Which measures an arm delivers."""
        return self.say(f"arm_{arm.replace('+', '_')}")

    def part(self, part: str) -> str:
        """A line of what each layer accounts for."""
        name, _, pair = part.partition(":")
        return self.say("part_pair", pair=self.arm(pair)) if pair else self.say(f"part_{name}")

    def outcome(self, outcome: str) -> str:
        """An outcome, without its unit."""
        return self.say(f"outcome_{outcome}")

    def with_unit(self, outcome: str) -> str:
        """An outcome with its unit."""
        unit = self.say(f"unit_{outcome}")
        return self.say("with_unit", name=self.outcome(outcome), unit=unit)

    def population(self, population: str) -> str:
        """A group of women."""
        return self.say(f"population_{population}")

    def horizon(self, horizon: str) -> str:
        """When an outcome is read, with its week."""
        return self.say(f"horizon_{horizon}", week=self.weeks[horizon])

    def horizons(self) -> tuple[str, ...]:
        """The horizons that fall into the run."""
        return tuple(self.weeks)

    def sentences(self, told: Sequence[str]) -> str:
        """Sentences one after the other; Chinese sets no space between them."""
        return self.words.sentences(told)

    def joined(self, parts: Sequence[str]) -> str:
        """Clauses that hold commas of their own, in one sentence."""
        return self.words.joined(parts)

    def listed(self, parts: Sequence[str]) -> str:
        """Names in a row."""
        return self.words.listed(parts)

    def both(self, parts: Sequence[str]) -> str:
        """Short things in a row, the last joined by a word."""
        return self._with_last("both", self.listed(parts[:-1]), parts)

    def clauses(self, parts: Sequence[str]) -> str:
        """Clauses in a row, the last joined as the language does."""
        comma = "，" if self.words.lang == "zh" else ", "
        return self._with_last("clauses", comma.join(parts[:-1]), parts)

    def _with_last(self, key: str, first: str, parts: Sequence[str]) -> str:
        return self.say(key, first=first, last=parts[-1]) if first else "".join(parts)

    def percent(self, percent: float) -> str:
        """A share in percent; a dash where there is none."""
        if np.isnan(percent):
            return MISSING
        return self.say("percent", share=f"{percent:.0f}".replace("-", "−"))

    def difference(self, row: "pd.Series[Any]") -> Cell:
        """A difference with its interval below, strong where the interval leaves out zero."""
        return Cell(
            signed(row.estimate, row.unit),
            between(row.low, row.high, row.unit, self.words),
            strong=is_clear(row.low, row.high),
        )


def why_missing(groups: "Sequence[Rows]", words: Words) -> str:
    """What a dash means, where a table of women holds one; nothing where it holds none."""
    cells = (cell for group in groups for _, row in group.rows for cell in row)
    missing = any(cell.text == MISSING for cell in cells)
    return words.say("report.missing_nobody") if missing else ""


def told_first(effects: pd.DataFrame) -> str:
    """The group of women that is told first; all women where nobody was selling at the start."""
    return SELLING if effects[effects.population == SELLING].estimate.notna().any() else EVERYONE


def programme_of(result: "LayersResult") -> "ProgrammeSpec":
    """The programme of a layers job, which has none without one."""
    scenario = result.scenario
    if scenario.programme is None:
        raise JinguoError("results.no_programme", {"scenario": scenario.name})
    return scenario.programme


def of_everyone(frame: pd.DataFrame, horizon: str, population: str) -> pd.DataFrame:
    """The rows of a group of women at one horizon, all of its women."""
    chosen = (frame.horizon == horizon) & (frame.population == population)
    return frame[chosen & (frame.subgroup == "all")]


def pick(frame: pd.DataFrame, horizon: str, population: str, outcome: str) -> pd.DataFrame:
    """The rows of one outcome of one group at one horizon, all of its women."""
    wanted = {"horizon": horizon, "population": population, "outcome": outcome, "subgroup": "all"}
    chosen = np.logical_and.reduce(
        [frame[name].to_numpy() == value for name, value in wanted.items()]
    )
    return frame[chosen]
