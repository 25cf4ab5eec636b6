"""Mechanisms for groups, bodies, ties and the village's shared name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from agents.few import Cooperative
from agents.rule import Floats, Ints, Num, kernel, rule
from agents.sellers import CATEGORIES
from model.mechanism import Mechanism, Service
from model.phases.bodies import found, join_chance, known_members, members_of
from model.phases.relations import connect, meet
from model.phases.voice import bring_forward
from model.ties import Kind
from scenarios.mechanisms.market import kept
from scenarios.mechanisms.micro import courses, fill, relieve

if TYPE_CHECKING:
    from model.village import Village

MONTHLY = 0.25  # sessions a week: once in four weeks


@kernel
def came_near(
    start: Ints, other: Ints, trust: Floats, category: Floats, came: Floats, tied: Floats,
    trusted: Floats, rivals: Floats,
) -> None:
    """For every woman who came: her ties to others who came, her trust in them, rivals there."""
    for i in range(tied.size):
        near, trusting, same = 0.0, 0.0, 0.0
        if came[i] > 0.0:
            for k in range(start[i], start[i + 1]):
                there = came[other[k]]
                near += there
                trusting += there * trust[k]
                same += there * (1.0 if category[i] == category[other[k]] else 0.0)
        tied[i], trusted[i], rivals[i] = near, trusting, same


@rule
def heard_from(
    tied: Num, trusted: Num, rivals: Num, strangers: Num, alike: Num, usual: Num, factor: Num
) -> Num:
    """Know-how heard in a circle, against one of strangers who are no rivals (peer_meeting [22]).

    More where she trusts the others more than women usually trust a neighbour; of rivals she hears
    a part (peer_rival_factor [23]).

    >>> [heard_from(0.0, 0.0, 0.0, 8.0, alike, 0.4, 0.5) for alike in (0.0, 8.0)]
    [1.0, 0.5]
    >>> round(heard_from(2.0, 0.4, 0.0, 0.0, 0.0, 0.4, 0.5), 3)  # women whom she trusts half
    0.5
    """
    there = tied + strangers
    if there <= 0.0:
        return 0.0
    trust = (trusted + strangers * usual) / (there * usual)
    return trust * (1.0 - (1.0 - factor) * (rivals + alike) / there)


def acquaint(v: "Village", came: Floats, often: Floats, *, online: bool = False) -> None:
    """Those who came side by side get to know each other, mostly neighbours by house.

    Online it is whoever happens to be there. Women who meet every week also meet outside the group
    more often than those who meet every four weeks (meet_tie [75]).

    Args:
        v: the village.
        came: 0 to 1 for every woman, how far she took part.
        often: meetings a week.
        online: they meet without being in one place.
    """
    p, rows = v.p, np.flatnonzero(came > 0.0)
    draw = v.luck.uniform("measures.meet", v.week, v.women)[rows]
    weekly = np.clip((often[rows] - MONTHLY) / (1.0 - MONTHLY), 0.0, 1.0)
    makes = draw < p.new_ties_meeting * came[rows] * (1.0 + p.meet_tie / 100.0 * weekly)
    who = rows[makes].astype(np.int32)
    if online:
        who = who[np.argsort(draw[makes], kind="stable")]
    if who.size % 2 and rows.size > 1:  # the odd one meets another who came
        at = int(np.searchsorted(rows, who[-1]))
        who = np.append(who, rows[at + 1 if at + 1 < rows.size else at - 1].astype(np.int32))
    if who.size > 1:
        pairs: Ints = who.reshape(-1, 2)
        connect(v, pairs[:, 0], pairs[:, 1], Kind.GROUP, p.trust_neighbour)


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
        v, s, p = village, village.sellers, village.p
        came = np.minimum(1.0, service.effect)
        meet(v, came, p.meet_trust * (p.online_trust if self.online else 1.0))
        if self.new_ties:
            acquaint(v, came, service.sessions, online=self.online)
        if self.know_how > 0.0:
            s.durable += self.know_how * service.effect * s.selling * self._heard(v, service, came)
        part = courses(v, service)
        fill(s.taught, part * s.selling, self.taught)
        if self.skill > 0.0:
            s.skill += part * self.skill * p.state_spread * (1.0 - s.skill)
        fill(s.lift, part, self.efficacy * p.efficacy_role)
        relieve(v, part, self.relief)
        if self.institution > 0.0:
            trust_offices(v, service.effect * self.institution)

    def _heard(self, v: "Village", service: Service, came: Floats) -> Floats:
        """Know-how heard by each woman from those who sat with her."""
        s, p, ties, there = v.sellers, v.p, v.ties, came * v.sellers.selling
        tied, trusted, rivals = (v.scratch(f"came_{what}") for what in ("tied", "trust", "same"))
        came_near(
            ties.start, ties.other, ties.trust, s.category, there, tied, trusted, rivals
        )
        women = float(there.sum())
        seats = min(service.delivery.group_size or women, women)
        strangers = np.maximum(0.0, seats - 1.0 - tied)
        of_kind = np.bincount(s.category.astype(np.int64), there, len(CATEGORIES))
        alike = strangers * of_kind[s.category.astype(np.int64)] / max(1.0, women)
        heard = v.scratch("heard")
        heard_from.into(
            heard, tied, trusted, rivals, strangers, alike, p.trust_neighbour,
            p.peer_rival_factor,
        )
        return heard


RULES = ("governance", "open_books", "standards", "logistics", "dividend_rule", "self_run")


def bodies_for(v: "Village", kind: str, service: Service, *, founds: bool) -> list[Cooperative]:
    """The bodies a measure works with: those of its kind, founded if need be, else all."""
    bodies = [b for b in v.bodies if b.alive and (b.kind == kind or not founds)]
    if founds and not any(b.interest > 0.0 for b in bodies):
        bodies += found_by_trust(v, kind, service)
    return bodies


def found_by_trust(v: "Village", kind: str, service: Service) -> list[Cooperative]:
    """Founding members: of the women asked, those who trust the others who are asked."""
    p, s, ties = v.p, v.sellers, v.ties
    asked = service.chosen * s.selling
    if kind == "cooperative":
        asked *= s.coop < 0.0
    known, trusted = v.scratch("known"), v.scratch("trusted")
    known_members(ties.start, ties.other, ties.strength, ties.trust, asked, known, trusted)
    chance = v.scratch("join")
    join_chance.into(chance, known, trusted, 1.0, p.body_trust, p.body_trust_span)
    willing = asked * (v.luck.uniform("measures.found", v.week, v.women) < chance)
    if willing.sum() < p.body_least:
        return []
    return [found(v, kind, willing, p.governance_start)]


def found_by_quota(v: "Village", service: Service) -> list[Cooperative]:
    """A cooperative that offices must report: sellers are put on a list, whomever they trust."""
    p, s = v.p, v.sellers
    asked = service.chosen * s.selling * (s.coop < 0.0)
    draw = v.luck.uniform("measures.found", v.week, v.women)
    listed = np.argsort(np.where(asked > 0.0, draw, 2.0), kind="stable")
    members = np.zeros(v.women)
    members[listed[: int(min(p.quota_members, asked.sum()))]] = 1.0
    if members.sum() < p.body_least:
        return []
    return [found(v, "cooperative", members, p.governance_start, pushed=True)]


def run_better(v: "Village", body: Cooperative, served: float, parts: Mapping[str, float]) -> None:
    """One meeting on how a body is run: its rules take hold, its members meet."""
    step = v.p.governance_gain * served
    for name in RULES:
        now = getattr(body, name)
        setattr(body, name, now + parts.get(name, 0.0) * step * (1.0 - now))
    if parts.get("governance", 0.0) + parts.get("dividend_rule", 0.0) > 0.0:
        body.votes += min(1.0, served)
    meet(v, members_of(v, body) * min(1.0, served), v.p.meet_trust)


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
        parts = {
            "governance": self.governance, "open_books": self.governance,
            "standards": self.standards, "logistics": self.logistics,
            "dividend_rule": self.dividend, "self_run": self.self_run,
        }
        for body in bodies_for(v, self.kind, service, founds=self.founds):
            run_better(v, body, served, parts)


class CooperativeWork(Mechanism):
    """Women's cooperatives: founded by themselves or pushed by a quota, taught, audited, linked.

    Links to the outside give members weight on the platform while they are kept up (coop_links).
    """

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
        """Found a cooperative where it is missing, and work with the bodies there are."""
        v = village
        served = float(service.effect.max(initial=0.0))
        if served <= 0.0:
            return
        bodies = bodies_for(v, "cooperative", service, founds=self.founds and not self.pushed)
        if self.pushed and not any(b.kind == "cooperative" for b in bodies):
            bodies += found_by_quota(v, service)
        parts = {
            "governance": self.governance, "open_books": self.open_books,
            "dividend_rule": self.dividend, "logistics": self.logistics,
            "self_run": self.self_run,
        }
        for body in bodies:
            run_better(v, body, served, parts)
            self._serve_members(v, members_of(v, body) * body.interest, body, served)
        if self.voice > 0.0 and bodies:
            bring_forward(v, min(1.0, served), self.voice)

    def _serve_members(
        self, v: "Village", members: Floats, body: Cooperative, served: float
    ) -> None:
        """A shared name, links to the outside, and trust in the offices that give them."""
        s, part = v.sellers, members * served / v.p.course_sessions
        fill(s.brand, part * (1.0 + s.identity), self.brand)
        np.minimum(s.brand, 1.0, out=s.brand)
        if self.links > 0.0:
            came = members * min(1.0, served)
            s.linked += self.links * v.p.coop_links * body.activity * came
            acquaint(v, came, came)
        if self.institution > 0.0:
            trust_offices(v, self.institution * members * served)


def trust_offices(v: "Village", sessions: Floats) -> None:
    """Trust in village and government, gained by sessions on rules, policy and resources."""
    s = v.sellers
    gain = np.minimum(1.0, v.p.institution_gain * sessions)
    s.trust_institution += gain * (1.0 - s.trust_institution)


class Brand(Mechanism):
    """A shared name, story and look: brand and local identity of the goods.

    Packs and control of a brand cost its users (`brand_cost`). Quality control and publicity last
    while they are kept up.
    """

    name: ClassVar[str] = "brand"
    brand: float = Field(0.0, ge=0.0, le=1.0)
    identity: float = Field(0.0, ge=0.0, le=1.0)
    quality: float = Field(0.0, ge=0.0, le=1.0, description="standards, controlled monthly")
    traffic: float = Field(0.0, ge=0.0, le=1.0, description="log weight on the platform")
    cohesion: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Build up brand and identity of the goods of those who took part."""
        v, s = village, village.sellers
        part = courses(v, service) * s.selling
        fill(s.brand, part * (1.0 + s.identity), self.brand)
        fill(s.identity, part, self.identity)
        np.minimum(s.brand, 1.0, out=s.brand)
        if self.quality > 0.0:
            control = np.minimum(1.0, service.sessions / MONTHLY)
            np.maximum(s.standards, self.quality * control * s.selling, out=s.standards)
        if self.traffic > 0.0:
            s.linked += self.traffic * kept(service) * s.selling
        if self.cohesion:
            meet(v, np.minimum(1.0, service.effect), v.p.meet_trust)
