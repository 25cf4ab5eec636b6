"""The memory of a run: one row a week, one column an indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from agents.rule import Floats
from model.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd


class History:
    """Indicators week by week.

    Args:
        weeks: length of the run.
    """

    names: tuple[str, ...] = tuple(i.name for i in INDICATORS)
    places: Final = {name: place for place, name in enumerate(names)}

    def __init__(self, weeks: int) -> None:
        self._values = np.full((weeks, len(self.names)), np.nan)
        self.weeks = 0

    @property
    def values(self) -> Floats:
        """Weeks lived so far by indicators."""
        return self._values[: self.weeks]

    def next_row(self) -> Floats:
        """The row of this week, to be filled."""
        if self.weeks == len(self._values):  # stepped on past the scenario's end
            self._values = np.concatenate([self._values, np.full_like(self._values, np.nan)])
        self.weeks += 1
        row: Floats = self._values[self.weeks - 1]
        return row

    def column(self, name: str) -> Floats:
        """One indicator over the weeks."""
        return self.values[:, self.places[name]]

    def recent(self, name: str, weeks: int, ago: int = 0) -> Floats:
        """One indicator over some weeks, fewer where the run is younger.

        Args:
            name: the indicator.
            weeks: how many.
            ago: weeks between the last of them and the newest row.
        """
        end = max(0, self.weeks - ago)
        return self._values[max(0, end - weeks) : end, self.places[name]]

    def frame(self) -> pd.DataFrame:
        """Week by indicator."""
        import pandas as pd  # noqa: PLC0415 (half a second that a run does not need)

        frame = pd.DataFrame(self.values.copy(), columns=list(self.names))
        frame.index.name = "week"
        return frame

    def copy(self, weeks: int) -> History:
        """The same past, with room for another length."""
        twin = History(max(weeks, self.weeks))
        twin.weeks = self.weeks
        twin._values[: twin.weeks] = self._values[: twin.weeks]
        return twin
