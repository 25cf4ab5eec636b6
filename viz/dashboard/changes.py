"""From what a visitor changed to a scenario, with the checks of the command line.

A change has a name and a text: `women`, `workers`, `money`, `staff`; a layer's dose as a factor
(`micro=1.5`, 0 is off); `NAME=off` or `NAME=on` of a measure, and its `NAME.dose`,
`NAME.coverage`, `NAME.start`, `NAME.stop`. The second future may add `from`, the week from which
it differs, and `shock`, what happens in that week.
"""

import math
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from model.errors import JinguoError
from scenarios.files import LIBRARY, find_csv, find_scenario, is_inside, library_names
from scenarios.load import load_scenario
from scenarios.own_measures import measures_of
from scenarios.schema import LAYERS, SHOCKS
from scenarios.yaml_reader import LARGEST_FILE, parse_yaml
from viz.dashboard.messages import without

if TYPE_CHECKING:
    from scenarios.form import Label
    from scenarios.schema import MeasureUse, Scenario
    from viz.dashboard.address import Changes

MOST_WOMEN = 5000  # in one village of a class
MOST_TRIED = 60  # changes of which the ones at fault are looked for
WHOLE = ("women", "workers")
DETAILS = ("dose", "coverage", "start", "stop")
OFF = 0.0
AT_ONCE = ("women", "workers", "money", "staff")  # cannot differ from a later week on
_EVERY = tuple(LAYERS)


def scenario_of(name: str, changes: "Changes", text: str | None = None) -> "Scenario":
    """The scenario with a visitor's changes.

    Args:
        name: of a built-in; any other name is refused, whatever files there are.
        changes: as the address holds them.
        text: a scenario file that the visitor opened; then the name does not count.

    Raises:
        JinguoError: what the command line would say.
    """
    found = _changed(name, changes, text)
    _check_size(found.village_spec.women)
    return found


def _check_size(women: float) -> None:
    if women > MOST_WOMEN:
        raise JinguoError("dashboard.too_many_women", {"found": women, "most": MOST_WOMEN})


@lru_cache(maxsize=64)
def at_fault(
    name: str, changes: "Changes", text: str | None = None, last: str = ""
) -> frozenset[str]:
    """The changes to leave out, by name, so that the others can be run.

    Args:
        name: as for `scenario_of`, like `text`.
        changes: tried one after the other.
        last: the change made last; it is blamed before others.
    """
    if _can_be(name, changes, text):
        return frozenset()
    kept: Changes = ()
    if len(changes) <= MOST_TRIED:
        for one in sorted(changes, key=lambda change: change[0] == last):
            more = tuple(sorted((*kept, one)))
            kept = more if _can_be(name, more, text) else kept
    return frozenset({change for change, _ in changes} - {change for change, _ in kept})


def _can_be(name: str, changes: "Changes", text: str | None) -> bool:
    try:
        scenario_of(name, changes, text).setup()
    except JinguoError:
        return False
    return True


@lru_cache(maxsize=64)
def _changed(name: str, changes: "Changes", text: str | None) -> "Scenario":
    base = _load(name, {}, text)
    given = dict(changes)
    overrides: dict[str, object] = {}
    if "women" in given:
        overrides["village.women"] = women = _number("women", given["women"])
        _check_size(women)
    if base.programme is not None:
        for key in ("workers", "money", "staff"):
            if key in given:
                value = given[key]
                overrides[f"programme.{key}"] = value if key == "staff" else _number(key, value)
    uses = _uses(base, given)
    if uses is not None:
        overrides["measures"] = uses
        factors = [_factor(given, layer) for layer in _EVERY]
        if base.programme is not None and not uses and not any(factors):
            overrides |= {"programme.workers": 0, "programme.money": 0}
    return _load(name, overrides, text) if overrides else base


def future_of(
    name: str, changes: "Changes", other: "Changes", text: str | None = None
) -> "Scenario":
    """The second future: what differs from a week on, as a scenario file can say it.

    A measure that ends, changes or begins in week `from` is written as one that stops there and
    one that starts there, so that the past of both futures is the same.
    """
    given = dict(other)
    week = int(_number("from", given.pop("from", "0")))
    if week < 0:
        raise JinguoError("errors.too_small", {"at": "from", "found": week, "low": 0})
    shock = given.pop("shock", None)
    one = scenario_of(name, changes, text)
    if week >= one.weeks:
        fields = {"at": "from", "found": week, "high": one.weeks - 1}
        raise JinguoError("errors.too_large", fields)
    late = {k: v for k, v in given.items() if not (week and k in AT_ONCE)}
    two = scenario_of(name, tuple(sorted({**dict(changes), **late}.items())), text)
    if shock is not None:
        data = _as_overrides(two)
        data["shocks"] = [*data["shocks"], {"shock": shock, "week": week}]
        two = _load(name, data, text)
    if not week:
        return two
    first, last = (0, one.weeks)
    if one.programme is not None:
        first, last = one.programme.start, one.programme.stop
    uses = parted(one.measures, two.measures, week, (first, last))
    data = _as_overrides(two) | {"measures": uses}
    if one.programme is not None:
        data["programme"] = one.programme.model_dump()
    return _load(name, data, text)


def parted(
    one: tuple["MeasureUse", ...], two: tuple["MeasureUse", ...], week: int, span: tuple[int, int]
) -> list[dict[str, object]]:
    """Measures as in the first future before a week, as in the second from it on."""
    uses: list[dict[str, object]] = []
    later = {use.measure: use for use in two}
    for use in one:
        start, stop = _weeks(use, span)
        same = later.pop(use.measure, None)
        if same == use:
            uses.append(_plain(use))
            continue
        if start < week:
            uses.append(_plain(use) | {"start": start, "stop": min(stop, week)})
        if same is not None:
            uses += _from(same, week, span)
    for use in later.values():
        uses += _from(use, week, span)
    return uses


