"""Mechanisms for the woman and her family."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from agents.rule import Floats, Num, rule
from model.mechanism import Mechanism, Service
from model.ties import sum_by

if TYPE_CHECKING:
    from model.village import Village


def courses(v: "Village", service: Service) -> Floats:
    """Sessions of this week as parts of a full course."""
    return service.effect / v.p.course_sessions


@rule
def filled(stock: Num, part: Num, full: Num) -> Num:
    """A stock after a part of a course that brings about `full`, and at most twice as much.

    >>> filled(0.0, 1.0, 0.2), filled(0.4, 1.0, 0.2)
    (0.2, 0.4)
    """
    return stock + part * full * min(max(1.0 - stock / (2.0 * full), 0.0), 1.0)


@rule
def relieved(
    relief: Num, burnout: Num, part: Num, d: Num, cutoff: Num, severe: Num, most: Num
) -> Num:
    """Relief of burnout after a part of a course of effect size d.

    >>> relieved(0.0, 0.3, 1.0, 0.5, 0.5, 0.1, 1.0), relieved(0.0, 0.6, 1.0, 0.5, 0.5, 0.1, 1.0)
    (0.5, 0.05)
    """
    weight = severe if burnout > cutoff else 1.0
    return relief + part * d * weight * min(max(1.0 - relief / most, 0.0), 1.0)


def fill(stock: Floats, part: Floats, full: float) -> None:
    """Move a stock by parts of a course: one full course brings about `full`, many at most twice.

    Args:
        stock: the column, changed in place.
        part: of a course, for every woman.
        full: what one course adds to an empty stock.
    """
    if full > 0.0:
        filled.into(stock, stock, part, full)


def relieve(v: "Village", part: Floats, d: float) -> None:
    """Relief of burnout by parts of a course of effect size d.

    It nearly vanishes in women who are burnt out already (d_severe_mult [69]).
    """
    p, s = v.p, v.sellers
    relieved.into(
        s.relief, s.relief, s.burnout, part, d, p.burnout_cutoff, p.d_severe_mult, p.relief_most
    )


class Course(Mechanism):
    """Classes and courses: know-how that fades, know-how that lasts, self-efficacy, relief."""

    name: ClassVar[str] = "course"
    taught: float = Field(0.0, ge=0.0, le=0.5)
    durable: float = Field(0.0, ge=0.0, le=0.5)
    skill: float = Field(0.0, ge=0.0, le=1.0)
    literacy: float = Field(0.0, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    relief: float = Field(0.0, ge=0.0, le=1.0)
    legal: float = Field(0.0, ge=0.0, le=1.0)
    invites: float = Field(0.0, ge=0.0, le=1.0)
    bilingual: bool = False
    slow: bool = False
    with_friend: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Teach the women served; those who do not sell yet are asked to begin."""
        v, s = village, village.sellers
        part = courses(v, service)
        fill(s.taught, part, self.taught)
        fill(s.durable, part, self.durable)
        spread = v.p.state_spread
        s.skill += part * self.skill * spread * (1.0 - s.skill)
        s.literacy += part * self.literacy * spread * (1.0 - s.literacy)
        fill(s.lift, part, self.efficacy * v.p.efficacy_role)
        relieve(v, part, self.relief)
        s.invited += self.invites * service.sessions * (1.0 - s.selling)


