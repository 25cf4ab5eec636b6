"""What a sweep varies: inputs within their declared ranges, doses, rival explanations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from experiments.design_priors import uniform, value_at
from model.errors import JinguoError, did_you_mean
from model.parameters import DECLARED, GRADES, Values

if TYPE_CHECKING:
    from scenarios.schema import Scenario

Kind = Literal["parameter", "dose", "structure"]
Setting = float | str
RANGE_KEYS = ("low", "high")


@dataclass(frozen=True)
class Factor:
    """One thing a sweep varies.

    Attributes:
        name: its column: the input, `dose.<measure>` or `structure.<question>`.
        kind: what it sets.
        target: the input, measure or question it sets.
        low: lowest value; of levels, nothing.
        high: highest value.
        levels: the values it takes, where they are counted out.
        by_prior: spread as the declared prior says, not evenly.
        grade: of the evidence; empty for what is a choice.
    """

    name: str
    kind: Kind
    target: str
    low: float | None = None
    high: float | None = None
    levels: tuple[Setting, ...] = ()
    by_prior: bool = False
    grade: str = ""

    def at(self, place: float) -> Setting:
        """Its value at a place between 0 and 1."""
        if self.levels:
            return self.levels[min(int(place * len(self.levels)), len(self.levels) - 1)]
        if self.by_prior:
            return value_at(DECLARED[self.target], place)
        if self.low is None or self.high is None:
            raise ValueError(f"{self.name} has neither levels nor a range")
        return uniform(self.low, self.high, place)

    def relative(self, place: float) -> float:
        """How far up its scale a place lies: 0 is the lowest value or first choice, 1 the last.

        >>> Factor("dose.a", "dose", "a", levels=(1, 2, 4)).relative(0.4)
        0.5
        """
        if not self.levels:
            return place
        scale = list(dict.fromkeys(self.levels))
        if self.kind != "structure":
            scale.sort(key=float)
        return scale.index(self.at(place)) / max(len(scale) - 1, 1)

    def plain(self) -> dict[str, object]:
        """As it stands in a manifest."""
        return {**vars(self), "levels": list(self.levels)}


def with_settings(scenario: "Scenario", settings: Mapping[Factor, Setting]) -> "Scenario":
    """The scenario under one draw; doses go to those of its measures that are varied."""
    of: dict[Kind, dict[str, Any]] = {"parameter": {}, "dose": {}, "structure": {}}
    for factor, value in settings.items():
        of[factor.kind][factor.target] = value
    changes: dict[str, object] = {}
    if of["parameter"]:
        changes["parameters"] = {**scenario.parameters, **of["parameter"]}
    if of["dose"]:
        changes["measures"] = tuple(
            use.model_copy(update={"dose": of["dose"][use.measure]})
            if use.measure in of["dose"]
            else use
            for use in scenario.measures
        )
    if of["structure"]:
        changes["structure"] = scenario.structure.model_copy(update=of["structure"])
    return scenario.model_copy(update=changes) if changes else scenario


# --- Inputs ------------------------------------------------------------------------------------


def parameter_factors(asked: object) -> list[Factor]:
    """The inputs a plan names: a list, `all`, `{grade: E}`, or each with levels or a range."""
    if asked is None:
        return []
    if isinstance(asked, str) and asked != "all":
        asked = [asked]
    if asked == "all" or (isinstance(asked, Mapping) and set(asked) == {"grade"}):
        grades = GRADES if asked == "all" else _grades(asked["grade"])  # type: ignore[index]
        return [
            _whole(name) for name, p in DECLARED.items() if p.grade in grades and _varies(name)
        ]
    if isinstance(asked, Mapping):
        return [_parameter(str(name), given) for name, given in asked.items()]
    if isinstance(asked, Sequence):
        return [_parameter(str(name), None) for name in asked]
    raise JinguoError("errors.not_a_list", {"at": "design.parameters", "found": asked})


def _grades(asked: object) -> tuple[str, ...]:
    names = tuple(map(str, asked)) if isinstance(asked, list | tuple) else (str(asked),)
    for name in names:
        _known("design.parameters.grade", name, GRADES)
    return names


def _varies(name: str) -> bool:
    declared = DECLARED[name]
    low, high = declared.low, declared.high
    return declared.readable and low is not None and high is not None and low < high


def _whole(name: str) -> Factor:
    declared = DECLARED[name]
    ends = declared.low, declared.high
    return Factor(name, "parameter", name, *ends, by_prior=True, grade=declared.grade)


def _parameter(name: str, given: object) -> Factor:
    """One input, over its whole range unless levels or a narrower range are given."""
    declared = DECLARED.get(name)
    if declared is None or not declared.readable:
        Values({name: 0.0})  # raises in words
    if not _varies(name):
        raise JinguoError("sweep.fixed_parameter", {"name": name})
    if given is None:
        return _whole(name)
    at = f"design.parameters.{name}"
    levels, low, high = _given(at, given)
    for value in (*levels, low, high):
        if value is not None:
            Values({name: value})  # type: ignore[dict-item]  # raises in words when outside
    whole = _whole(name)
    low, high = (whole.low if low is None else low), (whole.high if high is None else high)
    return Factor(name, "parameter", name, low, high, levels, grade=whole.grade)


def _given(at: str, given: object) -> tuple[tuple[Setting, ...], float | None, float | None]:
    """Levels, or a range, as a plan writes them."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return (given,), None, None
    if isinstance(given, list | tuple):
        if not given:
            raise JinguoError("sweep.no_levels", {"at": at})
        return tuple(_number(at, value) for value in given), None, None
    if not isinstance(given, Mapping):
        raise JinguoError("errors.not_a_list", {"at": at, "found": given})
    for key in given:
        _known_key(at, str(key))
    low, high = (_number(at, given[key]) if key in given else None for key in RANGE_KEYS)
    if low is not None and high is not None and low >= high:
        raise JinguoError("errors.empty_range", {"at": at, "low": low, "high": high})
    return (), low, high


