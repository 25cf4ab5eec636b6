"""What scenario and measure files may say, as JSON schemas with which editors complete and check.

A schema sees one file at a time. It therefore asks for no key that a base could give, and knows
nothing of weeks that do not fit, doses out of range or files that are not there: `jinguo check`
does.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from model.parameters import DECLARED
from scenarios.catalogue import MEASURES, MECHANISMS
from scenarios.files import library_names
from scenarios.measure_form import REFERENCE, MeasureEntry, SameMeasure
from scenarios.programmes import carried_out_by_others
from scenarios.schema import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

# Forms that a base and a file make up together, key by key.
MERGED = (
    "VillageSpec",
    "Structure",
    "ProgrammeSpec",
    "BackgroundSpec",
    "Span",
    "Since",
    "Repeated",
    "Tags",
)


def scenario_schema() -> Schema:
    """The schema of a scenario file, with the names of measures and parameters known now."""
    schema = _plain(Scenario.model_json_schema(by_alias=True, mode="validation"))
    forms, keys = schema["$defs"], schema["properties"]
    schema.pop("required", None)
    for name in MERGED:
        forms[name].pop("required", None)
        forms[name]["properties"] = _may_be_taken_away(forms[name]["properties"])
    _one_for_several(forms["Target"])
    keys["parameters"] = _parameters()
    forms["MeasureUse"]["properties"]["measure"] = {"$ref": "#/$defs/MeasureName"}
    forms["BackgroundUse"]["properties"]["measure"] = {"enum": sorted(carried_out_by_others())}
    forms["MeasureName"] = {"enum": sorted(MEASURES)}
    uses = {"type": "array", "items": {"$ref": "#/$defs/MeasureUse"}}
    names = {"type": "array", "items": {"$ref": "#/$defs/MeasureName"}}
    schema["properties"] = {
        "extends": {"type": "string", "examples": list(library_names())},
        **_may_be_taken_away(keys),
        "add_measures": uses,
        "drop_measures": names,
    }
    # A scenario with measures of its own may name them; only `jinguo check` reads that file.
    own = {"if": {"required": ["measure_files"]}, "then": True, "else": _known_names()}
    forms["MeasureName"] = {"type": "string", "examples": sorted(MEASURES)}
    return {"$schema": DIALECT, "title": "Jinguo scenario", **schema, "allOf": [own]}


def measures_schema() -> Schema:
    """The schema of a measure file: measures by name."""
    entry = _plain(MeasureEntry.model_json_schema(mode="validation"))
    same = _plain(SameMeasure.model_json_schema(mode="validation"))
    forms = {**same.pop("$defs", {}), **entry.pop("$defs", {})}
    _one_for_several(forms["Target"])
    entry["properties"].pop("same_as", None)
    entry["properties"]["mechanism"] = {"enum": sorted(MECHANISMS)}
    entry["allOf"] = [_fields_of(name) for name in sorted(MECHANISMS)]
    names = [REFERENCE + name for name, declared in DECLARED.items() if declared.readable]
    forms["Reference"] = {"enum": names}
    _refer(entry)
    forms |= {"Measure": entry, "SameMeasure": same}
    either: Schema = {
        "if": {"required": ["same_as"]},
        "then": {"$ref": "#/$defs/SameMeasure"},
        "else": {"$ref": "#/$defs/Measure"},
    }
    return {
        "$schema": DIALECT,
        "title": "Jinguo measures",
        "type": "object",
        "additionalProperties": either,
        "$defs": forms,
    }


def _known_names() -> Schema:
    """Every measure used is one of the catalogue."""
    use = {"properties": {"measure": {"enum": sorted(MEASURES)}}}
    uses = {"items": use}
    return {"properties": {"measures": uses, "add_measures": uses}}


def _parameters() -> Schema:
    properties = {
        name: {
            "type": ["number", "null"],
            "description": f"{declared.label['en']} / {declared.label['zh']} ({declared.unit})",
            "default": declared.default,
            "minimum": declared.low,
            "maximum": declared.high,
        }
        for name, declared in DECLARED.items()
        if declared.readable and declared.low is not None
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _fields_of(mechanism: str) -> Schema:
    """Which fields a mechanism has: each may be written out, or refer to a declared number."""
    form = MECHANISMS[mechanism].model_json_schema(mode="validation")
    referred = {"$ref": "#/$defs/Reference"}
    names = {
        name: {"anyOf": [field, referred], **_told(field)}
        for name, field in form.get("properties", {}).items()
    }
    fields = {"properties": names, "additionalProperties": False}
    return {
        "if": {"properties": {"mechanism": {"const": mechanism}}},
        "then": {"properties": {"fields": fields}},
    }


def _told(field: Mapping[str, Any]) -> Schema:
    return {"description": field["description"]} if "description" in field else {}


def _may_be_taken_away(properties: Schema) -> Schema:
    """A file writes null to take away what its base says."""
    null = {"type": "null"}
    found = {}
    for name, schema in properties.items():
        choices = schema.get("anyOf", [schema])
        if null in choices:
            found[name] = schema
        elif isinstance(schema.get("type"), str) and "enum" not in schema:
            found[name] = {**schema, "type": [schema["type"], "null"]}
        else:
            found[name] = {"anyOf": [*choices, null]}
    return found


def _one_for_several(form: Schema) -> None:
    """One word stands for a list of one."""
    for schema in form["properties"].values():
        arrays = [choice for choice in schema.get("anyOf", []) if choice.get("type") == "array"]
        schema.setdefault("anyOf", []).extend(array["items"] for array in arrays)


def _refer(schema: Any) -> None:
    """Complete references with the names there are."""
    for part in _parts(schema):
        if part.get("pattern") == f"^{REFERENCE}":
            part.clear()
            part["$ref"] = "#/$defs/Reference"


def _parts(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, dict):
        yield schema
        for value in list(schema.values()):
            yield from _parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _parts(value)


def _plain(schema: Schema) -> Schema:
    """Without the titles that pydantic makes up from names."""
    for part in _parts(schema):
        if isinstance(part.get("title"), str):
            del part["title"]
    return schema
