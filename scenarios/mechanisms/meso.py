"""Mechanisms for groups, bodies, ties and the village's shared name."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from agents.few import Cooperative
from agents.rule import Floats, Ints, Num, kernel, rule
from model.mechanism import Mechanism, Service
from model.phases.bodies import found, join_chance, known_members, members_of
from model.phases.relations import connect, meet
from model.ties import Kind
from scenarios.mechanisms.micro import courses, fill, relieve

if TYPE_CHECKING:
    from model.village import Village


@kernel
def came_near(
    start: Ints, other: Ints, strength: Floats, trust: Floats, category: Floats, came: Floats,
    here: Floats, rivals: Floats,
) -> None:
    """For every woman who came the trusted ties to others who came, and to rivals among them."""
    for i in range(here.size):
        near, same = 0.0, 0.0
        if came[i] > 0.0:
            for k in range(start[i], start[i + 1]):
                there = strength[k] * trust[k] * came[other[k]]
                near += there
                same += there * (1.0 if category[i] == category[other[k]] else 0.0)
        here[i], rivals[i] = near, same


@rule
def heard_from(here: Num, rivals: Num, new_tie: Num, mixed: Num) -> Num:
    """Know-how heard in a circle, 0 to 1: less from strangers, and less from rivals.

    >>> heard_from(0.0, 0.0, 0.3, 0.5), heard_from(0.3, 0.3, 0.3, 0.5)
    (0.0, 0.25)
    """
    others = 1.0 - rivals / max(here, 1e-9) if here > 0.0 else 0.0
    return here / (here + new_tie) * (mixed + (1.0 - mixed) * others)


class PeerCircle(Mechanism):
    """Circles, salons and tea talks: women meet, trust grows, know-how is passed on."""

    name: ClassVar[str] = "peer_circle"
    know_how: float = Field(0.0, ge=0.0, le=0.1)
    taught: float = Field(0.0, ge=0.0, le=0.5)
    skill: float = Field(0.0, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    relief: float = Field(0.0, ge=0.0, le=1.0)
    institution: float = Field(0.0, ge=0.0, le=1.0)
    new_ties: bool = True
    online: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Meet: trust on the ties of those who came, new ties, know-how from non-rivals."""
        v, s = village, village.sellers
        came = np.minimum(1.0, service.effect)
        meet(v, came, v.p.meet_trust)
        if self.new_ties:
            self._acquaint(v, came)
        if self.know_how > 0.0:
            s.durable += self.know_how * service.effect * s.selling * self._mixed(v, came)
        part = courses(v, service)
        fill(s.lift, part, self.efficacy * v.p.efficacy_role)
        relieve(v, part, self.relief)

    def _mixed(self, v: "Village", came: Floats) -> Floats:
        """Know-how heard: little from rivals, more from other ties that were there."""
        s, ties = v.sellers, v.ties
        here, rivals = v.scratch("came_ties"), v.scratch("came_rivals")
        came_near(
            ties.start, ties.other, ties.strength, ties.trust, s.category, came * s.selling, here,
            rivals,
        )
        mixed = v.scratch("mixed")
        heard_from.into(mixed, here, rivals, v.p.new_tie_strength, v.p.peers_mixed)
        return mixed

    def _acquaint(self, v: "Village", came: Floats) -> None:
        """Those who came side by side get to know each other, mostly neighbours by house."""
        rows = np.flatnonzero(came > 0.0)
        draw = v.luck.uniform("measures.meet", v.week, v.women)[rows]
        who = rows[draw < v.p.new_ties_meeting * came[rows]].astype(np.int32)
        if who.size > 1:
            pairs: Ints = who[: who.size - who.size % 2].reshape(-1, 2)
            connect(v, pairs[:, 0], pairs[:, 1], Kind.GROUP, v.p.trust_neighbour)


