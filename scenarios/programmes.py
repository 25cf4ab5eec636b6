"""Programmes of others that the papers name: what goes on whether or not there is a project.

They are measures as any other, with a file of their own: no catalogue of social work lists them.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from scenarios.catalogue import MEASURES, read_measures
from scenarios.measure_form import MeasureEntry
from scenarios.yaml_reader import read_yaml

FILE = Path(__file__).parent / "background.yaml"


@cache
def programmes() -> Mapping[str, MeasureEntry]:
    """Every programme of others, by name."""
    document = read_yaml(FILE)
    return read_measures(document.data, document.where)


def carried_out_by_others() -> Mapping[str, MeasureEntry]:
    """What a background may name: programmes of others, and every measure of the catalogue."""
    return {**MEASURES, **programmes()}
