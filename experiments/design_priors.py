"""Where a share of a prior lies: from a place between 0 and 1 to a value of an input.

The text of a prior is its source's: `N(m, s)`, `LN(median, s of the logarithm)`, `Tri(low, mode,
high)`, `Be(mean, size)`, `U`. Every prior is cut off at the declared range. Where only the family
is given, the default is its centre and the range holds about 95 % of it. A prior that names no
family of one number (such as `fixed` or a time path) is uniform over the range.
"""

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from scipy.special import betainc, betaincinv, ndtr, ndtri

if TYPE_CHECKING:
    from model.parameters import Parameter

WRITTEN = re.compile(r"(N|LN|Tri|Be|U)(?:\(([^()]*)\))?\Z")
SPANS = 4  # a 95 % interval is about four standard deviations wide
SMALLEST_SIZE = 2.0  # a beta of smaller size would be highest at its ends


def value_at(parameter: "Parameter", place: float) -> float:
    """The value of an input below which this share of its prior lies.

    Args:
        parameter: a declared input with a range.
        place: 0 to 1; 0 and 1 are the ends of the range.
    """
    if parameter.low is None or parameter.high is None or parameter.default is None:
        raise ValueError(f"{parameter.name} has no range")
    low, high = parameter.low, parameter.high
    value = _quantile(parameter.prior, low, parameter.default, high)(place)
    return min(max(value, low), high)


def uniform(low: float, high: float, place: float) -> float:
    """The value at this place of an even spread.

    >>> uniform(2.0, 4.0, 0.25)
    2.5
    """
    return low + place * (high - low)


def _quantile(prior: str, low: float, centre: float, high: float) -> Callable[[float], float]:
    read = WRITTEN.match(prior.replace(" ", "").replace("−", "-"))
    family = read[1] if read else "U"
    numbers = [float(text) for text in read[2].split(",")] if read and read[2] else []
    if family == "N":
        mean, spread = numbers if len(numbers) == 2 else (centre, (high - low) / SPANS)  # noqa: PLR2004
        return lambda place: _normal(place, low, high, mean, spread)
    if family == "LN" and low > 0:
        median, spread = numbers if len(numbers) == 2 else (centre, math.log(high / low) / SPANS)  # noqa: PLR2004
        ends = math.log(low), math.log(high)
        return lambda place: math.exp(_normal(place, *ends, math.log(median), spread))
    if family == "Tri":
        return lambda place: _triangle(place, low, centre, high)
    if family == "Be" and low >= 0 and high <= 1 and 0 < centre < 1:
        mean, size = numbers if len(numbers) == 2 else (centre, _size(centre, low, high))  # noqa: PLR2004
        return lambda place: _beta(place, low, high, mean * size, (1 - mean) * size)
    return lambda place: uniform(low, high, place)


def _normal(place: float, low: float, high: float, mean: float, spread: float) -> float:
    first, last = ndtr((low - mean) / spread), ndtr((high - mean) / spread)
    return float(mean + spread * ndtri(uniform(first, last, place)))


def _beta(place: float, low: float, high: float, a: float, b: float) -> float:
    return float(betaincinv(a, b, uniform(betainc(a, b, low), betainc(a, b, high), place)))


def _triangle(place: float, low: float, mode: float, high: float) -> float:
    share = (mode - low) / (high - low)
    if place < share:
        return low + math.sqrt(place * (high - low) * (mode - low))
    return high - math.sqrt((1 - place) * (high - low) * (high - mode))


def _size(mean: float, low: float, high: float) -> float:
    spread = (high - low) / SPANS
    return max(mean * (1 - mean) / spread**2 - 1, SMALLEST_SIZE)
