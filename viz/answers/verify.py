"""`jinguo verify`: run some of a report's runs again, and tell what that says of the report."""

import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.carried import AT
from experiments.results import circumstances
from experiments.verify import Checked, Verified, verify
from experiments.verify_effects import effects_that_differ
from scenarios.files import LIBRARY
from viz.endings import BROKEN, GOOD
from viz.indicator_words import name_of
from viz.parameter_words import factor_name
from viz.progress import ProgressShown
from viz.report.seal import ReportRead, read_report
from viz.session import Session
from viz.tables import Table, write_json
from viz.words import LANGUAGES, Words, all_words

LABELLED = {
    "arm": "report.arm", "outcome": "cli.outcome", "horizon": "compare.when",
    "population": "cli.population", "subgroup": "compare.group",
}  # fmt: skip
LARGEST_SEED = 1_000_000


@dataclass(frozen=True)
class Order:
    """What was asked for on the line; without a seed a fresh one is taken."""

    report: Path
    runs: int
    seed: int | None
    processes: int


def check(order: Order, session: Session, *, as_json: bool) -> int:
    """Check a report, tell what was found, and give the exit code.

    Args:
        order: what was asked for.
        session: the language, and what loads plug-ins.
        as_json: data instead of lines.
    """
    report = read_report(order.report)
    carried = report.carried
    _tell(_about(report), session, aside=as_json)
    differ = effects_that_differ(carried)
    _tell(_effects(carried.kind, differ), session, aside=as_json)
    seed = secrets.randbelow(LARGEST_SEED) if order.seed is None else order.seed
    folders = (report.file.parent, Path.cwd(), LIBRARY)
    with ProgressShown(session.words, label="verify.runs") as progress:
        found = verify(
            carried, order.runs, seed, order.processes,
            folders=folders, progress=progress, prepare=session.prepare,
        )  # fmt: skip
    good = found.follows and not report.changed and not differ
    if as_json:
        write_json(_data(report, found, differ, good=good), sys.stdout)
    else:
        session.show(_table(found, report, session.words))
    _tell(_conclusion(report, found, good=good), session, aside=as_json)
    return GOOD if good else BROKEN


Line = tuple[str, dict[str, object]]


def _tell(lines: Iterator[Line], session: Session, *, aside: bool) -> None:
    for key, fields in lines:
        session.say(f"verify.{key}", fields, aside=aside)


def _about(report: ReportRead) -> Iterator[Line]:
    """Which report it is, and whether it is as it was when it was made."""
    carried = report.carried
    named = all_words()[f"verify.kind_{carried.kind}"]
    yield "report", {"file": report.file, "kind": named, "runs": len(carried.runs)}
    yield "made_with", _circumstances(carried.model_dump())
    if not report.changed:
        yield "unchanged", {}
        return
    yield "changed", {}
    for kind, name in report.changed:
        lang = all_words()["report.language"].get(kind, kind)
        yield f"changed_{'section' if kind in LANGUAGES else kind}", {"lang": lang, "name": name}


def _circumstances(of: Mapping[str, Any]) -> dict[str, object]:
    versions = [f"{name} {v}" for name, v in of["versions"].items() if v]
    return {"versions": versions, "platform": of["platform"], "processor": of["processor"] or "?"}


def _effects(kind: str, differ: list[dict[str, Any]] | None) -> Iterator[Line]:
    if kind == "patterns":
        yield "verdicts_unknown", {}
    elif kind == "sweep":
        yield "effects_none", {}
    elif differ is None:
        yield "effects_unknown", {}
    elif differ:
        first = [
            all_words().get(f"{LABELLED.get(label, '')}_{name}".replace("+", "_"), name)
            for label, name in differ[0].items()
        ]
        yield "effects_differ", {"count": len(differ), "first": first}
    else:
        yield "effects_follow", {}


def _table(found: Verified, report: ReportRead, words: Words) -> Table:
    title = words.say("verify.table", {
        "runs": len(found.runs), "all": len(report.carried.runs), "seed": found.seed,
    })  # fmt: skip
    heads = tuple(words.say(f"verify.head_{name}") for name in ("run", "ending", "detail"))
    rows = tuple(
        (_place(one, report, words), words.say(f"verify.ending_{one.ending}"), _detail(one, words))
        for one in found.runs
    )
    return Table(title, heads, rows, texts=3)


