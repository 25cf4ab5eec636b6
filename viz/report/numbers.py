"""How numbers are written: signs, digits, intervals."""

import math

from viz.report.blocks import Cell
from viz.words import Words

MISSING = "–"
DIGITS = {
    "0-1": 3,
    "share": 3,
    "yuan/week": 1,
    "yuan": 0,
    "yuan/good": 1,
    "hours": 0,
    "women": 0,
    "shops": 0,
    "persons": 0,
}
FEW = 100  # below this, hours and people are written with one digit


def plain(value: float, unit: str) -> str:
    """A number with as many digits as its unit deserves.

    >>> plain(1234.5, "yuan"), plain(0.25, "0-1"), plain(2.34, "hours")
    ('1,234', '0.250', '2.3')
    """
    return _text(value, _digits(value, unit), "")


def signed(value: float, unit: str) -> str:
    """A difference, with its sign.

    >>> signed(-0.1234, "0-1"), signed(0.0, "yuan/week"), signed(float("nan"), "0-1")
    ('−0.123', '0.0', '–')
    """
    return _text(value, _digits(value, unit), "+")


def between(low: float, high: float, unit: str, words: Words) -> str:
    """An interval of a difference; nothing where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return words.say("report.interval", {"low": signed(low, unit), "high": signed(high, unit)})


def spread(low: float, high: float, unit: str, words: Words) -> str:
    """An interval of a level; nothing where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return words.say("report.interval", {"low": plain(low, unit), "high": plain(high, unit)})


def size(value: float, unit: str) -> str:
    """A difference without its sign, for a sentence that says which way it goes."""
    return plain(abs(value), unit)


def free(value: float) -> str:
    """A parameter's value as short as it can be written.

    >>> free(580000.0), free(0.05), free(-0.25)
    ('580,000', '0.05', '−0.25')
    """
    return f"{value:,.6g}".replace("-", "−") if abs(value) < 1e6 else f"{value:,.0f}"


def level(value: float, unit: str) -> Cell:
    """A cell that holds one number."""
    return Cell(plain(value, unit))


def _digits(value: float, unit: str) -> int:
    if unit in {"hours", "women"} and math.isfinite(value) and abs(value) < FEW:
        return 1
    return DIGITS.get(unit, 1)


def _text(value: float, digits: int, sign: str) -> str:
    if not math.isfinite(value):
        return MISSING
    rounded = round(value, digits) + 0.0  # no minus before a zero
    text = f"{rounded:{sign if rounded else ''},.{digits}f}"
    return text.replace("-", "−")