def _number(at: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise JinguoError("errors.not_a_number", {"at": at, "found": value})
    return float(value)


def _known_key(at: str, key: str) -> None:
    if key not in RANGE_KEYS:
        meant = did_you_mean(key, RANGE_KEYS)
        fields: dict[str, object] = {"found": key, "allowed": RANGE_KEYS, "meant": meant}
        raise JinguoError("errors.unknown_key", fields, where=at)


def _known(at: str, found: str, allowed: Sequence[str]) -> None:
    if found not in allowed:
        fields = {"at": at, "found": found, "allowed": tuple(allowed)}
        raise JinguoError(
            "errors.unknown_choice", {**fields, "meant": did_you_mean(found, allowed)}
        )


# --- Doses and structures ----------------------------------------------------------------------


def dose_factors(asked: object, scenarios: Sequence["Scenario"]) -> Iterator[Factor]:
    """The doses a plan names, of measures that at least one scenario uses."""
    from scenarios.catalogue import MEASURES  # noqa: PLC0415 (slow to load)

    for name, given in _named("design.doses", asked):
        at = f"design.doses.{name}"
        if name not in MEASURES:
            fields = {"found": name, "meant": did_you_mean(name, MEASURES)}
            raise JinguoError("errors.unknown_measure", fields, where=at)
        used = sorted({use.measure for scenario in scenarios for use in scenario.measures})
        if name not in used:
            others: dict[str, object] = {"allowed": used, "meant": did_you_mean(name, used)}
            raise JinguoError("errors.measure_not_there", {"found": name, **others}, where=at)
        allowed = MEASURES[name].dose
        levels, low, high = ((), None, None) if given is None else _given(at, given)
        for value in (*levels, low, high):
            if value is not None and not allowed.low <= float(value) <= allowed.high:
                limits = {"low": allowed.low, "high": allowed.high}
                raise JinguoError("errors.out_of_range", {"at": at, "found": value, **limits})
        ends = allowed.low if low is None else low, allowed.high if high is None else high
        yield Factor(f"dose.{name}", "dose", name, *ends, levels)


def structure_factors(asked: object) -> Iterator[Factor]:
    """The rival explanations a plan names: `all`, a list, or each with its choices."""
    from scenarios.schema import Structure  # noqa: PLC0415 (slow to load)

    choices = {name: get_args(f.annotation) for name, f in Structure.model_fields.items()}
    for name, given in _named("design.structures", list(choices) if asked == "all" else asked):
        _known("design.structures", name, tuple(choices))
        at = f"design.structures.{name}"
        levels = choices[name] if given is None else tuple(map(str, _several(given)))
        for level in levels:
            _known(at, level, choices[name])
        if not levels:
            raise JinguoError("sweep.no_levels", {"at": at})
        yield Factor(f"structure.{name}", "structure", name, levels=levels)


def _several(given: object) -> Sequence[object]:
    return given if isinstance(given, list | tuple) else (given,)


def _named(at: str, asked: object) -> list[tuple[str, object]]:
    if asked is None:
        return []
    if isinstance(asked, Mapping):
        return [(str(name), given) for name, given in asked.items()]
    if isinstance(asked, str | list | tuple):
        return [(str(name), None) for name in _several(asked)]
    raise JinguoError("errors.not_a_list", {"at": at, "found": asked})
