"""Read a YAML file as plain data, remembering the line of every key.

Files come from strangers: no tags, no code, bounded in size, depth and aliases. Words such as
`no` and `on` stay words and `4e5` is a number, as people expect (the YAML 1.2 core rules).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from model.errors import JinguoError

Key = str | int
KeyPath = tuple[Key, ...]

LARGEST_FILE = 1_000_000
DEEPEST = 20
MOST_ALIASES = 50
MOST_NODES = 200_000
LONGEST_COUNT = 18  # digits; longer ones count nothing and become decimals

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"[-+]?[0-9][0-9_]*\Z")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Document:
    """One file, read: its data and where each key stands."""

    source: str
    data: object
    lines: dict[KeyPath, int]

    def line(self, path: KeyPath) -> int:
        r"""The line of a key, or of the nearest key above it.

        >>> parse_yaml("a:\n  b: 1\n", "x.yaml").line(("a", "b", "c"))
        2
        """
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def where(self, path: KeyPath) -> str:
        """File and line of a key, as messages print it."""
        return f"{self.source}:{self.line(path)}"


def read_yaml(path: Path) -> Document:
    """Read one file from disk, at most one megabyte of it."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise JinguoError("errors.file_missing", {"file": str(path)}) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise JinguoError(
            "errors.file_unreadable", {"file": str(path), "reason": reason}
        ) from None
    if len(content) > LARGEST_FILE:
        raise JinguoError("errors.file_too_large", {"limit": LARGEST_FILE}, where=str(path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise JinguoError("errors.not_utf8", where=f"{path}:{line}") from None
    return parse_yaml(text, str(path))


def parse_yaml(text: str, source: str) -> Document:
    r"""Read YAML text; `source` is what messages call it.

    >>> parse_yaml("women: 600\nshare: 4e-1\n", "x.yaml").data
    {'women': 600, 'share': 0.4}
    """
    if len(text) > LARGEST_FILE:
        raise JinguoError("errors.file_too_large", {"limit": LARGEST_FILE}, where=source)
    reading = _Reading(source, text.removeprefix(_BYTE_ORDER_MARK))
    try:
        data = reading.document()
    except yaml.YAMLError as error:
        raise reading.explain(error) from None
    return Document(source, data, reading.lines)


def parse_scalar(text: str) -> object:
    """What one plain word of YAML stands for.

    >>> [parse_scalar(word) for word in ("12", "4e5", "true", "no", "", "1_000")]
    [12, 400000.0, True, 'no', None, 1000]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.match(text) and len(text) <= LONGEST_COUNT:
        return int(text.replace("_", ""))
    if _DECIMAL.match(text):
        number = float(text.replace("_", ""))
        return number if abs(number) != float("inf") else text
    return text


def write_yaml(data: object) -> str:
    """Plain data as YAML text that `parse_yaml` reads back the same."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=99)


def _line(event: yaml.Event) -> int:
    """The line of a piece, counted from 1."""
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _scalar(event: yaml.Event) -> object:
    """A word without quotes may be a number; one in quotes is text."""
    text = str(getattr(event, "value", ""))
    return text if getattr(event, "style", None) else parse_scalar(text)


class _Dumper(yaml.SafeDumper):
    """Quotes every text that either rule set of YAML would read as something else."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002, D102, RUF100
        return True

    def analyze_scalar(self, scalar: str) -> Any:  # noqa: D102, RUF100
        analysis: Any = super().analyze_scalar(scalar)
        if "\x85" in scalar:  # read as a line break wherever it is not escaped
            analysis.allow_single_quoted = analysis.allow_block = False
            analysis.allow_flow_plain = analysis.allow_block_plain = False
        return analysis


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _DECIMAL, list("-+.0123456789"))


@dataclass
class _Part:
    """A piece already read, with its size when written out in full."""

    value: object
    nodes: int
    depth: int
    lines: dict[KeyPath, int] = field(default_factory=dict)


class _Reading:
    """Walks the events of one document and builds its data."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.text = text
        self.lines: dict[KeyPath, int] = {}
        self._aliases = 0
        self._anchors: dict[str, _Part | None] = {}
        self._events: Iterator[yaml.Event] = iter(())

    def document(self) -> object:
        """The data of the only document; an empty file holds nothing."""
        self._events = yaml.parse(self.text, Loader=_LOADER)
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return None
        part = self._part(next(self._events), (), 0)
        next(self._events)
        extra = next(self._events)
        if not isinstance(extra, yaml.StreamEndEvent):
            raise self._problem("errors.yaml_two_documents", extra)
        return part.value

    def explain(self, error: yaml.YAMLError) -> JinguoError:
        """The parser's complaint as one message with the line and what stands there."""
        marks = (getattr(error, "context_mark", None), getattr(error, "problem_mark", None))
        problem = str(getattr(error, "problem", None) or "")
        unclosed = "expected ','" in problem or "unexpected end" in problem
        mark = (marks[0] if unclosed else marks[1]) or marks[1] or marks[0]
        line = mark.line if mark is not None else self._unprintable_line()
        rows = self.text.splitlines() or [""]
        line = min(line, len(rows) - 1)
        found = "".join(letter for letter in rows[line] if letter.isprintable()).strip()[:80]
        if unclosed:
            key = "errors.yaml_unclosed"
        elif "\t" in rows[line][: len(rows[line]) - len(rows[line].lstrip())]:
            key = "errors.yaml_tab"
        elif "undefined alias" in problem:
            key = "errors.yaml_unknown_alias"
        else:
            key = "errors.yaml_syntax"
        return JinguoError(key, {"found": found}, where=f"{self.source}:{line + 1}")

    def _unprintable_line(self) -> int:
        for number, row in enumerate(self.text.split("\n")):
            if any(not letter.isprintable() and letter not in "\t\r" for letter in row):
                return number
        return 0

    def _part(self, event: yaml.Event, path: KeyPath, depth: int) -> _Part:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path, depth)
        self._refuse_tag(event)
        if depth > DEEPEST:
            raise self._problem("errors.yaml_too_deep", event, limit=DEEPEST)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = None
        if isinstance(event, yaml.MappingStartEvent):
            part = self._mapping(path, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            part = self._sequence(path, depth)
        else:
            part = _Part(_scalar(event), 1, 0)
        if part.nodes > MOST_NODES:
            raise self._problem("errors.yaml_too_many_parts", event, limit=MOST_NODES)
        if anchor is not None:
            self._anchors[anchor] = part
        return part

    def _alias(self, event: yaml.AliasEvent, path: KeyPath, depth: int) -> _Part:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise self._problem("errors.yaml_too_many_aliases", event, limit=MOST_ALIASES)
        if event.anchor not in self._anchors:
            raise self._problem("errors.yaml_unknown_alias", event, found=f"*{event.anchor}")
        part = self._anchors[event.anchor]
        if part is None:
            raise self._problem("errors.yaml_alias_of_itself", event, found=f"*{event.anchor}")
        if depth + part.depth > DEEPEST:
            raise self._problem("errors.yaml_too_deep", event, limit=DEEPEST)
        self.lines.setdefault(path, _line(event))
        return part

    def _mapping(self, path: KeyPath, depth: int) -> _Part:
        values: dict[str, object] = {}
        nodes, below = 1, 0
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name = self._key(event)
            if name in values:
                first = self.lines[*path, name]
                raise self._problem("errors.duplicate_key", event, found=name, first=first)
            self.lines[*path, name] = _line(event)
            part = self._part(next(self._events), (*path, name), depth + 1)
            values[name] = part.value
            nodes += part.nodes
            below = max(below, part.depth + 1)
        return _Part(values, nodes, below)

    def _key(self, event: yaml.Event) -> str:
        """A key is its own text, so that `no:` and `2015:` are names like any other."""
        if not isinstance(event, yaml.ScalarEvent):
            raise self._problem("errors.yaml_key", event)
        self._refuse_tag(event)
        return str(event.value)

    def _sequence(self, path: KeyPath, depth: int) -> _Part:
        values: list[object] = []
        nodes, below = 1, 0
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            here = (*path, len(values))
            self.lines[here] = _line(event)
            part = self._part(event, here, depth + 1)
            values.append(part.value)
            nodes += part.nodes
            below = max(below, part.depth + 1)
        return _Part(values, nodes, below)

    def _refuse_tag(self, event: yaml.Event) -> None:
        """A tag would make an object of its own kind; files are plain data."""
        tag = getattr(event, "tag", None)
        if tag is not None:
            found = tag.replace("tag:yaml.org,2002:", "!!")
            raise self._problem("errors.yaml_tag", event, found=found)

    def _problem(self, key: str, event: yaml.Event, **fields: object) -> JinguoError:
        return JinguoError(key, fields, where=f"{self.source}:{_line(event)}")
