"""A film as plain text for a browser: small whole numbers in base 64, lines as numbers.

The page and the single-file replay read the same form (`script/film.js`).
"""

import base64
import json
import math
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from agents.sellers import SEGMENTS
from viz.dashboard.frames import DETAIL, HOME, OWN, ROLES, SNAPSHOT, Film, husband_of

FORM = 1
LINES = (
    *(f"{name}{group}" for name in ("income", "burnout", "trust") for group in
      ("_now", "", "_fixed")),
    "shops", "workers", "sales", "price_median", "programme_cost", "hours_served",
    "hours_unserved", "reached", "body_members", "followers", "support", "conflict", "skill",
    "care", "leisure", "closed", "opened", "care_now", "care_fixed", "care_man", "leisure_now",
    "leisure_fixed", "hours_selling", "income_online_now", "income_online_fixed", "taught",
    "parcel_cost", "discipline", "joint_actions", "governance", "activity", "bodies", "norm",
)  # fmt: skip
DIGITS = 5
MOST_CAUSES = 5
_PACKED: WeakKeyDictionary[Film, str] = WeakKeyDictionary()


def payload(film: Film) -> dict[str, Any]:
    """Everything the browser draws of a film."""
    cast = film.cast
    bands = {
        group: [[_numbers(part[:, outcome, end]) for end in (0, 1)] for outcome in range(3)]
        for group, part in film.bands.items()
    }
    return {
        "form": FORM, "key": film.key, "seed": film.seed, "weeks": film.weeks,
        "total": film.total, "start": film.start, "stop": film.stop, "cutoff": film.cutoff,
        "shown": int(cast.rows.size), "everybody": cast.everybody, "roles": ROLES,
        "snapshot": SNAPSHOT, "hamlet": (cast.hamlet + 1).tolist(),
        "number": cast.number.tolist(), "place": np.round(cast.place, 4).tolist(),
        "home": cast.about["home"].tolist(),
        "burnout": _text(film.women["burnout"], np.uint8),
        "income": _text(film.women["income"], np.int16),
        "trust": _text(film.women["trust"], np.uint8),
        "hours": _text(film.women["hours"], np.uint8),
        "role": _text(film.women["role"], np.uint8),
        "pairs": _text(film.pairs, np.uint16), "ties": int(film.pairs.shape[0]),
        "tie_trust": _text(film.trust, np.uint8), "group": _text(film.group, np.uint8),
        "lines": {name: _numbers(film.line(name)) for name in LINES if name in film.names},
        "bands": bands, "selling": film.counts[:, 0].tolist(),
        "above": film.counts[:, 1].tolist(),
    }  # fmt: skip


def packed(film: Film) -> str:
    """The same as one text, made once for all visitors."""
    if film not in _PACKED:
        _PACKED[film] = json.dumps(payload(film), separators=(",", ":"), allow_nan=False)
    return _PACKED[film]


def portrait(film: Film, row: int) -> dict[str, Any]:
    """One woman: who she is, whom she knows, and her own numbers every few weeks."""
    about = {name: int(column[row]) for name, column in film.cast.about.items()}
    about["husband"] = husband_of(about["husband"])  # type: ignore[assignment]
    about["segment"] = SEGMENTS[about["segment"]]  # type: ignore[assignment]
    own = {name: _numbers(film.own[name][:, row]) for name in (*OWN, *HOME)}
    return {"row": row, "every": DETAIL, "about": about, "own": own}


def causes_of(film: Film, outcome: str, first: int, last: int) -> list[tuple[str, float]]:
    """What moved the village's mean between two weeks, the strongest first.

    Args:
        film: of the run.
        outcome: `income`, `burnout` or `trust`.
        first, last: the weeks; the last one is left out.
    """
    from model.causes import CAUSES  # noqa: PLC0415 (the model is slow to load)

    sums = film.causes[outcome][first:last].sum(axis=0)
    ranked = sorted(zip(CAUSES[outcome], sums.tolist(), strict=True), key=lambda c: -abs(c[1]))
    return [(name, value) for name, value in ranked[:MOST_CAUSES] if abs(value) > 0.0]


def as_csv(films: Iterable[tuple[str, Film]]) -> str:
    """Every line of the films, one row a week; the first column says which future."""
    rows, names = [], None
    for side, film in films:
        names = names or film.names
        rows += [
            ",".join([side, str(week), *(_cell(x) for x in row)])
            for week, row in enumerate(film.history.tolist())
        ]
    return "\n".join([",".join(["future", "week", *(names or ())]), *rows]) + "\n"


def _cell(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.7g}"


def _text(array: NDArray[Any], kind: type[np.generic]) -> str:
    """Small whole numbers, row by row, little-endian, in base 64."""
    flat = np.ascontiguousarray(array, np.dtype(kind).newbyteorder("<"))
    return base64.b64encode(flat.tobytes()).decode()


def _numbers(values: NDArray[Any]) -> list[float | None]:
    return [None if math.isnan(x) else float(f"{x:.{DIGITS}g}") for x in values.tolist()]
