"""One week of the village, as a tuple of phases: the whole story, in order.

calendar      season, growth of demand, rule changes, shocks, project starts and ends
measures      the programme asks for worker hours and money; workers serve what they can
household     families share out care; support, norms and conflict move
hours         women divide their waking hours
making        capacity and quality of goods
market        platforms give traffic, buyers choose; prices, ratings, fans move
money         every yuan, from whom to whom
learning      skills gained by use, teaching and peers, lost by disuse and rule changes
wellbeing     fatigue, burnout, self-efficacy
relations     trust on each tie, ties kept and lost, know-how shared
careers       opening and closing shops; lead sellers; cooperatives form and dissolve
voice         women raise issues; the government answers, budgets, builds
record        indicators
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from model.phases.calendar import calendar
from model.phases.careers import careers
from model.phases.hours import hours
from model.phases.household import household
from model.phases.learning import learning
from model.phases.making import making
from model.phases.market import market
from model.phases.measures import measures
from model.phases.money import money
from model.phases.record import record
from model.phases.relations import relations
from model.phases.voice import voice
from model.phases.wellbeing import wellbeing

if TYPE_CHECKING:
    from model.village import Village

Phase = Callable[["Village"], None]

WEEK: tuple[Phase, ...] = (
    calendar,
    measures,
    household,
    hours,
    making,
    market,
    money,
    learning,
    wellbeing,
    relations,
    careers,
    voice,
    record,
)
