"""From what a scenario says to what a village is built from, and the key of its content."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel

from model.errors import JinguoError
from model.mechanism import Delivery
from model.parameters import Values
from model.setup import Background, Programme, Setup, Shock
from scenarios.catalogue import resolve
from scenarios.files import find_csv
from scenarios.own_measures import measures_of
from scenarios.programmes import carried_out_by_others
from scenarios.schema import (
    ENDS_EARLY,
    YEAR,
    BackgroundSpec,
    BackgroundUse,
    MeasureUse,
    ProgrammeSpec,
    Scenario,
    Span,
)

if TYPE_CHECKING:
    from model.village_graph import MeasuredVillage

NOT_DECISIVE = frozenset({"name"})


def build_setup(scenario: Scenario) -> Setup:
    """Everything a village is built from, with every reference resolved."""
    measured, catalogue = _measured(scenario), measures_of(scenario)
    values = Values(scenario.parameters)
    _check_posts(scenario.programme, values)
    return Setup(
        name=scenario.name,
        weeks=scenario.weeks,
        women=measured.women if measured else scenario.village_spec.women,
        values=values,
        graph=scenario.village_spec.graph,
        measured=measured,
        structure=scenario.structure.model_dump(),
        programme=_programme(scenario),
        measures=tuple(resolve(use, catalogue[use.measure], values) for use in _placed(scenario)),
        shocks=tuple(
            Shock(shock=s.shock, week=s.week) for s in scenario.shocks if s.shock != ENDS_EARLY
        ),
        background=_background(scenario.background, scenario.weeks, values),
    )


def _placed(scenario: Scenario) -> list[MeasureUse]:
    """The measures with their weeks; none outlives a project that ends before its time."""
    programme, planned = scenario.running, scenario.programme
    early = programme.stop if programme and programme != planned else scenario.weeks
    first, last = (programme.start, programme.stop) if programme else (None, None)
    placed = []
    for use in scenario.measures:
        start = first if use.start is None else use.start
        stop = last if use.stop is None else min(use.stop, early)
        if programme == planned or start is None or start < early:
            placed.append(use.model_copy(update={"start": start, "stop": stop}))
    return placed


def content_key(scenario: Scenario) -> str:
    """The first 16 hexadecimal digits of a hash over everything that decides results.

    Names and texts do not count, and neither does where a file lies.
    """
    return setup_key(build_setup(scenario))


def setup_key(setup: Setup) -> str:
    """The same of what a village is built from."""
    data = _plain(setup)
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _measured(scenario: Scenario) -> "MeasuredVillage | None":
    spec = scenario.village_spec
    if spec.graph == "generated" or spec.ties is None or spec.households is None:
        return None
    paths = []
    for name in (spec.households, spec.ties):
        path = find_csv(name, scenario.folders)
        if path is None:
            raise JinguoError("errors.file_missing", {"file": name})
        paths.append(path)
    changed = tuple(path.stat().st_mtime_ns for path in paths)
    return _read_measured(paths[0], paths[1], spec.pick, changed)


@lru_cache(maxsize=8)
def _read_measured(
    households: Path,
    ties: Path,
    pick: str | None,
    changed: tuple[int, ...],  # a file written anew is read anew
) -> "MeasuredVillage":
    from scenarios.measured import read_measured  # noqa: PLC0415 (pandas loads on first use)

    return read_measured(households, ties, pick)


def _check_posts(programme: ProgrammeSpec | None, values: Values) -> None:
    """A project whose money does not pay its own workers would stop before it is over."""
    if programme is None or not programme.workers:
        return
    need = programme.workers * values.post_cost * (programme.stop - programme.start) / YEAR
    if programme.money < need:
        fields = {"money": programme.money, "need": math.ceil(need), "workers": programme.workers}
        raise JinguoError("errors.money_below_posts", fields)


def _programme(scenario: Scenario) -> Programme | None:
    spec, planned = scenario.running, scenario.programme
    if spec is None or planned is None:
        return None
    return Programme(
        start=spec.start,
        stop=spec.stop,
        planned_stop=planned.stop,
        workers=spec.workers,
        money=spec.money,
        priority=spec.priority,
        unlimited_staff=spec.staff == "enough",
    )


def _background(spec: BackgroundSpec, weeks: int, values: Values) -> Background:
    boom = _weeks(spec.match_boom, weeks)
    return Background(
        pioneer=spec.pioneer,
        star=spec.star,
        county_push=_weeks(spec.county_push, weeks),
        village_logistics=spec.village_logistics.start if spec.village_logistics else None,
        federation_classes=_weeks(spec.federation_classes, weeks),
        mothers_posts=_weeks(spec.mothers_posts, weeks),
        small_loans=_weeks(spec.small_loans, weeks),
        match_boom=(*boom, spec.match_boom.every) if boom and spec.match_boom else None,
        middlemen=spec.middlemen,
        programmes=tuple(
            _of_others(use, weeks, values) for use in spec.measures if use.start < weeks
        ),
    )


def _of_others(use: BackgroundUse, weeks: int, values: Values) -> Delivery:
    """A measure that somebody else carries out, from its first week to the last."""
    given = {**dict(use), "stop": weeks if use.stop is None else use.stop}
    return resolve(MeasureUse(**given), carried_out_by_others()[use.measure], values)


def _weeks(span: Span | None, weeks: int) -> tuple[int, int] | None:
    if span is None:
        return None
    return span.start, weeks if span.stop is None else span.stop


def _plain(value: object) -> object:
    """Plain data for hashing; numbers keep every digit."""
    if isinstance(value, BaseModel):
        return [type(value).__name__, value.model_dump(mode="json")]
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, np.ndarray):
        return [str(value.dtype), hashlib.sha256(value.tobytes()).hexdigest()]
    parts = _parts(value)
    return value if parts is None else {name: _plain(part) for name, part in parts.items()}


def _parts(value: object) -> dict[str, object] | None:
    """The named parts of a value that has some."""
    if isinstance(value, Values):
        return dict(value.items())
    if is_dataclass(value):
        names = [field.name for field in fields(value) if field.name not in NOT_DECISIVE]
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Mapping):
        return {str(key): part for key, part in value.items()}
    return None
