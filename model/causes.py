"""Why did it change: named contributions that add up to the weekly change of a mean.

Income is taken apart by the lines of the women's accounts, burnout and trust by the terms of their
rules. `bounded` is what the bounds of a rule took away, `who` what changed because the group did.
"""

import numpy as np
import pandas as pd

from agents.rule import Floats

CAUSES: dict[str, tuple[str, ...]] = {
    "income": (
        "price", "volume", "fees", "returns", "goods", "parcels", "wages", "fixed", "losses",
        "penalties", "outside", "bodies", "grants", "fund", "loans", "posts",
    ),
    "burnout": (
        "hours", "acting", "conflict", "income_loss", "support", "efficacy", "leisure", "trait",
        "return", "relief", "bounded",
    ),
    "trust": (
        "contact", "neglect", "drift", "undercut", "orders", "meetings", "fairness", "hearsay",
        "new_ties", "bounded",
    ),
}


def cause_column(outcome: str, cause: str) -> str:
    """The column that holds a cause of an outcome, added up since week 0, among results.

    >>> cause_column("income", "fees")
    'cause_income_fees'
    """
    return f"cause_{outcome}_{cause}"


class Causes:
    """Weekly contributions to the change of each outcome's mean over all women."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Floats]] = {name: [] for name in CAUSES}
        self._now: dict[str, dict[str, float]] = {name: {} for name in CAUSES}

    def add(self, outcome: str, cause: str, amount: float) -> None:
        """Add a contribution of this week."""
        if cause not in CAUSES[outcome]:
            raise KeyError(f"{outcome} has no cause {cause!r}")
        now = self._now[outcome]
        now[cause] = now.get(cause, 0.0) + amount

    def close_week(self) -> None:
        """Keep this week's contributions."""
        for outcome, names in CAUSES.items():
            now = self._now[outcome]
            self._rows[outcome].append(np.array([now.get(name, 0.0) for name in names]))
            self._now[outcome] = {}

    def frame(self, outcome: str) -> pd.DataFrame:
        """Week by cause; each row sums to the change of the outcome's mean in that week."""
        rows = self._rows[outcome]
        values = np.vstack(rows) if rows else np.empty((0, len(CAUSES[outcome])))
        frame = pd.DataFrame(values, columns=list(CAUSES[outcome]))
        frame.index.name = "week"
        return frame

    def copy(self) -> "Causes":
        """An independent memory of the same weeks."""
        twin = Causes()
        twin._rows = {name: list(rows) for name, rows in self._rows.items()}
        twin._now = {name: dict(now) for name, now in self._now.items()}
        return twin
