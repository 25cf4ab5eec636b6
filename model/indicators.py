"""What is recorded every week, defined once."""

from dataclasses import dataclass
from itertools import product
from typing import Final


@dataclass(frozen=True)
class Indicator:
    """One column of the history.

    Attributes:
        name: its column.
        unit: of its numbers.
        outcome: what it measures.
        population: over whom: `all_women`, `selling_at_start`, `selling_now`, or `village`.
        subgroup: `all`, or a part of the population.
        money: season matters, so outcomes read it over 52 weeks.
    """

    name: str
    unit: str
    outcome: str
    population: str = "village"
    subgroup: str = "all"
    money: bool = False


# Populations and subgroups of the three primary outcomes; each is one row of the group matrix.
GROUPS: Final = (
    ("all_women", "all"),
    ("selling_at_start", "all"),
    ("selling_now", "all"),
    ("all_women", "poorest_third"),
    ("all_women", "left_behind"),
    ("all_women", "minority"),
    ("selling_at_start", "left_behind"),
    ("selling_at_start", "older"),
    ("selling_at_start", "full_time"),
)
SUFFIX: Final = {"all_women": "", "selling_at_start": "_fixed", "selling_now": "_now"}
PRIMARY: Final = (
    ("income", "yuan/week", True),
    ("burnout", "0-1", False),
    ("trust", "0-1", False),
)
BESIDE: Final = (
    ("income_online", "yuan/week", True),
    ("burnout_above", "share", False),
    ("efficacy", "0-1", False),
    ("skill", "0-1", False),
    ("leisure", "hours/week", False),
    ("care", "hours/week", False),
)


def _grouped() -> list[Indicator]:
    rows = []
    for (name, unit, money), (population, subgroup) in product((*PRIMARY, *BESIDE), GROUPS):
        part = "" if subgroup == "all" else f"_{subgroup}"
        column = f"{name}{SUFFIX[population]}{part}"
        rows.append(Indicator(column, unit, name, population, subgroup, money))
    return rows


VILLAGE: Final = (
    Indicator("income_median_fixed", "yuan/week", "income_median", "selling_at_start", money=True),
    Indicator("shops", "shops", "shops"),
    Indicator("workers", "persons", "workers"),
    Indicator("opened", "shops", "opened"),
    Indicator("closed", "shops", "closed"),
    Indicator("sales", "yuan/week", "sales", money=True),
    Indicator("profit", "yuan/week", "profit", money=True),
    Indicator("price_median", "yuan/good", "price"),
    Indicator("capacity_use", "x", "capacity_use"),
    Indicator("sales_gini", "0-1", "sales_gini"),
    Indicator("hamlet_gap", "share", "hamlet_gap"),
    Indicator("know_how", "0-1", "know_how"),
    Indicator("know_how_fixed", "0-1", "know_how", "selling_at_start"),
    Indicator("trust_kin", "0-1", "trust_kin"),
    Indicator("trust_worker", "0-1", "trust_worker"),
    Indicator("trust_institution", "0-1", "trust_institution"),
    Indicator("rating", "0-1", "rating"),
    Indicator("support", "0-1", "support"),
    Indicator("conflict", "0-1", "conflict"),
    Indicator("norm", "0-1", "norm"),
    Indicator("care_man", "hours/week", "care_man"),
    Indicator("time_poor", "share", "time_poor"),
    Indicator("fatigue", "0-1", "fatigue"),
    Indicator("violations", "women", "violations"),
    Indicator("followers", "women", "followers"),
    Indicator("bodies", "bodies", "bodies"),
    Indicator("shells", "bodies", "shells"),
    Indicator("body_members", "women", "body_members"),
    Indicator("governance", "0-1", "governance"),
    Indicator("activity", "0-1", "activity"),
    Indicator("brand", "0-1", "brand"),
    Indicator("identity", "0-1", "identity"),
    Indicator("legal", "0-1", "legal"),
    Indicator("proposals", "proposals", "proposals"),
    Indicator("services", "services", "services"),
    Indicator("services_cost", "yuan/week", "services_cost"),
    Indicator("income_who", "yuan/week", "income_who", "selling_now"),
    Indicator("burnout_who", "0-1", "burnout_who", "selling_now"),
    Indicator("programme_cost", "yuan/week", "programme_cost"),
    Indicator("hours_asked", "hours/week", "hours_asked"),
    Indicator("hours_served", "hours/week", "hours_served"),
    Indicator("hours_unserved", "hours/week", "hours_unserved"),
    Indicator("reached", "women", "reached"),
    Indicator("watched", "women", "watched"),
)

