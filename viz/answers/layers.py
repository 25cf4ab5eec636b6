"""`jinguo layers`: ask the main question and tell the answer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments import layers
from experiments.statistics import ARMS
from viz.answers.job import Telling, tell_job
from viz.export.layers import file_layers
from viz.tables.layers import asked, layers_data, layers_tables, notes

if TYPE_CHECKING:
    from experiments import LayersResult
    from experiments.run import Staff
    from scenarios.schema import Scenario
    from viz.export import Wanted
    from viz.progress import ProgressShown
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
    """Run the job, tell what it found, and give the exit code.

    Args:
        order: what to run.
        session: knows the folder.
        wanted: the forms beside the report.
        overwrite: take the folder even when it holds something else.
        as_json: data instead of tables.
    """
    plan = {"replications": order.replications, "processes": order.processes}
    session.say("cli.plan", {**plan, "arms": len(ARMS)}, aside=True)

    def work(progress: "ProgressShown") -> "LayersResult":
        return layers(
            order.scenario,
            order.replications,
            order.seed,
            order.processes,
            order.staff,
            assumptions=order.assumptions,
            progress=progress,
            out=session.folder,
            overwrite=overwrite,
            prepare=session.prepare,
        )

    return tell_job(work, TELLING, session, wanted, as_json=as_json)
