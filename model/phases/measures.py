"""Phase 2, measures: the programme asks for worker hours and money; workers serve what they can.

What is not served is counted, never silently delivered. Hours are shared over the measures in
proportion to what each asks for; inside a measure women are served in the order of the
programme's priority until its hours are used up.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.rule import Floats, Ints, Num, kernel, rule
from agents.sellers import CATEGORIES, SEGMENTS, Husband, Mode, Status
from model.mechanism import Delivery, Service
from model.parameters import weekly_half_life, weekly_share
from model.phases.cooperatives import meeting_hours
from model.phases.events import lose_trust
from model.phases.outlets import let_go
from model.phases.posts import clear_posts, mothers_posts
from model.phases.targets import by_need, target_column

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
        cases: women in individual work this week (`caseload`).
        joint: joint actions this week, each woman who took part counted.
        spent: yuan of the programme's own money so far.
        last: lines of the women's accounts of last week, for the causes of income.
    """

    cost: float = 0.0
    asked: float = 0.0
    served: float = 0.0
    cases: float = 0.0
    joint: float = 0.0
    spent: float = 0.0
    last: dict[str, float] = field(default_factory=dict)

    def copy(self) -> "Accounts":
        """Independent accounts with the same numbers."""
        return replace(self, last=dict(self.last))


def measures(v: "Village") -> None:
    """Ask, serve, pay, and let each measure's mechanism act."""
    s, accounts = v.sellers, v.accounts
    accounts.cost = accounts.asked = accounts.served = 0.0
    accounts.cases = accounts.joint = 0.0
    s.hours_programme[:] = meeting_hours(v)
    s.invited[:] = 0.0
    s.grants[:] = 0.0
    v.government.open_week()
    s.helping[:] = 0.0
    let_go(v)
    f = v.families
    f.care_given[:] = v.government.care * np.minimum(1.0, f.children_u6 + f.elders_need)
    v.government.targeting *= 1.0 - weekly_half_life(v.p.targeting_half)
    clear_posts(v)
    mothers_posts(v)
    if v.setup.background.programmes:
        _others(v)
    programme = v.setup.programme
    if programme is None or not programme.start <= v.week < programme.stop:
        _grow_trust(v, np.zeros(v.women))
        return
    _staff(v, programme)
    active = [m for m in v.setup.measures if _acts(m, v.week)]
    chosen = [chosen_women(v, m) for m in active]
    women = [float(c.sum()) for c in chosen]
    accounts.asked = sum(sessions_of(m, n) * m.hours for m, n in zip(active, women, strict=True))
    can = _hours_there(v, programme)
    part = 1.0 if programme.unlimited_staff or accounts.asked <= can else can / accounts.asked
    order = _order(v, programme.priority)
    contact = v.scratch("contact")
    contact[:] = 0.0
    for measure, who, count in zip(active, chosen, women, strict=True):
        _deliver(v, measure, who, count, part, order, contact)
    _pay_extra_hours(v, accounts.served - can)
    _grow_trust(v, contact)


def _acts(measure: Delivery, week: int) -> bool:
    return measure.start <= week < measure.stop and measure.dose * measure.coverage > 0.0


def _staff(v: "Village", programme: "Programme") -> None:
    """Workers are paid, may leave, and are replaced by somebody whom nobody knows yet."""
    p = v.p
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
        if luck[row] < weekly_share(yearly * (1.0 - p.recognition_stays * worker.recognised)):
            worker.tenure, worker.skill = 0, 0.0
            lose_trust(v, 1.0 / len(v.workers))


def _hours_there(v: "Village", programme: "Programme") -> float:
    """Contact hours of this week: own workers, or the township station's share."""
    p = v.p
    if not programme.workers:
        whole = p.station_size * p.direct_hours * (1.0 - p.admin_load)
        return whole / p.station_villages * p.station_reach
    return sum(
        w.hours * (1.0 - p.admin_load * (1.0 - p.recognition_relief * w.recognised)
                   * (1.0 - p.autonomy_relief * w.autonomy))
        for w in v.workers
    )


@kernel
def cover(luck: Floats, coverage: float, chosen: Floats) -> None:
    """1 for the women whose luck lies within a coverage."""
    for i in range(chosen.size):
        chosen[i] = 1.0 if luck[i] < coverage else 0.0


@kernel
def keep_between(column: Floats, low: float, high: float, chosen: Floats) -> None:
    """Drop the women whose number lies outside a range."""
    for i in range(chosen.size):
        chosen[i] *= 1.0 if low <= column[i] <= high else 0.0


@kernel
def keep_coded(column: Floats, wanted: Floats, chosen: Floats) -> None:
    """Drop the women whose code is none of the wanted ones, each of which is named once."""
    for i in range(chosen.size):
        found = 0.0
        for code in wanted:
            found += 1.0 if column[i] == code else 0.0
        chosen[i] *= found


