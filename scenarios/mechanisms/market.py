"""Mechanisms for markets, kit and the way of goods to buyers."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from model.mechanism import Mechanism, Service
from model.phases.calendar import carry
from model.phases.events import shop_events, village_event
from model.phases.outlets import raise_reputation, sign
from model.phases.relations import meet
from scenarios.mechanisms.micro import courses, fill, grow

if TYPE_CHECKING:
    from agents.rule import Floats
    from model.village import Village


def kept(service: Service) -> "Floats":
    """How well a link or a service is kept this week: one session a week is all of it."""
    return np.minimum(1.0, service.sessions)


def in_force(service: Service) -> float:
    """The same of a service for the whole village."""
    return float(kept(service).max(initial=0.0))


class MarketEvent(Mechanism):
    """A charity stream, a match day, a festival: demand jumps, and falls back.

    A session is an event. Orders come from new buyers; capacity decides how many are met.
    """

    name: ClassVar[str] = "market_event"
    peak: float = Field(1.0, ge=1.0, le=30.0, description="times the usual demand")
    whole_village: bool = False
    cohesion: bool = False
    identity: float = Field(0.0, ge=0.0, le=1.0)
    consumer_trust: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Let the events of this week happen, by the luck of this measure."""
        v, s = village, village.sellers
        purpose = f"measures.event.{service.delivery.measure}"
        if self.whole_village:
            happens = v.luck.uniform(purpose, v.week, 1)[0] < in_force(service)
            came = np.minimum(1.0, service.chosen) * happens
            if happens and self.peak > 1.0:
                village_event(v, self.peak)
        else:
            came = (v.luck.uniform(purpose, v.week, v.women) < kept(service)) * s.selling
            shop_events(v, came, self.peak)
        if self.cohesion:
            meet(v, came, v.p.meet_trust)
        part = courses(v, service) * s.selling
        fill(s.identity, part, self.identity)
        raise_reputation(v, part, self.consumer_trust)


class MarketLink(Mechanism):
    """Orders, aid zones, traffic weight, contracts: a link to buyers while somebody keeps it.

    Weight on a platform is taken from shops elsewhere and from the others in the niche. Contracts
    are signed while the link is kept, and run out by themselves.
    """

    name: ClassVar[str] = "market_link"
    traffic: float = Field(0.0, ge=0.0, le=1.0, description="log weight on the platform")
    fee: float = Field(0.0, ge=0.0, le=1.0, description="part of the platform's fee spared")
    contract: float = Field(0.0, ge=0.0, le=1.0, description="part of her goods under contract")
    consumer_trust: float = Field(0.0, ge=0.0, le=1.0)
    literacy: float = Field(0.0, ge=0.0, le=1.0)
    taught: float = Field(0.0, ge=0.0, le=0.5)
    invites: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Weigh, spare and sign for the women served; the rest is as in a course."""
        v, s = village, village.sellers
        link = kept(service)
        s.linked += self.traffic * link
        s.fee_spared += self.fee * link * (1.0 - s.fee_spared)
        if self.contract > 0.0:
            sign(v, link, self.contract)
        part = courses(v, service)
        raise_reputation(v, part, self.consumer_trust)
        fill(s.taught, part, self.taught)
        grow(v, s.literacy, part, self.literacy)
        s.invited += self.invites * service.sessions * (1.0 - s.selling)


class Equipment(Mechanism):
    """Stream rooms and packing kit: idle below the skill they need.

    A session is a part of a full kit. Money tied to use goes to those who use it, takes idle kit
    back, and makes its users put in more hours.
    """

    name: ClassVar[str] = "equipment"
    kit: float = Field(0.0, ge=0.0, le=1.0)
    taught: float = Field(0.0, ge=0.0, le=0.5)
    skill: float = Field(0.0, ge=0.0, le=1.0)
    brand: float = Field(0.0, ge=0.0, le=1.0)
    usage_tied: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Give kit to the women served, teach them, and look after its use where that is tied."""
        v, s, p = village, village.sellers, village.p
        given = kept(service)
        if self.usage_tied:
            idle = (service.chosen > 0.0) & (s.kit_unused >= p.kit_return_weeks)
            s.equipment[idle] = 0.0
            given = given * (s.skill >= p.equipment_skill) * s.selling
            s.effort += p.usage_effort * (given > 0.0)
            np.minimum(s.effort, p.effort_ceiling, out=s.effort)
        s.equipment += given * np.maximum(0.0, self.kit - s.equipment)
        part = courses(v, service)
        fill(s.taught, part, self.taught)
        grow(v, s.skill, part, self.skill)
        fill(s.brand, part * s.selling, self.brand)
        np.minimum(s.brand, 1.0, out=s.brand)


class Logistics(Mechanism):
    """Stations, shared routes, cold chain: cheaper, quicker parcels, less spoilt.

    Users of the cold chain pay its fee, and at least `cold_least` a week.
    """

    name: ClassVar[str] = "logistics"
    parcel: float = Field(0.0, ge=0.0, le=1.0, description="part of the parcel price spared")
    cold: float = Field(0.0, ge=0.0, le=1.0, description="part of fresh goods shipped cold")
    station: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Put the service in force for this week; a cut of the logistics stops it too."""
        season, force = village.season, in_force(service)
        if season.logistics_cut > 0 or force == 0.0:
            return
        season.parcel_spared += self.parcel * force * (1.0 - season.parcel_spared)
        season.cold += self.cold * force * (1.0 - season.cold)
        if self.station:
            season.station = max(season.station, force)
        carry(village)
