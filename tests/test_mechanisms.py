"""Every mechanism: more of it does more, it fades when it ends, and nothing is free."""

from dataclasses import replace

import numpy as np
import pytest

from model.setup import Programme
from scenarios.catalogue import MEASURES, MECHANISMS
from tests.strategies import delivery

START, STOP = 208, 234
ENOUGH = Programme(START, STOP, workers=2, money=5e6, unlimited_staff=True)


def over_sellers(name):
    """Mean of a column over the women who sold when the programme started."""

    def read(village):
        s = village.sellers
        return float(s[name][s.watched > 0].mean())

    return read


def over_all(name):
    """Mean of a column over all women."""
    return lambda village: float(village.sellers[name].mean())


def families(name):
    return lambda village: float(village.families[name].mean())


def of_body(name):
    """A number of the best-governed body, nothing where there is none."""
    return lambda village: max([0.0, *(getattr(b, name) for b in village.bodies if b.alive)])


def of_workers(village):
    return float(np.mean([w.skill for w in village.workers]))


def cost(village):
    return float(village.history.column("programme_cost").sum())


def trust(village):
    return float(village.ties.trust.mean())


def salience(village):
    return sum(village.government.salience.values())


# mechanism: a measure made of it, what it moves, the doses that must do ever more, whether it is
# gone or going two years later, and its price or side effect with its sign
CASES = {
    "course": (
        "sail_group",
        over_sellers("taught"),
        (0.1, 0.5),
        over_sellers("hours_leisure"),
        -1,
    ),
    "follow_up": (
        "entrepreneur_mentors",
        over_sellers("follow_up"),
        (0.05, 0.15),
        over_sellers("hours_leisure"),
        -1,
    ),
    "legal_course": (
        "online_legal_advice",
        over_sellers("legal"),
        (0.05, 0.5),
        over_sellers("trust_institution"),
        1,
    ),
    "counselling": (
        "one_to_one_accompaniment",
        over_sellers("relief"),
        (0.05, 0.5),
        over_sellers("hours_leisure"),
        -1,
    ),
    "family_work": (
        "family_meeting",
        families("sessions"),
        (0.1, 0.5),
        over_sellers("hours_programme"),
        1,
    ),
    "care_service": (
        "community_care",
        families("care_given"),
        (0.2, 0.9),
        lambda v: v.accounts.spent,
        1,
    ),
    "support_group": (
        "emotional_support_group",
        over_sellers("relief"),
        (0.05, 0.5),
        over_sellers("hours_leisure"),
        -1,
    ),
    "role_model": (
        "success_case_talks",
        over_sellers("durable"),
        (0.02, 0.2),
        over_sellers("hours_programme"),
        1,
    ),
    "outreach": (
        "acquaintance_tie",
        over_sellers("trust_worker"),
        (0.05, 0.5),
        over_sellers("hours_programme"),
        1,
    ),
    "work_post": (
        "home_streaming_posts",
        over_all("post_wage"),
        (0.2, 0.9),
        over_all("hours_leisure"),
        -1,
    ),
    "market_event": (
        "charity_stream",
        over_sellers("event"),
        (0.04, 0.25),
        over_sellers("lost"),
        1,
    ),
    "market_link": (
        "traffic_tilt",
        over_sellers("linked"),
        (0.1, 0.5),
        cost,
        1,
    ),
    "equipment": (
        "donor_equipment_money",
        over_sellers("equipment"),
        (0.02, 0.2),
        over_sellers("kit_unused"),
        1,
    ),
    "logistics": (
        "shared_logistics_platform",
        lambda v: v.season.parcel_spared,
        (0.2, 0.9),
        lambda v: v.accounts.cost,
        1,
    ),
    "peer_circle": ("tea_talk", trust, (0.2, 0.9), lambda v: float(v.ties.count), 1),
    "association": (
        "self_discipline_association",
        of_body("governance"),
        (0.2, 0.9),
        over_sellers("paid_out"),
        -1,
    ),
    "brand": (
        "brand_story_co_creation",
        over_sellers("brand"),
        (0.05, 0.5),
        over_sellers("unit_cost"),
        1,
    ),
    "cooperative": (
        "coop_as_resource_broker",
        over_sellers("linked"),
        (0.2, 0.9),
        over_sellers("hours_leisure"),
        -1,
    ),
    "benefit_fund": (
        "public_benefit_return",
        over_sellers("fund_paid"),
        (0.2, 0.9),
        families("fund_got"),
        1,
    ),
    "norm_campaign": (
        "culture_inclusion_talks",
        lambda v: -float(v.families.norm.mean()),
        (0.3, 0.9),
        over_sellers("hours_leisure"),
        -1,
    ),
    "finance": ("special_aid_fund", over_sellers("grants"), (0.3, 0.9), families("support"), 1),
    "voice": ("needs_survey_and_proposals", salience, (0.02, 0.4), lambda v: v.accounts.asked, 1),
    "worker_support": (
        "worker_training_recognition",
        of_workers,
        (0.2, 0.9),
        lambda v: v.accounts.cost,
        1,
    ),
}
EASY = {"body_trust": 0.3}  # not every small village trusts enough to found a body
ALONGSIDE = {"benefit_fund": "ecommerce_cooperative"}  # what it needs to act on, in every arm
STAYS = ("worker_support", "norm_campaign")  # no fade of norms was seen within two years [111]


