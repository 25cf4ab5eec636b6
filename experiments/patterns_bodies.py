"""Patterns of lead sellers, cooperatives and associations.

F11, F12 and F13; criteria in section 2 of the evidence and in ADR 14.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np

from agents.few import Cooperative
from agents.rule import Floats
from agents.sellers import Mode
from experiments.patterns_base import Figure, PatternRow, Window, part, ratio, row
from experiments.patterns_trial import (
    BRANCHED,
    Found,
    Rows,
    Sum,
    add,
    branch,
    by_lot,
    counted,
    figure,
    mean,
    past,
    selling,
    total,
)
from model.mechanism import Delivery, Service
from model.parameters import Values
from model.phases.bodies import found as found_body
from model.setup import Setup, Shock
from model.village import Village
from scenarios.mechanisms.meso import CooperativeWork

YEAR = 52

LEAVES = 221  # the top of the season
FOLLOWED = 13
FOLLOWERS = 8
NEAR = 8  # weeks before and after
FALL = Window(high=-0.40)
RECOVERED = Window(low=0.80)
NOT_RECOVERED = Window(high=0.80)

YEARS_OF_COOPERATIVES = 3
IDLE = 0.05  # activity of a shell
SHELLS = Window(0.30, 0.45)
ENDS_SOONER = Window(low=2.0)
NOT_SURE = Window(high=0.0)
OF_MEAN = 0.05

ROUND = 4  # weeks: a monthly meeting
ROUNDS = 10
ERODES = Window(-0.70, -0.25)
HOLDS_UP = Window(low=0.70)


# --- F11: the lead seller leaves ---------------------------------------------------------------


def watch_lead(setups: Mapping[str, Setup], seed: int) -> Found:
    """Followers before and after their lead seller leaves: alone, own accounts, cooperative."""
    leaves = replace(setups["none"], shocks=(Shock("lead_seller_leaves", LEAVES),))
    found: dict[str, Sum] = {}
    with closing(past(leaves, seed, LEAVES - FOLLOWED)) as village:
        lead, rows = followers_of(village)
        for name in ("alone", "own", "cooperative"):
            found |= {f"{name}_{key}": each for key, each in _left(village, lead, rows, name)}
    return found


def followers_of(village: Village) -> tuple[int, Rows]:
    """The seller with the most fans, and eight with few, who may follow her: her ties first."""
    s, ties = village.sellers, village.ties
    lead = int(np.argmax(np.where(selling(village), s.fans, -np.inf)))
    near = np.zeros(village.women)
    halves = slice(ties.start[lead], ties.start[lead + 1])
    near[ties.other[halves]] = ties.strength[halves]
    near += 1e-6 * village.luck.lasting("patterns.lot", village.women)
    near[~selling(village) | (s.fans > village.p.follower_fans)] = near[lead] = -np.inf
    order = np.argsort(-near, kind="stable")[:FOLLOWERS]
    return lead, np.sort(order[np.isfinite(near[order])])


def _left(village: Village, lead: int, rows: Rows, name: str) -> list[tuple[str, Sum]]:
    """Sales of the followers against their own before, 8 and 52 weeks after she left."""
    arm = village.branch()
    s = arm.sellers
    s.coop[rows], s.association[rows], s.lead[rows] = -1.0, 0.0, -1.0
    s.mode[rows] = Mode.ALONE
    if name != "own":
        s.lead[rows], s.mode[rows] = float(lead), Mode.FOLLOWER
    before, after, later = (np.zeros(arm.women) for _ in range(3))
    with closing(arm):
        while arm.week < LEAVES + YEAR:
            if arm.week == LEAVES:
                follows = (s.lead[rows] == lead) | (name == "own")
                rows = rows[follows & selling(arm)[rows]]
            arm.step()
            if arm.week == LEAVES + 1 and name == "cooperative":
                _found_by(arm, rows)
            since = arm.week - LEAVES  # weeks since she left, this one counted
            before += s.sales * (-NEAR < since <= 0)
            after += s.sales * (1 <= since <= NEAR)
            later += s.sales * (YEAR - NEAR < since <= YEAR)
            if since == NEAR:
                soon = rows[selling(arm)[rows]]
        still = rows[selling(arm)[rows]]
    return [
        ("fall", log_ratio(after[soon], before[soon])),
        ("later", log_ratio(later[still], before[still])),
        ("followers", Sum(float(rows.size), 1.0)),
        ("still", Sum(float(still.size), float(rows.size))),
    ]


def _found_by(village: Village, rows: Rows) -> Cooperative:
    members = np.zeros(village.women)
    members[rows] = 1.0
    return found_body(village, "cooperative", members, village.p.governance_start)


def log_ratio(after: Floats, before: Floats) -> Sum:
    """Sum of the logs of women's sales against their own before, over those who sold in both.

    >>> log_ratio(np.array([2.0, 0.0]), np.array([2.0, 5.0]))
    Sum(total=0.0, count=1.0)
    """
    both = (after > 0.0) & (before > 0.0)
    return Sum(float(np.log(after[both] / before[both]).sum()), float(both.sum()))


def lead_leaves(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F11: who sold through another falls with her, unless she has something of her own."""
    def kept(name: str, less: float = 0.0) -> Figure:
        return figure(runs, lambda logs: float(np.exp(logs)) - less, name)

    parts = [
        part("f11_fall", kept("alone_fall", 1.0), FALL),
        part("f11_alone", kept("alone_later"), NOT_RECOVERED),
        part("f11_own", kept("own_later"), RECOVERED),
        part("f11_cooperative", kept("cooperative_later"), RECOVERED),
        part("f11_fall_own", kept("own_fall", 1.0)),
        part("f11_fall_cooperative", kept("cooperative_fall", 1.0)),
        part("f11_still", mean(runs, "alone_still")),
        part("f11_still_cooperative", mean(runs, "cooperative_still")),
        part("f11_followers", mean(runs, "alone_followers")),
    ]
    return row("F11", "emergent", parts, len(runs))


