"""STRESS-ABS: the checklist of what a paper on an agent-based model must say, from a manifest.

Monks, Currie, Onggo, Robinson, Kunc, Taylor 2019, doi 10.1080/17477778.2018.1442155. Texts are in
`words/stress.yaml`; what a machine cannot know is left to be written.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.errors import JinguoError
from viz.documents.counts import COUNTS
from viz.documents.markdown import joined, section
from viz.words import Words

SECTIONS = ("objectives", "logic", "data", "experimentation", "implementation", "access")
# The items of the checklist by number; each has a title and a text in `words/stress.yaml`.
ITEMS: Mapping[str, str] = {
    "1.1": "purpose", "1.2": "outputs", "1.3": "aims",
    "2.1": "diagram", "2.2": "base", "2.3": "scenarios", "2.4": "algorithms",
    "2.5.1": "environment", "2.5.2": "agents", "2.5.3": "topology", "2.5.4": "entry",
    "3.1": "sources", "3.2": "preprocessing", "3.3": "inputs", "3.4": "assumptions",
    "4.1": "initialisation", "4.2": "length", "4.3": "estimation",
    "5.1": "software", "5.2": "sampling", "5.3": "execution", "5.4": "system",
    "6.1": "sharing",
}  # fmt: skip
COUNTED = ("parameters", "evidence", "not_read", "guesses", "mechanisms", "indicators")


def checklist(manifest: Mapping[str, Any], words: Words, file: str = "manifest.json") -> str:
    """The filled checklist as Markdown.

    Args:
        manifest: of a folder of results.
        words: the language.
        file: what the manifest is called in the first line.
    """
    facts = facts_of(manifest, words)
    intro = words.say("documents.checklist_intro", {"file": file})
    parts = ["# " + words.say("stress.title", facts), intro]
    for place, name in enumerate(SECTIONS, 1):
        told = [
            section(
                3, f"{number} {words.say(f'stress.{item}')}", words.say(f"stress.{item}_is", facts)
            )
            for number, item in ITEMS.items()
            if number.startswith(str(place))
        ]
        parts.append(section(2, f"{place} {words.say(f'stress.{name}')}", *told))
    return joined(parts) + "\n"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder of results, or the file itself.

    Raises:
        JinguoError: there is none, or it cannot be read.
    """
    path = folder / "manifest.json" if folder.is_dir() else folder
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise JinguoError("errors.file_missing", {"file": str(path)}) from None
    except (OSError, ValueError):
        raise JinguoError("stress.no_manifest", {"file": str(path)}) from None
    if not isinstance(found, dict) or "versions" not in found:
        raise JinguoError("stress.no_manifest", {"file": str(path)})
    return found


def facts_of(manifest: Mapping[str, Any], words: Words) -> dict[str, object]:
    """What the texts of the checklist may name."""
    told = _scenarios(manifest)
    counted = {name: COUNTS[name](words) for name in COUNTED}
    facts = {**_facts_of_scenarios(told, words), **_facts_of_job(manifest), **counted}
    return {
        name: words.say("stress.unknown") if f in (None, []) else f for name, f in facts.items()
    }


def _facts_of_scenarios(told: list[Mapping[str, Any]], words: Words) -> dict[str, object]:
    none = [words.say("stress.none")]
    programmes = [p for s in told if (p := s.get("programme"))]
    shocks = [
        f"{words.say('report.shock_' + x['shock'])} ({x['week']})"
        for s in told
        for x in s.get("shocks", ())
    ]
    return {
        "titles": [words.label(s["title"]) for s in told],
        "names": [s["name"] for s in told],
        "women": _each(s["village"].get("women") for s in told),
        "graphs": _each(
            words.say(f"report.graph_{s['village'].get('graph', 'generated')}") for s in told
        ),
        "weeks": _each(s["weeks"] for s in told),
        "measures": _each(len(s.get("measures", ())) for s in told),
        "changed": _each(name for s in told for name in s.get("parameters", ())) or none,
        "projects": _each(f"{p['start']}–{p['stop']}" for p in programmes) or none,
        "money": _each(words.amount(p["money"], exact=True) for p in programmes) or none,
        "workers": _each(p["workers"] for p in programmes) or none,
        "shocks": _each(shocks) or none,
    }


def _facts_of_job(manifest: Mapping[str, Any]) -> dict[str, object]:
    plan = manifest.get("plan", {})
    versions = manifest["versions"].items()
    started = manifest.get("started", manifest.get("made"))
    return {
        "varied": _each(f["name"] for f in plan.get("factors", ())) or "–",
        "replications": manifest.get("complete", manifest.get("replications")),
        "failed": len(manifest.get("failed") or ()),
        "seed": manifest.get("seed", plan.get("seed")),
        "versions": [f"{name} {version}" for name, version in versions if version],
        "platform": manifest.get("platform"),
        "cores": manifest.get("cores"),
        "minutes": manifest.get("minutes"),
        "started": started and str(started)[:10],
        "code": manifest.get("code"),
        "key": manifest.get("plan_key"),
    }


def _scenarios(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The scenarios of a job, as they were run."""
    if "scenario" in manifest and isinstance(manifest["scenario"], Mapping):
        return [manifest["scenario"]]
    several = manifest.get("scenarios", manifest.get("arms", {}))
    found = several.values() if isinstance(several, Mapping) else several
    return [s.get("plain", s) for s in found if isinstance(s, Mapping)]


def _each(values: Any) -> list[str]:
    """Each value once, in order."""
    return list(dict.fromkeys(str(value) for value in values))
