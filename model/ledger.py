"""Every yuan: from whom, to whom, why.

A transfer takes the same amount from one account and gives it to another, so that the changes of
all accounts add up to zero every week. Women and families have an account each, kept as a column;
the others are single accounts.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from agents.rule import Floats, kernel

ACCOUNTS: Final = (
    "platforms", "couriers", "suppliers", "buyers", "government", "donors", "lenders", "fines",
    "bodies", "workers", "programme", "helpers", "farm_buyers",
)


@kernel
def move(column: Floats, amounts: Floats, sign: float) -> float:
    """Add amounts to the accounts of all rows; the return value is their sum."""
    total = 0.0
    for i in range(column.size):
        column[i] += sign * amounts[i]
        total += amounts[i]
    return total


class Ledger:
    """The accounts of a village.

    Args:
        columns: the accounts kept as columns, such as `sellers` (a woman each).
    """

    def __init__(self, columns: dict[str, Floats]) -> None:
        self.columns = columns
        self.balance = dict.fromkeys(ACCOUNTS, 0.0)
        self.opening = self._total()
        self.turnover = 0.0
        self.worst = 0.0
        self.lines: dict[str, float] = {}

    def open_week(self) -> None:
        """Start the list of this week's transfers."""
        self.lines = {}

    def pay(
        self, reason: str, payer: str, payee: str, amounts: Floats | float
    ) -> None:
        """Move money.

        Args:
            reason: why; the sum under it is kept for the week.
            payer, payee: a column account (`sellers`, `families`) or a single one of ACCOUNTS.
            amounts: one amount for each row, or one amount between two single accounts. Between
                two columns the amounts go row by row.
        """
        total = float(amounts) if not isinstance(amounts, np.ndarray) else 0.0
        for account, sign in ((payer, -1.0), (payee, 1.0)):
            if account in self.columns:
                assert isinstance(amounts, np.ndarray)
                total = move(self.columns[account], amounts, sign)
        for account, sign in ((payer, -1.0), (payee, 1.0)):
            if account not in self.columns:
                self.balance[account] += sign * total
        self.lines[reason] = self.lines.get(reason, 0.0) + total
        self.turnover += abs(total)

    def close_week(self) -> None:
        """Compare all accounts with the opening, and remember the worst difference."""
        self.worst = max(self.worst, self.imbalance())

    def _total(self) -> float:
        parts: Iterable[float] = (float(np.sum(c)) for c in self.columns.values())
        return sum(parts) + sum(self.balance.values())

    def imbalance(self) -> float:
        """Largest difference from zero so far, relative to all money moved (rounding only)."""
        now = abs(self._total() - self.opening) / max(1.0, self.turnover)
        return max(self.worst, now)

    def copy(self, columns: dict[str, Floats]) -> "Ledger":
        """The same balances over another village's columns."""
        twin = object.__new__(Ledger)
        twin.__dict__.update(self.__dict__)
        twin.columns = columns
        twin.balance = dict(self.balance)
        twin.lines = dict(self.lines)
        return twin
