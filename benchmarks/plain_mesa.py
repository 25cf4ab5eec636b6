"""The same village as an ordinary Mesa model, to compare numbers and time.

What runs along ties and through the market calls the kernels' own Python text (`kernel.plain`),
everything else is a rule called by an agent (`plain_people.py`). The week is calendar, household,
hours, making, market, money, learning, wellbeing and relations: the phases made of rules over a
woman, her family and her ties. Measures, careers, voice and the record stand still, in both.
"""

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from agents.sellers import CATEGORIES
from benchmarks.plain_people import Home, Woman
from model.parameters import weekly_share
from model.phases import household, market, relations
from model.phases.calendar import calendar
from model.phases.hours import hours
from model.phases.learning import learning
from model.phases.making import OF_CATEGORY, making
from model.phases.money import money
from model.phases.wellbeing import wellbeing
from model.village import Village

# the phases that both villages live
PHASES: tuple[Callable[[Village], None], ...] = (
    calendar, household.household, hours, making, market.market, money, learning, wellbeing,
    relations.relations,
)
TIE_COLUMNS = ("trust", "strength", "kind", "know_how")


class Numbers(list[Any]):
    """A list that a kernel's Python text can read like a column."""

    @property
    def size(self) -> int:
        """How many numbers."""
        return len(self)

    def copy(self) -> "Numbers":
        """The same numbers again."""
        return Numbers(self)


