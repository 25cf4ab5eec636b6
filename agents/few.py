"""The few agents: ordinary Mesa agents that act on columns.

A cooperative, a platform, a social worker and the local government each keep a
handful of numbers; what they do to many women at once stands in the phase that calls them.
"""

from typing import Any, Self

import mesa


class Few(mesa.Agent):
    """An agent with a handful of numbers, copied whole when a village branches."""

    def state(self) -> dict[str, Any]:
        """Its numbers, without Mesa's own fields."""
        hidden = {"model", "unique_id", "pos"}
        return {k: v for k, v in vars(self).items() if k not in hidden and not k.startswith("_")}

    def copy_to(self, model: mesa.Model) -> Self:
        """The same agent in another village."""
        twin = object.__new__(type(self))
        mesa.Agent.__init__(twin, model)
        for name, value in self.state().items():
            setattr(twin, name, value.copy() if hasattr(value, "copy") else value)
        return twin


class Cooperative(Few):
    """A body of sellers: a cooperative, or the self-discipline association."""

    def __init__(self, model: mesa.Model, kind: str, founded: int) -> None:
        super().__init__(model)
        self.kind = kind  # "cooperative" or "association"
        self.founded = founded
        self.alive = True
        self.governance = 0.0
        self.open_books = 0.0
        self.self_run = 0.0
        self.discipline = 0.0
        self.logistics = 0.0
        self.standards = 0.0
        self.dividend_rule = 0.0
        self.activity = 0.0
        self.reserve = 0.0
        self.pushed = False  # founded to meet a quota of the government
        self.interest = 1.0  # members' real use for it; 0 in a shell
        self.fund_share = 0.0  # % of sales or profit that members give to people in need
        self.votes = 0.0  # held so far
        self.core_part_of_surplus = 0.0  # what the core kept of the last surplus


class Platform(Few):
    """A marketplace: shelf shop, live stream or community group buying."""

    def __init__(self, model: mesa.Model, kind: str, share: float) -> None:
        super().__init__(model)
        self.kind = kind
        self.share = share


class SocialWorker(Few):
    """One social worker of the programme."""

    def __init__(self, model: mesa.Model, hours: float) -> None:
        super().__init__(model)
        self.hours = hours  # contact hours a week before township duties
        self.skill = 0.0
        self.recognised = 0.0
        self.autonomy = 0.0  # 0 to 1, kept free of township duties
        self.tenure = 0


class LocalGovernment(Few):
    """Township and county: issues heard, proposals answered, services in force."""

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.salience: dict[str, float] = {}
        self.proposals: list[list[Any]] = []
        self.raised = 0  # proposals put to it so far
        self.answered = 0
        self.enacted: dict[str, int] = {}
        self.station = 0.0
        self.cold_chain = 0.0
        self.care = 0.0
        self.targeting = 0.0  # how far help goes by need, 0 to 1
        self.spent = 0.0  # yuan on services in force, so far
        self.bill = 0.0  # yuan on services in force, this week
        self.fund_share = 0.0  # % of sales or profit that sellers give to people in need
        self.meetings = 0.0  # women who took part in hearings this week
        self.funded = 0  # proposals budgeted so far
        self.prompt = 0.0  # 0 to 1, how promptly issues are answered this week

    def open_week(self) -> None:
        """Forget what measures set for one week."""
        self.fund_share = self.meetings = self.prompt = 0.0
