"""Plans and crews for tests of sweeps."""

import numpy as np

from experiments.design import places
from experiments.design_factors import parameter_factors
from experiments.executors import Done
from experiments.plan import Plan
from experiments.run import seed_of
from experiments.store_parts import CIRCUMSTANCES
from experiments.store_read import load_results
from tests.stand_in_village import PaperScenario

INDICATORS = ("income", "burnout", "trust")


def paper_plan(replications=3, draws=4, chunk=2, **changes):
    """Two stand-in scenarios over a few draws; `changes` go to the first of them."""
    deadline = changes.pop("deadline", 60.0)
    factors = tuple(parameter_factors(["spoil_nocold"]))
    faulty = changes.pop("faulty_replication", None)
    if faulty is not None:
        changes["faulty"] = seed_of(1, faulty)
    arms = {
        "paper": PaperScenario(weeks=70, **changes),
        "calm": PaperScenario(name="calm", weeks=70, layers=()),
    }
    points = places("latin_hypercube", factors, draws, seed=1)
    return Plan(
        arms,
        factors,
        points,
        replications,
        indicators=INDICATORS,
        kind="latin_hypercube",
        deadline=deadline,
        chunk=chunk,
    )


class Here:
    """Does the chunks in this process, in the order given or backwards; remembers them."""

    def __init__(self, *, backwards=False):
        self.backwards = backwards
        self.did = []

    def work(self, task, items):
        names = list(items)
        for name in reversed(names) if self.backwards else names:
            self.did.append(name)
            yield name, Done(task(items[name]), 0.0)


def tables(folder):
    """What a store holds, without what the same run may tell differently."""
    with load_results(folder) as results:
        runs = results.runs.drop(columns=list(CIRCUMSTANCES)).astype({"scenario": str})
        series = results.series.assign(run_key=lambda f: f.run_key.astype(str))
    series = series.sort_values(["run_key", "week"], ignore_index=True)
    return runs.astype({"status": str}), series


def same(one, other):
    """Whether two stores hold the same runs, bit for bit."""
    (runs, series), (other_runs, other_series) = tables(one), tables(other)
    bits = [f.drop(columns="run_key").to_numpy(np.float64) for f in (series, other_series)]
    keys = series.run_key.tolist() == other_series.run_key.tolist()
    return keys and runs.equals(other_runs) and bits[0].tobytes() == bits[1].tobytes()
