"""The catalogue: measures as data, mechanisms as code, and what a user adds to both.

Both are read on first use. Code comes from this project, from installed entry points and from
`--plugin` on the command line, never from a scenario or measure file.
"""

import hashlib
import importlib
import importlib.metadata
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Generic, Literal, TypeVar

from pydantic import Field, PlainValidator
from pydantic_core import PydanticCustomError

from model.errors import JinguoError, Problems, did_you_mean
from scenarios.form import Count, Form, Label, Line, Number, PaperSection, Share, Target
from scenarios.schema import MeasureUse
from scenarios.validation import Where, dotted, read_form
from scenarios.yaml_reader import KeyPath, read_yaml

if TYPE_CHECKING:
    from model.mechanism import Delivery, Mechanism
    from model.parameters import Values

MEASURE_FILES = Path(__file__).parent / "measures"
REFERENCE = "param:"
SPONSORS = (
    "programme",
    "government",
    "womens_federation",
    "party_organisation",
    "foundation",
    "firm",
    "university",
    "platform",
)
Sponsor = Literal[
    "programme",
    "government",
    "womens_federation",
    "party_organisation",
    "foundation",
    "firm",
    "university",
    "platform",
]
Entry = TypeVar("Entry")


def _is_plain(value: object) -> float | str | bool:
    """A mechanism checks its own fields; here they are only plain words and numbers."""
    if not isinstance(value, bool | int | float | str):
        raise PydanticCustomError("not_plain", "not plain")
    return value


def _is_amount(value: object) -> float | str:
    """A number from 0 up, or a reference to a declared one."""
    if isinstance(value, str) and value.startswith(REFERENCE):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise PydanticCustomError("float_type", "not a number")
    if value < 0:
        raise PydanticCustomError("greater_than_equal", "below zero", {"ge": 0})
    return float(value)


Amount = Annotated[float | str, PlainValidator(_is_amount)]
Plain = Annotated[float | str | bool, PlainValidator(_is_plain)]
NotNegative = Annotated[Number, Field(ge=0)]


class Dose(Form):
    """How much for each woman reached, in the measure's own unit."""

    default: NotNegative
    low: NotNegative = 0.0
    high: NotNegative
    unit: Label


class Move(Form):
    """A state the measure moves, and which way."""

    state: Line
    direction: Literal["+", "-"]


class Risk(Form):
    """What may go wrong, and whose caution it is."""

    en: Line
    zh: Line
    whose: Literal["paper", "modeller", "other_paper"]
    section: Line | None = None


class MeasureEntry(Form):
    """A named measure of the literature. It holds no effect numbers of its own.

    Attributes:
        fields: values of the mechanism's fields; `param:NAME` refers to a declared parameter.
        group_size: women served together in one session; 0 when one serves everybody it is for.
        hours: worker hours per session, preparation and travel included.
        cost: yuan per session.
        own_hours: hours of each woman per session.
    """

    label: Label
    layer: Literal["micro", "meso", "macro"]
    papers: tuple[PaperSection, ...]
    same_as: str | None = None
    mechanism: str
    fields: dict[str, Plain] = Field(default_factory=dict)
    target: Target = Target()
    dose: Dose
    coverage: Share = 1.0
    group_size: Count = 1
    hours: Amount
    cost: Amount
    own_hours: Amount = 0.0
    sponsor: Sponsor = "programme"
    moves: tuple[Move, ...] = ()
    risk: Risk | None = None


class _OnFirstUse(Mapping[str, Entry], Generic[Entry]):
    """A mapping that is read when somebody looks into it."""

    def __init__(self, read: Callable[[], dict[str, Entry]]) -> None:
        self._read = read
        self._entries: dict[str, Entry] | None = None

    def _all(self) -> dict[str, Entry]:
        if self._entries is None:
            self._entries = self._read()
        return self._entries

    def add(self, entries: Mapping[str, Entry]) -> None:
        """Take in entries that are not there yet."""
        self._all().update(entries)

    def __getitem__(self, name: str) -> Entry:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class _Mechanisms(Mapping[str, "type[Mechanism]"]):
    """Every mechanism that registered itself, this project's own ones first."""

    def _all(self) -> dict[str, "type[Mechanism]"]:
        from model.mechanism import REGISTRY  # noqa: PLC0415 (mechanisms are slow to load)

        _import_mechanisms()
        return REGISTRY

    def __getitem__(self, name: str) -> "type[Mechanism]":
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def resolve(use: MeasureUse, entry: MeasureEntry, values: "Values") -> "Delivery":
    """A measure at work, with every reference replaced by this run's number.

    Args:
        use: what the scenario asks for, its first and last week filled in.
        entry: what the catalogue says.
        values: the numbers of the run.
    """
    from model.mechanism import Delivery  # noqa: PLC0415 (the model is slow to load)

    if use.start is None or use.stop is None:
        raise JinguoError("errors.measure_needs_weeks", {"measure": use.measure})
    target = entry.target if use.target is None else use.target
    return Delivery(
        measure=use.measure,
        layer=entry.layer,
        mechanism=_mechanism(entry, values),
        dose=entry.dose.default if use.dose is None else use.dose,
        coverage=entry.coverage if use.coverage is None else use.coverage,
        target=target.conditions(),
        start=use.start,
        stop=use.stop,
        hours=_amount(entry.hours, values),
        group_size=entry.group_size,
        cost=_amount(entry.cost, values),
        own_hours=_amount(entry.own_hours, values),
        sponsor=entry.sponsor,
    )


