"""One village as a picture, at the start and the end of the programme."""

from typing import TYPE_CHECKING

import pandas as pd

from viz.charts import village_network
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.names import Names
from viz.report.pictures import picture

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult
    from viz.report.layers.retold import Retold

DIGITS = {"x": 4, "y": 4, "burnout": 4, "income": 1}


def network_section(result: "LayersResult", village: "Retold | None", names: Names) -> Section:
    """The village of one replication; a line that says why where there is none."""
    words = names.words
    blocks: list[Block] = [Text(words.say("charts.network_read"))]
    if village is None:
        blocks = [Text(words.say("charts.network_none_here"), "note")]
    else:
        blocks.append(_picture(result, village, names))
    return Section("network", words.say("charts.network_title"), blocks)


def _picture(result: "LayersResult", village: "Retold", names: Names) -> Block:
    words, scenes = names.words, village.scenes
    fields = {
        "number": village.replication,
        "count": result.complete,
        "start": scenes[0].week,
        "stop": scenes[-1].week,
    }
    frames = [scene.women.assign(scene=scene.when, week=scene.week) for scene in scenes]
    return picture(
        lambda: village_network(scenes, village.cutoff, words),
        words.say("charts.network_alt"),
        words.say("charts.network_caption", fields),
        _table(village, names),
        name="network",
        data=pd.concat(frames, ignore_index=True).round(DIGITS),
    )


def _table(village: "Retold", names: Names) -> Table:
    words, scenes = names.words, village.scenes
    head = [names.say("column_what")]
    head += [words.say(f"charts.network_{scene.when}", {"week": scene.week}) for scene in scenes]
    above = words.say("charts.network_above", {"cutoff": f"{village.cutoff:g}"})
    rows = [
        (words.say("charts.network_selling"), [Cell(str(scene.selling)) for scene in scenes]),
        (above, [Cell(str(scene.above)) for scene in scenes]),
    ]
    return Table(words.say("charts.network_table"), head, [Rows(rows)])
