"""What a report carries so that its numbers can be checked: scenarios, and what each run gave."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from experiments.design_factors import Factor
from experiments.outcomes import (
    ASKED,
    COST,
    REACHED,
    SERVED,
    UNSERVED,
    WEEKS_AVERAGED,
    primary_cells,
    read_cells,
)
from experiments.run import History, Staff, arm_names
from model.indicators import INDICATORS

FORM = 1
AT = "@"  # indicator@horizon
Kind = Literal["layers", "compare", "sweep", "patterns"]


class KeptRun(BaseModel):
    """One run as a report carries it.

    Attributes:
        arm: its arm or scenario; of patterns, the kind of run.
        replication: counts from 1.
        draw: of a sweep, counts from 0; of patterns, the number of its place.
        sha256: of its whole history; of patterns, of all it found.
        numbers: what the tables rest on, in the order of `Carried.names`; none where not finite.
    """

    model_config = ConfigDict(frozen=True)
    arm: str
    replication: int
    draw: int = 0
    sha256: str
    numbers: tuple[float | None, ...]


class PatternPlace(BaseModel):
    """The villages in which patterns were judged.

    Attributes:
        changes: values by dotted path, set in all scenarios.
        structure: name of the rival structure; empty for the scenarios' own.
    """

    model_config = ConfigDict(frozen=True)
    changes: dict[str, Any] = {}
    structure: str = ""


class Carried(BaseModel):
    """What a report carries for this check.

    Attributes:
        form: version of this form.
        kind: the job.
        scenarios: as plain data, by name; of the layers job, one.
        keys: content keys of the scenarios; of patterns, of each kind of run at a place.
        horizons: of each scenario, and their first weeks after.
        seed: of the job.
        staff: of the layers job.
        replications: complete ones, of which `runs` may hold a part.
        code: names the version of the model; of patterns, with what judges them.
        versions: of what it was run with.
        platform: it was run on.
        processor: it was run on; empty where that was not noted.
        plug_ins: names the text of the plug-ins; empty without any.
        names: of the numbers of each run.
        runs: those that are kept.
        whole: every run of the tables is there.
        effects: rows of the effects as reported; nothing for a sweep.
        smallest: of a comparison, the smallest difference that matters, by outcome.
        indicators: of a sweep, what is kept of each week.
        factors: of a sweep, what is varied.
        settings: of a sweep, by draw: the value of each factor.
        places: of patterns.
        names_at: of patterns, in place of `names`: those of each kind of run at a place.
    """

    model_config = ConfigDict(frozen=True)
    form: int
    kind: Kind
    scenarios: dict[str, dict[str, Any]] = {}
    keys: dict[str, str] = {}
    horizons: dict[str, dict[str, int]] = {}
    seed: int = 0
    staff: Staff = "limited"
    replications: int = 0
    code: str
    versions: dict[str, str | None]
    platform: str
    processor: str = ""
    plug_ins: str = ""
    names: tuple[str, ...] = ()
    runs: tuple[KeptRun, ...] = ()
    whole: bool = False
    effects: tuple[dict[str, str | float | None], ...] = ()
    smallest: dict[str, float] = {}
    indicators: tuple[str, ...] = ()
    factors: tuple[Factor, ...] = ()
    settings: dict[int, tuple[Any, ...]] = {}
    places: tuple[PatternPlace, ...] = ()
    names_at: dict[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _fits(self) -> "Carried":
        """Each run is of an arm that is there, with its numbers; and whole is whole."""
        if not self.runs:
            return self
        if self.kind == "patterns":
            self._fits_patterns()
            return self
        if not set(self.scenarios) == set(self.horizons) == set(self.keys) != set():
            raise ValueError("scenarios")
        arms = arm_names(self.staff) if self.kind == "layers" else tuple(self.scenarios)
        of_arms: dict[str, list[int]] = {arm: [] for arm in arms}
        for run in self.runs:
            if run.arm not in arms or len(run.numbers) != len(self.names):
                raise ValueError(run.arm)
            if self.factors and len(self.settings.get(run.draw, ())) != len(self.factors):
                raise ValueError(run.draw)
            of_arms[run.arm].append(run.replication)
        if self.whole and len({tuple(sorted(numbers)) for numbers in of_arms.values()}) != 1:
            raise ValueError("whole")
        return self

    def _fits_patterns(self) -> None:
        for run in self.runs:
            place = place_of(run.arm, run.draw)
            if place not in self.keys or not 0 <= run.draw < len(self.places):
                raise ValueError(place)
            if len(run.numbers) != len(self.names_of(run)) or run.replication < 1:
                raise ValueError(place)

    def names_of(self, run: KeptRun) -> tuple[str, ...]:
        """The names of the numbers of a run."""
        return self.names_at.get(place_of(run.arm, run.draw), self.names)


# --- What is kept of a run ---------------------------------------------------------------------


def history_digest(values: History) -> str:
    """Names every bit of a history."""
    return hashlib.sha256(np.ascontiguousarray(values, dtype="<f4").tobytes()).hexdigest()


def numbers_of(
    names: Sequence[str], history: History, horizons: Mapping[str, int]
) -> dict[str, float]:
    """What the tables rest on: the primary outcomes at each horizon, and the accounts.

    Where no primary outcome was kept: the last weeks of everything that was.

    Args:
        names: the columns of the history.
        history: weeks x indicators.
        horizons: their names and first weeks after.
    """
    cells = primary_cells(names, horizons, INDICATORS)
    read = read_cells(history, cells)
    found = {key_of(c.indicator, c.horizon): float(n) for c, n in zip(cells, read, strict=True)}
    for place, name in enumerate(names):
        column = history[:, place].astype(np.float64)
        if name in {COST, SERVED, ASKED, UNSERVED}:
            found[name] = float(column.sum())
        elif name == REACHED:
            found[name] = float(column.max())
        elif not cells:
            found[name] = float(column[-WEEKS_AVERAGED:].mean())
    return found


def place_of(runs: str, number: int) -> str:
    """What a kind of run of patterns is called at a place."""
    return f"{runs}{AT}{number}"


def key_of(indicator: str, horizon: str) -> str:
    """The name of an outcome at a horizon among the numbers of a run."""
    return f"{indicator}{AT}{horizon}"
