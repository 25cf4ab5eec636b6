"""What a plan will take, told before it starts: minutes, megabytes, and how it is cut."""

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.design_factors import with_settings
from experiments.executors import run_tasks
from experiments.plan import MOST_IN_A_CHUNK, Plan
from experiments.run import compile_rules, seed_of

if TYPE_CHECKING:
    from scenarios.schema import Scenario

PILOT_SECONDS = 2.0  # real time spent on finding out how long a run takes
PILOT_WEEKS = 52
PILOT_ARMS = 3
CHUNK_SECONDS = 10.0
CHUNKS_A_PROCESS = 4  # at least, so that no process waits for the others at the end
SHORTEST_DEADLINE = 120.0  # a first run may have to load or compile the rules
DEADLINE_FACTOR = 30.0
BYTES_A_NUMBER = 2.8  # of a float of four bytes, packed; measured in `benchmarks/store.py`
BYTES_A_CHUNK = 12_000.0


@dataclass(frozen=True)
class Estimate:
    """What a plan will take.

    Attributes:
        arms: scenarios.
        draws: points of the design.
        replications: of each scenario under each draw.
        runs: in all.
        seconds: one run takes.
        minutes: all of it takes.
        megabytes: the store will hold.
        chunk: runs a process does in one go.
        deadline: seconds after which a run is stopped.
    """

    arms: int
    draws: int
    replications: int
    runs: int
    seconds: float
    minutes: float
    megabytes: float
    chunk: int
    deadline: float


def estimate(plan: Plan, processes: int) -> Estimate:
    """Time a little of the plan, and say what all of it will take."""
    seconds = _seconds_a_run(plan)
    chunk = plan.chunk or _chunk(plan, processes, seconds)
    weeks = sum(arm.weeks for arm in plan.arms.values()) / len(plan.arms)
    numbers = plan.runs * weeks * len(plan.indicators)
    size = numbers * BYTES_A_NUMBER + plan.runs / chunk * BYTES_A_CHUNK
    return Estimate(
        arms=len(plan.arms),
        draws=plan.draws,
        replications=plan.replications,
        runs=plan.runs,
        seconds=seconds,
        minutes=plan.runs * seconds / processes / 60,
        megabytes=size / 1e6,
        chunk=chunk,
        deadline=plan.deadline or max(SHORTEST_DEADLINE, math.ceil(DEADLINE_FACTOR * seconds)),
    )


def _chunk(plan: Plan, processes: int, seconds: float) -> int:
    """Runs a chunk: some seconds of work, several chunks a process, arms kept together."""
    wanted = min(CHUNK_SECONDS / max(seconds, 1e-3), plan.runs / (CHUNKS_A_PROCESS * processes))
    arms = len(plan.arms)
    size = max(1, round(wanted / arms)) * arms
    return min(size, MOST_IN_A_CHUNK)


def _seconds_a_run(plan: Plan) -> float:
    arms = list(plan.arms.values())[:PILOT_ARMS]
    # What goes wrong here goes wrong in the runs, which report it.
    list(run_tasks(compile_rules, {0: arms[0]}))
    took = []
    for arm in arms:
        try:
            took.append(_timed(with_settings(arm, plan.settings(0)), seed_of(plan.seed, 1)))
        except Exception:  # noqa: BLE001 - as above
            took.append(1.0)
    return sum(took) / len(took)


def _timed(scenario: "Scenario", seed: int) -> float:
    """Seconds a whole run of this scenario takes, from its first weeks."""
    started = time.perf_counter()
    village = scenario.village(seed)
    try:
        born = time.perf_counter() - started
        weeks = 0
        while weeks < min(PILOT_WEEKS, scenario.weeks):
            weeks += 1
            village.run(weeks)
            if time.perf_counter() - started > PILOT_SECONDS:
                break
        lived = time.perf_counter() - started - born
    finally:
        village.close()
    return born + lived * scenario.weeks / weeks
