"""Runs of patterns, kept from one call to the next by everything that decides them."""

import hashlib
import io
import pickle
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from experiments.results import ROOT, circumstances, code_digest
from experiments.store import told_in_words, whole_file
from model.setup import Setup
from scenarios.build import setup_key

DIGEST = 32  # bytes of SHA-256 in front of what is kept
NUMPY = frozenset({"_frombuffer", "_reconstruct", "dtype", "ndarray", "scalar"})
WATCHING = ("patterns*.py", "run.py", "without.py")


class Kept:
    """A folder of finished runs; each file is written whole and checked when it is read.

    Args:
        folder: where runs are kept; made when the first is written.
        fresh: do not read what is there.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self.folder = folder.absolute()
        self.fresh = fresh

    def get(self, key: str) -> object | None:
        """A finished run; none when there is no such run, or its file is damaged."""
        if self.fresh:
            return None
        with suppress(OSError, pickle.UnpicklingError, EOFError, ValueError, TypeError):
            held = self._file(key).read_bytes()
            digest, data = held[:DIGEST], held[DIGEST:]
            if hashlib.sha256(data).digest() == digest:
                found: object = _Reader(io.BytesIO(data)).load()
                return found
        return None

    def put(self, key: str, value: object) -> None:
        """Keep a finished run."""
        data = pickle.dumps(value)
        with told_in_words(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with whole_file(self._file(key)) as file:
            file.write(hashlib.sha256(data).digest() + data)

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.run"


class _Reader(pickle.Unpickler):
    """Builds arrays and the results of patterns, and nothing else."""

    def find_class(self, module: str, name: str) -> object:
        """The class of something kept, if such a thing may be kept."""
        ours = module.startswith("experiments.patterns") and name[:1].isupper()
        if ours or (module.partition(".")[0] == "numpy" and name in NUMPY):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no result of a pattern")


def content_of(runs: str, setups: Mapping[str, Setup]) -> str:
    """One name for everything but luck that decides a kind of run: its villages and the code."""
    villages = (f"{name}={setup_key(setup)}" for name, setup in setups.items())
    parts = [runs, *villages, code_of_patterns()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def run_key(content: str, seed: int) -> str:
    """One name for a run as it is made here: other versions may give other bits.

    >>> run_key("libei", 1) == run_key("libei", 1) != run_key("libei", 2)
    True
    """
    return hashlib.sha256(f"{content}/{seed}/{_made_with()}".encode()).hexdigest()[:DIGEST]


@cache
def _made_with() -> str:
    here = circumstances()
    return repr([here[name] for name in ("versions", "platform", "processor")])


@cache
def code_of_patterns() -> str:
    """One name for the code that makes these runs and judges them."""
    digest = hashlib.sha256(code_digest().encode())
    for pattern in WATCHING:
        for path in sorted((ROOT / "experiments").glob(pattern)):
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