def future(village, measure, dose, week):
    """The village with one measure for half a year, in full staff, up to a week."""
    goal = {} if measure == "one_to_one_accompaniment" else MEASURES[measure].target.conditions()
    uses = (
        ()
        if dose == 0.0
        else (delivery(measure, village.p, START, STOP, dose=dose, coverage=1.0, target=goal),)
    )
    basis = ALONGSIDE.get(MEASURES[measure].mechanism)
    uses += () if basis is None else (delivery(basis, village.p, START, STOP, coverage=1.0),)
    return village.branch(replace(village.setup, measures=uses, programme=ENOUGH)).run(week)


@pytest.fixture(scope="module")
def trusting(compiled):
    """A village like Libei in which most sellers would join a body."""
    from scenarios import load_scenario

    changes = {"village.women": 150, **{f"parameters.{n}": x for n, x in EASY.items()}}
    return load_scenario("libei", changes).village(seed=2).run(START)


def test_every_mechanism_has_a_case():
    assert set(CASES) <= set(MECHANISMS)
    used = {MEASURES[name].mechanism for name in MEASURES}
    assert used <= set(CASES)


@pytest.mark.parametrize("mechanism", CASES)
def test_a_larger_dose_does_more_and_nothing_does_nothing(trusting, mechanism):
    measure, read, (little, much), _, _ = CASES[mechanism]
    assert MEASURES[measure].mechanism == mechanism
    levels = [read(future(trusting, measure, dose, STOP - 1)) for dose in (0.0, little, much)]
    assert levels[0] < levels[1] < levels[2]


@pytest.mark.parametrize("mechanism", [m for m in CASES if m not in STAYS])
def test_what_it_did_fades_after_its_end(trusting, mechanism):
    measure, read, (_, much), _, _ = CASES[mechanism]
    none, with_it = (future(trusting, measure, dose, STOP - 1) for dose in (0.0, much))
    gain = read(with_it) - read(none)
    left = read(with_it.run(STOP + 104)) - read(none.run(STOP + 104))
    assert gain > 0.0
    assert left < 0.85 * gain


@pytest.mark.parametrize("mechanism", CASES)
def test_it_has_its_price_or_side_effect(trusting, mechanism):
    measure, _, (_, much), beside, sign = CASES[mechanism]
    none, with_it = (beside(future(trusting, measure, dose, STOP - 1)) for dose in (0.0, much))
    assert sign * (with_it - none) > 0.0


def test_the_skill_of_workers_leaves_with_the_programme(trusting):
    village = future(trusting, "worker_training_recognition", 1.0, STOP + 1)
    assert village.workers == []