def chosen_women(v: "Village", measure: Delivery) -> Floats:
    """1 for the women a measure is for this week: in its target, and within its coverage.

    Who is covered is drawn once for each woman and measure, so that a woman reached once is
    reached again; the better offices know who is in need, the less is left to that draw.
    """
    chosen = np.empty(v.women)
    luck = v.luck.lasting(f"measures.{measure.measure}", v.women)
    cover(luck, measure.coverage, chosen)
    _keep_target(v, measure.target, chosen)
    if v.government.targeting > 0.0 and measure.coverage < 1.0:
        return by_need(v, luck, np.flatnonzero(in_target(v, measure.target)), chosen)
    return chosen


def in_target(v: "Village", target: Mapping[str, Any]) -> np.ndarray:
    """Whom a target means: every condition must hold."""
    chosen = np.ones(v.women)
    _keep_target(v, target, chosen)
    return chosen > 0.0


def _keep_target(v: "Village", target: Mapping[str, Any], chosen: Floats) -> None:
    for name, wanted in target.items():
        column = target_column(v, name)
        if isinstance(wanted, Mapping):
            low, high = wanted.get("min", -math.inf), wanted.get("max", math.inf)
            keep_between(column, float(low), float(high), chosen)
        else:
            words = (wanted,) if isinstance(wanted, str | int | float) else tuple(wanted)
            keep_coded(column, _codes(name, words), chosen)


@lru_cache(maxsize=256)
def _codes(name: str, words: tuple[Any, ...]) -> Floats:
    codes = CODES.get(name)
    numbers = {float(word if codes is None else codes[word]) for word in words}
    return np.array(sorted(numbers))


def sessions_of(measure: Delivery, women: float) -> float:
    """Sessions asked for this week, for so many women."""
    if measure.group_size == 0.0:
        return measure.dose if women else 0.0
    return women * measure.dose / measure.group_size


@kernel
def serve(
    order: Ints, chosen: Floats, dose: float, part: float, most: float, in_turn: float,
    got: Floats,
) -> float:
    """Give out a part of the sessions that women want; returns the sum given.

    Args:
        order: rows in the order in which workers serve.
        chosen: 1 for the women a measure is for.
        dose: sessions that each of them wants.
        part: of all sessions wanted that can be given.
        most: women who can be served at all.
        in_turn: 1 when women are served one after another, 0 when all get an equal part.
        got: filled with the sessions of every woman.
    """
    women, wanted, ahead, given = 0.0, 0.0, 0.0, 0.0
    for i in order:
        women += chosen[i]
        got[i] = chosen[i] * dose if women <= most else 0.0
        wanted += got[i]
    there = part * wanted
    for i in order:
        wish = got[i]
        if in_turn > 0.0:
            ahead += wish
            got[i] = min(max(there - (ahead - wish), 0.0), wish)
        else:
            got[i] = wish * part
        given += got[i]
    return given


@rule
def worker_effect(
    got: Num, trust: Num, skill: Num, outcome: Num, mean: Num, spread: Num
) -> Num:
    """What sessions do, by her trust in the worker and the worker's skill (alliance_outcome).

    >>> worker_effect(2.0, 0.5, 0.0, 0.28, 0.5, 0.2)
    2.0
    """
    return got * max(0.0, 1.0 + outcome * ((trust - mean) / spread + skill))


@rule
def attended(
    hours: Num, reached: Num, contact: Num, got: Num, trust: Num, own: Num, worker: Num,
    herself: Num, skill: Num, outcome: Num, mean: Num, spread: Num,
) -> Num:
    """Her hours in the programme, whether it served herself, sessions with a worker, effect.

    >>> attended(1.0, 0.0, 0.0, 0.5, 0.5, 2.0, 1.0, 1.0, 0.0, 0.28, 0.5, 0.2)
    (2.0, 1.0, 0.5, 0.5)
    """
    served = max(reached, herself) if got > 0.0 else reached
    effect = worker_effect(got, trust, skill, outcome, mean, spread) if worker > 0.0 else got
    return hours + own * got, served, contact + worker * got, effect


def _order(v: "Village", priority: str) -> np.ndarray:
    """Rows in the order in which workers serve them."""
    s = v.sellers
    if priority == "worst_off":
        return np.argsort(-s.burnout, kind="stable")
    if priority == "most_able":
        return np.argsort(-(s.selling + s.skill), kind="stable")
    return np.argsort(v.luck.uniform("measures.first_come", 0, v.women), kind="stable")