def read_measures(data: object, where: Where, base: KeyPath = ()) -> dict[str, MeasureEntry]:
    """Check the measures of one file, all their problems at once."""
    if not isinstance(data, dict):
        raise JinguoError("errors.not_a_mapping", {"at": "", "found": ""}, where=where(base))
    entries: dict[str, MeasureEntry] = {}
    problems: list[JinguoError] = []
    for name, value in data.items():
        try:
            entry = read_form(MeasureEntry, value, where, (*base, name))
        except Problems as several:
            problems.extend(several.problems)
            continue
        entries[name] = entry
        problems.extend(_entry_problems(name, entry, where, base))
    if problems:
        raise Problems(problems)
    return entries


def load_plugin(path: Path) -> tuple[str, ...]:
    """Run a user's own file: its mechanisms register themselves, `MEASURES` adds measures.

    Returns:
        The names of the measures it added.
    """
    path = path.resolve()
    if path in _PLUGINS:
        return ()
    if not path.is_file():
        raise JinguoError("errors.file_missing", {"file": str(path)})
    _import_mechanisms()
    module = _run(path)
    own = getattr(module, "MEASURES", {})
    measures = read_measures(own, lambda at: f"{path}, MEASURES {dotted(at)}")
    for name in measures:
        if name in MEASURES:
            raise JinguoError("errors.measure_exists", {"found": name}, where=str(path))
    MEASURES.add(measures)
    _PLUGINS.append(path)
    return tuple(measures)


def loaded_plugins() -> tuple[Path, ...]:
    """The plug-ins of this process, so that other processes can load the same."""
    return tuple(_PLUGINS)


def _run(path: Path) -> ModuleType:
    """Import a file under a name that is the same in every process, for pickling."""
    name = f"jinguo_plugin_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise JinguoError("errors.plugin_not_python", {"file": str(path)})
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except JinguoError:
        del sys.modules[name]
        raise
    except Exception as error:  # a user's own code may raise anything
        del sys.modules[name]
        raise _plugin_problem(path, error) from error
    return module


def _plugin_problem(path: Path, error: Exception) -> JinguoError:
    trace = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in trace if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else (lines[-1] if lines else 1)
    problem = f"{type(error).__name__}: {error}"
    return JinguoError("errors.plugin_broken", {"problem": problem}, where=f"{path}:{line}")


def _import_mechanisms() -> None:
    """Import this project's mechanisms and those of installed entry points, once."""
    if _IMPORTED:
        return
    package = importlib.import_module("scenarios.mechanisms")
    _IMPORTED.append(package.__name__)
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    for point in importlib.metadata.entry_points(group="jinguo.mechanisms"):
        point.load()


def _read_files() -> dict[str, MeasureEntry]:
    entries: dict[str, MeasureEntry] = {}
    for path in sorted(MEASURE_FILES.glob("*.yaml")):
        document = read_yaml(path)
        read = read_measures(document.data, document.where)
        for name in read:
            if name in entries:
                where = document.where((name,))
                raise JinguoError("errors.measure_exists", {"found": name}, where=where)
        entries.update(read)
    return entries


def _entry_problems(
    name: str, entry: MeasureEntry, where: Where, base: KeyPath
) -> Iterator[JinguoError]:
    """What no form can see: mechanisms and parameters that are not there, doses out of range."""
    here = (*base, name)
    if entry.mechanism not in MECHANISMS:
        meant = did_you_mean(entry.mechanism, MECHANISMS)
        fields = {"found": entry.mechanism, "allowed": tuple(MECHANISMS), "meant": meant}
        yield JinguoError("errors.unknown_mechanism", fields, where=where((*here, "mechanism")))
        return
    if not entry.dose.low <= entry.dose.default <= entry.dose.high:
        place = (*here, "dose")
        limits = {"low": entry.dose.low, "high": entry.dose.high}
        found = {"at": dotted(place), "found": entry.dose.default}
        yield JinguoError("errors.out_of_range", {**found, **limits}, where=where(place))
    try:
        _mechanism(entry, _default_values())
        for amount in (entry.hours, entry.cost, entry.own_hours):
            _amount(amount, _default_values())
    except Problems as several:
        yield from (JinguoError(p.key, p.fields, where=where(here)) for p in several.problems)
    except JinguoError as problem:
        yield JinguoError(problem.key, problem.fields, where=where(here))


def _mechanism(entry: MeasureEntry, values: "Values") -> "Mechanism":
    fields = {
        name: _number(value, values) if isinstance(value, str) else value
        for name, value in entry.fields.items()
    }
    return read_form(MECHANISMS[entry.mechanism], fields, lambda _: "", ("fields",))


def _amount(amount: float | str, values: "Values") -> float:
    number = _number(amount, values) if isinstance(amount, str) else amount
    return float(number)


def _number(text: str, values: "Values") -> float | str:
    """The number a reference stands for; any other text stands for itself."""
    if not text.startswith(REFERENCE):
        return text
    name = text.removeprefix(REFERENCE)
    numbers = values.as_dict()
    number = numbers.get(name)
    if number is None:
        meant = did_you_mean(name, numbers)
        raise JinguoError("errors.unknown_parameter", {"found": name, "meant": meant})
    return number


@cache
def _default_values() -> "Values":
    from model.parameters import Values  # noqa: PLC0415 (reading the declarations takes time)

    return Values()


_IMPORTED: list[str] = []
_PLUGINS: list[Path] = []
MEASURES: _OnFirstUse[MeasureEntry] = _OnFirstUse(_read_files)
MECHANISMS: Mapping[str, "type[Mechanism]"] = _Mechanisms()
