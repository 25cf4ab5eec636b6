"""Mechanisms for offices, funds, services and the workers themselves."""

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from agents.rule import Floats
from agents.sellers import Status
from model.mechanism import Mechanism, Service
from model.parameters import WEEKS_PER_YEAR
from model.phases.finance import interest_spared, lend
from model.phases.measures import PAYERS, affordable
from model.phases.relations import meet
from model.phases.voice import bring_forward, hold_hearing
from model.ties import spread, sum_by
from scenarios.mechanisms.meso import trust_offices
from scenarios.mechanisms.micro import courses, fill

if TYPE_CHECKING:
    from model.village import Village

CAMPAIGN_YEARS = 2.5  # the time for which norm_campaign is given


class Finance(Mechanism):
    """Aid, seed grants and loans, for those who know of them.

    Aid of a household is shared by the household's rule. Seed money and loans are working capital
    of her shop. `access` helps women through an application; without a `loan` of its own to the
    loans of banks, at the usual interest.
    """

    name: ClassVar[str] = "finance"
    grant: float = Field(0.0, ge=0.0, le=100_000.0, description="yuan a year")
    seed: float = Field(0.0, ge=0.0, le=100_000.0, description="yuan once, for her shop")
    loan: float = Field(0.0, ge=0.0, le=300_000.0, description="yuan, repaid")
    approve: float = Field(0.0, ge=0.0, le=1.0)
    interest: float = Field(0.0, ge=0.0, le=30.0, description="% a year")
    access: float = Field(0.0, ge=0.0, le=1.0)
    informs: float = Field(0.0, ge=0.0, le=1.0)
    per_household: bool = True

    def apply(self, village: "Village", service: Service) -> None:
        """Tell of the funds, and pay this week's part of them."""
        v, s = village, village.sellers
        if self.informs > 0.0:
            s.knows += self.informs * np.minimum(1.0, service.sessions) * (1.0 - s.knows)
        if self.grant > 0.0:
            self._aid(v, service)
        if self.seed > 0.0:
            self._seed(v, service)
        if self.loan > 0.0 or self.access > 0.0:
            self._lend(v, service)

    def _aid(self, v: "Village", service: Service) -> None:
        """A year's aid in weekly parts; the woman's part depends on the household."""
        s, f = v.sellers, v.families
        aid = self.grant / 52.0 * service.sessions * s.knows
        payer = _spend(v, service, aid)
        if not self.per_household:
            hers = aid
        elif v.structure("household", "unitary") == "bargaining":
            part = v.scratch("aid_part")
            spread(s.family, f.support, part)
            hers = aid * part
        else:
            hers = aid * v.p.aid_woman
        s.grants += hers
        v.ledger.pay("grants", payer, "sellers", hers)
        rest = v.scratch("aid_rest", len(f))
        sum_by(s.family, aid - hers, rest)
        v.ledger.pay("grants", payer, "families", rest)
        lifted = rest > 0.0
        f.support[lifted] += v.p.support_speed * v.p.aid_support * (1.0 - f.support[lifted])

    def _seed(self, v: "Village", service: Service) -> None:
        """Seed money, once: capital of a shop, no income."""
        s = v.sellers
        runs = (s.status == Status.SELLING) | (s.status == Status.LEARNING)
        chance = np.minimum(1.0, service.sessions) * s.knows * runs * (1.0 - s.seeded)
        got = (v.luck.uniform("finance.seed", v.week, v.women) < chance).astype(float)
        paid = self.seed * got
        payer = _spend(v, service, paid)
        s.seeded += got
        s.capital += paid
        v.ledger.pay("seed", payer, "sellers", paid)

    def _lend(self, v: "Village", service: Service) -> None:
        """Take applications; whoever spares borrowers interest pays it to the lenders."""
        p, delivery, most = v.p, service.delivery, math.inf
        size, rate, approve = p.loan_size, p.interest_unsubsidised, p.loan_approve
        if self.loan > 0.0:
            size, rate, approve = self.loan, self.interest, self.approve
        approve += self.access * (1.0 - approve)
        each = interest_spared(v, size, rate)
        if delivery.sponsor == "programme":
            most = affordable(v, delivery, each * v.women) * v.women
        got = lend(v, np.minimum(1.0, service.sessions), size, approve, rate, most)
        payer = _spend(v, service, each * got)
        v.ledger.pay("loans.subsidy", payer, "lenders", each * float(got.sum()))


def _spend(v: "Village", service: Service, paid: Floats) -> str:
    """Charge money for women to its sponsor, cut to what a programme still has; who pays it."""
    delivery, total = service.delivery, float(paid.sum())
    if delivery.sponsor == "programme":
        paid *= affordable(v, delivery, total)
        total = float(paid.sum())
        v.accounts.spent += total
    v.accounts.cost += total
    return PAYERS.get(delivery.sponsor, "donors")


