"""Every yuan: from whom, to whom, why.

A transfer takes the same amount from one account and gives it to another, so that the changes of
all accounts add up to zero every week. Women and families have an account each, kept as a column;
the others are single accounts.
"""

from collections.abc import Iterable, Sequence
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


@kernel
def move_lines(column: Floats, lines: Floats, signs: Floats, net: Floats, totals: Floats) -> None:
    """Add several lines to the accounts of all rows, one after another.

    Args:
        column: the accounts.
        lines: lines × rows, the amounts.
        signs: of each line, 1 for money got and -1 for money given.
        net: filled with what each row got in all.
        totals: filled with the sum of each line.
    """
    totals[:] = 0.0
    for i in range(column.size):
        got = 0.0
        for m in range(signs.size):
            column[i] += signs[m] * lines[m, i]
            got += signs[m] * lines[m, i]
            totals[m] += lines[m, i]
        net[i] = got


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
        if not isinstance(amounts, np.ndarray):
            self.balance[payer] -= float(amounts)
            self.balance[payee] += float(amounts)
            self._note(reason, float(amounts))
            return
        total = 0.0
        for account, sign in ((payer, -1.0), (payee, 1.0)):
            if account in self.columns:
                total = move(self.columns[account], amounts, sign)
        for account, sign in ((payer, -1.0), (payee, 1.0)):
            if account not in self.columns:
                self.balance[account] += sign * total
        self._note(reason, total)

    def pay_lines(
        self, account: str, entries: Sequence[tuple[str, str, float]], lines: Floats, net: Floats
    ) -> list[float]:
        """Move many lines between a column account and single ones, in one pass over its rows.

        Args:
            account: the column account.
            entries: of each line its reason, the other account, and 1 when the rows are paid by
                it, -1 when they pay it.
            lines: lines × rows, the amounts.
            net: filled with what each row got in all.

        Returns:
            The sum of each line.
        """
        totals = np.empty(len(entries))
        move_lines(self.columns[account], lines, np.array([e[2] for e in entries]), net, totals)
        moved: list[float] = totals.tolist()
        for (reason, other, sign), total in zip(entries, moved, strict=True):
            self.balance[other] -= sign * total
            self._note(reason, total)
        return moved

    def _note(self, reason: str, total: float) -> None:
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

    def __getstate__(self) -> dict[str, object]:
        """What travels between processes: a village gives the columns back from its tables."""
        return {**self.__dict__, "columns": {}}

    def copy(self, columns: dict[str, Floats]) -> "Ledger":
        """The same balances over another village's columns."""
        twin = object.__new__(Ledger)
        twin.__dict__.update(self.__dict__)
        twin.columns = columns
        twin.balance = dict(self.balance)
        twin.lines = dict(self.lines)
        return twin
