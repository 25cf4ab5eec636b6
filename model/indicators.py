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
    Indicator("income_who", "yuan/week", "income_who", "selling_now"),
    Indicator("burnout_who", "0-1", "burnout_who", "selling_now"),
    Indicator("programme_cost", "yuan/week", "programme_cost"),
    Indicator("hours_asked", "hours/week", "hours_asked"),
    Indicator("hours_served", "hours/week", "hours_served"),
    Indicator("hours_unserved", "hours/week", "hours_unserved"),
    Indicator("reached", "women", "reached"),
    Indicator("watched", "women", "watched"),
)

INDICATORS: Final[tuple[Indicator, ...]] = (*_grouped(), *VILLAGE)
