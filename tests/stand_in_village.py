"""A village whose answers are known by hand, for tests of experiments.

It behaves as `Scenario` and `Village` do: seeded luck, a shared past, branches, a history. What
the layers do to it is written down in `EFFECT`, so that effects and shares can be checked.
"""

import os
import signal
import threading
from collections.abc import Collection, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from model.causes import CAUSES
from model.indicators import INDICATORS
from model.parameters import Values
from scenarios.form import Label

NAMES = tuple(indicator.name for indicator in INDICATORS)
OUTCOME_OF = {indicator.name: indicator.outcome for indicator in INDICATORS}
# micro and meso together give 4 yuan more than each alone; macro does nothing
EFFECT = {
    "income": {"micro": 10.0, "meso": 5.0, "macro": 0.0, "micro+meso": 4.0},
    "burnout": {"micro": -0.1, "meso": 0.0, "macro": 0.0, "micro+meso": 0.0},
    "trust": {"micro": 0.0, "meso": 0.0, "macro": 0.0, "micro+meso": 0.0},
}
LEVEL = {"income": 100.0, "burnout": 0.4, "trust": 0.5}
SPREAD = {"income": 20.0, "burnout": 0.05, "trust": 0.05}
MORE_WITH_ENOUGH_STAFF = 2.0
ACCOUNTS = {"programme_cost": 100.0, "hours_served": 10.0, "hours_asked": 15.0, "watched": 4.0}


