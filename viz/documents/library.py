"""The scenarios that come with the program, and the keys of a scenario file."""

from collections.abc import Iterator, Mapping
from typing import Any

from scenarios.files import library_names
from scenarios.json_schema import scenario_schema
from scenarios.load import load_scenario
from scenarios.papers import papers
from scenarios.schema import Scenario
from viz.documents.markdown import anchored, code, joined, link, section, table, text
from viz.schema_words import described
from viz.words import Words

TOP = "Scenario"
MEASURES_PAGE = {"en": "reference/measures.md", "zh": "zh/reference/measures.md"}


def scenario_library(words: Words) -> str:
    """Every built-in scenario: its story, its size, its programme, its measures."""
    return joined(_scenario(load_scenario(name), words) for name in library_names())


def _scenario(scenario: Scenario, words: Words) -> str:
    page = MEASURES_PAGE[words.lang]
    about = "" if scenario.about is None else text(words.label(scenario.about))
    lines = [
        words.say(
            "documents.scenario_size",
            {"women": scenario.village_spec.women, "weeks": scenario.weeks},
        ),
        *_programme(scenario, words),
        *_sources(scenario, words),
        *_tags(scenario, words),
        *_list(
            "scenario_shocks",
            [words.say(f"report.shock_{s.shock}") for s in scenario.shocks],
            words,
        ),
        *_list("scenario_parameters", [code(name) for name in scenario.parameters], words),
        *_list(
            "scenario_measures",
            [link(code(use.measure), page, use.measure) for use in scenario.measures],
            words,
        ),
    ]
    title = text(words.label(scenario.title))
    return section(
        2, anchored(scenario.name), f"**{title}** {about}", "\n".join(f"- {x}" for x in lines)
    )


def _programme(scenario: Scenario, words: Words) -> Iterator[str]:
    if scenario.programme is not None:
        told = scenario.programme.model_dump()
        told |= {"money": words.amount(scenario.programme.money, exact=True)}
        yield words.say("documents.scenario_programme", told)


def _sources(scenario: Scenario, words: Words) -> Iterator[str]:
    known = papers()
    told = [
        f"{known[s.paper].code}{f' §{s.section}' if s.section else ''}" for s in scenario.source
    ]
    yield from _list("scenario_source", told, words)


def _tags(scenario: Scenario, words: Words) -> Iterator[str]:
    yield from _list(
        "scenario_tags", [words.say(f"tags.{tag}") for tag in scenario.tags.told()], words
    )


def _list(key: str, names: list[str], words: Words) -> Iterator[str]:
    if names:
        yield words.say(f"documents.{key}", {"names": names})


# --- Keys ----------------------------------------------------------------------------------------


def scenario_keys(words: Words) -> str:
    """The keys of a scenario file, part by part, with their meaning and what they may be."""
    schema = described(scenario_schema(), words)
    parts = {TOP: schema, **schema["$defs"]}
    wanted = (
        TOP,
        "VillageSpec",
        "ProgrammeSpec",
        "MeasureUse",
        "Target",
        "ShockSpec",
        "BackgroundSpec",
        "Structure",
    )
    return joined(
        section(3, words.say(f"documents.keys_{name.lower()}"), _keys(parts[name], words))
        for name in wanted
    )


def _keys(part: Mapping[str, Any], words: Words) -> str:
    heads = [
        words.say(f"documents.head_{name}") for name in ("key", "meaning", "allowed", "default")
    ]
    rows = [
        [code(name), text(key.get("description", "")), text(_allowed(key, words)), _default(key)]
        for name, key in part["properties"].items()
    ]
    return table(heads, rows)


def _allowed(key: Mapping[str, Any], words: Words) -> str:
    """The words a key may be, or its ends."""
    for choice in (key, *key.get("anyOf", ())):
        if "enum" in choice:
            return words.listed(map(str, choice["enum"]))
        if {"minimum", "maximum"} <= choice.keys():
            return f"{choice['minimum']:,} … {choice['maximum']:,}"
    return ""


def _default(key: Mapping[str, Any]) -> str:
    value = key.get("default")
    return "" if value is None or isinstance(value, list | dict) else code(str(value).lower())
