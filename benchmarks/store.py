"""Store and coordinator on a stand-in of the real shape: `python -m benchmarks.store [--quick]`.

A run here is a random walk, nearly the worst case for packing. Nothing of the model is timed.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil

from benchmarks.machine import describe
from experiments.plan import Plan
from experiments.store_read import load_results
from experiments.store_sweep import SweepStore, lock_folder
from experiments.sweep_job import Crew, Pool, SweepJob

RUNS, WEEKS, INDICATORS = 10_000, 156, 30
MANY_RUNS = 100_000
CHUNK = 25
PROCESSES = 2


@dataclass(frozen=True)
class WalkScenario:
    """A scenario of which every indicator walks at random.

    Attributes:
        name: of the scenario.
        weeks: of a run.
        width: indicators.
        digits: to which numbers are rounded, as real indicators that count women nearly are;
            none when not given.
    """

    name: str = "walk"
    weeks: int = WEEKS
    width: int = INDICATORS
    digits: int | None = None
    programme: None = None
    village_spec = SimpleNamespace(graph="measured", women=1)

    def setup(self) -> Any:
        """Measures of none."""
        return SimpleNamespace(measures=())

    def village(self, seed: int) -> "WalkVillage":
        """One village."""
        return WalkVillage(self, seed)

    def plain(self) -> dict[str, object]:
        """What it says."""
        return {"weeks": self.weeks, "width": self.width, "digits": self.digits}

    def horizons(self) -> dict[str, int]:
        """Read at its end."""
        return {"end": self.weeks}

    def content_key(self) -> str:
        """What decides its numbers."""
        return repr(self)


class WalkVillage:
    """A village that only has a history."""

    def __init__(self, scenario: WalkScenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.history = SimpleNamespace(names=names(scenario.width), values=None)

    def run(self, _until: int | None = None) -> None:
        """Walk every week at once."""
        luck = np.random.default_rng([self.seed, int(self.scenario.name.removeprefix("walk"))])
        steps = luck.standard_normal((self.scenario.weeks, self.scenario.width))
        walk = 100 + steps.cumsum(axis=0)
        digits = self.scenario.digits
        self.history.values = walk if digits is None else walk.round(digits)

    def close(self) -> None:
        """Nothing to let go of."""


def names(width: int) -> tuple[str, ...]:
    """Of the indicators."""
    return tuple(f"i{place:02}" for place in range(width))


def walk_plan(runs: int, weeks: int, width: int, digits: int | None = None) -> Plan:
    """Ten scenarios, as many replications as make up so many runs."""
    arms = {f"walk{n}": WalkScenario(f"walk{n}", weeks, width, digits) for n in range(10)}
    found: Any = arms  # a stand-in for scenarios
    return Plan(found, replications=runs // 10, indicators=names(width))


def swept(plan: Plan, crew: Crew, folder: Path) -> dict[str, float]:
    """Sweep a plan; what the coordinator used."""
    memory = psutil.Process()
    before = memory.memory_info().rss
    clock, wall = time.process_time(), time.perf_counter()
    folder.mkdir()
    with lock_folder(folder):
        store = SweepStore.make(folder, plan, CHUNK, 600.0)
        planned = time.process_time()
        seen = [memory.memory_info().rss]

        def told(_key: str, fields: dict[str, object]) -> None:
            if int(str(fields.get("done", 1))) % 1000 == 0:
                seen.append(memory.memory_info().rss)

        result = SweepJob(store, crew, told).work()
    if result.counts["ok"] != plan.runs:
        raise SystemExit(f"{result.counts} of {plan.runs}")
    return {
        "runs": float(plan.runs),
        "plan CPU ms a run": 1e3 * (planned - clock) / plan.runs,
        "work CPU ms a run": 1e3 * (time.process_time() - planned) / plan.runs,
        "wall s": time.perf_counter() - wall,
        "memory growth MB": (max(seen) - before) / 1e6,
    }


def read(folder: Path, times: int) -> dict[str, float]:
    """Seconds that questions to a store take, the best of a few; its size."""

    def best(name: str) -> float:
        took = []
        for _ in range(times):
            started = time.perf_counter()
            with load_results(folder) as results:
                if name == "one":
                    results.mean_series("i07")
                else:
                    results.query("SELECT * FROM series WHERE run_id = 4711")
            took.append(time.perf_counter() - started)
        return min(took)

    held = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    return {"MiB": held / 2**20, "mean and interval s": best("one"), "one run s": best("run")}


@contextmanager
def on_dask() -> Iterator[Crew]:
    """A local cluster: its scheduler lives in this process, so its time is counted, too."""
    from experiments.cluster import open_cluster  # noqa: PLC0415 (an extra)

    with open_cluster("local", PROCESSES) as crew:
        yield crew


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a tenth of the runs")
    part = 10 if options.parse_args().quick else 1
    print("machine:", ", ".join(f"{name} {value}" for name, value in describe().items()))
    root = Path(tempfile.mkdtemp(prefix="sweep-benchmark-"))
    try:
        for digits, kind in ((None, "random walk"), (2, "two decimals")):
            plan = walk_plan(RUNS // part, WEEKS, INDICATORS, digits)
            tell(f"pool, {kind}", swept(plan, Pool(PROCESSES), root / kind))
            tell(f"store, {kind}", read(root / kind, 3))
        with on_dask() as crew:
            plan = walk_plan(RUNS // part, WEEKS, INDICATORS)
            tell("Dask, random walk", swept(plan, crew, root / "dask"))
        plan = walk_plan(MANY_RUNS // part, 20, 5)
        tell("pool, many runs", swept(plan, Pool(PROCESSES), root / "many"))
    finally:
        shutil.rmtree(root)


def tell(what: str, found: dict[str, float]) -> None:
    """One line."""
    print(f"{what}: " + ", ".join(f"{name} {value:,.3f}" for name, value in found.items()))


if __name__ == "__main__":
    main()
