"""The placebo certificate: measures at dose zero must change not one stored bit.

A scenario is run twice on the same village, once with the measures it adds to the base at dose
zero, once without them. If any column differs, the comparison would count luck or bookkeeping as
an effect; then it is said which column, in which week, after which phase, and with which luck.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from model.streams import Luck
    from model.village import Village
    from scenarios.schema import MeasureUse, Scenario


@dataclass(frozen=True)
class Certificate:
    """What a placebo run found.

    Attributes:
        arm: the scenario that was tried.
        measures: how many of its measures were set to zero; with none there was nothing to try.
        week, phase, column: the first difference; none where there is no difference.
        streams: luck that was drawn differently in that phase.
    """

    arm: str
    measures: int
    week: int | None = None
    phase: str = ""
    column: str = ""
    streams: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether not one bit differed."""
        return self.week is None


def certify(arm: str, scenario: "Scenario", base: "Scenario", seed: int) -> Certificate:
    """Run a scenario's own measures at dose zero against not having them at all.

    Args:
        arm: its name.
        scenario: what is compared with the base.
        base: measures that stand there too, with the same dose, are left as they are.
        seed: of the village.
    """
    added = [use for use in scenario.measures if use not in base.measures]
    if not added:
        return Certificate(arm, 0)
    kept = tuple(use for use in scenario.measures if use in base.measures)
    without = scenario.model_copy(update={"measures": kept})
    zero = scenario.model_copy(update={"measures": tuple(_zeroed(scenario.measures, added))})
    week = _first_week(zero.village(seed), without.village(seed))
    if week is None:
        return Certificate(arm, len(added))
    found = _first_phase(zero.village(seed), without.village(seed), week)
    return Certificate(arm, len(added), week, *found)


def _zeroed(
    measures: Sequence["MeasureUse"], added: Sequence["MeasureUse"]
) -> Iterator["MeasureUse"]:
    for use in measures:
        yield use.model_copy(update={"dose": 0.0}) if use in added else use


def _first_week(one: "Village", other: "Village") -> int | None:
    """The first week after which anything differs, and both villages let go."""
    try:
        while one.week < one.setup.weeks:
            one.step()
            other.step()
            if difference(one, other):
                return one.week - 1
        return None
    finally:
        one.close()
        other.close()


def _first_phase(
    one: "Village", other: "Village", week: int
) -> tuple[str, str, tuple[str, ...]]:
    """The phase of that week after which something differs, what, and luck drawn differently."""
    try:
        for village in (one, other):
            village.run(week)
            village.ledger.open_week()
        for phase, twin in zip(one.phases, other.phases, strict=True):
            drawn = [_Drawn(village.luck) for village in (one, other)]
            for village, luck, act in zip((one, other), drawn, (phase, twin), strict=True):
                village.luck = luck  # type: ignore[assignment]
                act(village)
                village.luck = luck.luck
            column = difference(one, other)
            if column:
                streams = {s for s, _ in drawn[0].seen ^ drawn[1].seen}
                return getattr(phase, "__name__", str(phase)), column, tuple(sorted(streams))
        return "close", difference(one, other), ()
    finally:
        one.close()
        other.close()


def difference(one: "Village", other: "Village") -> str:
    """The first stored column in which two villages differ; empty when they are the same."""
    for (name, left), (_, right) in zip(_columns(one), _columns(other), strict=True):
        if left.shape != right.shape or not np.array_equal(left, right, equal_nan=True):
            return name
    return ""


def _columns(village: "Village") -> Iterator[tuple[str, Any]]:
    for table, title in ((village.sellers, "sellers"), (village.families, "families")):
        for name in table.names:
            yield f"{title}.{name}", table[name]
    for name in ("other", "trust", "strength", "know_how"):
        yield f"ties.{name}", getattr(village.ties, name)
    values = np.asarray(village.history.values)
    for place, name in enumerate(village.history.names):
        yield f"history.{name}", values[:, place]


class _Drawn:
    """Luck that remembers what was drawn from it."""

    def __init__(self, luck: "Luck") -> None:
        self.luck = luck
        self.seen: set[tuple[str, str]] = set()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.luck, name)
        if not callable(method):
            return method

        def draw(purpose: str, *rest: Any) -> Any:
            drawn = method(purpose, *rest)
            digest = hashlib.sha256(np.ascontiguousarray(drawn).tobytes()).hexdigest()
            self.seen.add((purpose, digest))
            return drawn

        return draw
