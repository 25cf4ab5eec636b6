"""The village: agents, graph, money and memory, stepped week by week."""

import copy
from collections.abc import Callable, Sequence
from typing import Any, Self

import mesa
import networkx as nx
import numpy as np
from mesa.agent import AgentSet

from agents.columns import RowAgent
from agents.families import Family
from agents.few import Cooperative, Few, LocalGovernment, Platform, SocialWorker
from agents.rule import Floats
from agents.sellers import Seller
from model.causes import Causes
from model.errors import JinguoError
from model.history import History
from model.ledger import Ledger
from model.phases.calendar import Season
from model.phases.measures import Accounts
from model.population import populate
from model.setup import Setup
from model.streams import Luck
from model.week import WEEK

PLATFORMS = ("shelf", "stream", "group")


class Village(mesa.Model):
    """One simulated village; a `mesa.Model` whose step is one week.

    All agents are Mesa agents. Sellers and families are views of columns and wake on the first use
    of `agents`; a user's own agents that have a `step` are called at the end of every week.

    Args:
        setup: what the village is built from.
        seed: the replication's seed. The same seed gives the same villagers and the same luck
            in every scenario.
    """

    def __init__(self, setup: Setup, seed: int) -> None:
        super().__init__(rng=seed)
        self._prepare(setup, seed)
        born = populate(setup, Luck(seed))
        self.sellers, self.families, self.ties = born.sellers, born.families, born.ties
        self.ledger = Ledger(self._accounts_in_columns())
        self.causes = Causes()
        self.history = History(setup.weeks)
        self.season = Season()
        self.accounts = Accounts()
        self.platforms = [Platform(self, kind, share) for kind, share in self._platform_shares()]
        self.government = LocalGovernment(self)
        self.workers: list[SocialWorker] = []
        self.bodies: list[Cooperative] = []

    def _prepare(self, setup: Setup, seed: int) -> None:
        self.setup = setup
        self.p = setup.values
        self.seed = seed
        self.luck = Luck(seed)
        self.week = 0
        self.phases: Sequence[Callable[[Any], None]] = WEEK
        self.guests: list[mesa.Agent] = []
        self._awake = False
        self._scratch: dict[str, Floats] = {}

    def _platform_shares(self) -> list[tuple[str, float]]:
        p = self.p
        shares = (p.platform_share_shelf, p.platform_share_stream, p.platform_share_group)
        return [(k, s / sum(shares)) for k, s in zip(PLATFORMS, shares, strict=True)]

    # --- running -------------------------------------------------------------------------------

    def step(self) -> None:
        """Live one week."""
        self.ledger.open_week()
        for phase in self.phases:
            phase(self)
        for guest in self.guests:
            guest.step()
        self.ledger.close_week()
        self.week += 1

    def run(self, until: int | None = None) -> Self:
        """Live until a week, by default until the scenario ends."""
        last = self.setup.weeks if until is None else min(until, self.setup.weeks)
        while self.week < last:
            self.step()
        return self

    def branch(self, setup: Setup | None = None) -> "Village":
        """Continue this village in another future, to the bit as it would have gone on itself.

        Args:
            setup: another programme from here on; it must agree with the past.

        Raises:
            JinguoError: the other setup's programme began before this week.
        """
        setup = setup or self.setup
        if setup is not self.setup:
            self._check_past(setup)
        twin = object.__new__(type(self))
        mesa.Model.__init__(twin, rng=self.seed)
        twin._prepare(setup, self.seed)
        twin.week, twin.phases = self.week, self.phases
        twin.sellers, twin.families = self.sellers.copy(), self.families.copy()
        twin.ties = self.ties.copy()
        twin.ledger = self.ledger.copy(twin._accounts_in_columns())
        twin.causes = self.causes.copy()
        twin.history = self.history.copy(setup.weeks)
        twin.season, twin.accounts = self.season.copy(), self.accounts.copy()
        twin.platforms = [a.copy_to(twin) for a in self.platforms]
        twin.government = self.government.copy_to(twin)
        twin.workers = [a.copy_to(twin) for a in self.workers]
        twin.bodies = [a.copy_to(twin) for a in self.bodies]
        for body in twin.bodies:
            if not body.alive:
                body.remove()
        for guest in self.guests:
            _settle(guest, self, twin)
        return twin

    def _accounts_in_columns(self) -> dict[str, Floats]:
        return {"sellers": self.sellers.savings, "families": self.families.account}

    def _check_past(self, setup: Setup) -> None:
        def past(s: Setup) -> tuple[object, ...]:
            return (
                s.women, s.graph, s.values, s.background, dict(s.structure),
                s.programme if s.programme and s.programme.start < self.week else None,
                tuple(m for m in s.measures if m.start < self.week),
                tuple(x for x in s.shocks if x.week < self.week),
            )

        if past(setup) != past(self.setup):
            raise JinguoError("errors.branch_differs", {"week": self.week})

    def close(self) -> None:
        """Let go of all agents, so that a finished village frees its memory."""
        self.remove_all_agents()  # type: ignore[no-untyped-call]
        self.guests = []
        ids = getattr(mesa.Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)

    def __getstate__(self) -> dict[str, Any]:
        """What travels between processes: everything but passing results."""
        return {**self.__dict__, "_scratch": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.ledger.columns = self._accounts_in_columns()

    def __copy__(self) -> "Village":
        """Refused: a shallow copy would step the old village."""
        raise TypeError("use village.branch()")

    # --- looking -------------------------------------------------------------------------------

    @property
    def women(self) -> int:
        """Number of women of working age: the rows of `sellers`."""
        return int(self.sellers.block.shape[1])

    @property
    def graph(self) -> "nx.Graph[int]":
        """A networkx snapshot of this week's ties, with kind, strength and both trusts."""
        return self.ties.graph()

    @property  # type: ignore[misc]
    def agents(self) -> AgentSet:
        """All agents; the views of women and families wake on first use."""
        self._wake()
        return super().agents

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """Agents by type."""
        self._wake()
        return super().agents_by_type

    def _wake(self) -> None:
        if self._awake:
            return
        self._awake = True
        for row in range(len(self.families)):
            Family(self, self.families, row)
        for row in range(len(self.sellers)):
            Seller(self, self.sellers, row)

    def register_agent(self, agent: mesa.Agent) -> None:
        """Take in an agent; one of a user's own class is called every week."""
        super().register_agent(agent)  # type: ignore[no-untyped-call]
        if not isinstance(agent, RowAgent | Few):
            self.guests.append(agent)

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Let an agent go."""
        super().deregister_agent(agent)  # type: ignore[no-untyped-call]
        self.guests = [guest for guest in self.guests if guest is not agent]

    # --- for phases ----------------------------------------------------------------------------

    def scratch(self, name: str, rows: int | None = None) -> Floats:
        """A column for passing results between lines of a phase, kept for reuse."""
        column = self._scratch.get(name)
        if column is None or (rows is not None and column.size != rows):
            column = self._scratch[name] = np.zeros(self.women if rows is None else rows)
        return column

    def structure(self, switch: str, default: str) -> str:
        """Which of the rival structures a scenario chose."""
        return self.setup.structure.get(switch, default)


def _settle(guest: mesa.Agent, old: Village, new: Village) -> None:
    """A user's own agent in a branch: the same attributes, deeply copied, in the new village."""
    twin = object.__new__(type(guest))
    mesa.Agent.__init__(twin, new)
    own = {k: v for k, v in vars(guest).items() if k not in {"model", "unique_id"}}
    vars(twin).update(copy.deepcopy(own, {id(old): new}))
