"""The kinds of run that patterns are read from: in which villages, and what is watched there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from experiments.patterns_bodies import watch_cooperatives, watch_lead, watch_riders
from experiments.patterns_burden import MORE_ON_AIR
from experiments.patterns_end import watch_end
from experiments.patterns_events import watch_event
from experiments.patterns_market import watch_access, watch_cold, watch_gap, watch_newcomers
from experiments.patterns_people import watch_family, watch_law
from experiments.patterns_runs import watch_libei, watch_starts, watch_streamers
from experiments.patterns_training import watch_circle, watch_class, watch_content, watch_kit
from model.setup import Setup
from scenarios import Scenario

Changes = Mapping[str, object]
Place = Callable[[str, Changes], Scenario]  # a scenario by its name, with some values changed
Setups = Mapping[str, Setup]

SELF_RUN = "all+self_run_body"


@dataclass(frozen=True)
class Kind:
    """One kind of run.

    Attributes:
        setups: what its villages are built from, by arm.
        watch: makes one run, from the setups and a seed.
    """

    setups: Callable[[Place], Setups]
    watch: Callable[[Setups, int], object]


def _without(name: str) -> Callable[[Place], Setups]:
    """A scenario without a programme."""
    return lambda place: {"none": place(name, {}).arm(()).setup()}


def _more_on_air(name: str) -> Callable[[Place], Setups]:
    return lambda place: {
        "none": place(name, {"parameters.stream_part": MORE_ON_AIR}).arm(()).setup()
    }


def _with_all_measures(place: Place) -> Setups:
    """No project, the project with all measures, and the same with a body run by the women."""
    whole = place("libei", {})
    measures = [use.model_dump(exclude_none=True) for use in whole.measures]
    contrast: Iterable[object] = [*measures, {"measure": "self_run_body"}]
    self_run = place("libei", {"measures": list(contrast)})
    return {"none": whole.arm(()).setup(), "all": whole.setup(), SELF_RUN: self_run.setup()}


KINDS: Mapping[str, Kind] = {
    "libei": Kind(_without("libei"), watch_libei),
    "starts": Kind(_without("ordinary_village"), watch_starts),
    "more_libei": Kind(_more_on_air("libei"), watch_streamers),
    "more_ordinary": Kind(_more_on_air("ordinary_village"), watch_streamers),
    "end": Kind(_with_all_measures, watch_end),
    "class": Kind(_without("ordinary_village"), watch_class),
    "content": Kind(_without("ordinary_village"), watch_content),
    "circle": Kind(_without("ordinary_village"), watch_circle),
    "kit": Kind(_without("ordinary_village"), watch_kit),
    "law": Kind(_without("ordinary_village"), watch_law),
    "family": Kind(_without("ordinary_village"), watch_family),
    "access": Kind(_without("ordinary_village"), watch_access),
    "gap": Kind(_without("libei"), watch_gap),
    "cold": Kind(_without("ordinary_village"), watch_cold),
    "newcomers": Kind(_without("ordinary_village"), watch_newcomers),
    "lead": Kind(_without("libei"), watch_lead),
    "cooperatives": Kind(_without("libei"), watch_cooperatives),
    "riders": Kind(_without("libei"), watch_riders),
    "event": Kind(_without("rongjiang"), watch_event),
}
