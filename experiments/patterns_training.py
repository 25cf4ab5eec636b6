"""Patterns of teaching: classes fade, content beats hours, circles last, kit needs skill.

F4, F5, F6 and F18; criteria in section 2 of the evidence and in ADR 14.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing

import numpy as np

from agents.rule import Floats
from agents.sellers import CATEGORIES, Status
from experiments.patterns_base import PatternRow, Window, part, ratio, row
from experiments.patterns_trial import (
    BRANCHED,
    Found,
    Given,
    Rows,
    Sum,
    branch,
    by_lot,
    counted,
    gain,
    itself,
    log_gain,
    mean,
    past,
    readings,
    selling,
    total,
)
from model.parameters import Values
from model.setup import Setup
from model.village import Village
from scenarios.mechanisms.market import Equipment
from scenarios.mechanisms.meso import PeerCircle
from scenarios.mechanisms.micro import Course, FollowUp

CLASS_WEEKS = 4
YEAR = 52
QUARTER = 13
MONTHLY = 12 / 52  # sessions a week
MEETINGS, BETWEEN_MEETINGS = 12, 4  # of a circle, and weeks from one to the next
HOURS = 2.0  # of a woman in one session, the same in every arm
TREATED = 0.15  # of the women selling
LOTS = 4  # of so many women, each taught alone
EQUIPPED = 0.30  # of the women selling or about to

AFTER_CLASS = BRANCHED + CLASS_WEEKS
FIRST_YEAR, SECOND_YEAR = BRANCHED + YEAR, BRANCHED + 2 * YEAR
LAST_MEETING = BRANCHED + (MEETINGS - 1) * BETWEEN_MEETINGS

# Windows of the criteria, set in advance.
GAIN = Window(0.03, 0.10)
FADES = Window(high=0.50)
STAYS = Window(low=0.80)
TWICE = Window(low=2.0)
HALF_LOST = Window(high=0.50)
CIRCLE_GAIN = Window(0.05, 0.11)
RIVALS = Window(0.4, 0.6)
IDLE = Window(low=0.50)

Gains = Mapping[str, Floats]  # differences of logs, by arm, what was read, and week
Arms = Sequence[tuple[str, Rows, Sequence[Given]]]  # name, women read, what is given


def watch_arms(village: Village, arms: Arms, ends: Sequence[int]) -> Gains:
    """Gains in log sales and log income of each arm's women, against the village without.

    Arms of one name are put together: each lot of women is taught alone.
    """
    with closing(village):
        none = readings(branch(village), ends)
        found: dict[str, list[Floats]] = defaultdict(list)
        for name, rows, given in arms:
            seen = readings(branch(village, given), ends)
            for end in ends:
                for what in ("sales", "income"):
                    gained = log_gain(rows, seen[end], none[end], what)
                    found[f"{name}_{what}_{end}"].append(gained)
    return {name: np.concatenate(each) for name, each in found.items()}


def women(runs: Sequence[Gains], name: str) -> float:
    """How many women a gain is read from, in all villages."""
    return float(sum(run[name].size for run in runs))


def lots(village: Village) -> list[Rows]:
    """Four lots of women who sell, none of them in two."""
    sellers = in_lot(village)
    size = max(1, int(TREATED * sellers.size))
    return [sellers[i * size : (i + 1) * size] for i in range(LOTS)]


def in_lot(village: Village) -> Rows:
    """The women who sell, in the order of the lot."""
    sellers = np.flatnonzero(selling(village))
    luck = village.luck.lasting("patterns.lot", village.women)
    return sellers[np.argsort(luck[sellers], kind="stable")]


def one_class(village: Village, rows: Rows) -> Given:
    """A whole course of a class within four weeks."""
    course = Course(taught=village.p.train_oneoff)
    sessions = village.p.course_sessions / CLASS_WEEKS
    return Given(course, rows, sessions, BRANCHED, AFTER_CLASS, HOURS)


# --- F4: one-off training fades ----------------------------------------------------------------


def watch_class(setups: Mapping[str, Setup], seed: int) -> Gains:
    """One class for few sellers, with and without monthly follow-up, and one for all."""
    village = past(setups["none"], seed)
    everybody = in_lot(village)
    ends = (AFTER_CLASS + QUARTER, AFTER_CLASS + YEAR)
    arms: list[tuple[str, Rows, list[Given]]] = []
    for few in lots(village):
        taught = one_class(village, few)
        follow_up = Given(FollowUp(), few, MONTHLY, AFTER_CLASS, ends[-1], HOURS)
        arms += [("class", few, [taught]), ("followed", few, [taught, follow_up])]
    arms.append(("all", everybody, [one_class(village, everybody)]))
    return watch_arms(village, arms, ends)


def one_off(runs: Sequence[Gains], _values: Values) -> PatternRow:
    """F4: a class helps, and is half forgotten in a year unless somebody follows up."""
    month_3, month_12 = (f"sales_{AFTER_CLASS + weeks}" for weeks in (QUARTER, YEAR))

    def kept(arm: str) -> tuple[str, str]:
        return f"{arm}_{month_12}", f"{arm}_{month_3}"

    parts = [
        part("f4_gain", gain(runs, itself, f"class_{month_3}"), GAIN),
        part("f4_kept", gain(runs, ratio, *kept("class")), FADES),
        part("f4_kept_followed", gain(runs, ratio, *kept("followed")), STAYS),
        part("f4_gain_12", gain(runs, itself, f"class_{month_12}")),
        part("f4_gain_followed", gain(runs, itself, f"followed_{month_3}")),
        part("f4_gain_all", gain(runs, itself, f"all_{month_3}")),
        part("f4_women", counted(women(runs, f"class_{month_3}"))),
    ]
    return row("F4", "calibrated", parts, len(runs))


# --- F5: content and method beat class hours ---------------------------------------------------


def watch_content(setups: Mapping[str, Setup], seed: int) -> Gains:
    """A year of monthly sessions of equal hours: a class, an initiative course, a mentor."""
    village = past(setups["none"], seed)
    p = village.p
    contents = {
        "class": Course(taught=p.train_oneoff),
        "initiative": Course(durable=p.train_initiative),
        "mentor": FollowUp(mentored=p.mentor_active),
    }
    arms = [
        (name, few, [Given(content, few, MONTHLY, BRANCHED, FIRST_YEAR, HOURS)])
        for name, content in contents.items()
        for few in lots(village)
    ]
    return watch_arms(village, arms, (FIRST_YEAR, SECOND_YEAR))


def content(runs: Sequence[Gains], _values: Values) -> PatternRow:
    """F5: what is taught, and how, counts more than hours; a mentor's gain goes with her."""
    year, later = f"income_{FIRST_YEAR}", f"income_{SECOND_YEAR}"
    best = gain(
        runs, lambda *gains: ratio(max(gains[:2]), gains[2]),
        f"initiative_{year}", f"mentor_{year}", f"class_{year}",
    )
    kept = gain(runs, ratio, f"mentor_{later}", f"mentor_{year}")
    parts = [part("f5_ratio", best, TWICE), part("f5_mentor_kept", kept, HALF_LOST)]
    for arm in ("class", "initiative", "mentor"):
        sales = gain(runs, itself, f"{arm}_sales_{FIRST_YEAR}")
        parts.append(part(f"f5_{arm}", gain(runs, itself, f"{arm}_{year}")))
        parts.append(part(f"f5_{arm}_sales", sales))
    parts.append(part("f5_women", counted(women(runs, f"class_{year}"))))
    return row("F5", "built in", parts, len(runs))


