"""Phase 2, measures: the programme asks for worker hours and money; workers serve what they can.

What is not served is counted, never silently delivered. Hours are shared over the measures in
proportion to what each asks for; inside a measure women are served in the order of the
programme's priority until its hours are used up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.rule import Floats
from agents.sellers import CATEGORIES, SEGMENTS, Husband, Mode, Status
from model.mechanism import Delivery, Service
from model.parameters import weekly_share

if TYPE_CHECKING:
    from model.setup import Programme
    from model.village import Village

CODES: Mapping[str, Mapping[str, int]] = {
    "status": {x.name.lower(): int(x) for x in Status},
    "mode": {x.name.lower(): int(x) for x in Mode},
    "husband": {x.name.lower(): int(x) for x in Husband},
    "category": {name: i for i, name in enumerate(CATEGORIES)},
    "segment": {name: i for i, name in enumerate(SEGMENTS)},
}
# whose account pays for what a sponsor gives
PAYERS = {"programme": "programme", "government": "government"}
FIRST_YEAR = 52


@dataclass
class Accounts:
    """What the programme cost and served this week, and what must be remembered of last week.

    Attributes:
        cost: yuan of this week, wages, materials, grants and all sponsors together.
        asked, served: worker hours of this week.
        spent: yuan of the programme's own money so far.
        last: lines of the women's accounts of last week, for the causes of income.
    """

    cost: float = 0.0
    asked: float = 0.0
    served: float = 0.0
    spent: float = 0.0
    last: dict[str, float] = field(default_factory=dict)

    def copy(self) -> "Accounts":
        """Independent accounts with the same numbers."""
        return replace(self, last=dict(self.last))


def measures(v: "Village") -> None:
    """Ask, serve, pay, and let each measure's mechanism act."""
    s, accounts = v.sellers, v.accounts
    accounts.cost = accounts.asked = accounts.served = 0.0
    s.hours_programme[:] = _meeting_hours(v)
    s.invited[:] = 0.0
    s.grants[:] = 0.0
    f = v.families
    f.care_given[:] = v.government.care * np.minimum(1.0, f.children_u6 + f.elders_need)
    programme = v.setup.programme
    if programme is None or not programme.start <= v.week < programme.stop:
        s.trust_worker *= 1.0 - v.p.trust_worker_fade
        return
    _staff(v, programme)
    active = [m for m in v.setup.measures if _acts(m, v.week)]
    chosen = [chosen_women(v, m) for m in active]
    asked = [sessions_of(m, c) * m.hours for m, c in zip(active, chosen, strict=True)]
    accounts.asked = sum(asked)
    can = _hours_there(v, programme)
    part = 1.0 if programme.unlimited_staff or accounts.asked <= can else can / accounts.asked
    order = _order(v, programme.priority)
    contact = v.scratch("contact")
    contact[:] = 0.0
    for measure, women, hours in zip(active, chosen, asked, strict=True):
        _deliver(v, measure, women, hours, part, order, contact)
    _grow_trust(v, contact)


def _acts(measure: Delivery, week: int) -> bool:
    return measure.start <= week < measure.stop and measure.dose * measure.coverage > 0.0


def _meeting_hours(v: "Village") -> Floats:
    s = v.sellers
    return v.p.meeting_hours * ((s.coop >= 0.0) | (s.association > 0.0)).astype(float)


def _staff(v: "Village", programme: "Programme") -> None:
    """Workers are paid, may leave, and are replaced by somebody whom nobody knows yet."""
    p, s = v.p, v.sellers
    wages = p.post_cost / 52.0 * len(v.workers)
    v.ledger.pay("posts", "programme", "workers", wages)
    v.accounts.cost += wages
    v.accounts.spent += wages
    if v.week == programme.start:
        v.ledger.pay("funding", "donors", "programme", programme.money)
    luck = v.luck.uniform("measures.turnover", v.week, max(1, len(v.workers)))
    for row, worker in enumerate(v.workers):
        yearly = p.sw_turnover_first_year if worker.tenure < FIRST_YEAR else p.sw_turnover
        worker.tenure += 1
        if luck[row] < weekly_share(yearly * (1.0 - 0.5 * worker.recognised)):
            worker.tenure, worker.skill = 0, 0.0
            kept = 1.0 - 1.0 / len(v.workers)
            s.trust_worker[:] = p.trust_worker_start + kept * (
                s.trust_worker - p.trust_worker_start
            )


def _hours_there(v: "Village", programme: "Programme") -> float:
    """Contact hours of this week: own workers, or the township station's share."""
    p = v.p
    if not programme.workers:
        whole = p.station_size * p.direct_hours * (1.0 - p.admin_load)
        return whole / p.station_villages * p.station_reach
    return sum(
        w.hours * (1.0 - p.admin_load * (1.0 - p.recognition_relief * w.recognised))
        for w in v.workers
    )


