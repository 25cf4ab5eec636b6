"""A plan: which scenarios, over which points, how often. Everything is decided before a run."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from experiments.design import LEVELS, DesignKind, places
from experiments.design_factors import (
    Factor,
    Setting,
    dose_factors,
    parameter_factors,
    structure_factors,
    with_settings,
)
from experiments.statistics import Floats
from model.errors import JinguoError, Problems, did_you_mean
from scenarios.form import Count, Flag, Form, Line, Number
from scenarios.validation import read_form
from scenarios.yaml_reader import Document, parse_yaml, read_yaml, write_yaml

if TYPE_CHECKING:
    from scenarios.schema import Scenario

MOST_IN_A_CHUNK = 500
TOP_SEED = 2**63


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class DesignSpec(Form):
    """What is varied, and how."""

    kind: DesignKind = "latin_hypercube"
    draws: Annotated[Count, Field(ge=1)] | None = None
    levels: Annotated[Count, Field(ge=2, le=100)] = LEVELS
    parameters: Any = None
    doses: Any = None
    structures: Any = None
    second_order: Flag = False


class PlanSpec(Form):
    """What a plan file may say.

    `aims`, `outcomes`, `smallest` and `stopping` decide no run; a lock keeps them.
    """

    aims: Line | None = None
    scenario: Annotated[tuple[Line, ...], BeforeValidator(_several)]
    village: dict[str, Any] = Field(default_factory=dict)
    weeks: Annotated[Count, Field(ge=1)] | None = None
    set_values: Annotated[dict[str, Any], Field(alias="set")] = Field(default_factory=dict)
    design: DesignSpec | None = None
    replications: Annotated[Count, Field(ge=1, le=1_000_000)] = 10
    seed: Annotated[Count, Field(lt=TOP_SEED)] = 1
    indicators: Annotated[tuple[Line, ...], BeforeValidator(_several)] = ("all",)
    outcomes: Annotated[tuple[Line, ...], BeforeValidator(_several)] = ()
    smallest: dict[str, Any] = Field(default_factory=dict)
    stopping: Line | None = None
    deadline: Annotated[Number, Field(gt=0)] | None = None
    chunk: Annotated[Count, Field(ge=1, le=MOST_IN_A_CHUNK)] | None = None


@dataclass(frozen=True)
class Plan:
    """A plan with every name resolved.

    Attributes:
        arms: the scenarios, by name.
        factors: what is varied.
        places: draws x factors, 0 to 1.
        replications: how often each scenario is run under each draw.
        seed: root of every run's seed.
        indicators: what is kept of each week.
        kind: of the design; empty without one.
        levels: of a Morris design.
        second_order: of a Saltelli design.
        deadline: seconds a run may take; a default is chosen when not given.
        chunk: runs a process does in one go; chosen when not given.
        said: the plan as it was written.
        source: its file, if it came from one.
    """

    arms: Mapping[str, "Scenario"]
    factors: tuple[Factor, ...] = ()
    places: Floats = field(default_factory=lambda: places("grid", ()))
    replications: int = 10
    seed: int = 1
    indicators: tuple[str, ...] = ()
    kind: str = ""
    levels: int = LEVELS
    second_order: bool = False
    deadline: float | None = None
    chunk: int | None = None
    said: Mapping[str, object] = field(default_factory=dict)
    source: Path | None = None

    @property
    def draws(self) -> int:
        """How many points the design has."""
        return len(self.places)

    @property
    def runs(self) -> int:
        """How many runs there are in all."""
        return self.runs_a_replication * self.replications

    @property
    def runs_a_replication(self) -> int:
        """Every scenario under every draw, once."""
        return len(self.arms) * self.draws

    def settings(self, draw: int) -> dict[Factor, Setting]:
        """What one draw sets; draws count from 0."""
        here = zip(self.factors, self.places[draw], strict=True)
        return {factor: factor.at(float(place)) for factor, place in here}

    def identity(self) -> dict[str, object]:
        """What decides the numbers of every run; more replications are the same plan."""
        points = hashlib.sha256(self.places.astype("<f8").tobytes()).hexdigest()[:32]
        return {
            "scenarios": {name: arm.content_key() for name, arm in self.arms.items()},
            "factors": [factor.plain() for factor in self.factors],
            "points": points,
            "seed": self.seed,
            "indicators": list(self.indicators),
        }


def read_plan(source: "str | Path | Mapping[str, object] | Plan") -> Plan:
    """A plan from a YAML file, or from the same keys as data.

    Raises:
        JinguoError: the file cannot be read. Problems: what is wrong with what it says.
    """
    if isinstance(source, Plan):
        return source
    if isinstance(source, Mapping):
        document = parse_yaml(write_yaml(json.loads(json.dumps(source))), "plan")
        return _resolved(document, Path.cwd())
    path = Path(source)
    return replace(_resolved(read_yaml(path), path.absolute().parent), source=path.absolute())


def _resolved(document: Document, folder: Path) -> Plan:
    if not isinstance(document.data, Mapping):
        raise JinguoError("sweep.not_a_plan", where=document.source)
    spec = read_form(PlanSpec, document.data, document.where)
    arms = _arms(spec, folder)
    design = spec.design
    factors = tuple(_placed(document, _factors(design, list(arms.values())))) if design else ()
    if design and not factors:
        raise JinguoError("sweep.empty_design", where=document.where(("design",)))
    try:
        points = _points(design, factors, spec.seed)
    except JinguoError as problem:
        at = "levels" if problem.key == "sweep.odd_levels" else "draws"
        where = document.where(("design", at))
        raise JinguoError(problem.key, problem.fields, where=where) from None
    plan = Plan(
        arms=arms,
        factors=factors,
        places=points,
        replications=spec.replications,
        seed=spec.seed,
        indicators=_indicators(spec.indicators, document),
        kind=design.kind if design else "",
        levels=design.levels if design else LEVELS,
        second_order=design.second_order if design else False,
        deadline=spec.deadline,
        chunk=spec.chunk,
        said=dict(document.data),
    )
    _check_draws(plan)
    return plan


def _arms(spec: PlanSpec, folder: Path) -> dict[str, "Scenario"]:
    """The scenarios with what the plan sets in all of them."""
    from scenarios.load import load_scenario  # noqa: PLC0415 (slow to load)

    overrides = {f"village.{key}": value for key, value in spec.village.items()}
    overrides |= {} if spec.weeks is None else {"weeks": spec.weeks}
    overrides |= spec.set_values
    if not spec.scenario:
        raise JinguoError("sweep.no_runs")
    arms: dict[str, Scenario] = {}
    for name in spec.scenario:
        beside = folder / name
        arm = load_scenario(beside if beside.is_file() else name, overrides)
        if arm.name in arms:
            raise JinguoError("sweep.scenario_twice", {"name": arm.name})
        arms[arm.name] = arm
    return arms


def _factors(design: DesignSpec, arms: Sequence["Scenario"]) -> Iterator[Factor]:
    factors = [
        *parameter_factors(design.parameters),
        *dose_factors(design.doses, arms),
        *structure_factors(design.structures),
    ]
    names = [factor.name for factor in factors]
    for factor in factors:
        if names.count(factor.name) > 1:
            raise JinguoError("sweep.factor_twice", {"name": factor.name})
        yield factor


def _placed(document: Document, factors: Iterator[Factor]) -> Iterator[Factor]:
    """The factors; what is wrong with them is told with file and line."""
    where = document.where(("design",))
    try:
        yield from factors
    except Problems:
        raise
    except JinguoError as problem:
        raise JinguoError(problem.key, problem.fields, where=where) from None


def _points(design: DesignSpec | None, factors: Sequence[Factor], seed: int) -> Floats:
    if design is None:
        return places("grid", ())
    seed %= 2**32  # as SALib takes it
    return places(
        design.kind, factors, design.draws, design.levels, seed, second_order=design.second_order
    )


def _indicators(asked: Sequence[str], document: Document) -> tuple[str, ...]:
    from model.indicators import INDICATORS  # noqa: PLC0415 (slow to load)

    known = tuple(indicator.name for indicator in INDICATORS)
    if tuple(asked) == ("all",):
        return known
    for name in asked:
        if name not in known:
            fields: dict[str, object] = {"found": name, "meant": did_you_mean(name, known)}
            raise JinguoError(
                "sweep.unknown_indicator", fields, where=document.where(("indicators",))
            )
    if not asked:
        raise JinguoError("sweep.no_levels", {"at": "indicators"})
    return tuple(dict.fromkeys(asked))


def _check_draws(plan: Plan) -> None:
    """Build the first and the last point, so that what cannot be built is told before a start."""
    for draw in {0, plan.draws - 1}:
        for arm in plan.arms.values():
            with_settings(arm, plan.settings(draw)).setup()
