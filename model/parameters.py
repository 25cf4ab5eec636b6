"""The declared numbers: what each is, where it comes from, and the numbers of one run.

`evidence/*.yaml` declares, `DECLARED` holds what was declared, `Values` is what rules read.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn, TypeGuard

import yaml

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML built without libyaml: slower, same result
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

from model.errors import JinguoError, Problems, did_you_mean

__all__ = [
    "DECLARED",
    "Parameter",
    "Values",
    "load_declared",
    "weekly_count",
    "weekly_half_life",
    "weekly_share",
]

WEEKS_PER_YEAR = 52
ROLES = ("input", "target", "context")
GRADES = ("M", "T", "E")
SEEN = frozenset({"paper", "seed", "excerpt", "derived", "memory", "none"})
EVIDENCE = Path(__file__).parent / "evidence"


# --- One declaration ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared number with its unit, range, source and standing.

    Attributes:
        name: its name in code, scenario files and tables.
        subject: the file of `evidence/` that declares it.
        role: `input` is read by rules, `target` where patterns are checked, `context` nowhere.
        planned: an input that no rule reads.
        meaning: one line, English.
        label: what the screen calls it, by language.
        unit: the unit of its source; empty where it has none.
        default: the value of a run that says nothing; None where it is no number.
        low: lower end of its range.
        high: upper end of its range.
        prior: the distribution sampled in sweeps, as its source writes it.
        source: what the source gives, with the references of `evidence/REFERENCES.md`.
        grade: M measured in this setting, T transferred from another, E expert guess.
        seen: how the number was seen; after a slash, the weaker thing it also rests on.
    """

    name: str
    subject: str
    role: str
    planned: bool
    meaning: str
    label: Mapping[str, str] = field(hash=False)
    unit: str
    default: float | None
    low: float | None
    high: float | None
    prior: str
    source: str
    grade: str
    seen: str

    @property
    def readable(self) -> bool:
        """Whether rules may read it."""
        return self.role == "input" and not self.planned

    @property
    def standing(self) -> str:
        """Its role, or `planned` for an input that no rule reads."""
        return "planned" if self.role == "input" and self.planned else self.role


# --- Reading the declarations ------------------------------------------------------------------


class _DeclarationLoader(_SafeLoader):
    """Safe YAML in which a name stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 (PyYAML's signature)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            names = [key.value for key, _ in node.value]
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"{node.start_mark}: declared twice: {', '.join(twice)}")
        return mapping


_TEXTS = ("role", "unit", "prior", "grade", "seen", "meaning", "en", "zh", "source")
_NUMBERS = ("default", "low", "high")
_KEYS = frozenset({*_TEXTS, *_NUMBERS, "planned"})
_MAY_BE_EMPTY = frozenset({"unit", "prior"})


def load_declared(folder: Path = EVIDENCE) -> Mapping[str, Parameter]:
    """Every number declared in a folder, in the order of files and entries.

    Args:
        folder: holds the YAML files; every one of them is read.

    Returns:
        The declarations by name.

    Raises:
        ValueError: a declaration is wrong; names the file and the entry.
    """
    declared: dict[str, Parameter] = {}
    for path in sorted(folder.glob("*.yaml")):
        with path.open("rb") as file:
            # The loader is a SafeLoader: it builds plain numbers, texts and mappings only.
            entries = yaml.load(file, Loader=_DeclarationLoader)
        for name, entry in (entries or {}).items():
            where = f"{path.name}, {name}"
            if name in declared:
                raise ValueError(f"{where}: also declared in {declared[name].subject}.yaml")
            _check(where, name, entry)
            declared[name] = _parameter(name, path.stem, entry)
    return MappingProxyType(declared)


def _parameter(name: str, subject: str, entry: Mapping[str, Any]) -> Parameter:
    default, low, high = (None if entry[k] is None else float(entry[k]) for k in _NUMBERS)
    return Parameter(
        name=name,
        subject=subject,
        role=entry["role"],
        planned=entry.get("planned", False),
        meaning=entry["meaning"],
        label={"en": entry["en"], "zh": entry["zh"]},
        unit=entry["unit"],
        default=default,
        low=low,
        high=high,
        prior=entry["prior"],
        source=entry["source"],
        grade=entry["grade"],
        seen=entry["seen"],
    )


def _check(where: str, name: object, entry: object) -> None:
    for problem in _problems(name, entry):
        raise ValueError(f"{where}: {problem}")


def _problems(name: object, entry: object) -> Iterator[str]:
    """What is wrong with an entry, the basic things first."""
    if not (isinstance(name, str) and name.isidentifier() and not name.startswith("_")):
        yield "the name must be an identifier without a leading underscore"
    elif hasattr(Values, name):
        yield "the name is that of a method of Values"
    if not isinstance(entry, dict):
        yield "must be a mapping"
        return
    if unknown := sorted(str(key) for key in entry.keys() - _KEYS):
        yield f"unknown keys: {', '.join(unknown)}"
    if missing := sorted(_KEYS - {"planned"} - entry.keys()):
        yield f"missing keys: {', '.join(missing)}"
        return
    yield from _text_problems(entry)
    yield from _planned_problems(entry)
    yield from _number_problems(entry)


def _text_problems(entry: Mapping[str, Any]) -> Iterator[str]:
    for key in _TEXTS:
        if not isinstance(entry[key], str):
            yield f"{key} must be text"
            return
        if not entry[key].strip() and key not in _MAY_BE_EMPTY:
            yield f"{key} is empty"
    for key, allowed in (("role", ROLES), ("grade", GRADES)):
        if entry[key] not in allowed:
            yield f"{key} must be one of {', '.join(allowed)}"
    if not set(entry["seen"].split("/")) <= SEEN:
        yield f"seen must be made of {', '.join(sorted(SEEN))}"


def _planned_problems(entry: Mapping[str, Any]) -> Iterator[str]:
    planned = entry.get("planned", False)
    if not isinstance(planned, bool):
        yield "planned must be true or false"
    elif planned and entry["role"] != "input":
        yield "only an input can be planned"


def _number_problems(entry: Mapping[str, Any]) -> Iterator[str]:
    numbers = [entry[key] for key in _NUMBERS]
    if all(number is None for number in numbers):
        if entry["role"] == "input" and not entry.get("planned"):
            yield "an input that rules read needs a number"
        return
    if not all(_is_number(number) for number in numbers):
        yield "default, low and high must be numbers, or all null"
        return
    default, low, high = numbers
    if not low <= default <= high:
        yield f"the default {default} lies outside {low} to {high}"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


# --- The numbers of one run --------------------------------------------------------------------


class Values:
    """The numbers one run reads: `values.tau_chronic` is a float.

    Only inputs that rules may read are there: a rule that reads a target is a bug.

    Args:
        overrides: numbers that differ from the declared defaults, inside their ranges.

    Raises:
        JinguoError: a name is unknown or no input, or a number is none or out of its range.
            Several at once come as `Problems`.
    """

    _changed: Mapping[str, float]
    _numbers: Mapping[str, float]

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        checked = _checked(overrides or {})
        # Equal numbers are equal values, whether somebody wrote the default down or not.
        changed = {name: value for name, value in checked.items() if value != _DEFAULTS[name]}
        numbers = {**_DEFAULTS, **changed}
        # As plain attributes they cost a rule nothing to read; a week reads about a hundred.
        self.__dict__.update(numbers, _changed=changed, _numbers=numbers)

    def __getattr__(self, name: str) -> float:
        """Refuse a name that rules may not read; the readable ones are plain attributes."""
        if name.startswith("_"):  # copying and pickling ask for such names of an empty object
            raise AttributeError(name)
        raise AttributeError(_why_not_readable(name), name=name, obj=self)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse: the numbers of a run stay as they are; `replace` makes others."""
        raise AttributeError(f"the numbers of a run are fixed: use replace({{{name!r}: ...}})")

    def items(self) -> Iterator[tuple[str, float]]:
        """Every name with its number, in the order of the declarations."""
        return iter(self._numbers.items())

    def as_dict(self) -> dict[str, float]:
        """Every number by name."""
        return dict(self._numbers)

    def changed(self) -> dict[str, float]:
        """The numbers that differ from the declared defaults."""
        return dict(self._changed)

    def replace(self, overrides: Mapping[str, float]) -> "Values":
        """The same numbers, but for these."""
        return Values({**self._changed, **overrides})

    def __eq__(self, other: object) -> bool:
        return self._changed == other._changed if isinstance(other, Values) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._changed.items()))

    def __reduce__(self) -> tuple[type["Values"], tuple[dict[str, float]]]:
        """Travel between processes as the changes alone."""
        return Values, (self.changed(),)

    def __repr__(self) -> str:
        return f"Values({self.changed()})"


