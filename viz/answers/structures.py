"""`jinguo layers --structures`: the main question under rival structures."""

import sys
from typing import TYPE_CHECKING

from experiments.structures import BASE, structures
from viz.answers.job import put_away
from viz.endings import BROKEN, GOOD, STOPPED
from viz.export.layers import file_layers
from viz.progress import ProgressShown
from viz.session import Session
from viz.tables import write_json
from viz.tables.structures import structures_data, structures_tables

if TYPE_CHECKING:
    from viz.answers.layers import LayersOrder
    from viz.export import Wanted

FEWER = 10  # replications of each structure, unless told otherwise


def answer_structures(
    order: "LayersOrder", session: Session, wanted: "Wanted", *, overwrite: bool, as_json: bool
) -> int:
    """Run the job under each structure, tell where the signs hold, and give the exit code.

    Args:
        order: what to run; draws of guesses are not repeated under each structure.
        session: knows the folder; each structure has one below it.
        wanted: the forms beside the report, which is on the scenario as it stands.
        overwrite: take these folders even when they hold something else.
        as_json: data instead of tables.
    """
    folder = {"folder": session.folder}
    session.say("cli.results_in", folder, aside=as_json)
    with ProgressShown(session.words) as progress:
        result = structures(
            order.scenario,
            order.replications,
            order.seed,
            order.processes,
            order.staff,
            progress=progress,
            out=session.folder,
            overwrite=overwrite,
            prepare=session.prepare,
        )
    if as_json:
        write_json(structures_data(result), sys.stdout)
    else:
        session.say("cli.caution")
        for table in structures_tables(result, session.words):
            session.show(table)
    code = GOOD
    if any(len(found.failed) for found in result.results.values()):
        code = BROKEN
    if result.interrupted:
        counts = {"found": len(result.results), "of": len(result.asked)}
        session.say("layers.structures_not_all", counts, aside=as_json)
        code = STOPPED
    elif session.folder is not None:
        folder_of_all, base = session.folder, result.results[BASE]
        put_away(lambda: file_layers(base, folder_of_all), session, wanted, as_json=as_json)
    session.say("cli.results_in", folder, aside=as_json)
    return code
