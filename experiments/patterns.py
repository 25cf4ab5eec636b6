"""Does the model show what is known of such villages? The table of patterns."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.patterns_again import runs_told
from experiments.patterns_base import PatternRow, elsewhere
from experiments.patterns_bodies import free_riding, lead_leaves, shells
from experiments.patterns_burden import double_burden, streamers_row
from experiments.patterns_cache import Kept
from experiments.patterns_events import viral_burst
from experiments.patterns_libei import price_war_row, project_end, rivalry_row, take_off
from experiments.patterns_market import cold_chain, concentration, onboarding, selection
from experiments.patterns_people import family_dose, legal_training
from experiments.patterns_setups import Changes
from experiments.patterns_training import circles, content, idle_kit, one_off
from experiments.patterns_variants import (
    Progress,
    Results,
    Variant,
    make,
    plan,
    results,
)
from experiments.patterns_variants import (
    structures as structures_of,
)
from model.parameters import Values
from scenarios import load_scenario

__all__ = ["KEPT_IN", "PATTERNS", "check_patterns"]

PLACES = ("libei", "ordinary_village")
KEPT_IN = Path("results") / "patterns"  # under the working directory
FEWER = 10  # villages at a setting where a pattern fails
BUILT_IN, CALIBRATED, EMERGENT = "built in", "calibrated", "emergent"


@dataclass(frozen=True)
class Pattern:
    """A pattern: the runs it needs, and how it is read from them.

    Attributes:
        runs: their kinds.
        read: from the runs and the numbers of the model to the row.
        kind: what holding means.
        fails: values of parameters inside their ranges at which an emergent pattern fails.
    """

    runs: tuple[str, ...]
    read: Callable[[Results, Values], PatternRow]
    kind: str = BUILT_IN
    fails: Mapping[str, float] = field(default_factory=dict)


def _from(
    runs: str, read: Callable[[Sequence[Any], Values], PatternRow], kind: str = BUILT_IN,
    **fails: float,
) -> Pattern:
    """A pattern that is read from one kind of run."""
    return Pattern((runs,), lambda found, values: read(found[runs], values), kind, fails)


def _streamers(found: Results, values: Values) -> PatternRow:
    seen = [run.streamers for run in (*found["libei"], *found["starts"])]
    moved = [*found["more_libei"], *found["more_ordinary"]]
    return streamers_row(seen, moved, values, PLACES)


def _selection(found: Results, _values: Values) -> PatternRow:
    return selection(found["access"], found["gap"])


def _concentration(found: Results, _values: Values) -> PatternRow:
    return concentration({"libei": found["libei"], "ordinary_village": found["starts"]})


PATTERNS: Mapping[str, Pattern] = {
    "F1": _from("libei", take_off, CALIBRATED),
    "F2": _from("libei", price_war_row, CALIBRATED),
    "F3": _from("libei", rivalry_row, EMERGENT, rivalry_trust=0.0, rivalry_orders=0.0),
    "F4": _from("class", one_off, CALIBRATED),
    "F5": _from("content", content),
    "F6": _from("circle", circles),
    "F7": _from("starts", double_burden, CALIBRATED),
    "F8": Pattern(("libei", "starts", "more_libei", "more_ordinary"), _streamers, CALIBRATED),
    "F9": Pattern(("access", "gap"), _selection, CALIBRATED),
    "F10": Pattern(("libei", "starts"), _concentration, EMERGENT, {"early_luck": 0.9}),
    "F11": _from("lead", lead_leaves, EMERGENT, lead_boost=0.0),
    "F12": _from("cooperatives", shells),
    "F13": _from("riders", free_riding),
    "F14": _from("end", project_end, EMERGENT, governance_fade=0.005),
    "F15": _from("event", viral_burst, EMERGENT, viral_decay=0.4, viral_peak=3.0),
    "F16": _from("law", legal_training),
    "F17": _from("family", family_dose),
    "F18": _from("kit", idle_kit),
    "F19": _from("cold", cold_chain),
    "F20": _from(
        "newcomers", onboarding, EMERGENT, fans_start=0.0, outside_competition=80.0,
        similarity_processed=0.9,
    ),
}


def check_patterns(
    ids: Sequence[str] = (),
    replications: int = 30,
    processes: int = 1,
    progress: Progress | None = None,
    *,
    seed: int = 1,
    overrides: Changes | None = None,
    structures: bool = False,
    kept: Kept | None = None,
    carry: Callable[[Mapping[str, Any]], None] | None = None,
) -> list[PatternRow]:
    """Judge patterns over many villages.

    Args:
        ids: which, such as `("F1", "F3")`; all when none are named.
        replications: villages of each kind; runs are shared between patterns.
        processes: how many work at a time.
        progress: told the key and fields of each message.
        seed: of the first village.
        overrides: values by dotted path, set in all scenarios, to see a pattern fail.
        structures: judge emergent and calibrated patterns under each rival structure, too.
        kept: finished runs of earlier calls; every run is kept there as soon as it is done.
        carry: told what a report carries of the runs, in the words of `Carried`.

    Raises:
        KeyError: there is no such pattern.
        JinguoError: a run failed, or cannot be kept.
    """
    base = Variant(tuple(ids) or tuple(PATTERNS), replications, dict(overrides or {}))
    variants = [base, *_failing(base), *(_rivals(base) if structures else ())]
    plans = [plan(variant, _kinds(variant.ids), seed) for variant in variants]
    made = make(plans, processes, progress, kept)
    if carry is not None:
        carry(runs_told(variants, plans, made))
    judged = [_judge(v, results(p, made)) for v, p in zip(variants, plans, strict=True)]
    beside = list(zip(variants[1:], judged[1:], strict=True))
    return [_with_others(judged[0][name], beside) for name in base.ids]


def _kinds(ids: Sequence[str]) -> tuple[str, ...]:
    """The kinds of run that some patterns are read from, each once."""
    return tuple(dict.fromkeys(runs for name in ids for runs in PATTERNS[name].runs))


def _failing(base: Variant) -> Iterator[Variant]:
    """Each emergent pattern at a setting where it fails, with fewer villages."""
    for name in base.ids:
        setting = PATTERNS[name].fails
        if setting:
            values = {f"parameters.{key}": value for key, value in setting.items()}
            changes = {**base.changes, **values}
            yield Variant((name,), min(FEWER, base.replications), changes, setting=setting)


def _rivals(base: Variant) -> Iterator[Variant]:
    """Emergent and calibrated patterns under every rival structure."""
    ids = tuple(name for name in base.ids if PATTERNS[name].kind != BUILT_IN)
    if ids:
        for structure in structures_of(load_scenario("libei", base.changes)):
            yield Variant(ids, base.replications, base.changes, structure)


def _judge(variant: Variant, found: Results) -> Mapping[str, PatternRow]:
    values = load_scenario("libei", variant.changes).setup().values
    return {name: PATTERNS[name].read(found, values) for name in variant.ids}


def _with_others(
    found: PatternRow, beside: Sequence[tuple[Variant, Mapping[str, PatternRow]]]
) -> PatternRow:
    """A row, and what the same pattern shows at other settings and under other structures."""
    failing, structures = None, []
    for variant, judged in beside:
        if found.id in judged:
            name = variant.structure or ", ".join(variant.setting)
            other = elsewhere(judged[found.id], name, variant.setting)
            if variant.structure:
                structures.append(other)
            else:
                failing = other
    return dataclasses.replace(found, failing=failing, structures=tuple(structures))
