"""Weeks with a part left out: a phase replaced by nothing, or a submodel held still.

A submodel is held still by giving back, after its phase, the columns that it moved.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.columns import Table
from agents.few import Cooperative
from agents.rule import Floats
from agents.sellers import Mode
from model.village import Village
from model.week import WEEK, Phase

Phases = Sequence[Phase]
BY_NAME: Mapping[str, Phase] = {phase.__name__: phase for phase in WEEK}


@dataclass(frozen=True)
class Leave:
    """What is left out.

    Attributes:
        said: in words.
        change: from the usual phases to those without it.
    """

    said: str
    change: Callable[[Phases], Phases]


def nothing(_village: Village) -> None:
    """A phase in which nothing happens."""


def without_phase(name: str) -> Leave:
    """A week in which one phase does nothing."""
    gone = BY_NAME[name]
    return Leave(
        f"phase {name}", lambda phases: tuple(nothing if p is gone else p for p in phases)
    )


def instead(said: str, changed: Mapping[str, Callable[[Phase], Phase]]) -> Leave:
    """A week in which some phases are done otherwise.

    Args:
        said: what is left out, in words.
        changed: by name of the phase, what is made of it.
    """

    def change(phases: Phases) -> Phases:
        made = {BY_NAME[name]: alter(BY_NAME[name]) for name, alter in changed.items()}
        return tuple(made.get(phase, phase) for phase in phases)

    return Leave(said, change)


def holding(
    sellers: Sequence[str] = (), families: Sequence[str] = ()
) -> Callable[[Phase], Phase]:
    """A phase after which these columns stand as they stood before it."""

    def alter(phase: Phase) -> Phase:
        def held(village: Village) -> None:
            kept = [
                *_copies(village.sellers, sellers), *_copies(village.families, families)
            ]
            phase(village)
            for column, before in kept:
                column[:] = before

        return held

    return alter


def _copies(table: Table, names: Sequence[str]) -> list[tuple[Floats, Floats]]:
    return [(table[name], table[name].copy()) for name in names]


def then(act: Callable[[Village], None]) -> Callable[[Phase], Phase]:
    """A phase, and something done after it."""

    def alter(phase: Phase) -> Phase:
        def both(village: Village) -> None:
            phase(village)
            act(village)

        return both

    return alter


# --- What is done after a phase, or instead of it ----------------------------------------------


def _trust_held(phase: Phase) -> Phase:
    """The week of ties without any change of trust or strength on them."""

    def held(village: Village) -> None:
        ties = village.ties
        trust, strength = ties.trust.copy(), ties.strength.copy()
        phase(village)
        ties.trust[:], ties.strength[:] = trust, strength

    return held


def _no_leaders(village: Village) -> None:
    s = village.sellers
    s.lead[:] = -1.0
    s.mode[s.mode == Mode.FOLLOWER] = Mode.ALONE


def _no_bodies(village: Village) -> None:
    s = village.sellers
    for body in village.bodies:
        body.alive = False
    village.bodies = list[Cooperative]()
    s.coop[:] = -1.0
    s.association[:] = 0.0
    s.mode[s.mode == Mode.COOPERATIVE] = Mode.ALONE
    for name in ("discipline", "joint_delivery", "standards"):
        s[name][:] = 0.0


def _enough_hours(village: Village) -> None:
    programme = village.setup.programme
    if programme is not None and not programme.unlimited_staff:
        enough = dataclasses.replace(programme, unlimited_staff=True)
        village.setup = dataclasses.replace(village.setup, programme=enough)


def _no_parcels(village: Village) -> None:
    """Carriage costs nothing."""
    village.season.parcel_of_good = 0.0


def _equal_hands(village: Village) -> None:
    """No shop makes more by skill, burnout or hands than another with the same hours."""
    s = village.sellers
    hours = (s.hours_selling - s.hours_streaming) * s.selling
    total = float(hours.sum())
    if total > 0.0:
        s.capacity[:] = hours * (float(s.capacity.sum()) / total)


PHASES: Mapping[str, Leave] = {
    phase.__name__: without_phase(phase.__name__)
    for phase in WEEK
    if phase.__name__ != "record"
}
STOCKS = ("skill", "taught", "durable", "literacy", "legal", "efficacy")
TIME = ("hours_farm", "hours_leisure")
MOODS = ("support", "conflict", "norm")

SUBMODELS: Mapping[str, Leave] = {
    "5.1": instead(
        "family support, quarrels and norms stay", {"household": holding(families=MOODS)}
    ),
    "5.2": instead("selling takes no time from farm and leisure", {"hours": holding(TIME)}),
    "5.3": instead("skill, burnout and hands make no difference", {"making": then(_equal_hands)}),
    "5.4 prices": instead("prices stay", {"market": holding(("price",))}),
    "5.4 fans": instead("fans and ratings stay", {"market": holding(("fans", "rating"))}),
    "5.5": instead("carriage costs nothing", {"calendar": then(_no_parcels)}),
    "5.6": instead("know-how and self-efficacy stay", {"learning": holding(STOCKS)}),
    "5.7": instead(
        "burnout and fatigue stay", {"wellbeing": holding(("burnout", "strain", "fatigue"))}
    ),
    "5.8 trust": instead("trust and strength of ties stay", {"relations": _trust_held}),
    "5.8 know-how": instead(
        "no know-how along ties", {"relations": holding(("peer_gain",))}
    ),
    "5.9": instead("no lead sellers", {"careers": then(_no_leaders)}),
    "5.10": instead(
        "no bodies", {"measures": then(_no_bodies), "careers": then(_no_bodies)}
    ),
    "5.11 trust": instead("trust in the worker stays", {"measures": holding(("trust_worker",))}),
    "5.11 hours": instead("workers are never short", {"calendar": then(_enough_hours)}),
    "5.12": without_phase("voice"),
}
