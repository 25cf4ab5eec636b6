"""Phase 12, voice: women raise issues; the government answers, budgets, builds."""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Num, kernel, rule
from model.phases.cooperatives import at_work

if TYPE_CHECKING:
    from model.village import Village

SERVICES = ("station", "cold_chain", "care", "counselling")


@rule
def salience_next(salience: Num, affected: Num, organised: Num, speed: Num, groups: Num) -> Num:
    """An issue grows with the number of women affected, more where they are organised.

    Women's groups multiply attendance at public meetings (voice_group [112]).

    >>> salience_next(0.0, 0.5, 0.0, 0.1, 2.0)
    0.05
    """
    heard = min(1.0, affected * (1.0 + (groups - 1.0) * organised))
    return salience + speed * (heard - salience)


@kernel
def count_concerned(
    selling: Floats, category: Floats, leisure: Floats, floor: float, burnout: Floats,
    cutoff: float, counts: Floats,
) -> None:
    """Women selling: all, those with fresh goods, those short of leisure, those burnt out."""
    counts[:] = 0.0
    for i in range(selling.size):
        if selling[i] > 0.0:
            counts[0] += 1.0
            counts[1] += 1.0 if category[i] == 0.0 else 0.0
            counts[2] += 1.0 if leisure[i] < floor else 0.0
            counts[3] += 1.0 if burnout[i] > cutoff else 0.0


def affected(v: "Village") -> dict[str, float]:
    """Share of the women concerned whom each issue touches."""
    p, s = v.p, v.sellers
    counts = v.scratch("concerned", 4)
    count_concerned(
        s.selling, s.category, s.hours_leisure, p.leisure_floor, s.burnout, p.burnout_cutoff,
        counts,
    )
    selling, fresh, short_of_time, burnt_out = counts.tolist()
    sellers = max(1.0, selling)
    return {
        "station": (1.0 - v.season.station) * min(1.0, sellers / (0.1 * v.women)),
        "cold_chain": fresh / sellers * (1.0 - v.government.cold_chain) * min(1.0, sellers / 20.0),
        "care": short_of_time / sellers,
        "counselling": burnt_out / sellers,
    }


def voice(v: "Village") -> None:
    """Raise issues, answer proposals, keep services going."""
    p, s, office = v.p, v.sellers, v.government
    selling = max(1.0, float(s.selling.sum()))
    organised = float(((at_work(v) >= 0.0) | (s.association > 0.0)).sum()) / selling
    for issue, share in affected(v).items():
        now = salience_next(
            office.salience.get(issue, 0.0), share, min(1.0, organised), p.issue_speed,
            p.voice_group,
        )
        office.salience[issue] = now
        pending = any(issue == proposal[0] for proposal in office.proposals)
        if now > p.issue_threshold and not pending and issue not in office.enacted:
            propose(v, issue)
    _answer(v)
    _serve(v)


def propose(v: "Village", issue: str) -> None:
    """Put a proposal to the government: it is answered, and later budgeted or not."""
    v.government.proposals.append([issue, v.week, False])
    v.government.raised += 1


def bring_forward(v: "Village", done: float, weight: float, *, proposals: bool = True) -> None:
    """Make the open issue that touches most women heard, and put it before the offices.

    Args:
        v: the village.
        done: surveys, hearings or streams of this week.
        weight: 0 to 1, how far one of them makes the issue heard.
        proposals: whether a proposal comes of it.
    """
    office = v.government
    open_issues = {i: a for i, a in affected(v).items() if i not in office.enacted}
    if not open_issues:
        return
    issue = max(open_issues, key=lambda name: open_issues[name])
    now = office.salience.get(issue, 0.0)
    office.salience[issue] = now + v.p.proposal_salience * weight * done * (1.0 - now)
    draw = v.luck.uniform("measures.proposal", v.week, 1)[0]
    pending = any(issue == proposal[0] for proposal in office.proposals)
    if proposals and draw < done and not pending:
        propose(v, issue)


def hold_hearing(v: "Village", asked: Floats, done: float) -> None:
    """Count the women who come to a public meeting: more of those who are organised.

    Women's groups multiply attendance (voice_group [112]).
    """
    p, s = v.p, v.sellers
    organised = (at_work(v) >= 0.0) | (s.association > 0.0)
    comes = np.minimum(1.0, p.hearing_attend * np.where(organised, p.voice_group, 1.0))
    v.government.meetings += min(1.0, done) * float((asked * comes).sum())


def _answer(v: "Village") -> None:
    p, s, office = v.p, v.sellers, v.government
    left: list[list[object]] = []
    for issue, week, answered in office.proposals:
        age = v.week - week
        if not answered and age >= p.policy_reply * (1.0 - p.prompt_reply * office.prompt):
            office.answered += 1
            s.trust_institution += p.answer_trust * (1.0 - s.trust_institution) * s.selling
            answered = True  # noqa: PLW2901 (the answer is what is kept)
        if age < p.policy_enact:
            left.append([issue, week, answered])
        elif v.luck.uniform(f"voice.{issue}", week, 1)[0] < p.enact_chance:
            office.enacted[issue] = v.week + int(52 * p.service_years)
            office.funded += 1
    office.proposals = left


def _serve(v: "Village") -> None:
    """Services in force, paid by the government, until their budget ends."""
    office = v.government
    for issue in [i for i, end in office.enacted.items() if end <= v.week]:
        del office.enacted[issue]
    office.station = float("station" in office.enacted)
    office.cold_chain = v.p.service_cold * ("cold_chain" in office.enacted)
    office.care = v.p.service_care * ("care" in office.enacted)
    if "counselling" in office.enacted:
        _open_counselling(v)
    cost = v.p.service_cost * len(office.enacted)
    cost += v.p.service_care_cost * office.care * _in_need(v)
    office.bill = cost
    office.spent += cost
    v.ledger.pay("services", "government", "workers", cost)


def _in_need(v: "Village") -> float:
    """Families with a child under 6 or an elder who needs care."""
    f = v.families
    return float(((f.children_u6 + f.elders_need) > 0.0).sum())


def _open_counselling(v: "Village") -> None:
    """A public listening service: whoever is above the cut-off may come, a session a month."""
    s, p = v.sellers, v.p
    comes: Floats = (s.burnout > p.burnout_cutoff) * s.trust_institution
    s.relief += comes * p.d_cbt / p.course_sessions * 12.0 / 52.0 * p.d_severe_mult
    np.minimum(s.relief, p.relief_most, out=s.relief)