class PaperScenario(BaseModel):
    """A scenario of the stand-in village.

    Attributes:
        own_luck: spread of what differs between arms; 0 makes every paired difference exact.
        wait: seconds each branch takes.
        fault: what befalls the replication with the seed `faulty`: raise, hang, kill, kill_once.
        traces: folder in which a killed process leaves a trace.
    """

    model_config = ConfigDict(frozen=True)
    name: str = "paper"
    title: Label = Label(en="Paper village", zh="纸上村")
    weeks: int = 80
    start: int = 52
    stop: int = 66
    women: int = 20
    layers: tuple[str, ...] = ("micro", "meso", "macro")
    staff: str = "limited"
    parameters: Mapping[str, float] = {}
    own_luck: float = 0.1
    wait: float = 0.0
    fault: str = ""
    faulty: int = -1
    traces: str = ""

    @property
    def programme(self) -> Any:
        spec = SimpleNamespace(start=self.start, stop=self.stop, staff=self.staff)
        return spec if self.layers else None

    @property
    def running(self) -> Any:
        return self.programme

    @property
    def village_spec(self) -> Any:
        return SimpleNamespace(women=self.women, graph="measured")

    @property
    def measures(self) -> tuple[str, ...]:
        return self.layers

    def setup(self) -> Any:
        measures = [SimpleNamespace(layer=n, start=self.start, mechanism=n) for n in self.layers]
        return SimpleNamespace(
            scenario=self,
            weeks=self.weeks,
            women=self.women,
            values=Values(self.parameters),
            programme=self.programme,
            measures=tuple(measures),
            shocks=(),
        )

    def village(self, seed: int) -> "PaperVillage":
        return PaperVillage(self.setup(), seed)

    def arm(self, layers: Collection[str]) -> "PaperScenario":
        return self.model_copy(update={"layers": tuple(n for n in self.layers if n in layers)})

    def with_staff(self, staff: str) -> "PaperScenario":
        return self.model_copy(update={"staff": staff})

    def horizons(self) -> dict[str, int]:
        return {"end": self.stop, "after_52": self.weeks, "after_104": self.weeks}

    def plain(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    def ground_key(self) -> str:
        return f"{self.women} {self.weeks} {dict(self.parameters)}"

    def content_key(self) -> str:
        idle = {"name": "", "wait": 0.0, "fault": "", "faulty": -1, "traces": ""}
        return self.model_copy(update=idle).model_dump_json()


class PaperVillage:
    """A village with luck of its own and the effects of `EFFECT`."""

    open_villages = 0

    def __init__(self, setup: Any, seed: int) -> None:
        self.setup, self.seed, self.week = setup, seed, 0
        self.history = SimpleNamespace(names=NAMES, values=np.zeros((0, len(NAMES))))
        PaperVillage.open_villages += 1

    def branch(self, setup: Any) -> "PaperVillage":
        twin = PaperVillage(setup, self.seed)
        twin.week = self.week
        twin.history.values = self.history.values.copy()
        return twin

    def run(self, until: int | None = None) -> None:
        scenario = self.setup.scenario
        if until is None:
            _misfortune(scenario, self.seed)
            threading.Event().wait(scenario.wait)
        last = self.setup.weeks if until is None else until
        luck = {outcome: self._luck(outcome) for outcome in EFFECT}
        rows = [self._row(week, luck) for week in range(self.week, last)]
        self.history.values = np.concatenate([self.history.values, *(r[None] for r in rows)])
        self.week = last

    @property
    def causes(self) -> Any:
        """Its effects have no causes."""
        weeks = pd.RangeIndex(len(self.history.values), name="week")
        return SimpleNamespace(
            frame=lambda outcome: pd.DataFrame(0.0, index=weeks, columns=list(CAUSES[outcome]))
        )

    @property
    def sellers(self) -> Any:
        """Every second woman sells; each earns a yuan more than the one before her."""
        women, mean = self.setup.women, {name: float("nan") for name in EFFECT}
        if len(self.history.values):
            mean = dict(zip(NAMES, self.history.values[-1], strict=True))
        rank = np.arange(women, dtype=float)
        return SimpleNamespace(
            income=mean["income"] + rank,
            income_outside=100.0 + rank,
            income_year=np.zeros(women),
            burnout=np.clip(mean["burnout"] + (rank - women / 2) / (4 * women), 0.0, 1.0),
            hours_care=np.full(women, 25.0),
            selling=(rank % 2 == 0).astype(float),
            segment=rank % 4,
            minority=(rank % 5 == 0).astype(float),
            full_time=(rank % 3 == 0).astype(float),
            family=rank // 2,
            mode=np.zeros(women),
            edu_years=np.full(women, 9.0),
        )

    @property
    def families(self) -> Any:
        """Two women each; one family in two has a small child, and none a relative in need."""
        rank = np.arange(self.setup.women // 2 + 1)
        return SimpleNamespace(children_u6=rank % 2, elders_need=np.zeros(rank.size))

    def close(self) -> None:
        PaperVillage.open_villages -= 1

    def _row(self, week: int, luck: Mapping[str, tuple[float, float]]) -> np.ndarray:
        values = {name: self._account(name, week) for name in NAMES}
        for name, outcome in OUTCOME_OF.items():
            if outcome in EFFECT:
                level, effect = luck[outcome]
                season = SPREAD[outcome] * np.sin(week + self.seed % 97)
                begun = week >= self.setup.scenario.start
                values[name] = level + season + (effect if begun else 0.0)
        return np.array([values[name] for name in NAMES])

    def _luck(self, outcome: str) -> tuple[float, float]:
        """Level of this village, and the effect of its arm."""
        luck = np.random.default_rng([self.seed, len(outcome)]).normal() * SPREAD[outcome]
        effect = self._effect(outcome) if self.setup.scenario.layers else 0.0
        return LEVEL[outcome] + luck, effect

    def _effect(self, outcome: str) -> float:
        scenario = self.setup.scenario
        known = EFFECT[outcome]
        effect = sum(known[layer] for layer in scenario.layers)
        if {"micro", "meso"} <= set(scenario.layers):
            effect += known["micro+meso"]
        if scenario.staff == "enough":
            effect *= MORE_WITH_ENOUGH_STAFF
        arm = [ord(layer[1]) for layer in scenario.layers]
        own = np.random.default_rng([self.seed, *arm]).normal() * scenario.own_luck
        return float(effect + own * SPREAD[outcome])

    def _account(self, name: str, week: int) -> float:
        scenario = self.setup.scenario
        served = bool(scenario.layers) and scenario.start <= week < scenario.stop
        if name == "reached":
            return 2.0 if served else 0.0
        if name == "hours_unserved":
            return 5.0 if served and scenario.staff == "limited" else 0.0
        return ACCOUNTS.get(name, 0.0) if served or name == "watched" else 0.0


def _misfortune(scenario: PaperScenario, seed: int) -> None:
    if seed != scenario.faulty:
        return
    if scenario.fault == "raise":
        raise ValueError("the bridge is gone")
    if scenario.fault == "hang":
        threading.Event().wait(3600)
    trace = Path(scenario.traces) / "killed"
    if scenario.fault == "kill" or (scenario.fault == "kill_once" and not trace.exists()):
        if scenario.traces:
            trace.touch()
        os.kill(os.getpid(), signal.SIGKILL)
