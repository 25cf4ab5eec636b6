"""The folder of a job: nothing in it is overwritten, and finished work stays finished."""

import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from numpy.typing import NDArray

from experiments.store import read_part, told_in_words, whole_file, write_part
from model.errors import JinguoError

if TYPE_CHECKING:
    from scenarios.schema import Scenario

MANIFEST, EFFECTS, SERIES, DRAWS, WOMEN, PARTS = (
    "manifest.json",
    "effects.csv",
    "series.parquet",
    "draws.npz",
    "women.csv",
    "parts",
)
SCHEMA = 1
CODE = ("agents", "model", "scenarios")
TOLD_ONLY = "papers.yaml"
# Keys of data files that are for readers (ADR 21); nothing that decides a number may be called so.
TOLD = frozenset({
    "about", "en", "label", "meaning", "papers", "risks", "seen", "source", "tags", "title",
    "unit", "zh",
})  # fmt: skip
VERSIONS = ("numpy", "numba", "mesa", "jinguo")
ROOT = Path(__file__).parent.parent


class ResultsFolder:
    """Where one job keeps what it has finished.

    Attributes:
        path: the folder.
        manifest: what it says about itself; written with `describe`.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest
        self.parts = path / PARTS

    @classmethod
    def open(
        cls, path: Path, plan: Mapping[str, object], *, overwrite: bool = False
    ) -> "ResultsFolder":
        """Open a folder for a plan: a new or empty one, or one that holds this same plan.

        Args:
            path: the folder; made when missing.
            plan: everything that decides the numbers, in plain values.
            overwrite: take the folder whatever it holds; only files of results are replaced.
        """
        path = path.absolute()
        if path.exists() and not path.is_dir():
            raise JinguoError("results.not_a_folder", {"folder": str(path)})
        with told_in_words(path):
            path.mkdir(parents=True, exist_ok=True)
            held = _held(path)
            if held.get("plan_key") != plan_key(plan):
                if overwrite:
                    _clear(path)
                elif any(path.iterdir()):
                    raise _refusal(path, held, plan)
                held = {}
            (path / PARTS).mkdir(exist_ok=True)
            for stray in [*path.glob(".*.tmp"), *path.glob(f"{PARTS}/.*.tmp")]:
                stray.unlink()
        return cls(path, held or {"schema": SCHEMA, "plan": plan, "plan_key": plan_key(plan)})

    def keep(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep one finished task, so that the job goes on from here after an interruption."""
        write_part(self.parts / f"{name}.npz", arrays)

    def kept(self) -> Iterator[tuple[str, dict[str, NDArray[Any]]]]:
        """The finished tasks of an earlier, interrupted call."""
        for path in sorted(self.parts.glob("*.npz")):
            arrays = read_part(path)
            if arrays is not None:
                yield path.stem, arrays

    def describe(self, **facts: object) -> None:
        """Write `manifest.json` with these facts added."""
        self.manifest |= facts
        text = json.dumps(self.manifest, ensure_ascii=False, indent=2, default=str)
        with whole_file(self.path / MANIFEST) as file:
            file.write(text.encode() + b"\n")

    def drop_parts(self) -> None:
        """Remove the parts, once the whole is written."""
        with told_in_words(self.path):
            shutil.rmtree(self.parts, ignore_errors=True)


def new_folder(scenario: str, root: Path | None = None) -> Path:
    """Make the next free folder `results/<scenario>-<date>-<n>`.

    Args:
        scenario: its name.
        root: where; `results` in the working directory when not given.
    """
    root = Path("results") if root is None else root
    root = root.absolute()
    name = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in scenario)
    today = datetime.now(UTC).astimezone().date().isoformat()
    with told_in_words(root):
        root.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            try:
                (root / f"{name}-{today}-{number}").mkdir()
            except FileExistsError:
                number += 1
            else:
                return root / f"{name}-{today}-{number}"


def _held(path: Path) -> dict[str, Any]:
    """The manifest of a folder; empty when there is none that can be read."""
    try:
        found = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _clear(path: Path) -> None:
    """Remove what a job of this program wrote, and nothing else."""
    for name in (MANIFEST, EFFECTS, SERIES, DRAWS, WOMEN):
        (path / name).unlink(missing_ok=True)
    shutil.rmtree(path / PARTS, ignore_errors=True)


def _refusal(path: Path, held: Mapping[str, Any], plan: Mapping[str, object]) -> JinguoError:
    before = held.get("plan")
    if not isinstance(before, dict):
        return JinguoError("results.foreign_folder", {"folder": str(path)})
    differs = [name for name in plan if before.get(name) != plan[name]]
    return JinguoError("results.other_plan", {"folder": str(path), "differs": differs})


# --- What decides the numbers ------------------------------------------------------------------


def plan_key(plan: Mapping[str, object]) -> str:
    """One name for everything that decides the numbers of a job."""
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def code_digest() -> str:
    """One name for the code of the simulation and all that decides numbers in its data files."""
    return digest_of(ROOT)


def digest_of(root: Path) -> str:
    """The same of the code under another folder; read anew at each call."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in CODE for path in (root / folder).rglob("*")):
        if path.suffix in {".py", ".yaml"} and path.name != TOLD_ONLY:
            digest.update(path.relative_to(root).as_posix().encode())
            content = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(_deciding(content) if path.suffix == ".yaml" else content)
    return digest.hexdigest()[:32]


def _deciding(content: bytes) -> bytes:
    """What a data file says, without comments and without what is only told to readers."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return json.dumps(_bare(yaml.compose(content, Loader=loader))).encode()


def _bare(node: yaml.Node | None) -> object:
    """Keys and values as they are written, in their order; what is quoted stays quoted."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _bare(value) for key, value in node.value if key.value not in TOLD}
    if isinstance(node, yaml.SequenceNode):
        return [_bare(each) for each in node.value]
    if isinstance(node, yaml.ScalarNode):
        return ("'" if getattr(node, "style", None) else "") + str(node.value)
    return None  # an empty file


def plugin_digest(scenario: "Scenario") -> str:
    """One name for the text of the plug-ins a scenario uses; empty without any."""
    kinds = {type(delivery.mechanism) for delivery in scenario.setup().measures}
    modules = {sys.modules.get(kind.__module__) for kind in kinds}
    files = {str(getattr(module, "__file__", None) or "") for module in modules}
    ours = tuple(str(ROOT / folder) for folder in CODE)
    texts = sorted(Path(file).read_bytes() for file in files if file and not file.startswith(ours))
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:32] if texts else ""


def circumstances() -> dict[str, object]:
    """Where and with what a job was run."""
    return {
        "versions": {"python": platform.python_version()} | {n: _version(n) for n in VERSIONS},
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "code": code_digest(),
    }


def _processor() -> str:
    """The kind of processor: it may decide the last bits of a number."""
    from llvmlite import binding  # noqa: PLC0415 (slow to load)

    return str(binding.get_host_cpu_name())


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None  # run from a checkout that was not installed
