"""How long a week, a birth, a branch and a pickle take."""

import pickle
from dataclasses import replace

from benchmarks.clock import Timing, timed
from benchmarks.plain_mesa import both, largest_difference
from model.parameters import Values
from model.setup import Setup
from model.village import Village
from scenarios import load_scenario

SIZES = (300, 1_000, 3_000, 10_000, 150_000)
SIZES_QUICK = (300, 3_000)
BEFORE, DURING = 188, 20  # weeks lived before timing without a programme, and weeks timed
LARGE = 20_000  # from here on fewer weeks, and the programme begins early


def setup_of(women: int) -> Setup:
    """Libei at another size: buyers grow with it, so that as many women in a hundred sell."""
    setup = load_scenario("libei", {"village.women": women}).setup()
    p, scale = setup.values, women / 600.0
    numbers = {name: getattr(p, name) * scale for name in ("base_demand", "attraction_reference")}
    return replace(setup, values=_beyond_ranges(p, numbers))


def _beyond_ranges(values: Values, numbers: dict[str, float]) -> Values:
    """The numbers of a run, but for some that no scenario file may give a single village."""
    twin = object.__new__(Values)
    twin.__dict__.update(vars(values))
    twin.__dict__.update(numbers)
    return twin


def weeks(women: int) -> dict[str, Timing | float]:
    """A week of a village of this size: without, and with the programme and its measures."""
    setup, before = setup_of(women), BEFORE
    assert setup.programme is not None
    if women >= LARGE:
        before = 60
        start, stop = before + 8, before + 40
        programme = replace(setup.programme, start=start, stop=stop)
        measures = tuple(replace(m, start=start, stop=stop) for m in setup.measures)
        setup = replace(setup, programme=programme, measures=measures)
    village = Village(setup, 1).run(before)
    selling = float(village.sellers.selling.mean())
    count = 6 if women >= LARGE else DURING
    without = timed(village.step, count)
    assert setup.programme is not None
    village.run(setup.programme.start + 2)
    during = timed(village.step, count)
    village.close()
    return {"selling": selling, "without": without, "during": during}


def birth(women: int, repetitions: int) -> dict[str, Timing]:
    """The birth of a village: columns and ties; with views of all agents; with the graph."""
    setup = setup_of(women)
    seeds = iter(range(1, 10_000))
    born: list[Village] = []

    def columns() -> None:
        born.append(Village(setup, next(seeds)))

    parts = {"columns and ties": timed(columns, repetitions)}
    asleep = iter(list(born))
    parts["Mesa agents"] = timed(lambda: len(next(asleep).agents), repetitions)
    again = iter(list(born))
    parts["networkx graph"] = timed(lambda: next(again).graph, repetitions)

    def everything() -> None:
        village = Village(setup, next(seeds))
        born.append(village)
        assert len(village.agents) > women
        assert village.graph.number_of_nodes() == women

    parts["all three"] = timed(everything, repetitions)
    for village in born:
        village.close()
    return parts


def branches(women: int, repetitions: int) -> dict[str, Timing]:
    """A branch in week 208, and a village sent through a pickle."""
    village = load_scenario("libei", {"village.women": women}).village(seed=1).run(208)
    made: list[Village] = []
    branch = timed(lambda: made.append(village.branch()), repetitions)
    for twin in made:
        twin.close()
    stored = pickle.dumps(village, protocol=5)
    timings = {
        "branch": branch,
        "pickle": timed(lambda: pickle.dumps(village, protocol=5), repetitions),
        "unpickle": timed(lambda: pickle.loads(stored), repetitions),
        "pickle MB": Timing(len(stored) / 1e6, 0.0, 0.0, 1),
    }
    village.close()
    return timings


def ratio(women: int, count: int) -> dict[str, float]:
    """The same weeks by the compiled village and by an ordinary Mesa model."""
    village = Village(setup_of(women), 1).run(120)
    compiled, plain = both(village)
    compiled.branch().run(121)  # compiled before the clock runs
    fast = timed(compiled.step, count)
    slow = timed(plain.step, count)
    _, difference = largest_difference(compiled, plain)
    village.close()
    compiled.close()
    return {
        "compiled": fast.cpu, "plain": slow.cpu, "ratio": slow.cpu / fast.cpu,
        "best_ratio": slow.best / fast.best, "difference": difference, "weeks": float(count),
    }