def _checked(overrides: Mapping[str, float]) -> dict[str, float]:
    problems = [p for name, value in overrides.items() if (p := _problem_with(name, value))]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems(problems)
    return {name: float(value) for name, value in overrides.items()}


def _problem_with(name: str, value: object) -> JinguoError | None:
    """What is wrong with setting this number, if anything."""
    parameter = DECLARED.get(name)
    if parameter is None:
        meant = did_you_mean(name, _DEFAULTS)
        return JinguoError("errors.unknown_parameter", {"found": name, "meant": meant})
    if not parameter.readable:
        told = {"name": name, "role": parameter.standing}
        return JinguoError("errors.parameter_not_input", told)
    if not _is_number(value):
        return JinguoError("errors.parameter_not_a_number", {"name": name, "value": value})
    low, high, number = parameter.low, parameter.high, float(value)
    if low is not None and high is not None and not low <= number <= high:
        bounds = {"name": name, "value": value, "low": low, "high": high, "unit": parameter.unit}
        return JinguoError("errors.parameter_out_of_range", bounds)
    return None


def _why_not_readable(name: str) -> str:
    if parameter := DECLARED.get(name):
        return f"{name} is {parameter.standing}: no rule reads it"
    meant = did_you_mean(name, _DEFAULTS)
    return f"{name} is not declared" + (f"; did you mean {meant}?" if meant else "")


# --- From the source's unit to a week ----------------------------------------------------------


def weekly_share(yearly: float) -> float:
    """A yearly share as a share a week: 1 − (1 − p)^(1/52).

    >>> round(weekly_share(0.5), 5)
    0.01324
    """
    return float(1 - (1 - yearly) ** (1 / WEEKS_PER_YEAR))


def weekly_count(yearly: float) -> float:
    """A count a year as a count a week: n/52.

    >>> weekly_count(26)
    0.5
    """
    return yearly / WEEKS_PER_YEAR


def weekly_half_life(weeks: float) -> float:
    """The share lost each week of what halves in so many weeks: 1 − 0.5^(1/weeks).

    >>> weekly_half_life(1)
    0.5
    """
    return float(1 - 0.5 ** (1 / weeks))


DECLARED: Mapping[str, Parameter] = load_declared()
_DEFAULTS: Mapping[str, float] = {
    name: parameter.default
    for name, parameter in DECLARED.items()
    if parameter.readable and parameter.default is not None
}
