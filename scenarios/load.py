"""Load a scenario: find its file, follow `extends`, apply overrides, check everything."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from model.errors import JinguoError, Problems, did_you_mean
from model.parameters import Values
from scenarios.catalogue import MEASURES
from scenarios.files import LIBRARY, find_csv, find_scenario, library_names
from scenarios.form import Label
from scenarios.inheritance import Located, read_chain
from scenarios.measure_form import Dose
from scenarios.overrides import apply_overrides
from scenarios.own_measures import take_own_measures
from scenarios.programmes import carried_out_by_others
from scenarios.schema import ENDS_EARLY, BackgroundUse, MeasureUse, Scenario
from scenarios.tags import Tags
from scenarios.validation import Where, dotted, read_form

CSV_KEYS = ("households", "ties")
# A measure's place in a scenario, and a field of it.
MEASURE_AT = re.compile(r"((?:background\.)?)measures\[(\d+)\]\.?(.*)")


class ScenarioHead(NamedTuple):
    """What a list of scenarios shows of each."""

    name: str
    title: Label
    about: Label | None
    tags: Tags = Tags()


def load_scenario(
    name_or_path: str | Path, overrides: Mapping[str, object] | None = None
) -> Scenario:
    """A built-in scenario by name, or one from a file.

    Args:
        name_or_path: the name of a built-in, or the path of a YAML file.
        overrides: values by dotted path, such as `{"village.women": 300}`; text is read as in
            a file, so that `"300"` is a number.

    Raises:
        JinguoError: the file cannot be read. Problems: everything wrong with what it says.
    """
    path = find_scenario(name_or_path)
    located = read_chain(path)
    _check_own_csv(located)
    folders = [path.parent, LIBRARY]
    if overrides:
        located = apply_overrides(located, overrides)
        # who types a path on the command line means it from where they are
        folders.insert(0, Path.cwd())
    try:
        scenario = _read(_without_idle_csv(located), path.stem)
    except Problems as several:
        raise Problems(_by_measure(several.problems, located.data)) from None
    scenario = scenario.in_folders(tuple(dict.fromkeys(folders)))
    take_own_measures(scenario, located.where)
    problems = list(_problems(scenario, located.where))
    if problems:
        raise Problems(_by_measure(problems, located.data))
    return scenario


def check_file(path: Path) -> Scenario:
    """A scenario file with everything it names, CSV files included.

    Raises:
        JinguoError: as `load_scenario`, and whatever is wrong with the CSV files.
    """
    scenario = load_scenario(path)
    scenario.setup()
    return scenario


def list_scenarios() -> tuple[ScenarioHead, ...]:
    """The built-in scenarios with their titles, by name."""
    scenarios = [load_scenario(name) for name in library_names()]
    return tuple(ScenarioHead(s.name, s.title, s.about, s.tags) for s in scenarios)


def _read(located: Located, stem: str) -> Scenario:
    data = located.data
    name = "".join(letter if letter.isalnum() or letter in "_ .-" else "_" for letter in stem)
    data = {"name": name.lstrip(" .-") or "scenario", **data}
    data.setdefault("title", {"en": name, "zh": name})
    return read_form(Scenario, data, located.where)


def _check_own_csv(located: Located) -> None:
    """A file that names ties of its own means to use them."""
    village = located.data.get("village")
    if not isinstance(village, dict) or village.get("graph", "generated") != "generated":
        return
    for key in CSV_KEYS:
        if key in located.own_village:
            where = located.where(("village", key))
            raise JinguoError("errors.csv_not_used", {"at": f"village.{key}"}, where=where)


def _without_idle_csv(located: Located) -> Located:
    """A generated village has no use for the CSV files it inherited."""
    village = located.data.get("village")
    if not isinstance(village, dict) or village.get("graph", "generated") != "generated":
        return located
    kept = {key: value for key, value in village.items() if key not in {*CSV_KEYS, "pick"}}
    return Located({**located.data, "village": kept}, located.places, located.own_village)


def _problems(scenario: Scenario, where: Where) -> Iterator[JinguoError]:
    """What no form can see: names of parameters and measures, and files that are not there."""
    for name, number in scenario.parameters.items():
        try:
            Values({name: number})
        except JinguoError as problem:
            place = where(("parameters", name))
            yield JinguoError(problem.key, problem.fields, where=place)
    for index, use in enumerate(scenario.measures):
        yield from _measure_problems(scenario, use, ("measures", index), where)
    yield from _named_twice(scenario, where)
    for index, others in enumerate(scenario.background.measures):
        yield from _background_problems(others, ("background", "measures", index), where)
    yield from _shock_problems(scenario, where)
    yield from _csv_problems(scenario, where)


def _by_measure(problems: Iterable[JinguoError], data: Mapping[str, Any]) -> list[JinguoError]:
    """The same problems; those of a measure at work name it, not only its place in the list."""
    told = list(problems)
    for problem in told:
        found = MEASURE_AT.fullmatch(str(problem.fields.get("at", "")))
        if found is None:
            continue
        holder = data.get("background", {}) if found[1] else data
        use = holder["measures"][int(found[2]) - 1]
        name = use.get("measure") if isinstance(use, Mapping) else None
        if isinstance(name, str):
            label = MEASURES[name].label.model_dump() if name in MEASURES else name
            problem.fields |= {"measure": label, "field": found[3]}
    return told


def _named_twice(scenario: Scenario, where: Where) -> Iterator[JinguoError]:
    """One measure under the names of two papers would be given twice."""
    first: dict[str, str] = {}
    for index, use in enumerate(scenario.measures):
        if use.measure in MEASURES:
            name = first.setdefault(MEASURES[use.measure].same_as or use.measure, use.measure)
            if name != use.measure:
                place = where(("measures", index, "measure"))
                fields = {"found": use.measure, "other": name}
                yield JinguoError("errors.same_measure", fields, where=place)


def _background_problems(
    use: BackgroundUse, at: tuple[str, str, int], where: Where
) -> Iterator[JinguoError]:
    known = carried_out_by_others()
    if use.measure not in known:
        fields = {"found": use.measure, "meant": did_you_mean(use.measure, known)}
        yield JinguoError("errors.unknown_measure", fields, where=where((*at, "measure")))
        return
    yield from _dose_problems(use.dose, known[use.measure].dose, at, where)


def _dose_problems(
    found: float | None, dose: Dose, at: tuple[str | int, ...], where: Where
) -> Iterator[JinguoError]:
    if found is not None and not dose.low <= found <= dose.high:
        place = (*at, "dose")
        limits = {"low": dose.low, "high": dose.high}
        fields = {"at": dotted(place), "found": found, **limits}
        yield JinguoError("errors.out_of_range", fields, where=where(place))


def _shock_problems(scenario: Scenario, where: Where) -> Iterator[JinguoError]:
    """A project can only end early while it runs."""
    for index, shock in enumerate(scenario.shocks):
        programme = scenario.programme
        if shock.shock != ENDS_EARLY:
            continue
        if programme is None or not programme.start < shock.week < programme.stop:
            start = programme.start if programme else 0
            stop = programme.stop if programme else 0
            fields = {"week": shock.week, "start": start, "stop": stop}
            yield JinguoError("errors.no_project_to_end", fields, where=where(("shocks", index)))


def _measure_problems(
    scenario: Scenario, use: MeasureUse, at: tuple[str, int], where: Where
) -> Iterator[JinguoError]:
    if use.measure not in MEASURES:
        fields = {"found": use.measure, "meant": did_you_mean(use.measure, MEASURES)}
        yield JinguoError("errors.unknown_measure", fields, where=where((*at, "measure")))
        return
    yield from _dose_problems(use.dose, MEASURES[use.measure].dose, at, where)
    programme = scenario.programme
    start = use.start if use.start is not None or programme is None else programme.start
    stop = use.stop if use.stop is not None or programme is None else programme.stop
    if start is None or stop is None:
        yield JinguoError("errors.measure_needs_weeks", {"measure": use.measure}, where=where(at))
    elif stop <= start:
        weeks: dict[str, object] = {"at": dotted(at), "start": start, "stop": stop}
        yield JinguoError("errors.stop_before_start", weeks, where=where(at))


def _csv_problems(scenario: Scenario, where: Where) -> Iterator[JinguoError]:
    spec = scenario.village_spec
    needed = spec.graph == "measured" or bool(spec.households) != bool(spec.ties)
    for key, name in (("households", spec.households), ("ties", spec.ties)):
        if name is None and needed:
            fields = {"key": key, "at": "village"}
            yield JinguoError("errors.missing_key", fields, where=where(("village",)))
        elif name is not None and find_csv(name, scenario.folders) is None:
            place = where(("village", key))
            yield JinguoError("errors.file_missing", {"file": name}, where=place)
