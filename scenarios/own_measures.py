"""The catalogue as one scenario sees it: with the measures of the files that it names."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from model.errors import JinguoError, Problems
from scenarios.catalogue import MEASURES, load_measures
from scenarios.files import find_csv, is_inside
from scenarios.measure_form import MeasureEntry
from scenarios.yaml_reader import KeyPath

if TYPE_CHECKING:
    from scenarios.schema import Scenario
    from scenarios.validation import Where


def measures_of(scenario: "Scenario") -> Mapping[str, MeasureEntry]:
    """Every measure that this scenario may use, its own files read in this process."""
    take_own_measures(scenario, lambda _: "")
    return MEASURES


def take_own_measures(scenario: "Scenario", where: "Where") -> None:
    """Add the measures of `measure_files` to the catalogue.

    Args:
        scenario: its files are looked for beside it, as its CSV files are.
        where: file and line of a key path.

    Raises:
        Problems: files that are not there or lie elsewhere, and everything wrong in them.
    """
    problems: list[JinguoError] = []
    for index, name in enumerate(scenario.measure_files):
        at: KeyPath = ("measure_files", index)
        path = find_csv(name, scenario.folders)
        if not is_inside(name):
            problems.append(JinguoError("errors.path_outside", {"found": name}, where=where(at)))
        elif path is None:
            problems.append(JinguoError("errors.file_missing", {"file": name}, where=where(at)))
        else:
            try:
                load_measures(path)
            except Problems as several:
                problems.extend(several.problems)
            except JinguoError as problem:
                problems.append(problem)
    if problems:
        raise Problems(problems)
