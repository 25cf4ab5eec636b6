"""Mechanisms for what a woman learns and dares, and the parts that all mechanisms share."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from agents.rule import Floats, Num, rule
from model.mechanism import Mechanism, Service
from model.parameters import weekly_half_life
from model.phases.relations import meet
from model.ties import around

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
    if d <= 0.0:
        return
    relieved.into(
        s.relief, s.relief, s.burnout, part, d, p.burnout_cutoff, p.d_severe_mult, p.relief_most
    )


def grow(v: "Village", stock: Floats, part: Floats, full: float) -> None:
    """Move a 0–1 state by parts of a course that brings `full` standard deviations in all.

    Args:
        v: the village.
        stock: the column, changed in place.
        part: of a course, for every woman.
        full: in standard deviations of the state (assumed_small to assumed_large).
    """
    if full > 0.0:
        stock += part * full * v.p.state_spread * (1.0 - stock)


def inform(v: "Village", service: Service) -> None:
    """Who is served hears of funds and rights, and knows of them from then on."""
    s = v.sellers
    s.knows += np.minimum(1.0, service.effect) * (1.0 - s.knows)


class Course(Mechanism):
    """Classes and courses: know-how that fades, know-how that lasts, self-efficacy, relief.

    An initiative course is one whose gain is durable (train_initiative).
    """

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
        there = courses(v, service)
        part = self._taken_in(v, service, there)
        fill(s.taught, part, self.taught)
        fill(s.durable, part, self.durable)
        grow(v, s.skill, part, self.skill)
        grow(v, s.literacy, part, self.literacy)
        s.legal += v.p.legal_gain * part * self.legal * (1.0 - s.legal)
        fill(s.lift, part, self.efficacy * v.p.efficacy_role)
        relieve(v, there, self.relief)
        s.invited += self.invites * service.sessions * (1.0 - s.selling)

    def _taken_in(self, v: "Village", service: Service, there: Floats) -> Floats:
        """What women take in of the part they sat through: language, pace, a friend beside her."""
        p, s, ties = v.p, v.sellers, v.ties
        part = there.copy()
        if not self.bilingual:
            part *= np.where(s.mandarin > 0.0, 1.0, p.train_other_tongue)
        if not self.slow:
            late = (s.age >= p.train_older_age) | (s.edu_years < p.train_low_schooling)
            part *= np.where(late, p.train_pace, 1.0)
        if self.with_friend:
            friends = v.scratch("friends")
            came = np.minimum(1.0, service.sessions / max(service.delivery.dose, 1e-9))
            around(ties.start, ties.other, ties.strength * ties.trust, came, friends)
            part *= 1.0 + (p.train_with_friend - 1.0) * np.minimum(1.0, friends)
        return part


class FollowUp(Mechanism):
    """Mentors, standing advice, volunteers: what is taught fades more slowly while they go on.

    A mentor's own gain is there while she is, and fades with mentor_fade_half once she is gone.
    """

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
        np.maximum(s.follow_up, monthly(service.sessions), out=s.follow_up)
        part = courses(v, service)
        fill(s.taught, part, self.taught)
        fill(s.lift, part, self.efficacy * v.p.efficacy_role)
        relieve(v, part, self.relief)
        if self.mentored > 0.0:
            reached = 1.0 - 0.5 ** (service.effect / v.p.mentor_half_sessions)
            s.mentored += reached * np.maximum(0.0, self.mentored - s.mentored)
        stand_by(v, service, self.backing)
        if self.helping_hours > 0.0:
            s.helping += self.helping_hours * service.sessions * s.selling


def monthly(sessions: Floats) -> Floats:
    """How close this week's sessions come to one a month, 0 to 1."""
    return np.minimum(1.0, sessions * 52.0 / 12.0)


def stand_by(v: "Village", service: Service, backing: float) -> None:
    """Women served at least monthly are accompanied: fewer give up (exit_backed)."""
    if backing > 0.0:
        s = v.sellers
        np.maximum(s.backed, backing * monthly(service.effect), out=s.backed)


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
            inform(v, service)


class RoleModel(Mechanism):
    """Stories and visits of women like them who made it: courage, most in the inexperienced."""

    name: ClassVar[str] = "role_model"
    gain: float = Field(0.0, ge=0.0, le=0.5, description="log sales, of one visit")
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    invites: float = Field(0.0, ge=0.0, le=1.0)
    meets: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Show what is possible; those who have seen little of selling take most from it."""
        v, s = village, village.sellers
        weight = self._weight(v)
        fill(s.durable, service.effect * weight, self.gain)
        fill(s.lift, courses(v, service) * weight, self.efficacy * v.p.efficacy_role)
        s.invited += self.invites * service.sessions * (1.0 - s.selling)
        if self.meets:
            meet(v, np.minimum(1.0, service.effect), v.p.meet_trust)

    @staticmethod
    def _weight(v: "Village") -> Floats:
        """From role_model_new in a beginner down to role_model_old, by weeks of selling."""
        p = v.p
        weight: Floats = 0.5 ** (v.sellers.weeks_open / p.role_model_weeks)
        return p.role_model_old + (p.role_model_new - p.role_model_old) * weight


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
        """Be there: trust grows beyond what mere contact brings; offices learn who is in need."""
        v, s, office = village, village.sellers, village.government
        met = np.minimum(1.0, service.sessions)
        part = courses(v, service)
        if self.trust > 0.0:
            faster = self.trust * weekly_half_life(v.p.sw_trust_weeks)
            s.trust_worker += faster * met * (1.0 - s.trust_worker)
        fill(s.lift, part, self.efficacy * v.p.efficacy_role)
        fill(s.identity, part, self.identity)
        np.minimum(s.identity, 1.0, out=s.identity)
        s.invited += self.invites * service.sessions * (1.0 - s.selling)
        office.targeting += self.targeting * float(met.mean()) * (1.0 - office.targeting)
        if self.informs:
            inform(v, service)
