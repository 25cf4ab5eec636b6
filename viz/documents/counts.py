"""Figures that pages name in their text, counted when the page is built."""

from collections.abc import Callable, Mapping

from model.indicators import DERIVED, INDICATORS
from model.parameters import DECLARED
from scenarios.catalogue import MEASURES, MECHANISMS
from scenarios.files import library_names
from scenarios.papers import papers
from viz.documents.parameters import first_seen
from viz.tables.measures import count
from viz.words import Words

READ = {"paper", "seed"}  # seen in an original or in one of the five papers
OWN = "rules"  # files of the modeller's own choices

_EVIDENCE = [p for p in DECLARED.values() if not p.subject.startswith(OWN)]


def _says(number: int) -> Callable[[Words], str]:
    return lambda _words: str(number)


def _patterns(_words: Words) -> str:
    from experiments.patterns import PATTERNS  # noqa: PLC0415 (slow to load)

    return str(len(PATTERNS))


COUNTS: Mapping[str, Callable[[Words], str]] = {
    "parameters": _says(len(DECLARED)),
    "evidence": _says(len(_EVIDENCE)),
    "not_read": _says(sum(first_seen(p) not in READ for p in _EVIDENCE)),
    "choices": _says(len(DECLARED) - len(_EVIDENCE)),
    "guesses": _says(sum(p.grade == "E" for p in DECLARED.values())),
    "measures": lambda _words: str(len(MEASURES)),
    "distinct_measures": lambda _words: str(count(MEASURES).distinct),
    "measures_guessed": lambda _words: str(count(MEASURES).e),
    "measures_measured": lambda _words: str(count(MEASURES).m),
    "mechanisms": lambda _words: str(len(MECHANISMS)),
    "indicators": _says(len(INDICATORS) + len(DERIVED)),
    "scenarios": lambda _words: str(len(library_names())),
    "papers": lambda _words: str(len(papers())),
    "patterns": _patterns,
}