class FollowUp(Mechanism):
    """Mentors and standing advice: what is taught fades more slowly while they go on."""

    name: ClassVar[str] = "follow_up"
    taught: float = Field(0.0, ge=0.0, le=0.5)
    mentored: float = Field(0.0, ge=0.0, le=0.5)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    backing: float = Field(0.0, ge=0.0, le=1.0)
    helping_hours: float = Field(0.0, ge=0.0, le=20.0, description="hours a session")
    relief: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Keep up the know-how of the women served; a session a month is full follow-up."""
        v, s = village, village.sellers
        often = np.minimum(1.0, service.sessions * 52.0 / 12.0)
        np.maximum(s.follow_up, often, out=s.follow_up)
        part = courses(v, service)
        fill(s.taught, part, self.taught)
        fill(s.lift, part, self.efficacy * v.p.efficacy_role)


class LegalCourse(Mechanism):
    """Law and platform rules: fewer violations, more trust in offices that explain them."""

    name: ClassVar[str] = "legal_course"
    legal: float = Field(1.0, ge=0.0, le=1.0)
    informs: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Teach the rules; who hears of funds and rights knows of them from then on."""
        v, s = village, village.sellers
        part = courses(v, service)
        s.legal += v.p.legal_gain * part * self.legal * (1.0 - s.legal)
        s.trust_institution += (
            v.p.institution_gain * service.effect * (1.0 - s.trust_institution)
        )
        if self.informs:
            s.knows += np.minimum(1.0, service.effect) * (1.0 - s.knows)


class Counselling(Mechanism):
    """Case work and accompaniment: relief of burnout, courage to go on."""

    name: ClassVar[str] = "counselling"
    relief: float = Field(0.3, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    support: float = Field(0.0, ge=0.0, le=1.0)
    skill: float = Field(0.0, ge=0.0, le=1.0)
    backing: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Relieve the women served."""
        part = courses(village, service)
        relieve(village, part, self.relief)
        fill(village.sellers.lift, part, self.efficacy * village.p.efficacy_role)


class FamilyWork(Mechanism):
    """Family meetings: sessions that count towards the dose of dialogue (dialogue_half_dose)."""

    name: ClassVar[str] = "family_work"
    counts: float = Field(1.0, ge=0.0, le=1.0)
    support: float = Field(0.0, ge=0.0, le=1.0)
    relief: float = Field(0.0, ge=0.0, le=1.0)
    norm: float = Field(0.0, ge=0.0, le=1.0)
    elders: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Count the sessions of each family; from the least dose on, support is lifted too."""
        v, f = village, village.families
        part = courses(v, service)
        came, each = v.scratch("family_came", len(f)), v.scratch("family_sessions", len(f))
        sum_by(v.sellers.family, (service.effect > 0.0).astype(float), came)
        sum_by(v.sellers.family, service.effect, each)
        each /= np.maximum(came, 1.0)
        f.sessions += self.counts * each
        enough = f.sessions >= v.p.sessions_least
        gain = self.support * v.p.state_spread / v.p.course_sessions
        f.support += gain * each * enough * (1.0 - f.support)
        relieve(v, part, self.relief)


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


class SupportGroup(Mechanism):
    """Groups that meet for each other: relief, self-efficacy, trust, help with the family."""

    name: ClassVar[str] = "support_group"
    relief: float = Field(0.0, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    support: float = Field(0.0, ge=0.0, le=1.0)
    skill: float = Field(0.0, ge=0.0, le=1.0)
    new_ties: bool = True

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""


class RoleModel(Mechanism):
    """Stories and visits of women like them who made it: courage, most in the inexperienced."""

    name: ClassVar[str] = "role_model"
    gain: float = Field(0.0, ge=0.0, le=0.5, description="log sales")
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    invites: float = Field(0.0, ge=0.0, le=1.0)
    meets: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""


class Outreach(Mechanism):
    """Visits and surveys: the worker is known, women take part, help goes where it is needed."""

    name: ClassVar[str] = "outreach"
    trust: float = Field(0.0, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    invites: float = Field(0.0, ge=0.0, le=1.0)
    targeting: float = Field(0.0, ge=0.0, le=1.0)
    identity: float = Field(0.0, ge=0.0, le=1.0)
    informs: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""


class WorkPost(Mechanism):
    """Paid posts that fit care: in a firm or workshop, or light streaming from home."""

    name: ClassVar[str] = "work_post"
    wage: float = Field(0.0, ge=0.0, le=10_000.0, description="yuan a month, full post")
    subsidy: float = Field(0.0, ge=0.0, le=20_000.0, description="yuan for each hire")
    filled: float = Field(1.0, ge=0.0, le=1.0)
    at_home: bool = False
    skill: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""
