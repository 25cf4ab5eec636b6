"""Which outcome speaks to which question of the papers: dilemmas, empowerments, layers."""

from collections.abc import Mapping
from typing import Final

Groups = Mapping[str, tuple[str, ...]]

# The four dilemmas of paper 000, section 3.
DILEMMAS: Final[Groups] = {
    "digital": (
        "skill", "literacy", "legal", "taught", "know_how", "efficacy", "quality", "fans",
        "streams", "incidents", "violation_rate", "violations", "capacity_use", "parcel_cost",
        "delay", "spoilage", "idle_kit",
    ),
    "roles": (
        "care", "care_man", "care_man_share", "leisure", "time_poor", "load", "hours_selling",
        "support", "conflict", "quarrels", "norm", "her_share", "posts", "member_share",
        "office_share",
    ),
    "emotions": (
        "burnout", "burnout_above", "burnout_acute", "burnout_chronic", "burnout_who", "fatigue",
        "efficacy", "leisure", "trust_worker", "resilience_burnout", "cost_per_moved",
        "hours_per_moved",
    ),
    "capital": (
        "trust", "trust_kin", "trust_worker", "trust_institution", "density", "bridging",
        "reciprocity", "information", "followers", "bodies", "shells", "body_members",
        "governance", "activity", "contribution", "cohesion", "survival", "survived", "closed",
        "debt", "capital", "knows", "proposals", "raised", "answered", "funded", "meetings",
        "services", "services_cost", "targeting", "worker_skill", "worker_tenure", "hours_asked",
        "hours_served", "hours_unserved", "resilience_income",
    ),
}

# The four empowerments of paper 003, section 5.2.
EMPOWERMENTS: Final[Groups] = {
    "economic": (
        "income", "income_online", "income_median", "income_p10", "income_p90", "income_who",
        "online_median", "online_p10", "online_p90", "online_swing", "her_share", "debt",
        "capital", "knows", "posts", "shops", "workers", "opened", "closed", "survived",
        "survival", "selling_share", "sales", "profit", "price", "price_cut", "capacity_use",
        "sales_gini", "hamlet_gap", "contract", "linked", "parcel_cost", "spoilage", "idle_kit",
        "elite_share", "fund_elders", "fund_children", "fund_disabled", "resilience_income",
        "cost_per_100_yuan", "hours_per_100_yuan",
    ),
    "capability": (
        "skill", "literacy", "legal", "efficacy", "taught", "know_how", "quality",
        "hours_selling", "streams", "incidents", "violation_rate", "violations", "fans",
        "burnout", "burnout_above", "burnout_acute", "burnout_chronic", "fatigue",
    ),
    "relations": (
        "trust", "trust_kin", "trust_worker", "trust_institution", "density", "bridging",
        "reciprocity", "information", "followers", "support", "conflict", "quarrels", "norm",
        "care_man_share", "bodies", "shells", "body_members", "member_share", "office_share",
        "governance", "activity", "open_books", "votes", "contribution", "elite_share",
        "joint_actions", "cohesion", "raised", "answered", "funded", "meetings", "services",
        "services_cost",
    ),
    "culture": (
        "identity", "story", "brand", "price_over_floor", "reputation", "trust_consumer",
        "rating", "standards", "discipline", "price_cut", "event",
    ),
}

# Where an outcome is felt: the woman and her family; ties, groups and bodies; market and offices.
LAYERS_OF: Final[Groups] = {
    "micro": (
        "income", "income_online", "income_median", "income_p10", "income_p90", "income_who",
        "online_median", "online_p10", "online_p90", "online_swing", "debt", "capital", "knows",
        "burnout", "burnout_above", "burnout_acute", "burnout_chronic", "burnout_who", "fatigue",
        "efficacy", "skill", "literacy", "legal", "taught", "leisure", "care", "load",
        "time_poor", "hours_selling", "quality", "survived", "survival", "support", "conflict",
        "quarrels", "norm", "care_man", "care_man_share", "her_share", "resilience_income",
        "resilience_burnout",
    ),
    "meso": (
        "trust", "trust_kin", "know_how", "density", "bridging", "reciprocity", "information",
        "followers", "bodies", "shells", "body_members", "member_share", "office_share",
        "governance", "activity", "open_books", "votes", "contribution", "elite_share",
        "joint_actions", "cohesion", "standards", "discipline", "price", "price_cut",
        "price_over_floor", "brand", "identity", "story", "sales_gini", "hamlet_gap",
        "trust_worker", "fund_elders", "fund_children", "fund_disabled",
    ),
    "macro": (
        "shops", "workers", "opened", "closed", "selling_share", "sales", "profit",
        "capacity_use", "fans", "rating", "reputation", "trust_consumer", "event", "contract",
        "linked", "parcel_cost", "delay", "spoilage", "idle_kit", "streams", "incidents",
        "violation_rate", "violations", "posts", "trust_institution", "proposals", "raised",
        "answered", "funded", "meetings", "services", "services_cost", "targeting", "worker_skill",
        "worker_tenure", "programme_cost", "hours_asked", "hours_served", "hours_unserved",
        "reached", "reached_poorest", "watched", "cost_per_100_yuan", "hours_per_100_yuan",
        "cost_per_moved", "hours_per_moved",
    ),
}

GROUPINGS: Final[Mapping[str, Groups]] = {
    "dilemma": DILEMMAS, "empowerment": EMPOWERMENTS, "layer": LAYERS_OF,
}


def groups_of(outcome: str) -> dict[str, list[str]]:
    """The dilemmas, empowerments and layers that an outcome belongs to.

    >>> groups_of("skill")
    {'dilemma': ['digital'], 'empowerment': ['capability'], 'layer': ['micro']}
    """
    return {
        kind: [name for name, outcomes in groups.items() if outcome in outcomes]
        for kind, groups in GROUPINGS.items()
    }
