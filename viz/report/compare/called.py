"""A comparison as a reader is told it: scenarios by their titles, not by the names of files."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from viz.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.comparison import CompareResult

FRAMES = ("effects", "levels", "guardrails", "costs", "equity", "assumptions")


def called(result: "CompareResult", words: Words) -> "CompareResult":
    """The same comparison under the titles of its scenarios; as it is where two are alike."""
    titles = {name: words.label(one.title) for name, one in result.scenarios.items()}
    if len(set(titles.values())) < len(titles):
        return result
    frames: dict[str, Any] = {name: getattr(result, name) for name in FRAMES}
    told = {name: _renamed(frame, titles) for name, frame in frames.items() if frame is not None}
    renamed = replace(result, **told)
    return replace(
        renamed,
        scenarios={titles[name]: one for name, one in result.scenarios.items()},
        base=titles[result.base],
        certificates=tuple(replace(c, arm=titles[c.arm]) for c in result.certificates),
        histories=replace(
            result.histories, arms=tuple(titles[arm] for arm in result.histories.arms)
        ),
    )


def _renamed(frame: pd.DataFrame, titles: "Mapping[str, str]") -> Any:
    return frame.assign(arm=frame["arm"].astype(str).map(titles))
