"""The birth of a village: who lives there, in which family, with which ties.

Everything is drawn from the population streams, so that all arms of a replication have the same
women, families and ties at week 0. Measured households bring what their survey holds; the rest is
drawn.
"""

import math
from dataclasses import dataclass

import numpy as np

from agents.columns import Table
from agents.families import Family
from agents.rule import Floats, Ints, Num, rule
from agents.sellers import Husband, Seller
from model.parameters import Values
from model.setup import Setup
from model.streams import Luck
from model.ties import Kind, Ties
from model.village_graph import HouseholdGraph, generate, random_like

RETURNED_YOUTH, LEFT_BEHIND, MIDDLE_AGED, OLDER = range(4)
YOUNG, OLD = 35.0, 50.0  # years; bounds of the segments as the papers speak of them
CATEGORY_SHARES = ("fresh", "processed", "craft", "experience")


@dataclass
class Population:
    """The tables and ties of a newborn village."""

    sellers: Table
    families: Table
    ties: Ties


@rule
def scattered(level: Num, deviation: Num) -> Num:
    """A level scattered by a deviation in logs.

    >>> scattered(300.0, 0.0)
    300.0
    """
    return level * math.exp(deviation)


def populate(setup: Setup, luck: Luck) -> Population:
    """Draw the women, families and ties of a village.

    Args:
        setup: number of women, kind of graph, parameters.
        luck: the population's luck.
    """
    p = setup.values
    graph = _graph(setup, luck, p)
    women = _women_per_household(setup, graph, luck, p)
    family = np.repeat(np.arange(women.size), women)
    families = _families(setup, graph, women, luck, p)
    sellers = _sellers(families, family, luck, p)
    _characters(sellers, luck, p)
    return Population(sellers, families, _ties(graph, family, women, luck, p))


def _graph(setup: Setup, luck: Luck, p: Values) -> HouseholdGraph:
    if setup.measured is not None:
        graph = setup.measured.graph
    else:
        households = max(1, round(setup.women / (1.0 + p.second_woman_share)))
        graph = generate(households, luck.seed)
    return random_like(graph, luck.seed) if setup.graph == "random" else graph


def _women_per_household(
    setup: Setup, graph: HouseholdGraph, luck: Luck, p: Values
) -> Ints:
    households = graph.hamlet.size
    chance = luck.uniform("birth.second_woman", 0, households)
    if setup.measured is not None:
        drawn = np.where(chance < p.second_woman_share, 2.0, 1.0)
        return _surveyed(setup, "women", drawn).astype(np.int64)
    women = np.ones(households, dtype=np.int64)
    women[np.argsort(chance, kind="stable")[: setup.women - households]] += 1
    return women


def _surveyed(setup: Setup, column: str, drawn: Floats) -> Floats:
    """What the survey says of each household, and the draw where it says nothing."""
    if setup.measured is None or column not in setup.measured.columns:
        return drawn
    survey = setup.measured.columns[column]
    return np.where(np.isnan(survey), drawn, survey)


def _poisson(uniform: Floats, mean: float, most: int = 5) -> Floats:
    """Counts with a Poisson distribution, by inversion of one uniform draw each."""
    count = np.zeros(uniform.size)
    term = total = math.exp(-mean)
    for k in range(1, most + 1):
        count += uniform > total
        term *= mean / k
        total += term
    return count


