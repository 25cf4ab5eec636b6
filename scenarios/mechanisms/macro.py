"""Mechanisms for offices, funds, services and the workers themselves."""

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from model.mechanism import Mechanism, Service
from model.phases.voice import affected, propose
from model.ties import spread, sum_by

if TYPE_CHECKING:
    from model.village import Village


class Finance(Mechanism):
    """Aid funds for households: paid to those who know of them, shared by the household's rule."""

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
        """Pay this week's part of the aid; the woman's part depends on the household."""
        v, s, f = village, village.sellers, village.families
        aid = self.grant / 52.0 * service.sessions * s.knows
        if v.structure("household", "unitary") == "bargaining":
            part = v.scratch("aid_part")
            spread(s.family, f.support, part)
            hers = aid * part
        else:
            hers = aid * v.p.aid_woman
        s.grants += hers
        v.ledger.pay("grants", "government", "sellers", hers)
        rest = v.scratch("aid_rest", len(f))
        sum_by(s.family, aid - hers, rest)
        v.ledger.pay("grants", "government", "families", rest)
        v.accounts.cost += float(aid.sum())
        lifted = rest > 0.0
        f.support[lifted] += v.p.support_speed * v.p.aid_support * (1.0 - f.support[lifted])


class Voice(Mechanism):
    """Surveys of needs and proposals to offices: issues become salient and are brought forward."""

    name: ClassVar[str] = "voice"
    salience: float = Field(1.0, ge=0.0, le=1.0)
    proposals: bool = True
    institution: float = Field(0.0, ge=0.0, le=1.0)
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    informs: float = Field(0.0, ge=0.0, le=1.0)
    answers: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Take the issue that touches most women and bring it forward."""
        v, office = village, village.government
        done = float(service.sessions.max(initial=0.0))
        if done <= 0.0:
            return
        open_issues = {i: a for i, a in affected(v).items() if i not in office.enacted}
        if not open_issues:
            return
        issue = max(open_issues, key=lambda name: open_issues[name])
        now = office.salience.get(issue, 0.0)
        office.salience[issue] = now + v.p.proposal_salience * done * (1.0 - now)
        draw = v.luck.uniform("measures.proposal", v.week, 1)[0]
        pending = any(issue == proposal[0] for proposal in office.proposals)
        if draw < done and not pending:
            propose(v, issue)


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


class BenefitFund(Mechanism):
    """A part of sales (or profit) goes to elders, children and disabled people of the village."""

    name: ClassVar[str] = "benefit_fund"
    share: float = Field(0.0, ge=0.0, le=20.0, description="% of sales")

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""


class NormCampaign(Mechanism):
    """Theatre, campaigns, talks: norms move slowly and only over years."""

    name: ClassVar[str] = "norm_campaign"
    norm: float = Field(0.0, ge=0.0, le=1.0, description="SD in two and a half years")
    efficacy: float = Field(0.0, ge=0.0, le=1.0)
    cohesion: bool = False
    identity: float = Field(0.0, ge=0.0, le=1.0)
    men: bool = False

    def apply(self, village: "Village", service: Service) -> None:
        """Act."""