def _deliver(
    v: "Village", measure: Delivery, chosen: Floats, women: float, part: float,
    order: np.ndarray, contact: Floats,
) -> None:
    """Serve one measure, pay for it, and let it act."""
    programme = v.setup.programme
    assert programme is not None
    p, s, by_worker = v.p, v.sellers, measure.hours > 0.0
    sessions, asked = sessions_of(measure, women), women * measure.dose
    if not by_worker:
        part = 1.0
    part *= affordable(v, measure, sessions * part * measure.cost)
    alone = measure.group_size == 1.0 and by_worker and not programme.unlimited_staff
    most = p.caseload * max(1, len(v.workers)) - v.accounts.cases if alone else math.inf
    in_turn = programme.priority != "equal" and measure.group_size != 0.0
    got, effect = np.empty(v.women), np.empty(v.women)
    given = serve(order, chosen, measure.dose, part, most, float(in_turn), got)
    share = given / asked if asked else 0.0
    v.accounts.cases += float((got > 0.0).sum()) if alone else 0.0
    v.accounts.served += sessions * measure.hours * share
    _pay(v, measure, sessions * share * measure.cost)
    skill = sum(w.skill for w in v.workers) / max(1, len(v.workers))
    attended.into(
        (s.hours_programme, s.reached, contact, effect), s.hours_programme, s.reached, contact,
        got, s.trust_worker, measure.own_hours, float(by_worker),
        float(measure.group_size > 0.0), skill, p.alliance_outcome, p.trust_worker_mean,
        p.trust_worker_spread,
    )
    measure.mechanism.apply(v, Service(measure, chosen, got, effect, share))


def _others(v: "Village") -> None:
    """Programmes of others: whoever runs them serves all whom they mean, and pays for it.

    No hour and no yuan of the project goes into them, and they win its workers no trust.
    """
    s, own, trust = v.sellers, v.accounts.cost, v.sellers.trust_worker.copy()
    for measure in v.setup.background.programmes:
        if not _acts(measure, v.week):
            continue
        if measure.sponsor == "programme":
            measure = replace(measure, sponsor="donors")  # noqa: PLW2901 (theirs, not the project's)
        chosen = chosen_women(v, measure)
        got = measure.dose * chosen
        bill = measure.cost + measure.hours * _hour_cost(v)
        payer = PAYERS.get(measure.sponsor, "donors")
        sessions = sessions_of(measure, float(chosen.sum()))
        v.ledger.pay("background", payer, "suppliers", sessions * bill)
        s.hours_programme += measure.own_hours * got
        measure.mechanism.apply(v, Service(measure, chosen, got, got, 1.0))
    v.accounts.cost, s.trust_worker[:] = own, trust


def _hour_cost(v: "Village") -> float:
    """What a contact hour of a worker costs."""
    p = v.p
    return p.post_cost / (52.0 * p.direct_hours * (1.0 - p.admin_load))


def _pay_extra_hours(v: "Village", hours: float) -> None:
    """Unlimited staff is paid too: each hour beyond those there, at what a contact hour costs."""
    if hours > 0.0:
        wages = hours * _hour_cost(v)
        v.accounts.cost += wages
        v.ledger.pay("posts", "donors", "workers", wages)


def affordable(v: "Village", measure: Delivery, cost: float) -> float:
    """Part of a week's cost that the programme's money still covers, posts set aside first."""
    programme = v.setup.programme
    assert programme is not None
    if measure.sponsor != "programme" or cost <= 0.0 or programme.unlimited_staff:
        return 1.0
    weeks = (programme.planned_stop or programme.stop) - v.week - 1
    posts = v.p.post_cost / 52.0 * len(v.workers) * weeks
    left = programme.money - v.accounts.spent - posts
    return min(1.0, max(0.0, left / cost))


def _pay(v: "Village", measure: Delivery, cost: float) -> None:
    v.accounts.cost += cost
    if measure.sponsor == "programme":
        v.accounts.spent += cost
    v.ledger.pay("measures", PAYERS.get(measure.sponsor, "donors"), "suppliers", cost)


@rule
def worker_trust(trust: Num, contact: Num, rate: Num, fade: Num, start: Num) -> Num:
    """Trust in the worker grows with the sessions of a week, and fades without them.

    It never fades below what women give a worker whom nobody knows yet.

    >>> worker_trust(0.5, 0.0, 0.1, 0.5, 0.2), worker_trust(0.5, 3.0, 0.1, 0.5, 0.2)
    (0.35, 0.55)
    """
    met = min(1.0, contact)
    trust += rate * met * (1.0 - trust)
    return trust - fade * (1.0 - met) * max(0.0, trust - start)


def _grow_trust(v: "Village", contact: Floats) -> None:
    """Half of the way to full trust after `sw_trust_weeks` of weekly contact."""
    p, s = v.p, v.sellers
    rate = 1.0 - 0.5 ** (1.0 / p.sw_trust_weeks)
    worker_trust.into(
        s.trust_worker, s.trust_worker, contact, rate, p.trust_worker_fade, p.trust_worker_start
    )