def _families(
    setup: Setup, graph: HouseholdGraph, women: Ints, luck: Luck, p: Values
) -> Table:
    rows = women.size
    families = Table(Family, rows)
    families.hamlet[:] = graph.hamlet
    families.women[:] = women
    draws = {
        "children_u6": _poisson(luck.uniform("birth.children_u6", 0, rows), p.n_child_u6),
        "children_6_12": _poisson(luck.uniform("birth.children_6_12", 0, rows), p.n_child_6_12),
        "elders": _poisson(luck.uniform("birth.elders", 0, rows), p.n_elder_dep),
    }
    surveyed = {name: _surveyed(setup, name, drawn) for name, drawn in draws.items()}
    families.children_u6[:] = surveyed["children_u6"]
    families.children_6_12[:] = surveyed["children_6_12"]
    needs = luck.uniform("birth.elders_need", 0, rows) < p.elder_need_share
    families.elders_need[:] = surveyed["elders"] * needs
    families.elders_help[:] = surveyed["elders"] * ~needs
    families.disabled[:] = luck.uniform("birth.disabled", 0, rows) < p.disabled_share
    where = luck.uniform("birth.husband", 0, rows)
    all_three = p.husband_migrated_share + p.husband_none_share + p.husband_present_share
    away, none = p.husband_migrated_share / all_three, p.husband_none_share / all_three
    drawn = np.where(where < away, float(Husband.AWAY), float(Husband.PRESENT))
    drawn[where > 1.0 - none] = float(Husband.NONE)
    husband = _surveyed(setup, "husband", drawn)
    families.husband_home[:] = husband == Husband.PRESENT
    families.husband_away[:] = husband == Husband.AWAY
    others = _poisson(luck.uniform("birth.size", 0, rows), max(0.1, p.hh_size - 1.0), 9)
    at_least = women + families.children_u6 + families.children_6_12 + surveyed["elders"]
    families.size[:] = np.maximum(1.0 + others, at_least + (husband != Husband.NONE))
    families.has_pc[:] = luck.uniform("birth.pc", 0, rows) < p.pc_access0
    families.other_income[:] = families.size * p.income_pc0 / 52.0 * p.other_income_part
    for name, level in (("support", p.support_start), ("norm", p.norm_start)):
        spread = p.state_spread * luck.normal(f"birth.{name}", 0, rows)
        families[name][:] = np.clip(level + spread, 0.05, 0.95)
    families.conflict[:] = p.conflict_base
    return families


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    cut = (mode - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (mode - low))
    right = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u < cut, left, right)


def _sellers(families: Table, family: Ints, luck: Luck, p: Values) -> Table:
    """Age, schooling, language, husband, segment, and what she can earn elsewhere."""
    rows = family.size
    s = Table(Seller, rows)
    s.family[:] = family
    s.hamlet[:] = families.hamlet[family]
    s.age[:] = _triangular(luck.uniform("birth.age", 0, rows), 20.0, p.seller_age, 62.0)
    schooling = p.edu_years + 3.0 * luck.normal("birth.edu", 0, rows)
    s.edu_years[:] = np.clip(schooling - (s.age - p.seller_age) / 10.0, 0.0, 16.0)
    barrier = p.mandarin_barrier * np.clip((s.age - 20.0) / 21.0, 0.0, 2.0)
    s.mandarin[:] = luck.uniform("birth.mandarin", 0, rows) > barrier
    s.minority[:] = luck.uniform("birth.minority", 0, rows) < p.minority_share
    home, away = families.husband_home[family], families.husband_away[family]
    s.husband[:] = np.where(home > 0, Husband.PRESENT, np.where(away > 0, 2.0, 0.0))
    s.segment[:] = np.where(s.age >= OLD, OLDER, MIDDLE_AGED)
    s.segment[(away > 0) & (s.age < OLD)] = LEFT_BEHIND
    s.segment[(s.age < YOUNG) & (s.edu_years >= p.edu_years)] = RETURNED_YOUTH
    s.signal[:] = luck.uniform("birth.signal", 0, rows) > p.weak_signal_share
    spread = p.wage_spread * luck.normal("birth.wage", 0, rows)
    scattered.into(s.outside_wage, p.outside_income, spread - 0.5 * p.wage_spread**2)
    kind = luck.uniform("birth.contributor", 0, rows)
    conditional = p.contrib_types_conditional + (
        1.0 - p.contrib_types_conditional - p.contrib_types_free_rider - p.contrib_types_hump
    )
    s.contributor[:] = np.where(kind < conditional, 0.0, 1.0)
    s.contributor[kind > 1.0 - p.contrib_types_hump] = 2.0
    return s


