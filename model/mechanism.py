"""What a measure does: the base of all mechanisms, and one measure as it is delivered.

A mechanism is code (a small class with bounded fields and an `apply`); a measure is data that
names a mechanism and its fields. Effects come from declared parameters, never from a measure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from agents.rule import Floats

if TYPE_CHECKING:
    from model.village import Village

REGISTRY: dict[str, type["Mechanism"]] = {}


class Mechanism(BaseModel):
    """A coded kind of intervention.

    A subclass gives its `name`, its bounded fields and `apply`; defining it registers it. Fields
    are read once, from the measure's data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: ClassVar[str] = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Enter the mechanism into the registry."""
        super().__pydantic_init_subclass__(**kwargs)
        if cls.name:
            REGISTRY[cls.name] = cls

    def apply(self, village: "Village", service: "Service") -> None:
        """Act on the village's columns for one week.

        Args:
            village: as it stands in the phase of measures.
            service: whom the workers served this week, and how much.
        """
        raise TypeError(f"mechanism {self.name!r} has no apply")


@dataclass(frozen=True)
class Delivery:
    """One measure as a scenario gives it.

    Attributes:
        measure: its name in the catalogue.
        layer: micro, meso or macro.
        mechanism: what it does.
        dose: sessions a week for each woman reached (the measure's own unit).
        coverage: share of the women aimed at.
        target: whom it aims at.
        start, stop: first week, and first week without it.
        hours: worker hours of one session.
        group_size: women served together in a session; 0 when one serves everybody it is for.
        cost: yuan of one session beside worker hours.
        own_hours: hours of a woman in one session.
        sponsor: whose account pays.
    """

    measure: str
    layer: str
    mechanism: Mechanism
    dose: float
    coverage: float
    start: int
    stop: int
    target: Mapping[str, Any] = field(default_factory=dict)
    hours: float = 0.0
    group_size: float = 1.0
    cost: float = 0.0
    own_hours: float = 0.0
    sponsor: str = "programme"


@dataclass(frozen=True)
class Service:
    """What one measure delivered in one week.

    Attributes:
        delivery: the measure.
        chosen: 1 for the women it is for this week (in the target and within the coverage).
        sessions: sessions that each woman received.
        effect: the same, weighted by trust in the worker and the worker's skill.
        share: part of what was asked for that was served, 0 to 1.
    """

    delivery: Delivery
    chosen: Floats
    sessions: Floats
    effect: Floats
    share: float
