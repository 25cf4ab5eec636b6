"""Turn what pydantic found wrong with a file into messages for the person who wrote it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from model.errors import JinguoError, Problems, did_you_mean
from scenarios.schema import INHERITANCE_KEYS, Scenario, allowed_keys
from scenarios.yaml_reader import KeyPath, parse_scalar

LONGEST_SHOWN = 60
Where = Callable[[KeyPath], str]
AnyForm = TypeVar("AnyForm", bound=BaseModel)

_NUMBER_TYPES = frozenset({"float_type", "finite_number", "int_type", "int_from_float"})
_SIMPLE = {
    "string_type": "errors.not_text",
    "bool_type": "errors.not_true_or_false",
    "dict_type": "errors.not_a_mapping",
    "model_type": "errors.not_a_mapping",
    "model_attributes_type": "errors.not_a_mapping",
    "tuple_type": "errors.not_a_list",
    "list_type": "errors.not_a_list",
    "stop_before_start": "errors.stop_before_start",
    "empty_range": "errors.empty_range",
    "not_plain": "errors.not_plain",
    "not_a_share": "errors.not_a_share",
    "string_pattern_mismatch": "errors.bad_name",
    "string_too_short": "errors.empty_text",
    "string_too_long": "errors.long_text",
}


def read_form(form: type[AnyForm], data: object, where: Where, base: KeyPath = ()) -> AnyForm:
    """Check plain data against a form.

    Args:
        form: what is expected.
        data: what was read.
        where: file and line of a key path.
        base: where in the file this form stands.
    """
    try:
        return form.model_validate(data)
    except ValidationError as error:
        found = [
            _problem(form, details, where, base) for details in error.errors(include_url=False)
        ]
    found.sort(key=lambda problem: _line(problem.where))
    raise Problems(list({str(problem): problem for problem in found}.values()))


def dotted(path: KeyPath) -> str:
    """A key path as people write it; the third of a list is number 3.

    >>> dotted(("measures", 2, "dose"))
    'measures[3].dose'
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return text


def _problem(
    form: type[BaseModel], details: ErrorDetails, where: Where, base: KeyPath
) -> JinguoError:
    path = tuple(details["loc"])
    key, fields = _message(form, details, path)
    fields = {"at": dotted((*base, *path)), **fields}
    return JinguoError(key, fields, where=where((*base, *path)))


def _message(
    form: type[BaseModel], details: ErrorDetails, path: KeyPath
) -> tuple[str, dict[str, object]]:
    kind, found = details["type"], details["input"]
    context: Mapping[str, Any] = details.get("ctx", {})
    if kind in {"extra_forbidden", "missing"}:
        return _key_message(form, kind, path)
    if kind in _NUMBER_TYPES:
        return _number_message(kind, found)
    if kind in {"literal_error", "unknown_choice"}:
        return _choice_message(form, found, context, path)
    if limit := next((name for name in ("ge", "gt", "le", "lt") if name in context), None):
        end, key = ("low", "too_small") if limit.startswith("g") else ("high", "too_large")
        return f"errors.{key}", {"found": found, end: context[limit]}
    return _SIMPLE.get(kind, "errors.not_allowed"), {**context, "found": shown(found)}


def _key_message(form: type[BaseModel], kind: str, path: KeyPath) -> tuple[str, dict[str, object]]:
    name = str(path[-1])
    if kind == "missing":
        return "errors.missing_key", {"key": name}
    allowed = allowed_keys(form, path[:-1])
    if form is Scenario and len(path) == 1:
        allowed = (*INHERITANCE_KEYS, *allowed)
    return "errors.unknown_key", {
        "found": name,
        "allowed": allowed,
        "meant": did_you_mean(name, allowed),
    }


def _number_message(kind: str, found: object) -> tuple[str, dict[str, object]]:
    if isinstance(found, str) and isinstance(parse_scalar(found.strip()), int | float):
        return "errors.number_as_text", {"found": found}
    whole = kind in {"int_type", "int_from_float"}
    key = "errors.not_a_whole_number" if whole else "errors.not_a_number"
    return key, {"found": shown(found)}


def _choice_message(
    form: type[BaseModel], found: object, context: Mapping[str, Any], path: KeyPath
) -> tuple[str, dict[str, object]]:
    allowed = context.get("allowed") or _choices(context.get("expected", ""))
    written = shown(found)
    return "errors.unknown_choice", {
        "found": written,
        "allowed": tuple(allowed),
        "meant": did_you_mean(written, allowed),
    }


def _choices(expected: str) -> tuple[str, ...]:
    """The words out of pydantic's "'a', 'b' or 'c'"."""
    return tuple(expected.split("'")[1::2])


def _line(where: str) -> int:
    """The line at the end of a place; what has none comes first."""
    line = where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


def shown(found: object) -> str:
    """What was found, as short as a message needs it."""
    text = "" if found is None else str(found)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
