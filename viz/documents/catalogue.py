"""What can be used: measures with their papers, mechanisms with their fields."""

import inspect
from collections.abc import Iterator, Mapping

from pydantic.fields import FieldInfo

from model.mechanism import Mechanism
from scenarios.catalogue import MEASURES, MECHANISMS
from scenarios.measure_form import MeasureEntry
from scenarios.papers import papers
from scenarios.programmes import programmes
from viz.documents.markdown import (
    anchored,
    bullets,
    code,
    joined,
    link,
    named,
    section,
    table,
    text,
)
from viz.tables.measures import count, counts_told, measure_table, papers_told
from viz.words import Words, all_words

LAYERS = ("micro", "meso", "macro")
HEADS = ("measure", "for_whom", "moves", "takes", "how", "said")
# What `jinguo measures NAME` says, by the column of the table in which it stands here.
CELLS = {
    "for_whom": ("cli.measure_target", "cli.head_coverage"),
    "moves": ("cli.measure_moves", "measures.expects_head"),
    "takes": ("cli.head_dose", "cli.measure_group_size", "cli.head_hours", "cli.measure_own_hours",
              "cli.head_cost", "cli.head_sponsor"),
    "how": ("cli.measure_mechanism", "measures.evidence", "measures.same_head"),
    "said": ("cli.head_papers", "cli.measure_risk"),
}  # fmt: skip
MECHANISMS_PAGE = "reference/mechanisms.md"  # in English only
BARE = {"cli.measure_target", "cli.measure_moves", "cli.head_papers"}  # the head says what it is


def measures(words: Words) -> str:
    """Every measure, paper by paper, layer by layer; then the counts."""
    rows = dict(MEASURES)
    parts = [bullets(text(line) for line in counts_told(count(rows), words))]
    for paper, about in papers().items():
        own = {name: entry for name, entry in rows.items() if entry.papers[0].paper == paper}
        title = f"{about.code} {words.label(about.name)}"
        parts.append(section(2, title, *_by_layer(own, words)))
    return joined(parts)


def programmes_of_others(words: Words) -> str:
    """What a background may name beside measures."""
    return _table(programmes(), words)


def papers_list(words: Words) -> str:
    """The five papers, as far as our copies show who wrote them."""
    return bullets(text(line) for line in papers_told(papers(), words))


def _by_layer(rows: Mapping[str, MeasureEntry], words: Words) -> Iterator[str]:
    for layer in LAYERS:
        here = {name: entry for name, entry in rows.items() if entry.layer == layer}
        if here:
            yield section(3, words.say(f"cli.arm_{layer}"), _table(here, words))


def _table(rows: Mapping[str, MeasureEntry], words: Words) -> str:
    heads = [words.say(f"documents.head_{name}") for name in HEADS]
    return table(heads, [_row(name, entry, words) for name, entry in rows.items()])


def _row(name: str, entry: MeasureEntry, words: Words) -> list[str]:
    told = [(str(row[0]), str(row[1])) for row in measure_table(name, entry, words).rows if row]
    first = f"{anchored(name)}<br>{text(words.label(entry.label))}"
    mechanism = link(code(entry.mechanism), MECHANISMS_PAGE, entry.mechanism)
    cells = {head: _cell(CELLS[head], told, words) for head in HEADS[1:]}
    cells["how"] = cells["how"].replace(text(entry.mechanism), mechanism, 1)
    return [first, *cells.values()]


def _cell(keys: tuple[str, ...], told: list[tuple[str, str]], words: Words) -> str:
    """What the list says under these heads; a head is named where the column does not."""
    lines = []
    for key in keys:
        head = words.say(key)
        front = "" if key in BARE else words.say("documents.named", {"name": head, "value": ""})
        lines += [front + text(said) for name, said in told if name == head]
    return "<br>".join(lines)


# --- Mechanisms ----------------------------------------------------------------------------------


def mechanisms(words: Words) -> str:
    """Every mechanism with its fields, and the measures that use it."""
    return joined(_mechanism(name, kind, words) for name, kind in MECHANISMS.items())


def _mechanism(name: str, kind: type[Mechanism], words: Words) -> str:
    heads = [words.say(f"documents.head_{head}") for head in ("field", "default", "range", "note")]
    rows = [
        [code(field), named(told.default), _bounds(told, words), _meaning(field, told, words)]
        for field, told in kind.model_fields.items()
    ]
    used = [
        link(code(m), "reference/measures.md", m)
        for m, e in MEASURES.items()
        if e.mechanism == name
    ]
    by = words.say("documents.used_by", {"count": len(used), "names": used}) if used else ""
    said = " ".join(inspect.cleandoc(kind.__doc__ or "").split())
    return section(2, code(name), text(said), table(heads, rows) if rows else "", by)


def _meaning(field: str, told: FieldInfo, words: Words) -> str:
    """What a field means, and its unit where its code names one."""
    known = all_words().get(f"documents.field_{field}")
    meaning = "" if known is None else known[words.lang]
    unit = f" ({told.description})" if told.description else ""
    return text(meaning + unit)


def _bounds(field: FieldInfo, words: Words) -> str:
    """The range of a field, or the words it may be."""
    if field.annotation is bool:
        return words.listed(["true", "false"])
    ends = {
        key: getattr(m, key) for m in field.metadata for key in ("ge", "le") if hasattr(m, key)
    }
    if {"ge", "le"} <= ends.keys():
        return f"{ends['ge']:g} … {ends['le']:g}"
    return words.listed(str(word) for word in getattr(field.annotation, "__args__", ()))
