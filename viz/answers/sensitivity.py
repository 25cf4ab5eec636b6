"""`jinguo sensitivity`: tell what moves the outcomes, and keep it with a report."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from viz.answers.job import put_away
from viz.export.sweep import file_sensitivity
from viz.report.sensitivity import keep_indices
from viz.tables import write_json
from viz.tables.sweep import sensitivity_data, sensitivity_lines, sensitivity_table

if TYPE_CHECKING:
    from experiments.sensitivity_indices import Sensitivity
    from viz.export import Wanted
    from viz.session import Session


def tell_sensitivity(
    store: Path,
    found: "Sequence[Sensitivity]",
    session: "Session",
    wanted: "Wanted",
    *,
    as_json: bool,
) -> None:
    """Tell what moves each outcome; keep the indices and their report in the store.

    Args:
        store: the sweep.
        found: of `experiments.sensitivity`.
        session: of this call.
        wanted: the forms beside the report.
        as_json: data instead of tables.
    """
    if as_json:
        write_json([sensitivity_data(one) for one in found], sys.stdout)
    else:
        for one in found:
            session.show(sensitivity_table(one, session.words))
            session.tell(sensitivity_lines(one, session.words))
    numbers = keep_indices(found, store)
    put_away(lambda: file_sensitivity(store, found), session, wanted, as_json=as_json)
    session.say("sensitivity_report.kept_in", {"file": numbers}, aside=as_json)
