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
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Generic, TypeVar

from model.errors import JinguoError, Problems, did_you_mean
from scenarios.measure_form import REFERENCE, MeasureEntry, SameMeasure
from scenarios.schema import MeasureUse
from scenarios.validation import Where, dotted, read_form
from scenarios.yaml_reader import Document, Key, KeyPath, read_yaml

if TYPE_CHECKING:
    from model.mechanism import Delivery, Mechanism
    from model.parameters import Values

MEASURE_FILES = Path(__file__).parent / "measures"
YAML = (".yaml", ".yml")
Entry = TypeVar("Entry")


class OnFirstUse(Mapping[str, Entry], Generic[Entry]):
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

    def drop(self, names: Iterable[str]) -> None:
        """Forget entries that were added."""
        for name in names:
            self._all().pop(name, None)

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
        measure=entry.same_as or use.measure,
        layer=entry.layer,
        mechanism=_mechanism(entry, values),
        dose=entry.dose.default if use.dose is None else use.dose,
        coverage=entry.coverage if use.coverage is None else use.coverage,
        target=target.conditions(),
        start=use.start,
        stop=use.stop,
        hours=_amount(entry.hours, values),
        group_size=_amount(entry.group_size, values),
        cost=_amount(entry.cost, values),
        own_hours=_amount(entry.own_hours, values),
        sponsor=entry.sponsor,
    )


def read_measures(
    data: object,
    where: Where,
    base: KeyPath = (),
    known: Mapping[str, MeasureEntry] | None = None,
) -> dict[str, MeasureEntry]:
    """Check the measures of one file, all their problems at once.

    Args:
        data: what was read.
        where: file and line of a key path.
        base: where in the file the measures stand.
        known: measures of other files, which `same_as` may name too.
    """
    if not isinstance(data, dict):
        raise JinguoError("errors.not_a_mapping", {"at": "", "found": ""}, where=where(base))
    entries: dict[str, MeasureEntry] = {}
    problems: list[JinguoError] = []
    # rows of their own first: what is the same as another row is made of it
    for name in sorted(data, key=lambda name: _is_other_name(data[name])):
        try:
            there = {**(known or {}), **entries}
            entries[name] = _read_row(data[name], there, where, (*base, name))
        except Problems as several:
            problems.extend(several.problems)
        else:
            problems.extend(_entry_problems(name, entries[name], where, base))
    if problems:
        raise Problems(problems)
    return {name: entries[name] for name in data}


def _is_other_name(value: object) -> bool:
    return isinstance(value, dict) and "same_as" in value


def _read_row(
    value: object, there: Mapping[str, MeasureEntry], where: Where, here: KeyPath
) -> MeasureEntry:
    if not _is_other_name(value):
        return read_form(MeasureEntry, value, where, here)
    row = read_form(SameMeasure, value, where, here)
    if row.same_as not in there:
        fields = {"found": row.same_as, "meant": did_you_mean(row.same_as, there)}
        problem = JinguoError("errors.unknown_measure", fields, where=where((*here, "same_as")))
        raise Problems([problem])
    return row.of(there[row.same_as])


def load_plugin(path: Path) -> tuple[str, ...]:
    """Run a user's own file: its mechanisms register themselves, `MEASURES` adds measures.

    A YAML file holds no code: its measures are added as `load_measures` does.

    Returns:
        The names of the measures it added.
    """
    if path.suffix in YAML:
        names = load_measures(path)
        if path.resolve() not in _PLUGINS:
            _PLUGINS.append(path.resolve())
        return names
    path = path.resolve()
    if path in _PLUGINS:
        return ()
    if not path.is_file():
        raise JinguoError("errors.file_missing", {"file": str(path)})
    _import_mechanisms()
    module = _run(path)
    own = getattr(module, "MEASURES", {})
    measures = read_measures(own, lambda at: f"{path}, MEASURES {dotted(at)}", known=MEASURES)
    for name in measures:
        if name in MEASURES:
            raise JinguoError("errors.measure_exists", {"found": name}, where=str(path))
    MEASURES.add(measures)
    _PLUGINS.append(path)
    return tuple(measures)


def load_measures(path: Path) -> tuple[str, ...]:
    """Add the measures of a user's own YAML file, checked as built-in ones are.

    The file is read once, and again only when it was written anew.

    Args:
        path: a file such as those of `scenarios/measures`; it may use `same_as` with any row.

    Returns:
        The names of its measures.

    Raises:
        JinguoError: it cannot be read, or names a measure that is there already.
        Problems: everything wrong with what it says.
    """
    path = path.resolve()
    document = read_yaml(path)
    before = _OWN_FILES.get(path)
    if before and before[0] == document:
        return before[1]
    MEASURES.drop(before[1] if before else ())
    measures = read_measures(document.data, document.where, known=MEASURES)
    for name in measures:
        if name in MEASURES:
            where = document.where((name,))
            raise JinguoError("errors.measure_exists", {"found": name}, where=where)
    MEASURES.add(measures)
    _OWN_FILES[path] = (document, tuple(measures))
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
    """The project's own measures, all files as one: a row may be the same as one elsewhere."""
    data: dict[str, object] = {}
    places: dict[Key, Document] = {}
    for path in sorted(MEASURE_FILES.glob("*.yaml")):
        document = read_yaml(path)
        for name, value in dict(document.data or {}).items():  # type: ignore[call-overload]
            if name in data:
                where = document.where((name,))
                raise JinguoError("errors.measure_exists", {"found": name}, where=where)
            data[name], places[name] = value, document
    return read_measures(data, lambda at: places[at[0]].where(at) if at else "")


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
        for amount in (entry.group_size, entry.hours, entry.cost, entry.own_hours):
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
_OWN_FILES: dict[Path, tuple[Document, tuple[str, ...]]] = {}
MEASURES: OnFirstUse[MeasureEntry] = OnFirstUse(_read_files)
MECHANISMS: Mapping[str, "type[Mechanism]"] = _Mechanisms()
