"""Mechanisms for how a woman feels, her family, and paid work that fits care."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from agents.rule import Floats
from model.mechanism import Mechanism, Service
from model.phases.posts import take_posts
from model.phases.relations import meet
from model.ties import sum_by
from scenarios.mechanisms.meso import acquaint
from scenarios.mechanisms.micro import courses, fill, grow, relieve, stand_by

if TYPE_CHECKING:
    from model.village import Village


def of_families(v: "Village", effect: Floats) -> Floats:
    """Sessions of every family: the mean over its women who came."""
    rows = len(v.families)
    came, each = v.scratch("family_came", rows), v.scratch("family_sessions", rows)
    sum_by(v.sellers.family, (effect > 0.0).astype(float), came)
    sum_by(v.sellers.family, effect, each)
    each /= np.maximum(came, 1.0)
    return each


def lift_support(v: "Village", each: Floats, full: float) -> None:
    """Family support after sessions, of which a full course brings `full` standard deviations."""
    if full > 0.0:
        f, gain = v.families, full * v.p.state_spread / v.p.course_sessions
        f.support += gain * each * (1.0 - f.support)


class Counselling(Mechanism):
    """Case work and accompaniment: relief of burnout, courage to go on, help at home."""

    name: ClassVar[str] = "counselling"
    relief: float = Field(0.3, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    support: float = Field(0.0, ge=0.0, le=1.0)
    skill: float = Field(0.0, ge=0.0, le=1.0)
    backing: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Relieve the women served, and stand by them."""
        v, s = village, village.sellers
        part = courses(v, service)
        relieve(v, part, self.relief)
        fill(s.lift, part, self.efficacy * v.p.efficacy_role)
        grow(v, s.skill, part, self.skill)
        if self.support > 0.0:
            lift_support(v, of_families(v, service.effect), self.support)
        stand_by(v, service, self.backing)


class SupportGroup(Mechanism):
    """Groups that meet for each other: relief, self-efficacy, trust, help with the family."""

    name: ClassVar[str] = "support_group"
    relief: float = Field(0.0, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    support: float = Field(0.0, ge=0.0, le=1.0)
    skill: float = Field(0.0, ge=0.0, le=1.0)
    new_ties: bool = True

    def apply(self, village: "Village", service: Service) -> None:
        """Meet: trust among members, new ties, and what the group does for each of them."""
        v, s = village, village.sellers
        came, part = np.minimum(1.0, service.effect), courses(v, service)
        meet(v, came, v.p.meet_trust)
        if self.new_ties:
            acquaint(v, came, service.sessions)
        relieve(v, part, self.relief)
        fill(s.lift, part, self.efficacy * v.p.efficacy_role)
        grow(v, s.skill, part, self.skill)
        if self.support > 0.0:
            lift_support(v, of_families(v, service.effect), self.support)


class FamilyWork(Mechanism):
    """Family meetings: sessions that count towards the dose of dialogue (dialogue_half_dose).

    A few contacts change nothing at home (sessions_least); a day out together relieves at once.
    """

    name: ClassVar[str] = "family_work"
    counts: float = Field(1.0, ge=0.0, le=1.0)
    support: float = Field(0.0, ge=0.0, le=1.0)
    relief: float = Field(0.0, ge=0.0, le=1.0)
    norm: float = Field(0.0, ge=0.0, le=1.0)
    elders: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Count the sessions of each family; from the least dose on, support is lifted too."""
        v, f = village, village.families
        each = of_families(v, service.effect)
        f.sessions += self.counts * each
        if self.elders:
            f.with_elders += self.counts * each * (f.elders_help + f.elders_need > 0.0)
        reached = each * (f.sessions >= v.p.sessions_least)
        lift_support(v, reached, self.support)
        if self.norm > 0.0:
            softer = self.norm * v.p.state_spread / v.p.course_sessions
            f.norm -= np.minimum(1.0, softer * reached) * f.norm
        relieve(v, courses(v, service), self.relief)


class CareService(Mechanism):
    """Carers and care places for children and elders of families that sell."""

    name: ClassVar[str] = "care_service"

    def apply(self, village: "Village", service: Service) -> None:
        """Take over hours of care; a dose of 1 is a full place (childcare_hours_freed [50])."""
        v, f = village, village.families
        places = v.scratch("care_places", len(f))
        sum_by(v.sellers.family, service.sessions, places)
        dependants = np.minimum(1.0, f.children_u6 + f.children_6_12 + f.elders_need)
        f.care_given += -v.p.childcare_hours_freed * np.minimum(1.0, places) * dependants


class WorkPost(Mechanism):
    """Paid posts that fit care: in a firm or workshop, or light streaming from home."""

    name: ClassVar[str] = "work_post"
    wage: float = Field(0.0, ge=0.0, le=10_000.0, description="yuan a month, full post")
    subsidy: float = Field(0.0, ge=0.0, le=20_000.0, description="yuan for each hire")
    filled: float = Field(1.0, ge=0.0, le=1.0)
    at_home: bool = False
    skill: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Offer posts to the women served; a dose of 1 is a full post each."""
        v, delivery = village, service.delivery
        filled = v.luck.lasting(f"posts.{delivery.measure}", v.women) < self.filled
        payer = "government" if delivery.sponsor == "government" else "donors"
        size = np.where(filled, np.minimum(1.0, service.sessions), 0.0)
        part = take_posts(v, size, self.wage, self.subsidy, payer, at_home=self.at_home)
        grow(v, v.sellers.skill, part / v.p.course_sessions, self.skill)
