"""What tells a changed report: digests of its parts, written into it, and read back."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from experiments.carried import FORM, Carried
from model.errors import JinguoError

NAME = "report.html"
OPENING = '<script type="application/json" id="jinguo">'
DATA = re.compile(re.escape(OPENING) + r"(.*?)</script>", re.DOTALL)
PART = re.compile(
    r'<section id="(?P<section>[^"]+)".*?</section>'
    r'|<script type="text/csv" data-figure="(?P<figure>[^"]+)">.*?</script>',
    re.DOTALL,
)
HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)
OURS = '<p class="product">'
SEAL, RUNS, REST = "seal", "runs", "rest"
LARGEST = 64_000_000  # bytes


@dataclass(frozen=True)
class ReportRead:
    """What was read from a report.

    Attributes:
        file: the report.
        carried: what it carries for the check.
        changed: parts that are not as they were when it was made: the heading of a section, with
            its language; `figure` and its name; `runs`, what it carries; `rest`, anything else.
    """

    file: Path
    carried: Carried
    changed: tuple[tuple[str, str], ...]


def sealed(text: str) -> str:
    """A report with the digests of its parts in what it carries; without data, as it is."""
    found = DATA.search(text)
    if found is None:
        return text
    data = json.loads(found[1])
    data[SEAL] = _digests(text, data)
    inert = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return text[: found.start(1)] + inert + text[found.end(1) :]


def read_report(path: Path) -> ReportRead:
    """A report as a file, or the one in a folder of results.

    Raises:
        JinguoError: there is none, or it is not whole, no report, or without what is needed.
    """
    file = path / NAME if path.is_dir() else path
    fields: dict[str, object] = {"file": str(file), "folder": str(path)}
    if not file.is_file():
        missing = "verify.no_report_in" if path.is_dir() else "errors.file_missing"
        raise JinguoError(missing, fields)
    text = _text(file, fields)
    if OURS not in text:
        raise JinguoError("verify.not_a_report", fields)
    if not text.rstrip().endswith("</html>"):
        raise JinguoError("verify.truncated", fields)
    found = DATA.search(text)
    if found is None:
        raise JinguoError("verify.nothing_inside", fields)
    try:
        data = json.loads(found[1])
    except ValueError as problem:
        raise JinguoError("verify.damaged", fields) from problem
    if "<" in found[1]:  # never written: a browser could end the data there
        raise JinguoError("verify.damaged", fields)
    return ReportRead(file, _carried(data, fields), _changed(text, data))


def _text(file: Path, fields: Mapping[str, object]) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise JinguoError("verify.not_a_report", fields)
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as problem:
        reason = {"reason": problem.strerror or str(problem)}
        raise JinguoError("errors.file_unreadable", {**fields, **reason}) from problem
    except UnicodeDecodeError as problem:
        raise JinguoError("verify.not_a_report", fields) from problem


def _carried(data: object, fields: Mapping[str, object]) -> Carried:
    if not isinstance(data, dict):
        raise JinguoError("verify.damaged", fields)
    if data.get("form") != FORM:
        versions = {"found": data.get("form", "?"), "allowed": FORM}
        raise JinguoError("verify.other_form", {**fields, **versions})
    try:
        return Carried.model_validate(data)
    except ValidationError as problem:
        raise JinguoError("verify.damaged", fields) from problem


# --- Digests -----------------------------------------------------------------------------------


def _digests(text: str, data: Mapping[str, Any]) -> dict[str, str]:
    """Of each section, of the numbers of each figure, of what is carried, and of the rest."""
    own = {key: value for key, value in data.items() if key != SEAL}
    plain = json.dumps(own, sort_keys=True, ensure_ascii=False)
    bare = DATA.sub("", text, count=1)
    parts: dict[str, str] = {}
    for part in PART.finditer(bare):
        parts[_name(part)] = parts.get(_name(part), "") + part[0]
    rest = PART.sub(lambda part: f"<{_name(part)}>", bare)
    return {**{name: _digest(one) for name, one in parts.items()},
            RUNS: _digest(plain), REST: _digest(rest)}


def _name(part: re.Match[str]) -> str:
    return part["section"] or f"figure {part['figure']}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _changed(text: str, data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    held, now = data.get(SEAL), _digests(text, data)
    if not isinstance(held, dict):
        return ((RUNS, ""),)
    titles = {part["section"]: HEADING.search(part[0]) for part in PART.finditer(text)}
    names = [name for name in dict.fromkeys([*held, *now]) if held.get(name) != now.get(name)]
    return tuple(_told(name, titles) for name in names)


def _told(name: str, titles: Mapping[str | None, re.Match[str] | None]) -> tuple[str, str]:
    """What kind of part it is, and what it is called."""
    if name in {RUNS, REST}:
        return name, ""
    kind, _, rest = name.partition(" ")
    if rest:
        return kind, rest
    heading = titles.get(name)
    return name.partition("-")[0], unescape(heading[1]) if heading else name.partition("-")[2]
