"""Everything a village is built from: plain data, picklable, without luck."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.mechanism import Delivery
from model.parameters import Values
from model.village_graph import MeasuredVillage


@dataclass(frozen=True)
class Programme:
    """A social-work project in the village.

    Attributes:
        start, stop: weeks of its first and after its last service.
        workers: its own workers, posted in the village.
        money: ceiling in yuan of what it may spend, posts included.
        priority: whom workers serve first: `worst_off`, `most_able`, `first_come` or `equal`.
        planned_stop: the first week without it as planned; a shock may end it before.
        unlimited_staff: hours and money are never short, and are paid all the same (to tell
            crowding from interaction).
    """

    start: int
    stop: int
    workers: int
    money: float
    priority: str = "worst_off"
    unlimited_staff: bool = False
    planned_stop: int | None = None


@dataclass(frozen=True)
class Shock:
    """Something that happens to the village in one week."""

    shock: str
    week: int


@dataclass(frozen=True)
class Background:
    """What goes on in the village without the programme.

    Weeks are given as the first week, and the first week without.

    Attributes:
        pioneer: one woman sells from week 0.
        star: she is a star, whom buyers and the village know.
        county_push: weeks of the county's push, or none.
        village_logistics: the village runs its own courier point from this week, or never.
        federation_classes: weeks of one-off classes of the women's federation.
        match_boom: weeks of match days, and how many weeks lie between two.
        middlemen: women without a station and without fans sell a part of their goods to them.
        mothers_posts: weeks of paid posts that fit care.
        small_loans: weeks of small subsidised loans.
        programmes: measures of others, which their sponsors pay and carry out in every arm.
    """

    pioneer: bool = False
    star: bool = False
    county_push: tuple[int, int] | None = None
    village_logistics: int | None = None
    federation_classes: tuple[int, int] | None = None
    match_boom: tuple[int, int, int] | None = None
    middlemen: bool = False
    mothers_posts: tuple[int, int] | None = None
    small_loans: tuple[int, int] | None = None
    programmes: tuple[Delivery, ...] = ()


@dataclass(frozen=True)
class Setup:
    """One village, one programme, ready to run."""

    name: str
    weeks: int
    women: int
    values: Values
    graph: str = "generated"
    measured: MeasuredVillage | None = None
    structure: Mapping[str, str] = field(default_factory=dict)
    programme: Programme | None = None
    measures: tuple[Delivery, ...] = ()
    shocks: tuple[Shock, ...] = ()
    background: Background = field(default_factory=Background)
