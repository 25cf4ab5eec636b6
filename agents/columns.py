"""State as columns: one array an attribute, one row an agent.

A `Column` is declared once, in the agent's class, with its unit and meaning. A `Table` holds all
columns of a type in one block of memory; a `RowAgent` is a real `mesa.Agent` that reads and writes
its row of it.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import mesa
import numpy as np

from agents.rule import Floats


class Column:
    """One attribute of all agents of a type.

    Args:
        unit: such as `yuan/week`, `hours/week`, `0-1`, `flag`.
        meaning: one line in domain words.
        default: the number of every row at birth.
    """

    def __init__(self, unit: str, meaning: str, default: float = 0.0) -> None:
        self.unit = unit
        self.meaning = meaning
        self.default = default
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        """The number of one agent, as a Python float."""
        if agent is None:
            return self
        return agent.table[self.name][agent.row].item()

    def __set__(self, agent: Any, value: float) -> None:
        agent.table[self.name][agent.row] = value


class RowAgent(mesa.Agent):
    """A Mesa agent that is a view of one row of a table."""

    _own: ClassVar[frozenset[str]] = frozenset({"table", "row", "unique_id", "model", "pos"})

    def __init__(self, model: mesa.Model, table: "Table", row: int) -> None:
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "row", row)
        super().__init__(model)

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse names that are no column, so that a misspelt one is noticed."""
        if name in self._own or name.startswith("_") or hasattr(type(self), name):
            object.__setattr__(self, name, value)
        else:
            raise AttributeError(f"{type(self).__name__} has no column {name!r}")


def columns_of(kind: type[RowAgent]) -> dict[str, Column]:
    """The columns that a type of agent declares, in the order of declaration."""
    return {n: c for n, c in vars(kind).items() if isinstance(c, Column)}


class Table:
    """All rows of one type of agent: `table["burnout"]` and `table.burnout` are the column.

    The block has shape (columns, rows); a column is a row of the block and is never rebound, so a
    reference to it stays valid.
    """

    def __init__(self, kind: type[RowAgent], rows: int) -> None:
        self.kind = kind
        declared = columns_of(kind)
        self.names = tuple(declared)
        self.block = np.empty((len(self.names), rows))
        for place, column in enumerate(declared.values()):
            self.block[place] = column.default
        self._bind()

    def _bind(self) -> None:
        self.__dict__.update(zip(self.names, self.block, strict=True))

    def __getitem__(self, name: str) -> Floats:
        try:
            column: Floats = self.__dict__[name]
        except KeyError:
            raise KeyError(f"{self.kind.__name__} has no column {name!r}") from None
        return column

    def __setitem__(self, name: str, values: Any) -> None:
        """Write a column in place; the array itself is never exchanged."""
        column = self[name]
        if values is not column:
            column[:] = values

    def __setattr__(self, name: str, values: Any) -> None:
        """As `table[name] = values` for a column."""
        if self.__dict__.get(name) is values:  # `table.income += …` has already written in place
            return
        if name in self.__dict__.get("names", ()):
            self[name] = values
        else:
            object.__setattr__(self, name, values)

    def __getattr__(self, name: str) -> Floats:
        """Only reached for names that are no column."""
        raise AttributeError(name)

    def __len__(self) -> int:
        return int(self.block.shape[1])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def copy(self) -> "Table":
        """An independent table with the same numbers."""
        twin = object.__new__(Table)
        twin.kind, twin.names = self.kind, self.names
        twin.block = self.block.copy()
        twin._bind()
        return twin

    def __getstate__(self) -> dict[str, Any]:
        """What travels between processes: the block, once."""
        return {"kind": self.kind, "names": self.names, "block": self.block}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._bind()