class PlainVillage(mesa.Model):
    """An ordinary Mesa model that goes on from where a compiled village stands.

    Args:
        village: whose women, families, ties and season are copied; it has no bodies of sellers,
            and no programme begins in the weeks to be lived.
    """

    def __init__(self, village: Village) -> None:
        super().__init__(rng=village.seed)
        self.p, self.luck, self.setup = village.p, village.luck, village.setup
        self.week = village.week
        self.season, self.government = village.season.copy(), village.government
        self.platforms, self.workers = village.platforms, village.workers
        f, s, ties = village.families, village.sellers, village.ties
        self.homes = [
            Home(self, {name: f[name][row].item() for name in f}) for row in range(len(f))
        ]
        self.women = [
            Woman(self, {name: s[name][row].item() for name in s}, self.homes[home], row)
            for row, home in enumerate(s.family.astype(int).tolist())
        ]
        self.start, self.other, self.reverse = (
            Numbers(column.tolist()) for column in (ties.start, ties.other, ties.reverse)
        )
        self.ties = {name: Numbers(getattr(ties, name).tolist()) for name in TIE_COLUMNS}
        self.of: dict[str, dict[str, float]] = {}
        self.draws: dict[str, list[float]] = {}

    def column(self, name: str) -> Numbers:
        """One attribute of all women."""
        return Numbers(getattr(woman, name) for woman in self.women)

    def keep(self, name: str, numbers: Numbers) -> None:
        """Give every woman her number."""
        for woman, number in zip(self.women, numbers, strict=True):
            setattr(woman, name, number)

    def step(self) -> None:
        """Live one week, phase by phase."""
        calendar(self)  # type: ignore[arg-type]  # reads no column in these weeks
        self._draw()
        homes, women = self.agents_by_type[Home], self.agents_by_type[Woman]
        homes.do("share_care")
        homes.do("feel")
        self._look_around()
        homes.do("follow_norms")
        women.do("divide_week")
        women.do("make_goods")
        women.do("draw_traffic")
        self._order()
        women.do("sell")
        self._see_rivals()
        women.do("set_price")
        women.do("open_purse")
        women.do("commission")
        women.do("count_money")
        homes.do("settle")
        women.do("learn")
        women.do("tire")
        self._meet_ties()
        women.do("trust_offices")
        self.week += 1

    def _draw(self) -> None:
        rows = len(self.women)
        self.of = {name: table(self) for name, table in OF_CATEGORY.items()}  # type: ignore[arg-type]
        for stream in ("market.shop", "market.fans"):
            self.draws[stream] = self.luck.normal(stream, self.week, rows).tolist()
        incident = self.luck.uniform("market.incident", self.week, rows)
        self.draws["market.incident"] = incident.tolist()

    def _look_around(self) -> None:
        norm = Numbers(woman.home.norm for woman in self.women)
        sums = tuple(Numbers([0.0] * len(self.women)) for _ in range(3))
        household.norms_around.plain(
            self.start, self.other, self.ties["strength"], norm, self.column("selling"), *sums
        )
        for woman, *seen in zip(self.women, *sums, strict=True):
            woman.around = tuple(seen)

    def _order(self) -> None:
        p, women = self.p, self.women
        shares = np.array([getattr(p, f"category_share_{name}") for name in CATEGORIES])
        platforms = np.array([a.share for a in self.platforms])
        demand = self.season.demand * self.season.event
        demand *= self.season.reputation**p.reputation_elasticity
        spending = p.base_demand * demand * np.outer(platforms, shares / shares.sum())
        presence = np.ones((len(platforms), len(women)))
        presence[1] = [p.stream_traffic * woman.streamer for woman in women]
        presence[2] = p.group_traffic
        orders = Numbers([0.0] * len(women))
        similarity = [self.of["similarity"][name] for name in CATEGORIES]
        market.orders_of.plain(
            self.column("pull"), self.column("category"), presence, spending,
            self.season.rivals, p.outside_competition * p.attraction_reference, similarity,
            self.column("price"), np.empty(spending.shape), orders,
        )
        self.keep("orders", orders)

    def _see_rivals(self) -> None:
        seen, use = (Numbers([0.0] * len(self.women)) for _ in range(2))
        columns = [
            self.column(name) for name in ("selling", "category", "price", "use", "capacity")
        ]
        market.rivals_seen.plain(
            self.start, self.other, self.ties["strength"], *columns, np.empty(len(CATEGORIES)),
            seen, use,
        )
        self.keep("rivals_price", seen)
        self.keep("mean_use", use)

    def _meet_ties(self) -> None:
        p, trust = self.p, self.ties["trust"]
        numbers = [
            p.tie_gain, p.tie_loss, p.trust_drift, sum(trust) / len(trust), p.contact_leisure,
            p.trust_asym_direct, -10.0 * p.rivalry_trust, p.rivalry_gap, p.rivalry_orders,
            p.peer_rival_factor, p.know_how_orders, weekly_share(p.tie_decay_close),
            weekly_share(p.tie_decay_bridge), p.peer_flow, p.peer_most, p.support_scale,
        ]
        columns = [
            self.column(name) for name in (
                "hours_leisure", "hamlet", "selling", "category", "shown_price", "undercut", "use",
                "skill",
            )
        ]
        gain, support = (Numbers([0.0] * len(self.women)) for _ in range(2))
        relations.tie_week.plain(
            self.start, self.other, self.reverse, trust, self.ties["strength"],
            self.ties["kind"], self.ties["know_how"], *columns, numbers,
            [0.0] * len(relations.TERMS), gain, support,
        )
        self.keep("peer_gain", gain)
        self.keep("peer_support", support)


def both(village: Village) -> tuple[Village, PlainVillage]:
    """A branch of a village that lives only `PHASES`, and the ordinary Mesa model beside it."""
    compiled = village.branch()
    compiled.phases = PHASES
    return compiled, PlainVillage(village)


def largest_difference(compiled: Village, plain: PlainVillage) -> tuple[str, float]:
    """The column that differs most, and by how much, relative to its largest number."""
    pairs = {name: (compiled.sellers[name], plain.column(name)) for name in compiled.sellers}
    for name in compiled.families:
        homes = [getattr(home, name) for home in plain.homes]
        pairs[f"family {name}"] = (compiled.families[name], homes)
    for name in TIE_COLUMNS:
        pairs[f"tie {name}"] = (getattr(compiled.ties, name), plain.ties[name])
    return max(
        ((name, _difference(np.array(a), np.array(b))) for name, (a, b) in pairs.items()),
        key=lambda found: found[1],
    )


def _difference(a: np.ndarray, b: np.ndarray) -> float:
    scale = max(1e-12, float(np.abs(a).max(initial=0.0)))
    return float(np.abs(a - b).max(initial=0.0)) / scale
