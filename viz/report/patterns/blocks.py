"""One pattern in a report: what was observed and asked for, what the model gives, and why."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from experiments.pattern_results import TUNED
from experiments.patterns_base import number
from model.parameters import DECLARED
from viz.charts.patterns import minus, wanted
from viz.report.blocks import Block, Cell, Rows, Table, Text
from viz.report.digits import MISSING, free
from viz.words import Words, all_words

if TYPE_CHECKING:
    from experiments.patterns_base import Elsewhere, Part, PatternRow


def pattern_blocks(row: "PatternRow", words: Words) -> list[Block]:
    """A heading, short paragraphs, and the table of its figures."""
    heading = Text(f"{row.id} {words.label(row.label)}", "label")
    return [heading, *map(Text, _told(row, words)), _figures(row, words)]


def _told(row: "PatternRow", words: Words) -> Iterator[str]:
    name = row.id.lower()
    yield _say(words, "observed", text=_say(words, f"{name}_observed"))
    yield _say(words, "criterion", text=words.label(row.criterion))
    yield _verdict(row, words)
    if not row.holds:
        known = f"pattern_report.{name}_why" in all_words()
        yield _say(words, "why", text=_say(words, f"{name}_why" if known else "why_unknown"))
    if row.kind == "calibrated" and row.id in TUNED:
        yield _say(words, "tuned", names=[_named(name, words) for name in TUNED[row.id]])
    if row.failing is not None:
        yield _elsewhere(row.failing, words)
    if row.structures:
        yield _structures(row, words)


def _verdict(row: "PatternRow", words: Words) -> str:
    villages = {"replications": row.replications}
    if row.holds:
        return _say(words, "verdict_holds", **villages)
    misses = [_miss(part, words) for part in row.parts if part.holds is False]
    return _say(words, "verdict_fails", **villages, misses=words.joined(misses))


def _miss(part: "Part", words: Words) -> str:
    fields: dict[str, object] = {
        "part": part.label, "found": _number(part.value), "wanted": _wanted(part, words),
    }
    if off(part) > 0 or not math.isfinite(part.value):
        return _say(words, "miss", **fields, by=misses_by(part, words))
    return _say(words, "miss_inside", **fields, inside=part.inside or 0.0)


def _elsewhere(at: "Elsewhere", words: Words) -> str:
    setting = [f"{_named(name, words)} = {free(value)}" for name, value in at.setting.items()]
    fields = {
        "part": at.part.label, "found": found_text(at.part), "replications": at.replications
    }
    return _say(words, "cannot_fail" if at.holds else "can_fail", setting=setting, **fields)


def _structures(row: "PatternRow", words: Words) -> str:
    failing = [
        words.say(f"layers.name_{each.name}") for each in row.structures if not each.holds
    ]
    count = len(row.structures)
    if not failing:
        return _say(words, "structures_all", count=count)
    return _say(
        words, "structures_some", count=count, holding=count - len(failing), named=failing
    )


def _figures(row: "PatternRow", words: Words) -> Table:
    inside = any(part.inside is not None for part in row.parts)
    names = ["part", "found", "wanted", "holds", *(["inside"] if inside else [])]
    rows = []
    for part in row.parts:
        cells = [Cell(found_text(part)), wanted_cell(part, words), _verdict_cell(part, words)]
        if inside:
            cells.append(Cell(MISSING if part.inside is None else f"{part.inside:.0%}"))
        rows.append((words.label(part.label), cells))
    heads = [_say(words, f"column_{name}") for name in names]
    return Table(_say(words, "parts_caption", id=row.id), heads, [Rows(rows)])


# --- Figures -----------------------------------------------------------------------------------


def is_open(row: "PatternRow") -> bool:
    """Whether other villages might turn the verdict: an interval reaches across an edge.

    A pattern that fails is open only where every figure that fails is.
    """
    judged = [part for part in row.parts if part.window is not None]
    if row.holds:
        return any(map(_crosses, judged))
    return all(_crosses(part) for part in judged if not part.holds)


def _crosses(part: "Part") -> bool:
    ends = (part.window.low, part.window.high) if part.window else ()
    return any(part.low < end < part.high for end in ends)


def off(part: "Part") -> float:
    """How far a figure lies outside its window; 0 inside, NaN where it is missing."""
    if part.window is None:
        return 0.0
    return max(part.window.low - part.value, part.value - part.window.high, 0.0)


def misses_by(part: "Part", words: Words) -> str:
    """By how much a figure misses its window."""
    if off(part) == 0:
        return _say(words, "villages_only")
    return _number(float(f"{off(part):.2g}"))


def found_text(part: "Part") -> str:
    """A figure with its interval, where it has one."""
    return f"{_number(part.value)} {_interval(part)}".strip()


def wanted_cell(part: "Part", words: Words) -> Cell:
    """Where it must lie; a dash where it is only told."""
    return Cell(_wanted(part, words) or MISSING)


def _verdict_cell(part: "Part", words: Words) -> Cell:
    if part.holds is None:
        return Cell(_say(words, "only_told"), number=False)
    key = "axis_holds" if part.holds else "axis_fails"
    return Cell(_say(words, key), strong=not part.holds, number=False)


def _wanted(part: "Part", words: Words) -> str:
    return wanted(part.window.low, part.window.high, words) if part.window else ""


def _interval(part: "Part") -> str:
    if not math.isfinite(part.low):
        return ""
    return f"[{_number(part.low)}, {_number(part.high)}]"


def _number(value: float) -> str:
    return minus(number(value))


def _named(parameter: str, words: Words) -> str:
    return words.say(
        "report.named", {"label": DECLARED[parameter].label, "name": parameter}
    )


def _say(words: Words, key: str, **fields: object) -> str:
    return words.say(f"pattern_report.{key}", fields)