# --- F12: state-pushed cooperatives are shells -------------------------------------------------


def watch_cooperatives(setups: Mapping[str, Setup], seed: int) -> Found:
    """A cooperative by quota or of the women's own, each of them poorly or well run."""
    found: dict[str, Sum] = {}
    with closing(past(setups["none"], seed)) as village:
        none = yearly_income(branch(village), None)
        for kind in ("pushed", "own"):
            for name in ("poor", "good"):
                arm = branch(village)
                watched = _cooperative(arm, pushed=kind == "pushed", good=name == "good")
                members = np.flatnonzero(arm.sellers.coop >= 0.0) if watched else NOBODY
                income = yearly_income(arm, watched)
                found |= {f"{kind}_{name}_{k}": x for k, x in _outcome(watched).items()}
                real = kind == "own" and watched is not None and watched[0].interest > 0.0
                gain = _members(village, members if real else NOBODY, income - none)
                found |= {f"{kind}_{name}_{k}": x for k, x in gain.items()}
    return found


NOBODY: Rows = np.zeros(0, dtype=np.int64)
Watched = tuple[Cooperative, list[float]]  # a cooperative and its activity, week by week


def _cooperative(arm: Village, *, pushed: bool, good: bool) -> Watched | None:
    """Founded as the model founds it, by all who sell; none where too few trust each other."""
    for body in arm.bodies:
        body.alive = False  # the test looks at new ones only
    arm.sellers.coop[:] = -1.0
    chosen = selling(arm).astype(np.float64)
    mechanism = CooperativeWork(founds=not pushed, pushed=pushed)
    delivery = Delivery("test_set_up", "meso", mechanism, 1.0, 1.0, BRANCHED, BRANCHED + 1)
    bodies = len(arm.bodies)
    mechanism.apply(arm, Service(delivery, chosen, chosen, chosen, 1.0))
    if len(arm.bodies) == bodies:
        return None
    body = arm.bodies[-1]
    body.governance = body.open_books = arm.p.governance_good if good else 0.0
    body.self_run = float(good)
    return body, []


def yearly_income(arm: Village, watched: Watched | None) -> Floats:
    """Every woman's income in the third year, weekly mean; fills in the activity of the body."""
    end = BRANCHED + YEARS_OF_COOPERATIVES * YEAR
    income = np.zeros(arm.women)
    with closing(arm):
        while arm.week < end:
            arm.step()
            if arm.week > end - YEAR:
                income += arm.sellers.income / YEAR
            if watched is not None and watched[0].alive:
                watched[1].append(watched[0].activity)
    return income


