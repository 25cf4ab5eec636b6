"""Sellers: every woman of working age of the village, selling or not."""

from enum import IntEnum
from typing import Final

from agents.columns import Column, RowAgent


class Status(IntEnum):
    """What a woman does with online selling."""

    OUTSIDE = 0
    LEARNING = 1
    SELLING = 2
    LEFT = 3
    AWAY = 4


class Mode(IntEnum):
    """How a selling woman sells."""

    ALONE = 0
    FOLLOWER = 1
    COOPERATIVE = 2


class Husband(IntEnum):
    """Her husband: none, at home, away for at least six months of the year."""

    NONE = 0
    PRESENT = 1
    AWAY = 2


CATEGORIES: Final = ("fresh", "processed", "craft", "experience")
SEGMENTS: Final = ("returned_youth", "left_behind", "middle_aged", "older")


class Seller(RowAgent):
    """One woman of working age; on screen 妇女, when selling 电商从业妇女."""

    # who she is
    age = Column("years", "age at birth of the village")
    edu_years = Column("years", "schooling")
    mandarin = Column("flag", "speaks enough Mandarin to stream")
    minority = Column("flag", "belongs to a minority; reporting and targeting only")
    husband = Column("code", "husband none, present or away")
    family = Column("row", "row of her family")
    hamlet = Column("code", "hamlet she lives in")
    segment = Column("code", "returned youth, left-behind, middle-aged or older")
    signal = Column("flag", "signal good enough to stream")
    would_sell = Column("flag", "would ever sell online")
    full_time = Column("flag", "wants to sell full-time")
    wish_hours = Column("hours/week", "hours she would sell if nothing stood in the way")
    appeal = Column("log", "lasting attraction of what she makes and how she shows it")
    trait = Column("SD", "lasting tendency to exhaustion")
    outside_wage = Column("yuan/week", "what she earns outside online selling at full farm hours")
    contributor = Column("code", "type in joint work: 0 conditional, 1 free rider, 2 hump-shaped")
    # how she sells
    status = Column("code", "outside, learning, selling, left, away")
    selling = Column("flag", "1 while her shop is open")
    mode = Column("code", "alone, follower of a lead seller, cooperative member")
    lead = Column("row", "row of her lead seller, or -1", -1.0)
    coop = Column("index", "her cooperative, or -1", -1.0)
    association = Column("flag", "member of the self-discipline association")
    discipline = Column("0-1", "price discipline of the bodies she belongs to")
    joint_delivery = Column("0-1", "joint delivery of the bodies she belongs to")
    standards = Column("0-1", "standards kept by the bodies she belongs to")
    category = Column("code", "what she sells: fresh, processed, craft, experience")
    streamer = Column("flag", "sells in live streams")
    selling_before = Column("flag", "1 if her shop was open last week")
    weeks_learning = Column("weeks", "since she decided to open a shop")
    invited = Column("/week", "added chance to open a shop, by the programme or by fame")
    weeks_open = Column("weeks", "since she opened her shop")
    weeks_closed = Column("weeks", "since she closed it", 1e6)
    # what she knows
    skill = Column("0-1", "operating skill, learnt by doing")
    skill_base = Column("0-1", "skill that comes with schooling")
    peer_gain = Column("0-1", "skill that ties pass on to her this week")
    literacy = Column("0-1", "critical literacy: reads rules and figures")
    legal = Column("0-1", "knows advertising law and platform rules")
    taught = Column("log sales", "taught know-how that fades")
    durable = Column("log sales", "know-how that lasts: peers, initiative")
    follow_up = Column("0-1", "standing follow-up of what she was taught")
    mentored = Column("log sales", "what a mentor gives while there is one")
    knows = Column("flag", "knows of funds and rules")
    # how she is
    efficacy = Column("0-1", "self-efficacy")
    efficacy_base = Column("0-1", "self-efficacy she returns to")
    lift = Column("0-1", "self-efficacy lifted by support, that fades")
    fatigue = Column("0-1", "tiredness, over weeks")
    burnout = Column("0-1", "burnout, over months and years")
    strain = Column("0-1", "the burnout stock before relief is taken off")
    relief = Column("d", "relief by support, that fades")
    backed = Column("0-1", "accompanied: somebody stands by her and her shop")
    # her week
    hours_care = Column("hours/week", "unpaid care and housework")
    hours_farm = Column("hours/week", "farm and other paid work")
    hours_programme = Column("hours/week", "time given to meetings and classes")
    hours_post = Column("hours/week", "of farm and other paid work, in a post that fits care")
    hours_selling = Column("hours/week", "online selling, all of it")
    hours_streaming = Column("hours/week", "live on stream, part of selling")
    hours_leisure = Column("hours/week", "what is left of 112 waking hours")
    effort = Column("x", "part of her wish that she follows", 1.0)
    # her shop
    price = Column("yuan/good", "price of one good")
    quality = Column("0-1", "quality of her goods", 0.5)
    rating = Column("0-1", "what buyers think of her shop", 0.7)
    fans = Column("log", "followers of her shop on the platform, log of weekly sales they carry")
    brand = Column("0-1", "brand her goods carry")
    identity = Column("0-1", "local culture in her goods")
    shop_luck = Column("log", "passing luck of her shop")
    penalty_weeks = Column("weeks", "of throttled traffic still to come")
    violated = Column("flag", "broke advertising law or platform rules this week")
    fine = Column("yuan/week", "fine for breaking advertising law")
    throttle = Column("x", "traffic left by penalties", 1.0)
    hands = Column("persons", "relatives and hired hands in her shop")
    helping = Column("hours/week", "volunteers' hours in her shop")
    equipment = Column("0-1", "packing kit and stream room she was given")
    kit_unused = Column("weeks", "her kit has lain idle")
    event = Column("log", "demand of her shop through an event, above the usual")
    event_peak = Column("x", "the same in the week of the event, times the usual", 1.0)
    event_weeks = Column("weeks", "since that event")
    linked = Column("log", "weight on the platform that links give her this week")
    fee_spared = Column("share", "part of the platform's fee spared this week")
    contract = Column("share", "part of her goods under contract this week")
    contract_goods = Column("goods/week", "sent in the week when she signed")
    contract_price = Column("yuan/good", "agreed when she signed, 0 without a contract")
    capacity = Column("goods/week", "what her shop can make")
    orders = Column("goods/week", "ordered")
    sold = Column("goods/week", "sent")
    lost = Column("0-1", "share of orders lost for want of capacity")
    use = Column("x", "orders over capacity")
    sales = Column("yuan/week", "sales")
    unit_cost = Column("yuan/good", "goods and parcel, per good sent")
    made_total = Column("log goods", "log of all goods sent so far")
    margin = Column("share", "net margin on sales, smoothed over a year")
    undercut = Column("log", "how far she cut her own price this week")
    shown_price = Column("yuan/good", "price at which this week's goods were sold")
    sold_before = Column("goods/week", "sent last week")
    price_before = Column("yuan/good", "price of last week's goods")
    kept = Column("share", "part of goods made that does not spoil", 1.0)
    # her money
    paid_out = Column("yuan/week", "paid to her by bodies, less what she paid in")
    grants = Column("yuan/week", "grants and aid received")
    post = Column("flag", "holds a paid post that fits care")
    post_wage = Column("yuan/week", "wage of that post")
    fund_paid = Column("yuan/week", "paid into a benefit fund")
    debt = Column("yuan", "what she still owes on a loan")
    instalment = Column("yuan/week", "principal she must repay")
    loan_rate = Column("%/year", "interest on her debt")
    capital = Column("yuan", "working capital from loans and seed grants")
    seeded = Column("flag", "had a seed grant")
    savings = Column("yuan", "balance of her own account")
    income_online = Column("yuan/week", "net income from online selling")
    income_outside = Column("yuan/week", "farm and wage income")
    income = Column("yuan/week", "all her income")
    income_smooth = Column("yuan/week", "online income, smoothed over two months")
    income_year = Column("yuan/week", "online income, smoothed over half a year")
    # whom she trusts
    trust_worker = Column("0-1", "in the social worker")
    trust_institution = Column("0-1", "in village and government", 0.5)
    peer_support = Column("0-1", "trust-weighted support of her ties")
    # fixed when the programme starts
    watched = Column("flag", "sold when the programme started")
    poorest = Column("flag", "poorest third of the women when the programme started")
    reached = Column("flag", "was served by a measure at least once")
    # kept for indicators that look back
    opened_in = Column("week", "when she last opened her shop", -1e6)
    quarter = Column("yuan", "net income from online selling in this quarter so far")
    quarter_squares = Column("yuan²", "squares of the same, week by week")
