"""The command `replay`."""

from pathlib import Path
from typing import Annotated

import typer

from model.errors import JinguoError
from viz.commands.frame import Set, command, loaded, option, session_of
from viz.commands.help import whole_number

ScenarioOrNone = Annotated[
    str | None, typer.Argument(metavar="SCENARIO", help="cli.opt_scenario", show_default=False)
]
File = Annotated[Path, option("--out", entry="replay_out", metavar="FILE.html")]
Folder = Annotated[Path | None, option("--folder", entry="lesson_folder", metavar="DIR")]
SeedOrNone = Annotated[int | None, option("--seed", parser=whole_number("--seed"), metavar="N")]
FIRST = 1  # luck, where none is asked for


@command("replay")
def _replay(
    context: typer.Context,
    scenario: ScenarioOrNone = None,
    *,
    out: File = Path("replay.html"),
    against: Annotated[str | None, option("--against", metavar="NAME")] = None,
    lesson: Annotated[str | None, option("--lesson", metavar="NAME")] = None,
    folder: Folder = None,
    sets: Set = None,
    seed: SeedOrNone = None,
) -> None:
    from viz.replay.make import (  # noqa: PLC0415 (slow to load)
        lesson_called,
        replay_of,
        replay_of_lesson,
        write_replay,
    )

    session = session_of(context)
    if (scenario is None) == (lesson is None):
        raise JinguoError("story.replay_needs")
    if lesson is not None:
        replay = replay_of_lesson(lesson_called(lesson, folder), seed)
    else:
        other = loaded(against, sets) if against else None
        replay = replay_of(loaded(str(scenario), sets), other, FIRST if seed is None else seed)
    size = write_replay(replay, out, session.words.lang)
    session.say("story.replay_written", {"file": str(out), "size": f"{size:.1f}"})