# --- F6: peer groups last if members are no rivals ---------------------------------------------


def in_turn(category: Rows, lot: Rows, count: int) -> Rows:
    """So many women, one of each kind of goods after the other, by lot within the kind.

    Args:
        category: of every woman.
        lot: the women to choose from, in the order of the lot.
        count: how many.

    >>> in_turn(np.array([1, 1, 1, 0, 2]), np.array([2, 0, 1, 3, 4]), 4).tolist()
    [0, 2, 3, 4]
    """
    places = np.array([(category[lot[:i]] == category[lot[i]]).sum() for i in range(lot.size)])
    order = np.lexsort((category[lot], places))
    return np.sort(lot[order][:count])


def watch_circle(setups: Mapping[str, Setup], seed: int) -> Gains:
    """Twelve meetings of a circle, whose members sell different goods or all the same."""
    village = past(setups["none"], seed)
    category, lot = village.sellers.category.astype(np.int64), in_lot(village)
    count = max(2, int(TREATED * lot.size))
    most = np.bincount(category[lot], minlength=len(CATEGORIES)).argmax()
    alike = lot[category[lot] == most]
    groups = [("mixed", in_turn(category, lot[i::LOTS], count)) for i in range(LOTS)]
    groups += [("same", alike[i * count : (i + 1) * count]) for i in range(LOTS)]
    circle = PeerCircle(know_how=village.p.peer_meeting)
    end = LAST_MEETING + 1
    arms = [
        (name, who, [Given(circle, who, 1.0, BRANCHED, end, HOURS, BETWEEN_MEETINGS)])
        for name, who in groups
        if who.size > 1
    ]
    return watch_arms(village, arms, (FIRST_YEAR, SECOND_YEAR))


