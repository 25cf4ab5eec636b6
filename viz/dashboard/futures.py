"""The tab Two futures: one village, one luck, one thing changed."""

from collections.abc import Mapping
from typing import Any

import solara

from model.errors import JinguoError
from scenarios.schema import LAYERS
from viz.dashboard import parts
from viz.dashboard.address import Changes
from viz.dashboard.changes import AT_ONCE, DETAILS, known_measures, shocks
from viz.dashboard.play import charts_of, cutoff_of
from viz.dashboard.visit import WITHOUT, Visit
from viz.words import Words

EVERY = "all=0"
STAFF = "staff=enough"
OWN = "own"  # changes that no choice means


@solara.component
def Futures(visit: Visit) -> None:  # noqa: N802 (a part is named like a class)
    """A on the left, B beside it, the difference on the right."""
    state, words = visit.state.value, visit.words
    start = visit.films.value["a"].get("start")
    group, set_group = solara.use_state("")
    group = group or ("all" if start is None else "fixed")
    gap, set_gap = solara.use_state(initial=False)
    with solara.Div(classes=["jg-part"]):
        with solara.Div(style={"padding": "8px 12px 0"}):
            _change(visit)
        with solara.Div(classes=["jg-grid", "futures"]):
            for side in ("a", "b"):
                parts.Network(
                    lang=state.lang,
                    side=side,
                    title=words.say(f"dashboard.future_{side}"),
                    who=state.who,
                    png=False,
                    note=side == "b",
                    event_pick=lambda who: visit.set(who=who),
                )
            with solara.Div(classes=["jg-fill"], style={"gap": "6px"}):
                parts.Numbers(
                    lang=state.lang,
                    sides=["a", "b"],
                    group=group,
                    gap=gap,
                    event_choose=set_group,
                    event_press=lambda _=None: set_gap(not gap),
                )
                parts.Lines(
                    lang=state.lang, group=group, charts=charts_of(words, ["a", "b"], gap=gap)
                )
        with solara.Div(style={"padding": "0 14px 4px"}):
            parts.Legend(
                lang=state.lang,
                cutoff=cutoff_of(visit),
                brief=True,
                note=words.say("dashboard.one_luck"),
            )


def _change(visit: Visit) -> None:
    """What B changes, and from when."""
    state, words, progress = visit.state.value, visit.words, visit.progress.value

    def make(said: dict[str, Any]) -> None:
        visit.set(other=read_choice(str(said["what"]), int(said["week"]), state.other))
        if visit.ran.value["a"] != visit.asked("a"):
            visit.run("a")
        visit.run("b")

    parts.Change(
        lang=state.lang,
        choices=[*own_choice(state.other, words, lesson="lesson" in dict(state.rest)),
                 *choices(words)],
        chosen=choice_of(state.other),
        later="from" in dict(state.other),
        running=bool(progress.running),
        done=progress.done,
        total=progress.total,
        difference=difference(state.other or WITHOUT, words, _catalogue(visit)),
        event_make=make,
        event_cancel=lambda _=None: visit.cancel(),
    )


def _catalogue(visit: Visit) -> Mapping[str, Any]:
    try:
        return known_measures(visit.scenario())
    except JinguoError:
        return {}


def own_choice(other: Changes, words: Words, *, lesson: bool) -> list[dict[str, str]]:
    """What keeps changes that none of the choices means; nothing where one does."""
    if choice_of(other) != OWN:
        return []
    label = words.say("dashboard.as_in_lesson" if lesson else "dashboard.own_changes")
    return [{"value": OWN, "label": label}]


def choices(words: Words) -> list[dict[str, str]]:
    """The one thing that may be changed."""
    found = [{"value": EVERY, "label": words.say("dashboard.without")}]
    for factor, key in (("0", "layer_off"), ("0.5", "layer_half"), ("2", "layer_double")):
        found += [
            {
                "value": f"{layer}={factor}",
                "label": words.say(
                    f"dashboard.{key}", {"layer": words.say(f"report.layer_{layer}")}
                ),
            }
            for layer in LAYERS
        ]
    found.append({"value": STAFF, "label": words.say("dashboard.with_staff")})
    return found + [
        {"value": f"shock={name}", "label": words.say(f"dashboard.shock_{name}")}
        for name in shocks()
    ]


def read_choice(what: str, week: int, other: Changes = ()) -> Changes:
    """The changes that a choice means; staff can only differ from the beginning.

    Args:
        what: the choice.
        week: from which B differs; 0 is the beginning.
        other: what the choice `own` keeps.

    >>> read_choice("micro=0", 208)
    (('from', '208'), ('micro', '0'))
    """
    name, _, value = what.partition("=")
    found = dict(WITHOUT) if what == EVERY else {name: value}
    if what == OWN:
        found = {k: v for k, v in other if k != "from"}
    if week and not set(found) <= set(AT_ONCE):
        found["from"] = str(week)
    return tuple(sorted(found.items()))


def choice_of(other: Changes) -> str:
    """The choice that changes mean: the first one where there are none, else perhaps `own`."""
    given = {k: v for k, v in other if k != "from"}
    if not given or given == dict(WITHOUT):
        return EVERY
    chosen = "=".join(next(iter(given.items())))
    known = {choice["value"] for choice in choices(Words("en"))}
    return chosen if len(given) == 1 and chosen in known else OWN


def difference(other: Changes, words: Words, catalogue: Mapping[str, Any]) -> str:
    """What B does differently, in a sentence."""
    chosen, week = choice_of(other), dict(other).get("from")
    labels = {choice["value"]: choice["label"] for choice in choices(words)}
    label = labels.get(chosen) or words.joined(
        labels.get(f"{name}={value}") or _told(name, value, words, catalogue)
        for name, value in sorted(other, key=lambda change: change[0] not in LAYERS)
        if name != "from" and not (week and name in AT_ONCE)
    )
    if week:
        return words.say("dashboard.differs_from", {"what": label, "week": week})
    return words.say("dashboard.differs", {"what": label})


def _told(name: str, value: str, words: Words, catalogue: Mapping[str, Any]) -> str:
    """One change that no choice means, by the labels of layers and measures."""
    if name in LAYERS:
        layer = words.say(f"report.layer_{name}")
        if value == "1":
            return words.say("dashboard.with_this", {"name": layer})
        times = words.say("dashboard.times", {"factor": value})
        return words.say("dashboard.changed_to", {"name": layer, "value": times})
    measure, _, detail = name.partition(".")
    label = words.label(catalogue[measure].label) if measure in catalogue else measure
    if not detail and value in ("on", "off"):
        key = "with_this" if value == "on" else "without_this"
        return words.say(f"dashboard.{key}", {"name": label})
    if name in AT_ONCE or detail in DETAILS:
        what = words.say(f"dashboard.{detail or name}")
        if detail == "coverage" and value.replace(".", "", 1).isdigit():
            value = f"{100 * float(value):g}"
        label, value = (label, f"{what} {value}") if detail else (what, value)
    return words.say("dashboard.changed_to", {"name": label, "value": value})