class Association(Mechanism):
    """A self-discipline association or a cooperative: founded, and kept going by meetings.

    Women join through members whom they trust; nobody is enrolled.
    """

    name: ClassVar[str] = "association"
    kind: Literal["association", "cooperative"] = "association"
    founds: bool = False
    governance: float = Field(0.0, ge=0.0, le=1.0)
    standards: float = Field(0.0, ge=0.0, le=1.0)
    logistics: float = Field(0.0, ge=0.0, le=1.0)
    dividend: float = Field(0.0, ge=0.0, le=1.0)
    self_run: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Found the body where it is missing, and work with the bodies there are."""
        v = village
        served = float(service.effect.max(initial=0.0))
        if served <= 0.0:
            return
        bodies = [b for b in v.bodies if b.alive and (b.kind == self.kind or not self.founds)]
        if self.founds and not bodies:
            bodies = self._found(v, service)
        for body in bodies:
            step = v.p.governance_gain * served
            body.governance += self.governance * step * (1.0 - body.governance)
            body.open_books += self.governance * step * (1.0 - body.open_books)
            body.standards += self.standards * step * (1.0 - body.standards)
            body.logistics += self.logistics * step * (1.0 - body.logistics)
            body.dividend_rule += self.dividend * step * (1.0 - body.dividend_rule)
            body.self_run += self.self_run * step * (1.0 - body.self_run)
            meet(v, members_of(v, body) * min(1.0, served), v.p.meet_trust)

    def _found(self, v: "Village", service: Service) -> list[Cooperative]:
        """Founding members: of the women asked, those who trust the others who are asked."""
        p, s, ties = v.p, v.sellers, v.ties
        asked = service.chosen * s.selling
        if self.kind == "cooperative":
            asked *= s.coop < 0.0
        known, trusted = v.scratch("known"), v.scratch("trusted")
        known_members(ties.start, ties.other, ties.strength, ties.trust, asked, known, trusted)
        chance = v.scratch("join")
        join_chance.into(chance, known, trusted, 1.0, p.body_trust, p.body_trust_span)
        willing = asked * (v.luck.uniform("measures.found", v.week, v.women) < chance)
        if willing.sum() < p.body_least:
            return []
        return [found(v, self.kind, willing, p.governance_start)]


class Brand(Mechanism):
    """A shared name, story and look: brand and local identity of the goods.

    Packs and control of a brand cost its users (`brand_cost`).
    """

    name: ClassVar[str] = "brand"
    brand: float = Field(0.0, ge=0.0, le=1.0)
    identity: float = Field(0.0, ge=0.0, le=1.0)
    quality: float = Field(0.0, ge=0.0, le=1.0)
    traffic: float = Field(0.0, ge=0.0, le=1.0)
    cohesion: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Build up brand and identity of the goods of those who took part."""
        v, s = village, village.sellers
        part = courses(v, service) * s.selling
        fill(s.brand, part * (1.0 + s.identity), self.brand)
        fill(s.identity, part, self.identity)
        np.minimum(s.brand, 1.0, out=s.brand)
        if self.cohesion:
            meet(v, np.minimum(1.0, service.effect), v.p.meet_trust)


class CooperativeWork(Mechanism):
    """Women's cooperatives: founded by themselves or pushed by a quota, taught, audited."""

    name: ClassVar[str] = "cooperative"
    founds: bool = False
    pushed: bool = False
    governance: float = Field(0.0, ge=0.0, le=1.0)
    open_books: float = Field(0.0, ge=0.0, le=1.0)
    dividend: float = Field(0.0, ge=0.0, le=1.0)
    logistics: float = Field(0.0, ge=0.0, le=1.0)
    self_run: float = Field(0.0, ge=0.0, le=1.0)
    brand: float = Field(0.0, ge=0.0, le=1.0)
    links: float = Field(0.0, ge=0.0, le=1.0)
    institution: float = Field(0.0, ge=0.0, le=1.0)
    voice: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""
