"""Schemas with the meaning of their keys, in the user's language."""

from typing import Any

from viz.words import Words, all_words


def described(schema: dict[str, Any], words: Words) -> dict[str, Any]:
    """The same schema; every key it knows says what it means.

    Args:
        schema: a JSON schema; changed in place.
        words: the language.
    """
    known = all_words()
    for part in [schema, *schema.get("$defs", {}).values()]:
        for name, key in part.get("properties", {}).items():
            if f"schema.{name}" in known:
                key["description"] = words.say(f"schema.{name}")
        part.pop("description", None)
    return schema
