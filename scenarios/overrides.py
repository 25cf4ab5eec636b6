"""Overrides: single values of a scenario, set by dotted path."""

from collections.abc import Mapping
from typing import Any

from model.errors import JinguoError, did_you_mean
from scenarios.inheritance import Located, fresh
from scenarios.yaml_reader import KeyPath, parse_scalar, parse_yaml


def apply_overrides(located: Located, overrides: Mapping[str, object]) -> Located:
    """The same scenario with these values; what is wrong with them is told by their path.

    Args:
        located: the scenario's data.
        overrides: values by dotted path; `measures.sail_group.dose` finds a measure by name.
    """
    data, places = fresh(located.data), dict(located.places)
    for dotted_path, value in overrides.items():
        path = _set(data, dotted_path, override_value(value, dotted_path))
        places = {old: place for old, place in places.items() if old[: len(path)] != path}
        places[path] = dotted_path
        for length in range(1, len(path)):  # what the path itself made is told by it, too
            places.setdefault(path[:length], dotted_path)
    return Located(data, places, located.own_village)


def override_value(value: object, source: str) -> object:
    """Text as a file would read it, anything else as it is.

    >>> override_value("600", "village.women"), override_value("{start: 3}", "programme")
    (600, {'start': 3})
    """
    if isinstance(value, str):
        text = value.strip()
        structured = text[:1] in {"{", "[", '"', "'"}
        return parse_yaml(text, source).data if structured else parse_scalar(text)
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a NumPy number
        return value.item()
    return _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _set(data: dict[str, Any], dotted_path: str, value: object) -> KeyPath:
    """Put one value in its place, and say where that is."""
    steps = dotted_path.split(".") if isinstance(dotted_path, str) else [""]
    if not all(steps):
        raise JinguoError("errors.bad_path", {"found": str(dotted_path)})
    here: Any = data
    path: list[str | int] = []
    for step in steps[:-1]:
        path.append(_position(here, step, dotted_path))
        if isinstance(here, dict) and here.get(step) is None:
            here[step] = {}
        here = here[path[-1]]
    last = _position(here, steps[-1], dotted_path)
    if value is None and isinstance(here, dict):
        here.pop(str(last), None)
        if (*path, last) == ("programme",):
            data.pop("measures", None)  # a programme is its measures, staff, money and dates
    else:
        here[last] = value
    return (*path, last)


def _position(here: object, step: str, dotted_path: str) -> str | int:
    """A key of a mapping; the number or the measure's name in a list, counted from 1."""
    if isinstance(here, dict):
        return step
    if not isinstance(here, list):
        raise JinguoError("errors.nothing_below", {"found": step}, where=dotted_path)
    if step.isdecimal() and 1 <= int(step) <= len(here):
        return int(step) - 1
    names = [str(use.get("measure")) for use in here if isinstance(use, dict)]
    if step in names:
        return next(i for i, use in enumerate(here) if use.get("measure") == step)
    fields: dict[str, object] = {
        "found": step,
        "allowed": tuple(names),
        "meant": did_you_mean(step, names),
    }
    raise JinguoError("errors.measure_not_there", fields, where=dotted_path)