def _outcome(watched: Watched | None) -> dict[str, Sum]:
    """Whether it is a shell a year on, or when it ended; whether three years end it."""
    if watched is None:
        return {"shell": Sum(0.0, 0.0), "ended": Sum(0.0, 0.0)}
    body, activity = watched
    shell = not activity or activity[: YEAR + 1][-1] < IDLE
    return {"shell": Sum(float(shell), 1.0), "ended": Sum(float(not body.alive), 1.0)}


def _members(village: Village, rows: Rows, gain: Floats) -> dict[str, Sum]:
    """Gains of the founding members, and of the poorest third of them at that time."""
    s = village.sellers
    income = (s.income_year + s.outside_wage)[rows]
    poor = rows[np.argsort(income, kind="stable")][: rows.size // 3]
    return {
        "gain": Sum(float(gain[rows].sum()), float(rows.size)),
        "poorest": Sum(float(gain[poor].sum()), float(poor.size)),
    }


def shells(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F12: cooperatives by quota exist on paper; badly run ones end; the poorest gain nothing."""
    kinds, names = ("pushed", "own"), ("poor", "good")
    pooled = [
        {
            **{f"{k}_{what}": add(run, *(f"{k}_{n}_{what}" for n in names)) for k in kinds
               for what in ("shell", "gain", "poorest")},
            **{f"{n}_ended": add(run, *(f"{k}_{n}_ended" for k in kinds)) for n in names},
        }
        for run in runs
    ]
    poorest, everybody = mean(pooled, "own_poorest"), mean(pooled, "own_gain")
    sure = poorest.low > 0.0 and poorest.value >= OF_MEAN * everybody.value
    watched = total(pooled, "pushed_shell") + total(pooled, "own_shell")
    parts = [
        part("f12_pushed", mean(pooled, "pushed_shell"), SHELLS),
        part("f12_ended", figure(pooled, ratio, "poor_ended", "good_ended"), ENDS_SOONER),
        part("f12_sure", counted(float(sure)), NOT_SURE),
        part("f12_poorest", poorest),
        part("f12_members", everybody),
        part("f12_own", mean(pooled, "own_shell")),
        part("f12_poor_ended", mean(pooled, "poor_ended")),
        part("f12_good_ended", mean(pooled, "good_ended")),
        part("f12_cooperatives", counted(watched)),
    ]
    return row("F12", "built in", parts, len(runs))


# --- F13: free riding --------------------------------------------------------------------------


def watch_riders(setups: Mapping[str, Setup], seed: int) -> Found:
    """What members of an association give in ten monthly rounds, with and without rules."""
    found = {}
    with closing(past(setups["none"], seed)) as village:
        open_shops = selling(village)
        members = np.zeros(village.women)
        members[by_lot(village, open_shops, int(open_shops.sum()) // 2)] = 1.0
        for name, governance in {"without": 0.0, "with": village.p.governance_good}.items():
            arm = branch(village)
            body = found_body(arm, "association", members, governance)
            body.self_run = 1.0
            given = rounds(arm, body)
            whole = given.size == ROUNDS
            found[name] = Sum(*((given[-1], given[0]) if whole else (0.0, 0.0)))
            found[f"{name}_alive"] = Sum(float(whole), 1.0)
    return found


def rounds(arm: Village, body: Cooperative) -> Floats:
    """Mean contribution of each round that the body lives through.

    What members give shows in its activity, which moves towards it by `body_speed` a week.
    """
    given: list[float] = []
    with closing(arm):
        for _ in range(ROUND * ROUNDS):
            before = body.activity
            arm.step()
            if not body.alive:
                break
            given.append(before + (body.activity - before) / arm.p.body_speed)
    whole = len(given) // ROUND * ROUND
    means: Floats = np.array(given[:whole]).reshape(-1, ROUND).mean(axis=1)
    return means


def free_riding(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F13: joint work erodes by the types of people in it, unless rules hold."""
    parts = [
        part("f13_without", figure(runs, lambda kept: kept - 1.0, "without"), ERODES),
        part("f13_with", mean(runs, "with"), HOLDS_UP),
        part("f13_alive", mean(runs, "without_alive")),
        part("f13_alive_with", mean(runs, "with_alive")),
    ]
    return row("F13", "built in", parts, len(runs))