def circles(runs: Sequence[Gains], _values: Values) -> PatternRow:
    """F6: what is learnt in a circle stays, and rivals tell each other half of it."""
    year, later = f"sales_{FIRST_YEAR}", f"sales_{SECOND_YEAR}"
    parts = [
        part("f6_gain", gain(runs, itself, f"mixed_{year}"), CIRCLE_GAIN),
        part("f6_kept", gain(runs, ratio, f"mixed_{later}", f"mixed_{year}"), STAYS),
        part("f6_rivals", gain(runs, ratio, f"same_{year}", f"mixed_{year}"), RIVALS),
        part("f6_same", gain(runs, itself, f"same_{year}")),
        part("f6_women", counted(women(runs, f"mixed_{year}"))),
    ]
    return row("F6", "built in", parts, len(runs))


# --- F18: equipment without training lies idle -------------------------------------------------


def watch_kit(setups: Mapping[str, Setup], seed: int) -> Found:
    """Kit for some of the women who sell or are about to, with and without a course."""
    village = past(setups["none"], seed)
    p, s = village.p, village.sellers
    there = selling(village) | (s.status == Status.LEARNING)
    rows = by_lot(village, there, round(EQUIPPED * there.sum()))
    kit = Given(Equipment(kit=1.0), rows, 1.0, BRANCHED, BRANCHED + 1)
    course = Course(skill=p.assumed_large)
    sessions = p.course_sessions / CLASS_WEEKS
    taught = Given(course, rows, sessions, BRANCHED, AFTER_CLASS, HOURS)
    found = {}
    try:
        for name, given in {"alone": [kit], "trained": [kit, taught]}.items():
            arm = branch(village, given)
            arm.run(FIRST_YEAR)
            idle = arm.sellers.kit_unused[rows] >= QUARTER
            closed = ~selling(arm)[rows]
            found[name] = Sum(float(idle.sum()), float(rows.size))
            found[f"{name}_closed"] = Sum(float((idle & closed).sum()), float(idle.sum()))
            arm.close()
    finally:
        village.close()
    return found


def idle_kit(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F18: what women cannot use lies idle, though no rule mentions training."""
    parts = [
        part("f18_alone", mean(runs, "alone"), IDLE),
        part("f18_trained", mean(runs, "trained")),
        part("f18_closed", mean(runs, "alone_closed")),
        part("f18_women", counted(total(runs, "alone"))),
    ]
    return row("F18", "built in", parts, len(runs))
