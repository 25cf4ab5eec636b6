"""Results whose numbers are known by hand, for tests of reports and figures."""

from collections.abc import Mapping

import numpy as np

from experiments.equity import NOTICED, SHARE, SHARED
from experiments.layer_effects import LayersResult, layers_result
from experiments.layers_job import LayersJob
from experiments.run import Replication, arm_names
from experiments.statistics import layers_of
from model.indicators import INDICATORS
from scenarios import load_scenario
from scenarios.schema import Scenario

LEVEL = {"income": 500.0, "burnout": 0.4, "trust": 0.5}
SPREAD = {"income": 20.0, "burnout": 0.02, "trust": 0.02}
ACCOUNTS = {"programme_cost": 1000.0, "hours_asked": 100.0, "hours_served": 20.0}
OTHERS = {"hours_unserved": 80.0, "reached": 60.0}
EFFECT = {
    "micro": {"burnout": -0.05},
    "meso": {"trust": 0.03},
    "macro": {"income": 10.0},
}
NAMES = tuple(indicator.name for indicator in INDICATORS)


def made_result(
    effect: Mapping[str, Mapping[str, float]] = EFFECT,
    *,
    scenario: Scenario | None = None,
    replications: int = 12,
    own_luck: float = 0.05,
    staff: str = "limited",
) -> LayersResult:
    """A layers result in which each layer does what `effect` says, and adds to the others.

    Args:
        effect: per layer, what it changes in which outcome.
        scenario: Libei when not given.
        replications: how many.
        own_luck: spread of what differs between arms, as a share of that between villages.
        staff: as for `layers`.
    """
    scenario = scenario or load_scenario("libei")
    job = LayersJob(scenario, replications, 1, staff, [], lambda _key, _fields: None)
    for number in range(1, replications + 1):
        rng = np.random.default_rng(number)
        village = {outcome: rng.normal() * spread for outcome, spread in SPREAD.items()}
        histories = {
            arm: _history(scenario, arm, effect, village, rng, own_luck)
            for arm in arm_names(staff)
        }
        job.found[number] = Replication(NAMES, histories, made_shares(rng))
    return layers_result(job, interrupted=False)


def made_shares(rng):
    """Shares of women who lose and gain in one village; nobody follows another there."""
    shares = rng.uniform(5.0, 45.0, (len(NOTICED), len(SHARED), len(SHARE)))
    shares[:, SHARED.index("follower")] = (0.0, np.nan, np.nan)
    return shares


def _history(scenario, arm, effect, village, rng, own_luck):
    """Weeks x indicators: constant but for the programme, which acts from its first week on."""
    start, stop = scenario.programme.start, scenario.programme.stop
    layers = layers_of(arm.split("/")[0])
    history = np.zeros((scenario.weeks, len(NAMES)), dtype=np.float32)
    for place, indicator in enumerate(INDICATORS):
        outcome = indicator.outcome
        if outcome in LEVEL:
            history[:, place] = LEVEL[outcome] + village[outcome]
            change = sum(effect.get(layer, {}).get(outcome, 0.0) for layer in layers)
            luck = rng.normal() * own_luck * SPREAD[outcome] if layers else 0.0
            history[start:, place] += change + luck
            if indicator.population == "selling_at_start":
                history[:start, place] = np.nan
        elif indicator.name in ACCOUNTS | OTHERS and layers:
            history[start:stop, place] = (ACCOUNTS | OTHERS)[indicator.name]
        elif indicator.name in {"sales", "profit"}:
            history[:, place] = 200_000.0 if indicator.name == "sales" else 20_000.0
        elif indicator.name in {"shops", "workers", "watched"}:
            history[:, place] = 100.0
    return history
