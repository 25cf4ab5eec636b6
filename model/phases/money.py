"""Phase 7, money: every yuan from whom to whom; bodies pool and pay, wages, fines."""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Num, kernel, rule
from model.phases.cooperatives import pool
from model.phases.finance import benefit_fund, repay
from model.phases.making import by_category
from model.phases.outlets import settle_fees
from model.ties import sum_by

if TYPE_CHECKING:
    from model.village import Village


@rule
def shop_lines(
    selling: Num, sold: Num, price: Num, unit_cost: Num, parcel_part: Num, kept: Num,
    hands: Num, fee: Num, returns: Num, wage: Num, fixed: Num,
) -> Num:
    """The lines of a shop's week: sales, fees, returns, goods, parcels, losses, wages, fixed.

    Spoilt goods are made and paid for, but never sold.

    >>> shop_lines(1.0, 100.0, 2.0, 1.3, 0.3, 1.0, 0.0, 0.05, 0.03, 400.0, 20.0)[0]
    200.0
    """
    sales = sold * price
    goods = sold * (unit_cost - parcel_part)
    parcels = sold * parcel_part
    losses = goods * (1.0 / kept - 1.0)
    return (
        sales, fee * sales, returns * sales, goods, parcels, losses, hands * wage,
        fixed * selling,
    )


@rule
def purse_of(
    shop: Num, paid_out: Num, fine: Num, outside: Num, grants: Num, smooth: Num, year: Num,
    short: Num, long: Num,
) -> Num:
    """Her income of the week: online, all of it, and both smoothed over weeks.

    >>> purse_of(90.0, 20.0, 10.0, 200.0, 0.0, 0.0, 0.0, 10.0, 50.0)
    (100.0, 300.0, 10.0, 2.0)
    """
    online = shop + (paid_out - fine)
    return (
        online, online + outside + grants, smooth + (online - smooth) / short,
        year + (online - year) / long,
    )


@rule
def margin_next(
    margin: Num, selling: Num, sales: Num, profit: Num, open_weeks: Num, span: Num
) -> Num:
    """Net margin on sales, smoothed: quickly in a new shop, over a year in an old one."""
    if selling == 0.0 or sales <= 0.0:
        return margin
    now = min(max(profit / sales, -0.5), 0.6)
    return margin + (now - margin) / min(open_weeks + 1.0, span)


@rule
def outside_income(wage: Num, farm: Num, full: Num, kept: Num) -> Num:
    """Farm and wage income: a part she keeps anyway, the rest by the hours she gives it.

    >>> outside_income(300.0, 13.0, 26.0, 0.5)
    225.0
    """
    return wage * (kept + (1.0 - kept) * farm / full)


@kernel
def volume_and_price(
    sold: Floats, price: Floats, before_sold: Floats, before_price: Floats
) -> tuple[float, float]:
    """The change of all sales since last week, split into volume and price at the middle."""
    volume = 0.0
    value = 0.0
    for i in range(sold.size):
        volume += 0.5 * (price[i] + before_price[i]) * (sold[i] - before_sold[i])
        value += 0.5 * (sold[i] + before_sold[i]) * (price[i] - before_price[i])
    return volume, value


# lines of a shop: what for, the other account, and whether it pays (1) or is paid (-1)
LINES = (
    ("sales", "buyers", 1.0), ("fees", "platforms", -1.0), ("returns", "buyers", -1.0),
    ("goods", "suppliers", -1.0), ("parcels", "couriers", -1.0), ("losses", "suppliers", -1.0),
    ("wages", "helpers", -1.0), ("fixed", "suppliers", -1.0),
)
FEES, WAGES, FIXED = 1, 6, 7


def money(v: "Village") -> None:
    """Settle the week."""
    p, s = v.p, v.sellers
    parcel_part = v.scratch("parcel_part")
    parcel_part[:] = v.season.parcel_of_good * (1.0 - p.parcel_saving * s.joint_delivery)
    lines = v.scratch("lines", len(LINES) * v.women).reshape(len(LINES), -1)
    shop_lines.into(
        tuple(lines), s.selling, s.sold, s.shown_price, s.unit_cost, parcel_part,
        s.kept, s.hands, p.platform_fee / 100.0,
        by_category(v, "returns", "returns"), p.hand_wage, p.fixed_cost,
    )
    settle_fees(v, lines[FEES], lines[FIXED])
    _settle(v, lines)


def _settle(v: "Village", lines: Floats) -> None:
    p, s, f, ledger = v.p, v.sellers, v.families, v.ledger
    totals = ledger.pay_lines("sellers", LINES, lines, s.income_online)
    _relatives(v, lines[WAGES])
    pool(v, s.income_online)
    benefit_fund(v, s.income_online)
    outside_income.into(
        s.income_outside, s.outside_wage, s.hours_farm - s.hours_post, p.farm_hours,
        p.outside_return,
    )
    ledger.pay("outside", "farm_buyers", "sellers", s.income_outside)
    s.income_outside += s.post_wage
    ledger.pay("family", "farm_buyers", "families", f.other_income)
    ledger.pay("penalties", "sellers", "fines", s.fine)
    purse_of.into(
        (s.income_online, s.income, s.income_smooth, s.income_year), s.income_online, s.paid_out,
        s.fine, s.income_outside, s.grants, s.income_smooth, s.income_year, p.loss_memory,
        p.year_memory,
    )
    margin_next.into(
        s.margin, s.margin, s.selling, lines[0], s.income_online, s.weeks_open, p.margin_span
    )
    repay(v)
    _causes(v, totals)
    np.copyto(s.sold_before, s.sold)
    np.copyto(s.price_before, s.shown_price)


def _relatives(v: "Village", wages: Floats) -> None:
    """Relatives are hired first: a part of the wages stays in the seller's family."""
    rows = len(v.families)
    paid = v.scratch("relatives", rows)
    sum_by(v.sellers.family, wages, paid)
    paid *= v.p.relative_part
    v.ledger.pay("relatives", "helpers", "families", paid)


def _causes(v: "Village", totals: list[float]) -> None:
    """What each line adds to the change of the women's mean income."""
    s, women = v.sellers, v.women
    volume, value = volume_and_price(s.sold, s.shown_price, s.sold_before, s.price_before)
    v.causes.add("income", "volume", volume / women)
    v.causes.add("income", "price", value / women)
    now = {name: -total for (name, _, _), total in zip(LINES[1:], totals[1:], strict=True)}
    moved = v.ledger.lines
    now["penalties"], now["outside"] = -moved["penalties"], moved["outside"]
    now["bodies"] = moved["bodies.out"] - moved["bodies.in"]
    now["grants"] = float(s.grants.sum())
    now["fund"] = -moved.get("fund.in", 0.0)
    now["loans"] = -moved.get("loans.interest", 0.0)
    now["posts"] = moved.get("posts_wages", 0.0)
    for name, total in now.items():
        v.causes.add("income", name, (total - v.accounts.last.get(name, 0.0)) / women)
    v.accounts.last = now
