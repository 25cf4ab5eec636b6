"""Paid posts that fit care: who takes one this week, for what wage, and who pays it."""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats
from agents.sellers import Status

if TYPE_CHECKING:
    from model.village import Village

MONTHS_A_WEEK = 12.0 / 52.0


def clear_posts(v: "Village") -> None:
    """Posts are given anew every week; who had one is no new hire."""
    s, had = v.sellers, v.scratch("had_post")
    np.copyto(had, s.post)
    if had.any():
        for column in (s.post, s.post_wage, s.hours_post):
            column[:] = 0.0


def take_posts(
    v: "Village", women: Floats, wage: float, subsidy: float, payer: str, *, at_home: bool
) -> Floats:
    """Women who do not sell take posts; hours and pay shrink where care leaves less time.

    Args:
        v: the village.
        women: the part of a full post that is open to each.
        wage: yuan a month of a full post.
        subsidy: yuan that the government gives the employer for each new hire, once.
        payer: whose account pays the wage.
        at_home: no way to go.

    Returns:
        The part of a full post that each took.
    """
    p, s = v.p, v.sellers
    free = (s.selling == 0.0) & (s.post == 0.0) & (s.status != Status.AWAY)
    takes: Floats = women * free
    hours = p.post_hours + (0.0 if at_home else p.post_travel)
    there = p.waking_hours - p.leisure_least - s.hours_care
    part = takes * np.minimum(1.0, np.maximum(0.0, there / hours))
    wages = part * wage * MONTHS_A_WEEK
    s.post[takes > 0.0] = 1.0
    s.hours_post += part * hours
    s.post_wage += wages
    v.ledger.pay("posts_wages", payer, "sellers", wages)
    if payer == "government":
        v.accounts.cost += float(wages.sum())
    hired = subsidy * float(((takes > 0.0) & (v.scratch("had_post") == 0.0)).sum())
    if hired > 0.0 and payer != "government":
        v.ledger.pay("posts_subsidies", "government", payer, hired)
        v.accounts.cost += hired
    return takes


def mothers_posts(v: "Village") -> None:
    """The background programme: posts for mothers, of which only a part is taken up."""
    span = v.setup.background.mothers_posts
    if span is None or not span[0] <= v.week < span[1]:
        return
    p, s, f, own = v.p, v.sellers, v.families, v.accounts.cost
    family = s.family.astype(np.int64)
    mothers = (f.children_u6 + f.children_6_12)[family] * (s.selling == 0.0) > 0.0
    offered = p.mompost_posts / 100.0 * v.women * p.mompost_filled
    posts = int(offered + v.luck.uniform("posts.rounding", 0, 1)[0])
    turn = v.luck.lasting("posts.mothers", v.women) - v.scratch("had_post")
    first = np.argsort(np.where(mothers, turn, np.inf), kind="stable")[:posts]
    open_to = np.zeros(v.women)
    open_to[first] = mothers[first]
    take_posts(v, open_to, p.mompost_wage, p.mompost_subsidy, "donors", at_home=False)
    v.accounts.cost = own  # no cost of the project