# Every further outcome that the papers name, by what it is about.
MONEY: Final = (
    Indicator("income_p10_fixed", "yuan/week", "income_p10", "selling_at_start", money=True),
    Indicator("income_p90_fixed", "yuan/week", "income_p90", "selling_at_start", money=True),
    Indicator("online_median_now", "yuan/week", "online_median", "selling_now", money=True),
    Indicator("online_p10_now", "yuan/week", "online_p10", "selling_now", money=True),
    Indicator("online_p90_now", "yuan/week", "online_p90", "selling_now", money=True),
    Indicator("online_swing_fixed", "x", "online_swing", "selling_at_start"),
    Indicator("online_swing_now", "x", "online_swing", "selling_now"),
    Indicator("debt", "yuan", "debt"),
    Indicator("capital", "yuan", "capital"),
    Indicator("knows", "share", "knows"),
    Indicator("posts", "women", "posts"),
)
SHOPS: Final = (
    Indicator("survived", "shops", "survived"),
    Indicator("survival", "share", "survival"),
    Indicator("hours_selling", "hours/week", "hours_selling"),
    Indicator("quality", "0-1", "quality"),
    Indicator("standards", "0-1", "standards"),
    Indicator("discipline", "0-1", "discipline"),
    Indicator("fans", "log", "fans"),
    Indicator("taught", "log", "taught"),
    Indicator("price_cut", "log", "price_cut"),
    Indicator("price_over_floor", "x", "price_over_floor"),
    Indicator("story", "share", "story"),
    Indicator("contract", "share", "contract"),
    Indicator("linked", "log", "linked"),
    Indicator("parcel_cost", "yuan/parcel", "parcel_cost"),
    Indicator("delay", "days", "delay"),
    Indicator("spoilage", "share", "spoilage"),
    Indicator("idle_kit", "share", "idle_kit"),
    Indicator("streams", "streams/week", "streams"),
    Indicator("incidents", "women/week", "incidents"),
    Indicator("violation_rate", "per 100 streams", "violation_rate"),
    Indicator("reputation", "x", "reputation"),
    Indicator("trust_consumer", "0-1", "trust_consumer"),
    Indicator("event", "x", "event"),
)
PEOPLE: Final = (
    Indicator("burnout_acute_fixed", "0-1", "burnout_acute", "selling_at_start"),
    Indicator("burnout_chronic", "0-1", "burnout_chronic", "all_women"),
    Indicator("burnout_chronic_fixed", "0-1", "burnout_chronic", "selling_at_start"),
    Indicator("literacy", "0-1", "literacy", "all_women"),
    Indicator("literacy_fixed", "0-1", "literacy", "selling_at_start"),
    Indicator("load", "hours/week", "load", "all_women"),
    Indicator("load_fixed", "hours/week", "load", "selling_at_start"),
    Indicator("quarrels", "per family and month", "quarrels"),
    Indicator("her_share", "share", "her_share"),
    Indicator("care_man_share", "share", "care_man_share"),
    Indicator("reached_poorest", "share", "reached_poorest"),
    Indicator("fund_elders", "yuan/week", "fund_elders"),
    Indicator("fund_children", "yuan/week", "fund_children"),
    Indicator("fund_disabled", "yuan/week", "fund_disabled"),
)
TOGETHER: Final = (
    Indicator("density", "0-1", "density"),
    Indicator("bridging", "share", "bridging"),
    Indicator("reciprocity", "0-1", "reciprocity"),
    Indicator("information", "per woman and week", "information"),
    Indicator("selling_share", "share", "selling_share"),
    Indicator("member_share", "share", "member_share"),
    Indicator("office_share", "share", "office_share"),
    Indicator("open_books", "0-1", "open_books"),
    Indicator("votes", "votes", "votes"),
    Indicator("contribution", "0-1", "contribution"),
    Indicator("elite_share", "share", "elite_share"),
    Indicator("joint_actions", "per woman and week", "joint_actions"),
    Indicator("cohesion", "per woman and quarter", "cohesion"),
    Indicator("raised", "proposals", "raised"),
    Indicator("answered", "proposals", "answered"),
    Indicator("funded", "proposals", "funded"),
    Indicator("meetings", "women", "meetings"),
    Indicator("targeting", "0-1", "targeting"),
    Indicator("worker_skill", "SD", "worker_skill"),
    Indicator("worker_tenure", "weeks", "worker_tenure"),
)

INDICATORS: Final[tuple[Indicator, ...]] = (
    *_grouped(), *VILLAGE, *MONEY, *SHOPS, *PEOPLE, *TOGETHER
)

# Read from whole runs, so that no week has them: resilience by `model.resilience`, what it takes
# to move an outcome by `experiments.costs`.
DERIVED: Final = (
    Indicator("resilience_income", "weeks", "resilience_income"),
    Indicator("resilience_burnout", "weeks", "resilience_burnout"),
    Indicator("cost_per_100_yuan", "yuan", "cost_per_100_yuan"),
    Indicator("hours_per_100_yuan", "hours", "hours_per_100_yuan"),
    Indicator("cost_per_moved", "yuan", "cost_per_moved"),
    Indicator("hours_per_moved", "hours", "hours_per_moved"),
)
