"""The command `compare`."""

from typing import Annotated, Final, Literal

import typer

from viz.commands.frame import (
    Json,
    Markdown,
    Out,
    Overwrite,
    Pdf,
    Plugin,
    Processes,
    Seed,
    Set,
    Xlsx,
    argument,
    command,
    loaded,
    option,
    processes_of,
    session_of,
    take_folder,
)
from viz.commands.help import whole_number

AUTO: Final = "auto"


def _auto_or_number(text: str) -> str:
    """`auto`, or a whole number from 2."""
    return text if text == AUTO else str(whole_number("--replications", 2)(text))


@command("compare")
def _compare(
    context: typer.Context,
    scenarios: Annotated[list[str], argument("scenarios")],
    *,
    replications: Annotated[
        str, option("--replications", entry="replications_auto", parser=_auto_or_number,
                    metavar="auto|N")
    ] = AUTO,
    smallest: Annotated[
        list[str] | None, option("--smallest", metavar="OUTCOME=NUMBER …")
    ] = None,
    assumptions: Annotated[bool, option("--assumptions")] = False,
    seed: Seed = 1,
    sets: Set = None,
    out: Out = None,
    overwrite: Overwrite = False,
    processes: Processes = None,
    plugin: Plugin = None,
    xlsx: Xlsx = False,
    markdown: Markdown = False,
    pdf: Pdf = False,
    as_json: Json = False,
) -> int:
    from viz.answers.compare import (  # noqa: PLC0415 (slow to load)
        CompareOrder,
        answer,
        read_smallest,
        sorted_out,
    )
    from viz.export import Wanted  # noqa: PLC0415

    session = session_of(context, plugin)
    names, least = sorted_out(scenarios, smallest or ())
    asked = [loaded(name, sets) for name in names]
    number: int | Literal["auto"] = AUTO if replications == AUTO else int(replications)
    order = CompareOrder(
        asked, number, read_smallest(least), seed, processes_of(processes), assumptions
    )
    take_folder(session, f"compare-{asked[0].name}" if asked else "compare", out)
    wanted = Wanted(xlsx, markdown, pdf)
    return answer(order, session, wanted, overwrite=overwrite, as_json=as_json)