class Voice(Mechanism):
    """Surveys, hearings, governance streams: issues are heard, brought forward and answered."""

    name: ClassVar[str] = "voice"
    salience: float = Field(1.0, ge=0.0, le=1.0)
    proposals: bool = True
    institution: float = Field(0.0, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    informs: float = Field(0.0, ge=0.0, le=1.0)
    answers: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Take the issue that touches most women and bring it forward; tell those who came."""
        v, s, p = village, village.sellers, village.p
        done = float(service.sessions.max(initial=0.0))
        if done <= 0.0:
            return
        bring_forward(v, done, self.salience, proposals=self.proposals)
        hold_hearing(v, service.chosen, done)
        if self.answers:
            v.government.prompt = max(v.government.prompt, min(1.0, done))
        if self.institution > 0.0:
            trust_offices(v, self.institution * service.effect)
        fill(s.lift, courses(v, service), self.efficacy * p.efficacy_role)
        if self.informs > 0.0:
            s.knows += self.informs * np.minimum(1.0, service.sessions) * (1.0 - s.knows)


class WorkerSupport(Mechanism):
    """Training and recognition of workers: skill up, township duties and leaving down."""

    name: ClassVar[str] = "worker_support"
    skill: float = Field(0.0, ge=0.0, le=1.0)
    recognition: float = Field(0.0, ge=0.0, le=1.0)
    autonomy: float = Field(0.0, ge=0.0, le=1.0)

    def apply(self, village: "Village", service: Service) -> None:
        """A dose of one session a week for a year is a course-year."""
        done = float(service.sessions.max(initial=0.0)) / village.p.course_sessions
        for worker in village.workers:
            worker.skill += self.skill * done * (1.0 - worker.skill)
            worker.recognised += self.recognition * done * (1.0 - worker.recognised)
            worker.autonomy += self.autonomy * done * (1.0 - worker.autonomy)


class BenefitFund(Mechanism):
    """A part of sales (or profit) goes to elders, children and disabled people of the village.

    Cooperatives take it on as a rule of theirs; a fund of the government binds every seller while
    it is kept up.
    """

    name: ClassVar[str] = "benefit_fund"
    share: float = Field(0.0, ge=0.0, le=20.0, description="% of sales")

    def apply(self, village: "Village", service: Service) -> None:
        """Set what is given; money moves in the phase of money."""
        v = village
        share = self.share * float(service.sessions.max(initial=0.0))
        if service.delivery.sponsor == "government":
            v.government.fund_share = max(v.government.fund_share, share)
            return
        for body in v.bodies:
            if body.alive and body.kind == "cooperative" and body.interest > 0.0:
                body.fund_share = max(body.fund_share, share)


class NormCampaign(Mechanism):
    """Theatre, campaigns, talks: norms move slowly, only over years, and never by one event."""

    name: ClassVar[str] = "norm_campaign"
    norm: float = Field(0.0, ge=0.0, le=1.0, description="SD in two and a half years")
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    cohesion: bool = False
    identity: float = Field(0.0, ge=0.0, le=1.0)
    men: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Count the events of each family; from the least number on, its norms give way."""
        v, f, p = village, village.families, village.p
        part, came = courses(v, service), v.scratch("campaign_came", len(f))
        sum_by(v.sellers.family, (service.sessions > 0.0).astype(float), came)
        held, felt = (_of_family(v, x, came) for x in (service.sessions, service.effect))
        f.campaign += held
        most = p.campaign_full / WEEKS_PER_YEAR
        course = np.minimum(felt, most) / (CAMPAIGN_YEARS * p.campaign_full)
        step = p.state_spread * course * (f.campaign >= p.campaign_least)
        f.norm -= np.minimum(f.norm, self.norm * step)
        if self.men:
            f.support += p.campaign_men * step * f.husband_home * (1.0 - f.support)
        fill(v.sellers.lift, part, self.efficacy * p.efficacy_role)
        fill(v.sellers.identity, part * v.sellers.selling, self.identity)
        np.minimum(v.sellers.identity, 1.0, out=v.sellers.identity)
        if self.cohesion:
            meet(v, np.minimum(1.0, service.effect), p.meet_trust * p.crowd_trust)


def _of_family(v: "Village", hers: Floats, came: Floats) -> Floats:
    """Mean over the women of each family who came."""
    total = np.empty(came.size)
    sum_by(v.sellers.family, hers, total)
    mean: Floats = total / np.maximum(came, 1.0)
    return mean
