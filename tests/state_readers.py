"""One reader for each state that a measure may move, and a village to read them in.

A reader takes a village and the women a measure aims at, and gives one number for this week.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from agents.sellers import Status
from model.phases.bodies import found
from model.phases.measures import in_target
from model.setup import Programme
from model.village import Village
from tests.strategies import delivery

START, WEEKS = 208, 52
STOP = START + WEEKS
ENOUGH = Programme(START, STOP, workers=2, money=5e6, unlimited_staff=True)
Reader = Callable[[Village, np.ndarray], float]


def place(seed=8):
    """A remote village like Libei with bodies in it, where women trust each other enough."""
    from scenarios import load_scenario

    changes = {
        "village.women": 200,
        "background.village_logistics": None,
        "parameters.body_trust": 0.3,
        "parameters.station_coverage_2017": 0.1,
        "parameters.station_coverage_2024": 0.5,
        "parameters.banned_word_rate": 0.04,  # rare things happen often enough to be counted
        "parameters.exit_other": 0.006,
        "parameters.issue_threshold": 0.8,  # no issue is brought forward by itself
    }
    village = load_scenario("libei", changes).village(seed).run(START - 12)
    s, p = village.sellers, village.p
    sells = s.selling > 0.0
    first = np.arange(len(s)) % 2 == 0
    real = found(village, "cooperative", sells & first, p.governance_start)
    real.interest = 1.0  # no shell
    found(village, "association", sells, p.governance_start)
    village.run(START)
    office = village.government  # nobody has been before the offices yet
    office.salience.clear()
    office.proposals.clear()
    office.enacted.clear()
    office.station = office.cold_chain = office.care = 0.0
    village.season.station = 0.0
    assert {body.kind for body in village.bodies if body.alive} == {"association", "cooperative"}
    return village


def future(village, *names, programme=ENOUGH, **changes):
    """The village with measures for half a year; staff is unlimited unless said otherwise."""
    given = {"coverage": 1.0, **changes}
    uses = tuple(delivery(n, village.p, START, STOP, **given) for n in names)
    return village.branch(replace(village.setup, measures=uses, programme=programme))


def observe(village, states, aimed, until=STOP):
    """Each state, mean over the weeks from now on."""
    weeks = []
    while village.week < until:
        village.run(village.week + 1)
        weeks.append([READERS[state](village, aimed) for state in states])
    means = np.array(weeks).mean(axis=0)
    return dict(zip(states, map(float, means), strict=True))


def aimed_at(village, name):
    """The women a measure is for in the week it starts, of a village in that week."""
    return in_target(village, delivery(name).target)


def _women(column):
    return lambda v, aimed: float(v.sellers[column][aimed].mean())


def _shops(column):
    """Mean over the women aimed at whose shop is open now."""

    def read(v, aimed):
        open_now = aimed & (v.sellers.selling > 0.0)
        return float(v.sellers[column][open_now].mean()) if open_now.any() else 0.0

    return read


def _families(column):
    def read(v, aimed):
        return float(v.families[column][v.sellers.family[aimed].astype(int)].mean())

    return read


def _body(name):
    return lambda v, _: float(np.mean([getattr(b, name) for b in v.bodies if b.alive] or [0.0]))


def _in_status(*statuses):
    codes = [float(status) for status in statuses]
    return lambda v, aimed: float(np.isin(v.sellers.status[aimed], codes).mean())


def _leaving(v, aimed):
    """Chance of giving up this week; who gives up in a year are few, and luck."""
    open_now = aimed & (v.sellers.selling > 0.0)
    return float(v.scratch("exit")[open_now].mean()) if open_now.any() else 0.0


def _know_how(v, aimed):
    """Operating skill, and what was taught or came from peers, in log sales."""
    s = v.sellers
    return float((s.skill + s.taught + s.durable + s.mentored)[aimed].mean())


def _swings(v, aimed):
    """How far this week's online income lies from that of the last two months."""
    s = v.sellers
    away = np.abs(s.income_online - s.income_smooth)[aimed].sum()
    return float(away / max(1.0, s.income_smooth[aimed].sum()))


def _spoilt(v, _):
    fresh = (v.sellers.selling > 0.0) & (v.sellers.category == 0.0)
    return float(1.0 - v.sellers.kept[fresh].mean())


def _voice(v, _):
    office = v.government
    heard = sum(office.salience.values()) + len(office.proposals) + office.answered
    return heard + office.meetings


def _services(v, _):
    office = v.government
    return float(len(office.enacted) + office.funded + len(office.proposals))


def _money(v, aimed):
    """What funds and lenders have given the women so far, grants of this week included."""
    s = v.sellers
    return float((s.grants + s.capital + s.debt)[aimed].mean())


def _turnover(v, _):
    return -float(np.mean([w.recognised for w in v.workers]))


READERS: dict[str, Reader] = {
    "income": _women("income"),
    "sales": _women("sales"),
    "traffic": _women("orders"),
    "price": _shops("price"),
    "price_war": lambda v, aimed: -_shops("price")(v, aimed),
    "parcel_cost": _shops("unit_cost"),
    "delivery_days": lambda v, _: v.season.delay_days,
    "spoilage": _spoilt,
    "income_swings": _swings,
    "skill": _know_how,
    "literacy": _women("literacy"),
    "know_how_kept": _women("follow_up"),
    "efficacy": _women("efficacy"),
    "burnout": _women("burnout"),
    "leisure": _women("hours_leisure"),
    "care": _women("hours_care"),
    "support": _families("support"),
    "conflict": _families("conflict"),
    "norm": _families("norm"),
    "trust_peer": lambda v, _: float(v.ties.trust.mean()),
    "trust_worker": _women("trust_worker"),
    "trust_institution": _women("trust_institution"),
    "consumer_trust": lambda v, _: v.season.reputation,
    "ties": lambda v, _: float(v.ties.count),
    "know_how": lambda v, aimed: _women("durable")(v, aimed) + _women("peer_gain")(v, aimed),
    "participation": _in_status(Status.LEARNING, Status.SELLING),
    "exit": _leaving,
    "violations": _women("penalty_weeks"),
    "legal": _women("legal"),
    "governance": _body("governance"),
    "elite_share": lambda v, a: -_body("dividend_rule")(v, a),
    "standards": _women("standards"),
    "discipline": _women("discipline"),
    "brand": _women("brand"),
    "identity": _women("identity"),
    "cohesion": lambda v, _: float(v.ties.trust.mean()),
    "finance": _money,
    "knows": _women("knows"),
    "capital": _women("equipment"),
    "idle_equipment": _women("kit_unused"),
    "posts": _women("post"),
    "voice": _voice,
    "services": _services,
    "targeting": lambda v, _: v.government.targeting,
    "fund": lambda v, _: float(v.families.fund_got.mean()),
    "worker_skill": lambda v, _: float(np.mean([w.skill for w in v.workers])),
    "turnover": _turnover,
    "working_hours": lambda v, a: _women("hours_selling")(v, a) + _women("helping")(v, a),
    "quality": _women("quality"),
}