def _place(one: Checked, report: ReportRead, words: Words) -> str:
    carried, run = report.carried, one.run
    fields = {**vars(run), "arm": _arm(run.arm, report, words)}
    if carried.kind == "patterns":
        at = carried.places[run.draw]
        changes = [
            f"{factor_name(name.removeprefix('parameters.'), words)} = {value}"
            for name, value in at.changes.items()
        ]
        rival = [words.say(f"layers.name_{at.structure}")] if at.structure else []
        here = words.listed([*changes, *rival]) or words.say("verify.own_setting")
        return words.say("verify.place_pattern", {**fields, "setting": here})
    return words.say("verify.place_draw" if carried.factors else "verify.place", fields)


def _arm(arm: str, report: ReportRead, words: Words) -> str:
    """What a run was of: layers, a scenario by its title, or a kind of run of patterns."""
    carried = report.carried
    if carried.kind == "patterns":
        return _said(f"verify.run_{arm}", arm, words)
    if carried.kind == "layers":
        layers, _, staff = arm.partition("/")
        named = _said(f"report.arm_{layers.replace('+', '_')}", layers, words)
        told = _said(f"report.staff_{staff}", staff, words)
        return words.listed([named, told]) if staff else named
    given = {name: one.get("title") for name, one in carried.scenarios.items()}
    titles = {name: words.label(title) if title else name for name, title in given.items()}
    return titles.get(arm, arm) if len(set(titles.values())) == len(titles) else arm


def _said(key: str, code: str, words: Words) -> str:
    """What a code is called; itself where this version has no word for it."""
    return words.say(key) if key in all_words() else code


def _detail(one: Checked, words: Words) -> str:
    if one.ending == "failed":
        return one.message
    if one.name:
        return words.say("verify.number", {
            "name": _named(one.name, words), "held": _number(one.held), "now": _number(one.now),
        })  # fmt: skip
    return words.say("verify.bits") if one.ending == "other" else ""


def _named(name: str, words: Words) -> str:
    """An outcome at a horizon, in words."""
    indicator, _, horizon = name.partition(AT)
    label = name_of(indicator, words)
    if not horizon:
        return label
    when = words.say(f"compare.when_{horizon}")
    return words.say("verify.at", {"name": label, "when": when})


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.9g}"


def _conclusion(report: ReportRead, found: Verified, *, good: bool) -> Iterator[Line]:
    if found.edited:
        names = [all_words().get(f"verify.run_{name}", name) for name in found.edited]
        patterns = report.carried.kind == "patterns"
        yield "edited", {"names": names if patterns else list(found.edited)}
    same = all(one.ending == "same" for one in found.runs)
    if not (found.alike or same):
        yield "other_circumstances", _circumstances(circumstances())
    one = "_one" if len(found.runs) == 1 else ""
    if good:
        yield ("good_same" if same else "good_close") + one, {"runs": len(found.runs)}
    elif found.follows:
        yield f"bad_file{one}", {"runs": len(found.runs)}
    else:
        bad = sum(one.ending not in {"same", "close"} for one in found.runs)
        key = "bad" if found.alike or found.edited or report.changed else "drifted"
        yield key, {"bad": bad, "runs": len(found.runs)}
    yield "what_it_says", {}


def _data(
    report: ReportRead, found: Verified, differ: list[dict[str, Any]] | None, *, good: bool
) -> dict[str, Any]:
    return {
        "file": str(report.file),
        "kind": report.carried.kind,
        "agrees": good,
        "changed": [{"part": kind, "name": name} for kind, name in report.changed],
        "effects_that_do_not_follow": differ,
        "same_versions_and_platform": found.alike,
        "edited_scenarios": list(found.edited),
        "seed": found.seed,
        "runs": [
            {
                "arm": one.run.arm, "replication": one.run.replication, "draw": one.run.draw,
                "ending": one.ending, "number": one.name or None, "in_report": one.held,
                "now": one.now, "message": one.message or None,
            }
            for one in found.runs
        ],
    }  # fmt: skip