def _from(use: "MeasureUse", week: int, span: tuple[int, int]) -> list[dict[str, object]]:
    start, stop = _weeks(use, span)
    return [_plain(use) | {"start": max(start, week), "stop": stop}] if stop > week else []


def _weeks(use: "MeasureUse", span: tuple[int, int]) -> tuple[int, int]:
    start = span[0] if use.start is None else use.start
    return start, span[1] if use.stop is None else use.stop


def _as_overrides(scenario: "Scenario") -> dict[str, Any]:
    """What a visitor may have changed, as it stands now."""
    data: dict[str, Any] = {"measures": [_plain(use) for use in scenario.measures]}
    data["shocks"] = [shock.model_dump() for shock in scenario.shocks]
    data["village.women"] = scenario.village_spec.women
    if scenario.programme is not None:
        data["programme"] = scenario.programme.model_dump()
    return data


def _uses(base: "Scenario", given: Mapping[str, str]) -> list[dict[str, object]] | None:
    """The measures at work; nothing where none was changed."""
    catalogue = measures_of(base)
    named = {name.partition(".")[0] for name in given} - {*AT_ONCE, *_EVERY}
    if not named and not any(layer in given for layer in _EVERY):
        return None
    unknown = sorted(named - set(catalogue))
    if unknown:
        fields = {"found": unknown[0], "meant": ""}
        raise JinguoError("errors.unknown_measure", fields)
    kept = [use for use in base.measures if given.get(use.measure) != "off"]
    uses = {use.measure: _plain(use) for use in kept}
    for name in sorted(n for n in named if given.get(n) == "on"):
        uses.setdefault(name, {"measure": name})
    for name, use in uses.items():
        for detail in DETAILS:
            text = given.get(f"{name}.{detail}")
            if text is not None:
                use[detail] = _detail(catalogue[name].label, detail, text)
    return _dosed(uses, given, catalogue)


def _detail(label: "Label", detail: str, text: str) -> float | int:
    """A measure's dose, coverage or week; coverage is told in percent, as the page asks for it."""
    which = {"measure": label.model_dump(), "field": detail}
    number = _number(detail, text, which)
    if detail == "coverage" and not 0 <= number <= 1:
        limits = {"found": 100 * number, "low": 0, "high": 100}
        raise JinguoError("errors.out_of_range", {"at": detail, **which, **limits})
    return number


def _dosed(
    uses: Mapping[str, dict[str, Any]], given: Mapping[str, str], catalogue: Mapping[str, Any]
) -> list[dict[str, object]]:
    kept = []
    for name, use in uses.items():
        entry = catalogue[name]
        factor = _factor(given, entry.layer)
        if factor == OFF:
            continue
        dose = use.get("dose", entry.dose.default) * factor
        changed = {"dose": min(max(dose, entry.dose.low), entry.dose.high)}
        kept.append(use if factor == 1.0 else {**use, **changed})
    return kept


def _factor(given: Mapping[str, str], layer: str) -> float:
    factor = float(_number(layer, given.get(layer, "1")))
    if factor < OFF:
        raise JinguoError("errors.too_small", {"at": layer, "found": factor, "low": OFF})
    return factor


def _plain(use: "MeasureUse") -> dict[str, Any]:
    return use.model_dump(mode="json", exclude_none=True)


def _number(
    name: str, text: str, which: Mapping[str, object] = MappingProxyType({})
) -> float | int:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise JinguoError("errors.not_a_number", {"at": name, "found": text, **which})
    return int(number) if number.is_integer() and abs(number) < LARGEST_FILE**2 else number


def _load(name: str, overrides: Mapping[str, object], text: str | None) -> "Scenario":
    if text is None:
        if name not in library_names():
            find_scenario(name.replace("/", "").replace("\\", "").replace(".", "") or "?")
        return load_scenario(name, overrides)
    return read_text(text, overrides)


def read_text(text: str, overrides: Mapping[str, object] | None = None) -> "Scenario":
    """A scenario file that came from a visitor: alone in a folder, so that it reaches no other.

    Raises:
        JinguoError: everything the command line would find wrong with it; places name lines only.
    """
    content = text.encode()
    if len(content) > LARGEST_FILE:
        raise JinguoError("errors.file_too_large", {"limit": LARGEST_FILE})
    _check_files(parse_yaml(text, "scenario.yaml").data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_bytes(content)
        try:
            return load_scenario(path, overrides or {}).in_folders((LIBRARY,))
        except JinguoError as problem:
            raise without(problem, (folder,)) from None


def _check_files(data: object) -> None:
    """Refuse a visitor's file that names files other than those of the library."""
    if not isinstance(data, dict):
        return
    village = data.get("village")
    village = village if isinstance(village, dict) else {}
    files = data.get("measure_files")
    files = files if isinstance(files, list) else [files]
    named = [*files, village.get("ties"), village.get("households")]
    for name in named:
        inside = name is None or (is_inside(str(name)) and find_csv(str(name), (LIBRARY,)))
        if not inside:
            raise JinguoError("dashboard.names_files", {"found": str(name)})


def known_measures(scenario: "Scenario") -> Mapping[str, Any]:
    """The catalogue as this scenario sees it."""
    return measures_of(scenario)


def shocks() -> tuple[str, ...]:
    """What may happen to a village."""
    return tuple(name for name in SHOCKS if name != "project_ends_early")

