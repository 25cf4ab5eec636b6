"""What went wrong, as the page tells it: by its own labels, without paths of the server."""

import re
from collections.abc import Iterable
from pathlib import Path

from model.errors import JinguoError, Problems
from scenarios.files import LIBRARY
from scenarios.schema import LAYERS
from viz.dashboard.options import OPTIONS
from viz.words import Words, tell

LABELS = {name: f"dashboard.{name}" for name in ("women", "workers", "money")} | {
    "from": "dashboard.from_when", **{name: f"report.layer_{name}" for name in LAYERS},
}  # fmt: skip
LINE = re.compile(r":\d+$")


def told(problem: JinguoError, words: Words) -> list[str]:
    """What went wrong, a line for each message."""
    return tell(_labelled(without(problem, roots()), words), words)


def roots() -> tuple[str, ...]:
    """Folders of the server that messages may name files in."""
    folder = OPTIONS.folder
    return (str(LIBRARY), *(() if folder is None else (str(folder.resolve()), str(folder))))


def without(problem: JinguoError, folders: Iterable[str]) -> JinguoError:
    """The same problem; files in these folders are named from there."""
    if isinstance(problem, Problems):
        return Problems([without(part, folders) for part in problem.problems])
    fields, where = dict(problem.fields), problem.where
    for folder in folders:
        fields = {name: _shorter(value, folder) for name, value in fields.items()}
        where = str(_shorter(where, folder))
    return JinguoError(problem.key, fields, where=where)


def _shorter(value: object, folder: str) -> object:
    if isinstance(value, list | tuple):
        return [_shorter(part, folder) for part in value]
    if not isinstance(value, str | Path):
        return value
    text = str(value)
    for end in ("/", "\\"):
        text = text.replace(folder.rstrip("/\\") + end, "")
    return "." if text == folder else text


def _labelled(problem: JinguoError, words: Words) -> JinguoError:
    """A change by the label of its field; a place in no file says nothing more."""
    if isinstance(problem, Problems):
        return Problems([_labelled(part, words) for part in problem.problems])
    where = problem.where if LINE.search(problem.where) else ""
    fields = dict(problem.fields)
    name = str(fields.get("at", "")).rpartition(".")[2]
    if not where and name in LABELS:
        fields["at"] = words.say("errors.quoted", {"text": words.say(LABELS[name])})
    return JinguoError(problem.key, fields, where=where)
