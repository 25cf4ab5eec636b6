"""The parameter book: every declared number, by evidence grade and by how it was seen."""

import re
from collections import Counter
from collections.abc import Iterable

from model.parameters import DECLARED, EVIDENCE, GRADES, Parameter
from viz.documents.markdown import anchored, code, joined, number, section, table, text
from viz.parameter_words import source_told, unit_told
from viz.words import Words

SEEN_ORDER = ("paper", "seed", "excerpt", "derived", "memory", "none")
REFERENCES = EVIDENCE / "REFERENCES.md"
BOOK = ("name", "meaning", "unit", "default", "range", "standing", "prior", "source")
ODD = ("name", "meaning", "unit", "default", "range", "standing", "grade", "source")


def first_seen(parameter: Parameter) -> str:
    """How a number was seen; what else it rests on is left out."""
    return parameter.seen.split("/")[0]


def standing(words: Words) -> str:
    """How many numbers there are of each grade, by how they were seen."""
    counted = Counter((p.grade, first_seen(p)) for p in DECLARED.values())
    heads = [
        words.say("documents.head_grade"),
        *(words.say(f"documents.seen_{s}") for s in SEEN_ORDER),
        words.say("documents.head_total"),
    ]
    rows = [
        [
            words.say(f"documents.grade_{grade}"),
            *(str(counted[grade, s]) for s in SEEN_ORDER),
            str(sum(counted[grade, s] for s in SEEN_ORDER)),
        ]
        for grade in GRADES
    ]
    total = [str(sum(counted[grade, s] for grade in GRADES)) for s in SEEN_ORDER]
    rows.append([words.say("documents.head_total"), *total, str(len(DECLARED))])
    return table(heads, rows)


def by_grade(words: Words) -> str:
    """Every number, under its grade, under how it was seen."""
    return joined(
        section(
            2,
            words.say(f"documents.grade_{grade}"),
            *(
                section(
                    3,
                    words.say(
                        "documents.seen_title",
                        {"seen": words.say(f"documents.seen_{seen}"), "count": len(kept)},
                    ),
                    _table(kept, BOOK, words),
                )
                for seen in SEEN_ORDER
                if (
                    kept := [
                        p for p in DECLARED.values() if (p.grade, first_seen(p)) == (grade, seen)
                    ]
                )
            ),
        )
        for grade in GRADES
    )


def by_subject(words: Words) -> str:
    """Every number, under the file that declares it."""
    subjects = dict.fromkeys(p.subject for p in DECLARED.values())
    return joined(
        section(
            4,
            code(f"model/evidence/{subject}.yaml"),
            _table([p for p in DECLARED.values() if p.subject == subject], ODD, words),
        )
        for subject in subjects
    )


def _table(parameters: Iterable[Parameter], names: tuple[str, ...], words: Words) -> str:
    heads = [words.say(f"documents.head_{name}") for name in names]
    return table(heads, [[_cell(p, name, words) for name in names] for p in parameters])


def _cell(p: Parameter, name: str, words: Words) -> str:
    said = text(words.label(p.label))
    cells = {
        "name": anchored(p.name),
        "meaning": said if words.lang == "zh" else text(p.meaning),
        "unit": text(unit_told(p, words)),
        "default": number(p.default),
        "range": "" if p.low is None else f"{number(p.low)} … {number(p.high)}",
        "standing": words.say(f"cli.short_{p.standing}"),
        "prior": text(p.prior),
        "grade": p.grade,
        "source": text(source_told(p, words)),
    }
    return cells[name]


def references(_words: Words) -> str:
    """The sources that the numbers name by `[n]`, one heading lower than in their file."""
    source = REFERENCES.read_text(encoding="utf-8")
    body = source.partition("\n")[2] if source.startswith("# ") else source
    return re.sub(r"^(\[\d+\])", r"\\\1", body, flags=re.MULTILINE).strip()
