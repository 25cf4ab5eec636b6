"""How long each shock of a scenario is felt: a run against its twin without any shock."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.run import Run, one_run
from model.resilience import weeks_to_regain

if TYPE_CHECKING:
    from scenarios.schema import Scenario

OUTCOMES = {"income": True, "burnout": False}  # and whether more of it is better


class Resilience(NamedTuple):
    """Weeks from a shock until income and burnout were back (`weeks_to_regain`).

    Attributes:
        shock: what happened.
        week: when.
        income, burnout: weeks; 0 when not hurt, NaN when not back by the end of the run.
    """

    shock: str
    week: int
    income: float
    burnout: float


def resilience(scenario: "Scenario", run: Run) -> list[Resilience]:
    """Resilience to every shock of a run, over all women of the village.

    Args:
        scenario: with its shocks.
        run: the village that lived it; its twin of the same seed lives it without the shocks.
    """
    if not scenario.shocks:
        return []
    calm = one_run(scenario.model_copy(update={"shocks": ()}), run.seed)
    found = []
    for shock in scenario.shocks:
        weeks = {
            name: weeks_to_regain(
                _column(run, name), shock.week, _column(calm, name), more_is_better=better
            )
            for name, better in OUTCOMES.items()
        }
        found.append(Resilience(shock.shock, shock.week, **weeks))
    return found


def _column(run: Run, name: str) -> "np.typing.NDArray[np.float64]":
    return run.values[:, run.names.index(name)].astype(np.float64)