def _characters(s: Table, luck: Luck, p: Values) -> None:
    """What she wants, can and feels at the start."""
    rows = len(s)
    older = np.clip((s.age - 20.0) / 42.0, 0.0, 1.0)
    would = p.would_ever_sell * np.clip(1.75 - 1.75 * older, 0.1, 2.0)
    s.would_sell[:] = luck.uniform("birth.would_sell", 0, rows) < would
    s.full_time[:] = luck.uniform("birth.full_time", 0, rows) < p.full_time_share
    wish = np.where(s.full_time > 0, p.hours_fulltime, p.hours_parttime)
    scattered.into(s.wish_hours, wish, p.wish_spread * luck.normal("birth.wish", 0, rows))
    streams = luck.uniform("birth.streamer", 0, rows) < p.streamer_share
    s.streamer[:] = streams * s.mandarin * s.signal
    s.appeal[:] = p.appeal_spread * luck.normal("birth.appeal", 0, rows)
    s.trait[:] = luck.normal("birth.trait", 0, rows)
    spread = p.state_spread * luck.normal("birth.efficacy", 0, rows)
    s.efficacy[:] = np.clip(p.efficacy_start + spread, 0.05, 0.95)
    s.skill[:] = np.clip(p.skill_start + p.skill_edu * (s.edu_years - p.edu_years), 0.02, 0.6)
    s.skill_base[:] = s.skill
    s.efficacy_base[:] = s.efficacy
    s.trust_institution[:] = p.institution_start
    s.literacy[:] = 0.5 * s.skill
    s.knows[:] = luck.uniform("birth.knows", 0, rows) < p.policy_awareness
    s.category[:] = _categories(luck.uniform("birth.category", 0, rows), p)
    level = p.burnout_level + p.burnout_spread * p.load_trait * s.trait
    s.strain[:] = np.clip(level, 0.0, 1.0)
    s.burnout[:] = s.strain
    s.price[:] = p.start_price
    s.shown_price[:] = p.start_price
    s.price_before[:] = p.start_price
    s.rating[:] = p.rating_start
    s.fans[:] = p.fans_start
    s.trust_worker[:] = p.trust_worker_start
    s.hours_care[:] = p.care_h_woman
    s.hours_farm[:] = p.farm_hours
    s.hours_leisure[:] = p.waking_hours - p.care_h_woman - p.farm_hours
    s.income_outside[:] = s.outside_wage
    s.income[:] = s.outside_wage


def _categories(uniform: Floats, p: Values) -> Floats:
    shares = np.array([
        p.category_share_fresh, p.category_share_processed, p.category_share_craft,
        p.category_share_experience,
    ])
    bounds = np.cumsum(shares / shares.sum())[:-1]
    return np.searchsorted(bounds, uniform).astype(float)


def _ties(graph: HouseholdGraph, family: Ints, women: Ints, luck: Luck, p: Values) -> Ties:
    """Survey ties are between households: their women share them, and are kin to each other."""
    first = np.concatenate([[0], np.cumsum(women)[:-1]])
    a, b, source = _pairs(first, women, graph.a, graph.b)
    kind = graph.kind[source].astype(float)
    strength = graph.strength[source].astype(float)
    inside = np.flatnonzero(women > 1)
    ia, ib = _housemates(first[inside], women[inside])
    a, b = np.concatenate([a, ia]), np.concatenate([b, ib])
    kind = np.concatenate([kind, np.full(ia.size, float(Kind.KIN))])
    strength = np.concatenate([strength, np.ones(ia.size)])
    level = np.where(kind == Kind.KIN, p.trust_kin, p.trust_neighbour)
    trust = [
        np.clip(level + p.trust_spread * luck.normal(f"birth.trust_{way}", 0, a.size), 0.02, 0.98)
        for way in ("ab", "ba")
    ]
    return Ties(family.size, a, b, kind, strength, trust[0], trust[1])


def _pairs(first: Ints, women: Ints, a: Ints, b: Ints) -> tuple[Ints, Ints, Ints]:
    """All pairs of women of two tied households, and the tie each comes from."""
    times = women[a] * women[b]
    source = np.repeat(np.arange(a.size), times)
    rank = np.arange(source.size) - np.repeat(np.cumsum(times) - times, times)
    left, right = a[source], b[source]
    return first[left] + rank // women[right], first[right] + rank % women[right], source


def _housemates(first: Ints, women: Ints) -> tuple[Ints, Ints]:
    pairs = [
        (start + i, start + j)
        for start, count in zip(first.tolist(), women.tolist(), strict=True)
        for i in range(count)
        for j in range(i + 1, count)
    ]
    flat = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return flat[:, 0], flat[:, 1]
