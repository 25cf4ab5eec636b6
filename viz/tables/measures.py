"""The catalogue of measures for people and for programs: a list, one of them, the counts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console

from model.parameters import DECLARED
from scenarios.form import STATUSES
from scenarios.measure_form import REFERENCE, STATES
from scenarios.papers import papers
from viz.tables import NOTHING, Table, folded, short, write
from viz.words import Words

if TYPE_CHECKING:
    from scenarios.form import PaperSection
    from scenarios.measure_form import MeasureEntry, Risk

GRADES = ("E", "T", "M")  # the weakest first
INDENT = "  "
HERE = set(STATUSES) - {"away"}
FROM_TO = {
    (True, False): "condition_least",
    (False, True): "condition_most",
    (True, True): "condition_between",
}


class Counts(NamedTuple):
    """How many rows and distinct measures there are, and what they rest on.

    Attributes:
        same: rows that name a measure of another row.
        m, t, e: distinct measures by the weakest grade of what their fields refer to.
        none: distinct measures whose fields refer to no parameter.
    """

    rows: int
    distinct: int
    same: int
    m: int
    t: int
    e: int
    none: int


def grade_of(entry: "MeasureEntry") -> str | None:
    """The weakest grade of the parameters its fields refer to; none when they refer to none."""
    fields = [x for x in entry.fields.values() if isinstance(x, str) and x.startswith(REFERENCE)]
    grades = {DECLARED[text.removeprefix(REFERENCE)].grade for text in fields}
    return next((grade for grade in GRADES if grade in grades), None)


def count(measures: Mapping[str, "MeasureEntry"]) -> Counts:
    """Rows, distinct measures and grades; a row and its other names are one measure."""
    distinct = {entry.same_as or name: entry for name, entry in measures.items()}
    grades = [grade_of(entry) for entry in distinct.values()]
    by_grade = {grade.lower(): grades.count(grade) for grade in GRADES}
    rows, same = len(measures), sum(entry.same_as is not None for entry in measures.values())
    return Counts(rows, len(distinct), same, **by_grade, none=grades.count(None))


def show_measures(measures: Mapping[str, "MeasureEntry"], words: Words, console: Console) -> None:
    """Write every row on a few lines, then the papers and the counts."""
    console.print()
    write(words.say("measures.head", {"count": len(measures)}), console, style="bold")
    for name, entry in measures.items():
        console.print()
        first, *rest = _card(name, entry, words)
        write(first, console, style="bold")
        for text in rest:
            for line in folded(text, console.width - len(INDENT)):
                console.print(INDENT + line, soft_wrap=True)
    console.print()
    write(words.say("measures.papers_head"), console, style="bold")
    for line in papers_told(_named(measures), words):
        write(line, console)
    console.print()
    for line in counts_told(count(measures), words):
        write(line, console)


def measure_table(name: str, entry: "MeasureEntry", words: Words) -> Table:
    """All of one measure."""

    def amount(value: float | str) -> str:
        declared = f" ({value})" if isinstance(value, str) else ""
        return short(_number(value)) + declared

    fields = words.listed(f"{key} = {value}" for key, value in entry.fields.items())
    rows = [
        ("cli.head_label", " · ".join(_labels(entry, words))),
        ("cli.head_layer", words.say(f"cli.arm_{entry.layer}")),
        ("measures.same_head", entry.same_as or NOTHING),
        ("cli.measure_target", _target(entry.target.conditions(), words)),
        ("cli.measure_moves", _moved(entry.moves, words) or NOTHING),
        ("measures.expects_head", _moved(entry.expects, words) or NOTHING),
        ("cli.head_dose", words.say("cli.measure_dose_range", entry.dose.model_dump())),
        ("cli.head_coverage", f"{entry.coverage:.0%}"),
        ("cli.measure_group_size", amount(entry.group_size)),
        ("cli.head_hours", amount(entry.hours)),
        ("cli.measure_own_hours", amount(entry.own_hours)),
        ("cli.head_cost", amount(entry.cost)),
        ("cli.head_sponsor", words.say(f"cli.sponsor_{entry.sponsor}")),
        ("cli.measure_mechanism", f"{entry.mechanism} ({fields})" if fields else entry.mechanism),
        ("measures.evidence", grade_of(entry) or NOTHING),
        *(("cli.measure_risk", _caution(entry, risk, words)) for risk in entry.risks),
        *(("cli.head_papers", _section(said, words)) for said in entry.papers),
    ]
    told = tuple((words.say(key), text) for key, text in rows if text != NOTHING)
    heads = (words.say("cli.head_field"), words.say("cli.head_value"))
    note = "\n".join(papers_told([said.paper for said in entry.papers], words))
    return Table(name, heads, told, note, texts=2, whole=(0,))


def measures_data(measures: Mapping[str, "MeasureEntry"]) -> list[dict[str, object]]:
    """Measures as plain data, each with the grade it rests on."""
    return [
        {"name": name, **entry.model_dump(mode="json"), "grade": grade_of(entry)}
        for name, entry in measures.items()
    ]


def papers_told(names: Iterable[str], words: Words) -> list[str]:
    """Who wrote each paper, when and where, as far as our copy shows."""
    lines = []
    for name in dict.fromkeys(names):
        paper = papers()[name]
        about = {"code": paper.code, "about": words.label(paper.about)}
        if paper.author is None or paper.journal is None:
            lines.append(words.say("measures.paper_unknown", about))
            continue
        journal = words.label(paper.journal)
        known = {"author": words.label(paper.author), "year": str(paper.year), "journal": journal}
        lines.append(words.say("measures.paper_known", {**about, **known}))
    return lines


def counts_told(counts: Counts, words: Words) -> list[str]:
    """The counts in sentences."""
    fields = counts._asdict()
    keys = ("counts", "grades", "grades_note", "more")
    return [words.say(f"measures.{key}", fields) for key in keys]


def _card(name: str, entry: "MeasureEntry", words: Words) -> Iterator[str]:
    yield f"{name}  {' · '.join(_labels(entry, words))}"
    place = {
        "layer": words.say(f"cli.arm_{entry.layer}"),
        "papers": words.joined(_section(said, words) for said in entry.papers) or NOTHING,
        "target": _target(entry.target.conditions(), words),
    }
    yield words.say("measures.place", place)
    if entry.same_as:
        from scenarios.catalogue import MEASURES  # noqa: PLC0415 (it is read on first use)

        same = {"name": entry.same_as, "label": words.label(MEASURES[entry.same_as].label)}
        yield words.say("measures.same_as", same)
    if entry.moves:
        yield _moved(entry.moves, words)
    if entry.expects:
        yield words.say("measures.expects", {"states": _moved(entry.expects, words)})
    give = {
        "dose": f"{short(entry.dose.default)} {words.label(entry.dose.unit)}",
        "hours": short(_number(entry.hours)),
        "cost": short(_number(entry.cost)),
        "own": short(_number(entry.own_hours)),
        "sponsor": words.say(f"cli.sponsor_{entry.sponsor}"),
    }
    yield words.say("measures.give", give)
    for risk in entry.risks:
        fields = {"whose": _whose(entry, risk, words), "text": words.label(risk)}
        yield words.say("measures.caution", fields)


def _labels(entry: "MeasureEntry", words: Words) -> tuple[str, str]:
    """What it is called, in this language and in the other."""
    both = (entry.label.en, entry.label.zh)
    return both if words.lang == "en" else (both[1], both[0])


def _moved(moves: Mapping[Any, str], words: Words) -> str:
    """What it raises and what it lowers."""
    told = []
    for way, sign in (("raises", "+"), ("lowers", "-")):
        states = [words.say(f"measures.state_{s}") for s in STATES if moves.get(s) == sign]
        if states:
            told.append(words.say(f"measures.{way}", {"states": states}))
    return words.joined(told)


def _caution(entry: "MeasureEntry", risk: "Risk", words: Words) -> str:
    whose = _whose(entry, risk, words)
    mark = f" ({whose})" if words.lang == "en" else f"（{whose}）"
    return words.label(risk) + mark


def _whose(entry: "MeasureEntry", risk: "Risk", words: Words) -> str:
    whose = entry.whose(risk)
    if risk.whose not in papers():
        return words.say("measures.by_modeller")
    code = papers()[risk.whose].code
    paper = f"{code} §{risk.section}" if risk.section else code
    return words.say(f"measures.by_{whose}", {"paper": paper})


def _section(said: "PaperSection", words: Words) -> str:
    code = papers()[said.paper].code
    if said.section is None:
        return code
    return words.say("measures.section", {"paper": code, "section": said.section})


def _named(measures: Mapping[str, "MeasureEntry"]) -> list[str]:
    """The papers that rows name, in the order of their numbers."""
    said = {paper.paper for entry in measures.values() for paper in entry.papers}
    return [name for name in papers() if name in said]


def _target(conditions: Mapping[str, object], words: Words) -> str:
    """For whom, in words."""
    told = [_condition(name, value, words) for name, value in conditions.items()]
    return words.joined(told) or words.say("measures.everyone")


def _condition(name: str, value: object, words: Words) -> str:
    if isinstance(value, tuple):
        if set(value) == HERE:
            return words.say("measures.all_here")
        return words.say("measures.or").join(words.say(f"measures.{name}_{v}") for v in value)
    what = words.say(f"measures.condition_{name}")
    if isinstance(value, bool):
        return what if value else words.say("measures.condition_not", {"what": what})
    if isinstance(value, Mapping):
        low, high = value.get("min"), value.get("max")
        fields = {"what": what, "low": short(low), "high": short(high)}
        return words.say(f"measures.{FROM_TO[low is not None, high is not None]}", fields)
    return f"{what} {value}"


def _number(amount: float | str) -> float | None:
    """The declared default where a measure refers to a parameter."""
    if isinstance(amount, str):
        return DECLARED[amount.removeprefix(REFERENCE)].default
    return amount
