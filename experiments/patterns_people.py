"""Patterns of women and families: legal training, and the dose of family work.

F16 and F17; criteria in section 2 of the evidence and in ADR 14.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from agents.rule import Floats
from agents.sellers import Husband
from experiments.patterns_base import PatternRow, Window, part, row
from experiments.patterns_training import AFTER_CLASS, CLASS_WEEKS, HOURS, YEAR
from experiments.patterns_trial import (
    BRANCHED,
    Found,
    Given,
    Rows,
    Sum,
    branch,
    by_lot,
    change,
    counted,
    figure,
    mean,
    past,
    total,
)
from model.parameters import Values
from model.setup import Setup
from model.village import Village
from scenarios.mechanisms.micro import LegalCourse
from scenarios.mechanisms.support import FamilyWork

FEWER = Window(-0.75, -0.20)
COUPLES = 60
BEGUN = 10  # week of the first family session
DOSES = (0, 2, 12, 15)
MONTH_21 = BEGUN + 91
NO_CHANGE = Window(-0.001, 0.001)
UP = Window(low=0.01)
STILL_UP = Window(low=0.005)


# --- F16: legal training -----------------------------------------------------------------------


def watch_law(setups: Mapping[str, Setup], seed: int) -> Found:
    """A year of violations and throttled weeks of women who stream, taught the law or not."""
    village = past(setups["none"], seed)
    s = village.sellers
    rows = np.flatnonzero((s.selling > 0.0) & (s.streamer > 0.0))
    sessions = village.p.course_sessions / CLASS_WEEKS
    law = Given(LegalCourse(), rows, sessions, BRANCHED, AFTER_CLASS, HOURS)
    found = {}
    try:
        for name, given in {"none": [], "taught": [law]}.items():
            begun, throttled = penalties(branch(village, given), rows)
            found[f"{name}_begun"] = Sum(begun, 1.0)
            found[f"{name}_throttled"] = Sum(throttled, 1.0)
        found["women"] = Sum(float(rows.size), 1.0)
    finally:
        village.close()
    return found


def penalties(village: Village, rows: Rows) -> tuple[float, float]:
    """Penalties begun, and weeks with one, in the year after the course; closes the village."""
    village.run(AFTER_CLASS)
    begun = throttled = 0.0
    before: Floats = village.sellers.penalty_weeks[rows].copy()
    for _ in range(YEAR):
        village.step()
        now = village.sellers.penalty_weeks[rows].copy()
        begun += float((now > np.maximum(0.0, before - 1.0)).sum())
        throttled += float((now > 0.0).sum())
        before = now
    village.close()
    return begun, throttled


def legal_training(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F16: women who know the law break it less, and are throttled less."""
    parts = [
        part(f"f16_{what}", figure(runs, change, f"taught_{what}", f"none_{what}"), FEWER)
        for what in ("begun", "throttled")
    ]
    counts = sum(run["none_begun"].total for run in runs)
    parts.append(part("f16_counted", counted(counts)))
    parts.append(part("f16_women", counted(sum(run["women"].total for run in runs))))
    return row("F16", "built in", parts, len(runs))


# --- F17: the dose of family work --------------------------------------------------------------


def watch_family(setups: Mapping[str, Setup], seed: int) -> Found:
    """Men's share of care in couples after 0, 2, 12 or 15 weekly sessions."""
    village = past(setups["none"], seed, BEGUN)
    f, family = village.families, village.sellers.family.astype(np.int64)
    present = (village.sellers.husband == Husband.PRESENT) & (f.women[family] == 1.0)
    rows = by_lot(village, present, COUPLES)
    meeting = FamilyWork()
    shares = {}
    try:
        for dose in DOSES:
            given = [Given(meeting, rows, 1.0, BEGUN, BEGUN + dose)] if dose else []
            shares[dose] = men_shares(branch(village, given), family[rows])
    finally:
        village.close()
    found = {}
    for dose in DOSES[1:]:
        gain = shares[dose] - shares[0]
        for name, week in (("after", dose), ("month_21", MONTH_21 - BEGUN)):
            found[f"{dose}_{name}"] = Sum(float(gain[week].sum()), float(rows.size))
        largest = gain[np.abs(gain.sum(axis=1)).argmax()]
        found[f"{dose}_largest"] = Sum(float(largest.sum()), float(rows.size))
    return found


def men_shares(village: Village, families: Rows) -> Floats:
    """Men's share of care, weeks × families, to month 21; closes the village."""
    weeks = []
    while village.week <= MONTH_21:
        village.step()
        f = village.families
        weeks.append(f.care_man[families] / f.care_need[families])
    village.close()
    return np.array(weeks)


def family_dose(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F17: two contacts change nothing at home; twelve do, and part of it lasts."""
    parts = [
        part("f17_two", mean(runs, "2_largest"), NO_CHANGE),
        part("f17_twelve", mean(runs, "12_after"), UP),
        part("f17_fifteen", mean(runs, "15_after"), UP),
        part("f17_twelve_later", mean(runs, "12_month_21"), STILL_UP),
        part("f17_fifteen_later", mean(runs, "15_month_21"), STILL_UP),
        part("f17_couples", counted(total(runs, "12_after"))),
    ]
    return row("F17", "built in", parts, len(runs))
