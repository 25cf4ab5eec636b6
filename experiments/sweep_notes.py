"""What a process writes down before it begins a run, so that a run that ends it is known.

A run past its deadline ends its process; so does one that crashes. The next process that takes the
chunk reads the notes, records that run as a failure and does the others.
"""

import faulthandler
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from experiments.store import told_in_words
from experiments.store_parts import NOTES, Status

STRIKES = 2  # a run that was under way each time its process was killed


class Notes:
    """The notes of one chunk.

    Args:
        folder: of the store.
        chunk: its name.
        session: the coordinator's; kills of another session, such as its own, do not count.
    """

    def __init__(self, folder: Path, chunk: str, session: str) -> None:
        self.folder = folder / NOTES
        self.chunk = chunk
        self.session = session
        self.journal = self.folder / f"{chunk}.journal"

    def size(self) -> int:
        """Grows whenever something is written."""
        sizes = [path.stat().st_size for path in self.folder.glob(f"{self.chunk}*")]
        return sum(sizes) + len(sizes)

    def begin_attempt(self) -> int:
        """Note that a process takes the chunk; tell how many did so before, this one included."""
        self._append("begin")
        return sum(line.endswith(" begin") for line in self._lines())

    def failed(self) -> Mapping[int, tuple[Status, str]]:
        """The runs that ended their process before: why, and where they were."""
        found: dict[int, tuple[Status, str]] = {}
        for run, times in Counter(self._killed()).items():
            if times >= STRIKES:
                found[run] = ("killed", "")
        for path in self.folder.glob(f"{self.chunk}-*.timeout"):
            trace = path.read_text(encoding="utf-8", errors="replace")
            if trace.strip():  # an empty one belongs to a run that ended, or was killed
                found[int(path.stem.rpartition("-")[2])] = ("timeout", trace)
        return found

    @contextmanager
    def under_way(self, run: int, deadline: float) -> Iterator[None]:
        """Watch one run; past its deadline this process ends.

        The watch is kept outside Python, so that compiled code that never returns is ended, too.
        """
        self._append(str(run))
        told = self.folder / f"{self.chunk}-{run}.timeout"
        with told_in_words(self.folder):
            file = told.open("w", encoding="utf-8")
        with file:
            faulthandler.dump_traceback_later(deadline, exit=True, file=file)
            try:
                yield
            finally:
                faulthandler.cancel_dump_traceback_later()
        with suppress(OSError):
            told.unlink()
        self._append(f"{run} done")

    def clear(self) -> None:
        """Remove the notes of a chunk that is in the store, or is to be tried afresh."""
        with suppress(OSError):
            for path in self.folder.glob(f"{self.chunk}*"):
                path.unlink(missing_ok=True)

    def _killed(self) -> Iterator[int]:
        """The runs that were under way when a process of this session ended."""
        current: int | None = None
        for line in self._lines():
            what = line.partition(" ")[2]
            if what == "begin":
                if current is not None:
                    yield current
                current = None
            elif what.endswith(" done"):
                current = None
            elif what.isdecimal():
                current = int(what)

    def _lines(self) -> list[str]:
        try:
            lines = self.journal.read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        return [line for line in lines if line.startswith(f"{self.session} ")]

    def _append(self, what: str) -> None:
        with told_in_words(self.folder), self.journal.open("a", encoding="utf-8") as file:
            file.write(f"{self.session} {what}\n")
