"""Put a scenario file together with the file it extends, keeping where each key stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.errors import JinguoError, did_you_mean
from scenarios.files import find_base, is_inside
from scenarios.yaml_reader import Document, KeyPath, read_yaml

DEEP_KEYS = frozenset({"parameters", "structure", "village", "programme", "background", "tags"})
Data = dict[str, Any]


@dataclass(frozen=True)
class Located:
    """Plain data of a scenario, with the place each key came from."""

    data: Data
    places: dict[KeyPath, str]
    own_village: frozenset[str] = field(default_factory=frozenset)

    def where(self, path: KeyPath) -> str:
        """File and line of a key, or of the nearest key above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, "")


def read_chain(path: Path, above: Sequence[Path] = ()) -> Located:
    """One file, put together with everything it extends.

    Args:
        path: the file.
        above: the files that lead here by `extends`.
    """
    here = path.resolve()
    document = read_yaml(path)
    data = _checked(document)
    own = data.get("village")
    base_name = data.pop("extends", None)
    if base_name is None:
        base = Located({}, {(): f"{document.source}:1"})
    else:
        where = document.where(("extends",))
        base_path = find_base(base_name, path, where)
        chain = [*above, here]
        if base_path.resolve() in chain:
            names = [step.name for step in chain[chain.index(base_path.resolve()) :]]
            told = " → ".join([*names, base_path.name])
            raise JinguoError("errors.extends_cycle", {"chain": told}, where=where)
        base = read_chain(base_path, chain)
    merged = _merge(base, data, document)
    return Located(merged.data, merged.places, frozenset(own if isinstance(own, dict) else ()))


def _checked(document: Document) -> Data:
    if not isinstance(document.data, dict):
        raise JinguoError("errors.not_a_scenario", where=f"{document.source}:1")
    data: Data = fresh(document.data)
    village = data.get("village")
    for key in ("ties", "households"):
        name = village.get(key) if isinstance(village, dict) else None
        if isinstance(name, str) and not is_inside(name):
            where = document.where(("village", key))
            raise JinguoError("errors.path_outside", {"found": name}, where=where)
    return data


def fresh(data: Any) -> Any:
    """A copy in which no part is shared, aliases included."""
    if isinstance(data, dict):
        return {key: fresh(value) for key, value in data.items()}
    return [fresh(value) for value in data] if isinstance(data, list) else data


def _merge(base: Located, own: Data, document: Document) -> Located:
    """The base, changed by what a file says itself; null takes a key away."""
    data, places = fresh(base.data), dict(base.places)
    data.pop("name", None)
    places[()] = f"{document.source}:1"
    added, dropped = own.pop("add_measures", None), own.pop("drop_measures", None)
    if "programme" in own and own["programme"] is None:
        data.pop("measures", None)  # a programme is its measures, staff, money and dates
    _overlay(data, own, (), places, document)
    if dropped is not None:
        _drop_measures(data, places, dropped, document)
    if added is not None:
        _add_measures(data, places, added, document)
    return Located(data, places)


def _overlay(
    base: Data, own: Data, above: KeyPath, places: dict[KeyPath, str], document: Document
) -> None:
    """Lay a file's own keys over the base, mapping by mapping."""
    for key, value in own.items():
        here = (*above, key)
        deep = bool(above) or key in DEEP_KEYS
        if deep and isinstance(value, dict) and isinstance(base.get(key), dict):
            _overlay(base[key], value, here, places, document)
        else:
            base.pop(key, None)
            if value is not None:
                base[key] = value
            _take_places(places, here, document)
        places[here] = document.where(here)


def _take_places(places: dict[KeyPath, str], path: KeyPath, document: Document) -> None:
    """Everything from this key down now stands in this file."""
    for old in [place for place in places if place[: len(path)] == path]:
        del places[old]
    for own, line in document.lines.items():
        if own[: len(path)] == path:
            places[own] = f"{document.source}:{line}"


def _drop_measures(
    data: Data, places: dict[KeyPath, str], names: object, document: Document
) -> None:
    _check_dropped(data, names, document)
    uses = _uses(data)
    gone = set(names) if isinstance(names, list) else set()
    kept = [index for index, use in enumerate(uses) if _name(use) not in gone]
    data["measures"] = [uses[index] for index in kept]
    old_places = {p: place for p, place in places.items() if p[:1] == ("measures",) and p[1:]}
    for path in old_places:
        del places[path]
    for new, old in enumerate(kept):
        for path, place in old_places.items():
            if path[1] == old:
                places["measures", new, *path[2:]] = place


def _check_dropped(data: Data, names: object, document: Document) -> None:
    where = document.where(("drop_measures",))
    if not isinstance(names, list):
        fields: dict[str, object] = {"at": "drop_measures", "found": str(names)}
        raise JinguoError("errors.not_a_list", fields, where=where)
    there = tuple(dict.fromkeys(_name(use) for use in _uses(data)))
    for index, name in enumerate(names):
        if name not in there:
            where = document.where(("drop_measures", index))
            meant = did_you_mean(str(name), there)
            fields = {"found": str(name), "allowed": there, "meant": meant}
            raise JinguoError("errors.measure_not_there", fields, where=where)


def _name(use: object) -> str:
    return str(use.get("measure", "")) if isinstance(use, dict) else ""


def _add_measures(
    data: Data, places: dict[KeyPath, str], uses: object, document: Document
) -> None:
    where = document.where(("add_measures",))
    if not isinstance(uses, list):
        fields = {"at": "add_measures", "found": str(uses)}
        raise JinguoError("errors.not_a_list", fields, where=where)
    first = len(_uses(data))
    data["measures"] = [*_uses(data), *uses]
    places.setdefault(("measures",), where)
    for path, line in document.lines.items():
        if path[:1] == ("add_measures",) and len(path) > 1 and isinstance(path[1], int):
            places["measures", first + path[1], *path[2:]] = f"{document.source}:{line}"


def _uses(data: Data) -> list[Any]:
    """The measures so far; what is no list is told later, at its own line."""
    uses = data.get("measures", [])
    return uses if isinstance(uses, list) else [uses]
