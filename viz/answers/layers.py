"""`jinguo layers`: ask the main question and tell the answer."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from experiments import layers
from experiments.statistics import ARMS
from viz.answers.job import Telling, tell_job
from viz.export.layers import file_layers
from viz.tables.layers import asked, layers_data, layers_tables, notes

if TYPE_CHECKING:
    from experiments.run import Staff
    from scenarios.schema import Scenario
    from viz.export import Wanted
    from viz.session import Session

TELLING = Telling(asked, layers_tables, notes, layers_data, file_layers)


@dataclass(frozen=True)
class LayersOrder:
    """What was asked for on the line."""

    scenario: "Scenario"
    replications: int
    seed: int
    staff: "Staff"
    processes: int
    assumptions: bool


def answer(
    order: LayersOrder, session: "Session", wanted: "Wanted", *, overwrite: bool, as_json: bool
) -> int:
    """Run the job, tell what it found, and give the exit code; as `tell_job`."""
    plan = {"replications": order.replications, "processes": order.processes}
    session.say("cli.plan", {**plan, "arms": len(ARMS)}, aside=True)
    work = partial(layers, **vars(order))
    return tell_job(work, TELLING, session, wanted, overwrite=overwrite, as_json=as_json)
