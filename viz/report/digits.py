"""How numbers are written: signs, digits, intervals."""

import math

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
OF_A_DIFFERENCE = {"0-1": 4, "share": 4}  # differences are smaller than levels
SMALL_PERCENT = 10
MILLION = 1e6
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
    ('−0.1234', '0.0', '–')
    """
    return _text(value, OF_A_DIFFERENCE.get(unit, _digits(value, unit)), "+")


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
    return signed(abs(value), unit).removeprefix("+")


def percent(part: float, whole: float) -> str:
    """A part of a whole in percent, with one digit where it is small.

    >>> percent(1.0, 300.0), percent(-0.5, 1.0), percent(1.0, 0.0)
    ('0.3', '50', '–')
    """
    if not whole or not math.isfinite(part / whole):
        return MISSING
    share = abs(100 * part / whole)
    return f"{share:.1f}" if share < SMALL_PERCENT else f"{share:.0f}"


def free(value: float) -> str:
    """A parameter's value as short as it can be written.

    >>> free(580000.0), free(0.05), free(-0.25)
    ('580,000', '0.05', '−0.25')
    """
    return f"{value:,.6g}".replace("-", "−") if abs(value) < MILLION else f"{value:,.0f}"


def _digits(value: float, unit: str) -> int:
    if unit in {"hours", "women"} and 0 < abs(value) < FEW:
        return 1
    return DIGITS.get(unit, 1)


def _text(value: float, digits: int, sign: str) -> str:
    if not math.isfinite(value):
        return MISSING
    rounded = round(value, digits) + 0.0  # no minus before a zero
    text = f"{rounded:{sign if rounded else ''},.{digits}f}"
    return text.replace("-", "−")
