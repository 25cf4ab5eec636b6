"""Mechanisms for markets, kit and the way of goods to buyers."""

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from model.mechanism import Mechanism, Service

if TYPE_CHECKING:
    from model.village import Village


class MarketEvent(Mechanism):
    """A charity stream, a match day, a festival: demand jumps, and falls back."""

    name: ClassVar[str] = "market_event"
    peak: float = Field(1.0, ge=1.0, le=30.0, description="times the usual demand")
    whole_village: bool = False
    cohesion: bool = False
    identity: float = Field(0.0, ge=0.0, le=1.0)
    consumer_trust: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""


class MarketLink(Mechanism):
    """Orders, aid zones, traffic weight, contracts: a link to buyers while somebody keeps it."""

    name: ClassVar[str] = "market_link"
    traffic: float = Field(0.0, ge=0.0, le=1.0, description="log weight on the platform")
    fee: float = Field(0.0, ge=0.0, le=1.0, description="part of the platform's fee spared")
    contract: float = Field(0.0, ge=0.0, le=1.0, description="part of her goods under contract")
    consumer_trust: float = Field(0.0, ge=0.0, le=1.0)
    literacy: float = Field(0.0, ge=0.0, le=1.0)
    taught: float = Field(0.0, ge=0.0, le=0.5)
    invites: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""


class Equipment(Mechanism):
    """Stream rooms and packing kit: idle below the skill they need."""

    name: ClassVar[str] = "equipment"
    kit: float = Field(0.0, ge=0.0, le=1.0)
    taught: float = Field(0.0, ge=0.0, le=0.5)
    skill: float = Field(0.0, ge=0.0, le=1.0)
    brand: float = Field(0.0, ge=0.0, le=1.0)
    usage_tied: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""


class Logistics(Mechanism):
    """Stations, shared routes, cold chain: cheaper, quicker parcels, less spoilt."""

    name: ClassVar[str] = "logistics"
    parcel: float = Field(0.0, ge=0.0, le=1.0, description="part of the parcel price spared")
    cold: float = Field(0.0, ge=0.0, le=1.0, description="part of fresh goods shipped cold")
    station: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""
