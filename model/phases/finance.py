"""Loans and the benefit fund: who borrows, what it buys, how it is repaid; who gives, who gets.

Called by market (goods bought ahead), by money (repaying, the fund) and by measures (lending).
Principal is neither income nor cost: she gets it and gives it back. Interest is a cost.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats
from agents.sellers import Status
from model.parameters import WEEKS_PER_YEAR, weekly_half_life, weekly_share
from model.ties import spread

if TYPE_CHECKING:
    from model.village import Village

PER_CENT = 0.01


# --- Loans -------------------------------------------------------------------------------------


def lend(
    v: "Village", offered: Floats, size: float, approve: float, rate: float,
    most: float = math.inf,
) -> Floats:
    """Loans of this week: a woman who knows, wants one and has a shop applies, and may get it.

    Args:
        v: the village.
        offered: 0 to 1 for every woman, how far the offer reaches her this week.
        size: yuan of one loan.
        approve: share of applications approved.
        rate: interest, % a year.
        most: loans that there is money for.

    Returns:
        1 for the women who got a loan.
    """
    p, s = v.p, v.sellers
    runs = (s.status == Status.SELLING) | (s.status == Status.LEARNING)
    asks = offered * s.knows * weekly_share(p.loan_wish) * runs * (s.debt == 0.0)
    applies = v.luck.uniform("finance.apply", v.week, v.women) < asks
    passes = v.luck.uniform("finance.approve", v.week, v.women) < approve
    got: Floats = (applies & passes).astype(float)
    if got.sum() > most:
        got[np.flatnonzero(got)[int(most):]] = 0.0
    _hand_out(v, got, size, rate)
    return got


def _hand_out(v: "Village", got: Floats, size: float, rate: float) -> None:
    """Pay out loans; they are working capital, to be repaid in equal weekly parts."""
    s, rows = v.sellers, got > 0.0
    s.debt[rows] += size
    s.instalment[rows] = size / v.p.loan_weeks
    s.loan_rate[rows] = rate
    s.capital[rows] += size
    v.ledger.pay("loans.given", "lenders", "sellers", size * got)


def _small_loans(v: "Village") -> None:
    """The background programme of small loans: some women have one when it starts."""
    p, span = v.p, v.setup.background.small_loans
    if span is None or not span[0] <= v.week < span[1]:
        return
    if v.week == span[0]:
        has = v.luck.lasting("finance.borrowed", v.women) < p.women_borrow0
        _hand_out(v, has.astype(float), p.loan_size, p.interest_unsubsidised)
    got = lend(v, np.ones(v.women), p.loan_size, p.loan_approve, p.interest_subsidised)
    spared = interest_spared(v, p.loan_size, p.interest_subsidised) * float(got.sum())
    v.ledger.pay("loans.subsidy", "government", "lenders", spared)


def interest_spared(v: "Village", size: float, rate: float) -> float:
    """Interest that a subsidy spares a borrower over a whole loan; somebody pays it to lenders."""
    p = v.p
    years = 0.5 * p.loan_weeks / WEEKS_PER_YEAR  # half of the loan is owed on the average
    return max(0.0, p.interest_unsubsidised - rate) * PER_CENT * years * size


def buy_ahead(v: "Village") -> None:
    """Working capital buys goods early and in bulk: they come cheaper, by at most a part."""
    p, s = v.p, v.sellers
    if s.capital.any():
        part = s.capital / (s.capital + p.loan_size)
        s.unit_cost -= p.capital_saving * part * (s.unit_cost - v.season.parcel_of_good)


def repay(v: "Village") -> None:
    """Lend in the background, repay out of the income of the week, then out of capital.

    What she cannot pay stays owed, and weighs on her as income lost.
    """
    p, s = v.p, v.sellers
    _small_loans(v)
    if not s.capital.any() and not s.debt.any():
        return
    s.capital *= 1.0 - weekly_half_life(p.capital_half)
    interest = s.debt * s.loan_rate * PER_CENT / WEEKS_PER_YEAR
    due = np.minimum(s.instalment, s.debt) + interest
    from_income = np.minimum(due, p.repay_most * np.maximum(s.income, 0.0))
    paid = np.minimum(due, from_income + s.capital)
    s.capital -= np.maximum(paid - from_income, 0.0)
    cost = np.minimum(paid, interest)
    s.debt += interest - paid
    v.ledger.pay("loans.interest", "sellers", "lenders", cost)
    v.ledger.pay("loans.repaid", "sellers", "lenders", paid - cost)
    s.income_online -= cost
    s.income -= cost
    s.income_year -= cost / p.year_memory
    s.income_smooth -= (cost + due - paid) / p.loss_memory
    clear = s.debt < PER_CENT  # the last fen
    for column in (s.debt, s.instalment, s.loan_rate):
        column[clear] = 0.0


# --- The benefit fund --------------------------------------------------------------------------


def benefit_fund(v: "Village", profit: Floats) -> None:
    """Members of cooperatives, or all sellers, give to families with people in need.

    Args:
        v: the village.
        profit: each woman's net online income of the week before the fund.
    """
    s, f, office = v.sellers, v.families, v.government
    public = office.fund_share > 0.0
    givers = [(row, b.fund_share) for row, b in enumerate(v.bodies) if b.alive and b.fund_share]
    if not public and not givers:
        _no_fund(v)
        return
    share = office.fund_share * s.selling
    for row, part in givers:
        share = np.maximum(share, part * (s.coop == row))
    need = f.elders_need + f.children_u6 + f.children_6_12 + f.disabled
    base = s.sales if v.structure("benefit_fund", "sales") == "sales" else np.maximum(profit, 0.0)
    s.fund_paid[:] = PER_CENT * share * base * (need.sum() > 0.0)
    f.fund_got[:] = s.fund_paid.sum() * need / max(1.0, float(need.sum()))
    if not s.fund_paid.any():
        return
    keeper = "government" if public else "bodies"
    v.ledger.pay("fund.in", "sellers", keeper, s.fund_paid)
    v.ledger.pay("fund.out", keeper, "families", f.fund_got)
    s.paid_out -= s.fund_paid
    _gratitude(v, share)


def _no_fund(v: "Village") -> None:
    """Nothing is given; what was given last week is forgotten."""
    if v.sellers.fund_paid.any():
        v.sellers.fund_paid[:] = 0.0
        v.families.fund_got[:] = 0.0


def _gratitude(v: "Village", share: Floats) -> None:
    """Women of families that get something trust those more, of the women they know, who give."""
    s, f, ties = v.sellers, v.families, v.ties
    helped = v.scratch("helped")
    spread(s.family, (f.fund_got > 0.0).astype(float), helped)
    change = v.p.fund_trust * share[ties.other] * helped[ties.tail] * (1.0 - ties.trust)
    ties.trust += change
    v.causes.add("trust", "fairness", float(change.sum()) / max(1, ties.trust.size))