def chosen_women(v: "Village", measure: Delivery) -> Floats:
    """1 for the women a measure is for this week: in its target, and within its coverage.

    Who is covered is drawn once for each woman and measure, so that a woman reached once is
    reached again.
    """
    luck = v.luck.uniform(f"measures.{measure.measure}", 0, v.women)
    return ((luck < measure.coverage) & in_target(v, measure.target)).astype(float)


def in_target(v: "Village", target: Mapping[str, Any]) -> np.ndarray:
    """Whom a target means: every condition must hold."""
    s = v.sellers
    inside = np.ones(v.women, dtype=bool)
    for name, wanted in target.items():
        column = s[name]
        if isinstance(wanted, Mapping):
            inside &= column >= wanted.get("min", -np.inf)
            inside &= column <= wanted.get("max", np.inf)
        elif name in CODES:
            words: Iterable[str] = (wanted,) if isinstance(wanted, str) else wanted
            inside &= np.isin(column, [CODES[name][word] for word in words])
        else:
            inside &= column == float(wanted)
    return inside


def sessions_of(measure: Delivery, chosen: Floats) -> float:
    """Sessions asked for this week."""
    women = float(chosen.sum())
    if measure.group_size == 0.0:
        return measure.dose if women else 0.0
    return women * measure.dose / measure.group_size


def _order(v: "Village", priority: str) -> np.ndarray:
    """Rows in the order in which workers serve them."""
    s = v.sellers
    if priority == "worst_off":
        return np.argsort(-s.burnout, kind="stable")
    if priority == "most_able":
        return np.argsort(-(s.selling + s.skill), kind="stable")
    return np.argsort(v.luck.uniform("measures.first_come", 0, v.women), kind="stable")


def _deliver(
    v: "Village", measure: Delivery, chosen: Floats, hours: float, part: float,
    order: np.ndarray, contact: Floats,
) -> None:
    """Serve one measure, pay for it, and let it act."""
    programme = v.setup.programme
    assert programme is not None
    sessions, asked = sessions_of(measure, chosen), float(chosen.sum()) * measure.dose
    if measure.hours == 0.0:
        part = 1.0
    part *= _affordable(v, measure, sessions * part * measure.cost)
    wanted = chosen[order] * measure.dose
    if measure.group_size == 1.0 and measure.hours > 0.0 and not programme.unlimited_staff:
        wanted[np.cumsum(wanted > 0.0) > v.p.caseload * max(1, len(v.workers))] = 0.0
    if programme.priority == "equal" or measure.group_size == 0.0:
        served = wanted * part
    else:
        ahead = np.cumsum(wanted) - wanted
        served = np.clip(part * float(wanted.sum()) - ahead, 0.0, wanted)
    got = np.zeros(v.women)
    got[order] = served
    share = float(served.sum()) / asked if asked else 0.0
    v.accounts.served += hours * share
    _pay(v, measure, sessions * share * measure.cost)
    s = v.sellers
    s.hours_programme += measure.own_hours * got
    np.maximum(s.reached, got > 0.0, out=s.reached)
    effect = got * _strength(v) if measure.hours > 0.0 else got
    if measure.hours > 0.0:
        contact += got
    measure.mechanism.apply(v, Service(measure, chosen, got, effect, share))


def _affordable(v: "Village", measure: Delivery, cost: float) -> float:
    """Part of a week's cost that the programme's money still covers, posts set aside first."""
    programme = v.setup.programme
    assert programme is not None
    if measure.sponsor != "programme" or cost <= 0.0:
        return 1.0
    weeks = programme.stop - v.week - 1
    posts = v.p.post_cost / 52.0 * len(v.workers) * weeks
    left = programme.money - v.accounts.spent - posts
    return min(1.0, max(0.0, left / cost))


def _pay(v: "Village", measure: Delivery, cost: float) -> None:
    v.accounts.cost += cost
    if measure.sponsor == "programme":
        v.accounts.spent += cost
    v.ledger.pay("measures", PAYERS.get(measure.sponsor, "donors"), "suppliers", cost)


def _strength(v: "Village") -> Floats:
    """What a session does, by her trust in the worker and the worker's skill (alliance_outcome)."""
    p = v.p
    skill = sum(w.skill for w in v.workers) / max(1, len(v.workers))
    bond = (v.sellers.trust_worker - p.trust_worker_mean) / p.trust_worker_spread
    strength: Floats = np.maximum(0.0, 1.0 + p.alliance_outcome * (bond + skill))
    return strength


def _grow_trust(v: "Village", contact: Floats) -> None:
    """Half of the way to full trust after `sw_trust_weeks` of weekly contact."""
    p, s = v.p, v.sellers
    rate = 1.0 - 0.5 ** (1.0 / p.sw_trust_weeks)
    met = np.minimum(1.0, contact)
    s.trust_worker += rate * met * (1.0 - s.trust_worker)
    s.trust_worker -= p.trust_worker_fade * (1.0 - met) * s.trust_worker
