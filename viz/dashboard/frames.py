"""A film of one run: everything that is drawn of it, and nothing that can change it.

A `Recorder` watches a village between its weeks; it reads columns, draws no luck and writes
nothing into the village, so that a filmed run and an unfilmed one are the same to the bit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.sellers import Husband, Mode, Status
from model.causes import CAUSES
from viz.dashboard.layout import places

if TYPE_CHECKING:
    from model.setup import Programme
    from model.village import Village

Floats = NDArray[np.float64]
Array = NDArray[Any]

MOST_SHOWN = 300
SNAPSHOT = 13  # weeks between two pictures of the ties
DETAIL = 4  # weeks between two looks at one woman's own numbers
CHUNK = 8  # weeks between two reports
OWN = (
    "income_online", "income_outside", "grants", "paid_out", "hours_selling", "hours_care",
    "hours_farm", "hours_leisure", "price", "sales", "skill", "efficacy", "relief",
)  # fmt: skip
HOME = ("support", "conflict", "norm")
ROLES = ("outside", "alone", "follower", "cooperative", "lead", "closed", "away")
FULL = 250.0  # of a byte, for shares from 0 to 1
WEAKEST = 0.05  # a tie below this strength is not drawn
GROUPS = ("now", "all", "fixed")
Report = Callable[[int, Callable[[], "Film"]], None]


class Stopped(Exception):  # noqa: N818 (no error: somebody asked for it)
    """The visitor cancelled the run."""


@dataclass(frozen=True)
class Cast:
    """Who is on show, and where she stands.

    Attributes:
        rows: of the village.
        everybody: how many women the village has.
        number: of each woman within her hamlet, from 1.
        about: lasting facts of each woman, by name.
    """

    rows: Array
    everybody: int
    hamlet: Array
    number: Array
    place: Array
    about: dict[str, Array] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Film:
    """One run as it is drawn: weeks × women on show, and the village's own lines.

    It is the same as itself alone.

    Attributes:
        weeks: how many are filmed; `total` how many there will be.
        women: of women on show, by name: small whole numbers.
        own: the same every `DETAIL` weeks, of one woman's life.
        pairs, trust, group: ties and bodies every `SNAPSHOT` weeks; trust is 0 without a tie.
        names, history: the indicators, weeks × names.
        bands: tenth and ninetieth percentile by group and outcome.
        counts: women selling, and those of them above the cut-off, in the whole village.
    """

    key: str
    seed: int
    weeks: int
    total: int
    start: int | None
    stop: int | None
    cutoff: float
    cast: Cast
    women: dict[str, Array] = field(repr=False)
    own: dict[str, Array] = field(repr=False)
    pairs: Array = field(repr=False)
    trust: Array = field(repr=False)
    group: Array = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    history: Array = field(repr=False)
    bands: dict[str, Array] = field(repr=False)
    counts: Array = field(repr=False)
    causes: dict[str, Array] = field(repr=False)

    def line(self, name: str) -> Array:
        """One indicator over the weeks."""
        return self.history[:, self.names.index(name)]

    @property
    def size(self) -> int:
        """Bytes held."""
        parts = [*self.women.values(), *self.own.values(), *self.bands.values()]
        parts += [*self.causes.values(), self.pairs, self.trust, self.group, self.history]
        return sum(part.nbytes for part in parts)

    def row_of(self, hamlet: int, number: int) -> int | None:
        """The place on show of the woman of this hamlet and number, both from 1."""
        found = (self.cast.hamlet + 1 == hamlet) & (self.cast.number == number)
        return int(np.flatnonzero(found)[0]) if found.any() else None


def cast_of(v: "Village") -> Cast:
    """Choose who is on show: everybody, or an even choice by hamlet and by who would ever sell.

    The choice rests on what women were born with, so that it is the same in both futures.
    """
    s, f = v.sellers, v.families
    everybody = np.arange(v.women)
    order = np.lexsort((everybody, s.would_sell, s.hamlet))
    if v.women > MOST_SHOWN:
        order = order[np.linspace(0, v.women - 1, MOST_SHOWN).round().astype(int)]
    rows = np.sort(order)
    number = np.zeros(v.women, int)
    for hamlet in np.unique(s.hamlet):
        there = s.hamlet == hamlet
        number[there] = np.arange(1, there.sum() + 1)
    home = s.family[rows].astype(int)
    about = {
        "age": s.age[rows], "edu_years": s.edu_years[rows], "husband": s.husband[rows],
        "segment": s.segment[rows], "minority": s.minority[rows], "home": home,
        "children": (f.children_u6 + f.children_6_12)[home], "elders": f.elders_need[home],
        "helpers": f.elders_help[home], "size": f.size[home],
    }  # fmt: skip
    hamlet, ties = s.hamlet[rows].astype(int), np.diff(v.ties.start)[rows].astype(int)
    about = {name: column.astype(np.int16) for name, column in about.items()}
    return Cast(rows, v.women, hamlet, number[rows], places(hamlet, ties), about)


class Recorder:
    """Watches one village and keeps what is drawn of it.

    Args:
        v: the village; watch it after every week.
        key: what the film is known by.
        cast: who is on show; chosen here when not given.
    """

    def __init__(self, v: "Village", key: str, cast: Cast | None = None) -> None:
        self.key = key
        self.cast = cast or cast_of(v)
        self.total = v.setup.weeks
        rows = self.cast.rows
        self._place = np.full(v.women, -1)
        self._place[rows] = np.arange(rows.size)
        self._home = self.cast.about["home"].astype(int)
        self._women: dict[str, list[Array]] = {
            name: [] for name in ("burnout", "income", "trust", "hours", "role")
        }
        self._own: dict[str, list[Array]] = {name: [] for name in (*OWN, *HOME)}
        self._ties: list[tuple[Array, Array]] = []
        self._group: list[Array] = []
        self._bands: list[Array] = []
        self._counts: list[tuple[int, int]] = []

    def watch(self, v: "Village") -> None:
        """Keep the week that was just lived."""
        s, rows = v.sellers, self.cast.rows
        week = len(self._counts)
        trust = mean_trust(v)
        keep = self._women
        keep["burnout"].append(_byte(s.burnout[rows]))
        keep["income"].append(np.clip(np.rint(s.income[rows]), -32000, 32000).astype(np.int16))
        keep["trust"].append(_byte(trust[rows]))
        keep["hours"].append(np.clip(np.rint(2 * s.hours_selling[rows]), 0, 255).astype(np.uint8))
        keep["role"].append(roles_of(v)[rows])
        sells = s.selling > 0
        above = sells & (s.burnout > v.p.burnout_cutoff)
        self._counts.append((int(sells.sum()), int(above.sum())))
        self._bands.append(self._bands_of(v, trust, sells))
        if week % SNAPSHOT == 0:
            self._snap(v)
        if week % DETAIL == 0:
            for name in OWN:
                self._own[name].append(s[name][rows].astype(np.float32))
            for name in HOME:
                self._own[name].append(v.families[name][self._home].astype(np.float32))

    def _bands_of(self, v: "Village", trust: Floats, sells: Array) -> Array:
        s = v.sellers
        who = (sells, np.ones(v.women, bool), s.watched > 0)
        return np.array(
            [[_tenths(x[w]) for x in (s.income, s.burnout, trust)] for w in who], np.float32
        )

    def _snap(self, v: "Village") -> None:
        t = v.ties
        a, b = self._place[t.tail], self._place[t.other]
        once = np.flatnonzero((t.tail < t.other) & (a >= 0) & (b >= 0))
        mean = (t.trust[once] + t.trust[t.reverse[once]]) / 2
        key = a[once].astype(np.int64) * self.cast.rows.size + b[once]
        self._ties.append((key, np.where(t.strength[once] < WEAKEST, 0, _byte(mean))))
        s, rows = v.sellers, self.cast.rows
        body = np.where(s.association[rows] > 0, 255, 0)
        body = np.where(s.coop[rows] >= 0, np.minimum(s.coop[rows] + 1, 254), body)
        self._group.append(body.astype(np.uint8))

    def film(self, v: "Village") -> Film:
        """All weeks watched so far, for good."""
        count = len(self._counts)
        pairs, trust = self._pairs()
        bands = np.array(self._bands, np.float32).reshape(count, len(GROUPS), 3, 2)
        programme = v.setup.programme
        start, stop = _span(programme)
        film = Film(
            self.key, v.seed, count, self.total, start, stop, v.p.burnout_cutoff, self.cast,
            {name: np.array(part) for name, part in self._women.items()},
            {name: np.array(part) for name, part in self._own.items()},
            pairs, trust, np.array(self._group), v.history.names,
            v.history.values[:count].astype(np.float32),
            {g: bands[:, i] for i, g in enumerate(GROUPS)}, np.array(self._counts, np.int32),
            {name: v.causes.frame(name).to_numpy(np.float32) for name in CAUSES},
        )  # fmt: skip
        _freeze(film)
        return film

    def _pairs(self) -> tuple[Array, Array]:
        """Every tie that was ever there, by its two ends, and its trust in every picture."""
        keys = np.unique(np.concatenate([key for key, _ in self._ties]))
        trust = np.zeros((len(self._ties), keys.size), np.uint8)
        for shot, (key, value) in enumerate(self._ties):
            trust[shot, np.searchsorted(keys, key)] = value
        shown = self.cast.rows.size
        return np.column_stack([keys // shown, keys % shown]).astype(np.uint16), trust


def mean_trust(v: "Village") -> Floats:
    """Each woman's mean trust in those she is tied to; 0 without ties."""
    counts = np.diff(v.ties.start)
    sums = np.bincount(v.ties.tail, v.ties.trust, v.women)
    return np.divide(sums, counts, out=np.zeros(v.women), where=counts > 0)


def roles_of(v: "Village") -> Array:
    """What each woman does with online selling, as a place in `ROLES`."""
    s = v.sellers
    role = np.zeros(v.women, np.uint8)
    selling = s.selling > 0
    role[selling] = ROLES.index("alone")
    role[selling & (s.mode == Mode.FOLLOWER)] = ROLES.index("follower")
    role[selling & (s.coop >= 0)] = ROLES.index("cooperative")
    leads = s.lead[selling & (s.lead >= 0)].astype(int)
    role[leads[selling[leads]]] = ROLES.index("lead")
    role[~selling & (s.status == Status.LEFT)] = 5
    role[s.status == Status.AWAY] = ROLES.index("away")
    return role


def film_village(
    v: "Village", key: str, report: Report | None = None, recorder: Recorder | None = None
) -> Film:
    """Live a village to its end and film it.

    Args:
        v: the village, at the week where the film begins or goes on.
        key: what the film is known by.
        report: told the week now and then, with a way to see the film so far; it may raise
            `Stopped`.
        recorder: one that has watched the weeks before.
    """
    recorder = recorder or Recorder(v, key)
    live(v, recorder, v.setup.weeks, report)
    return recorder.film(v)


def live(v: "Village", recorder: Recorder, until: int, report: Report | None) -> None:
    """Live and film a village until a week."""
    last = min(until, v.setup.weeks)
    while v.week < last:
        v.step()
        recorder.watch(v)
        if report is not None and v.week % CHUNK == 1:
            report(v.week, lambda: recorder.film(v))


def husband_of(code: int) -> str:
    """Where her husband is, as a word."""
    return Husband(code).name.lower()


def _span(programme: "Programme | None") -> tuple[int | None, int | None]:
    """Weeks in which a project works; one without workers and money is none."""
    if programme is None or not (programme.workers or programme.money):
        return None, None
    return programme.start, programme.stop


def _tenths(values: Floats) -> tuple[float, float]:
    if not values.size:
        return np.nan, np.nan
    ranked, last = np.sort(values), values.size - 1
    return float(ranked[round(0.1 * last)]), float(ranked[round(0.9 * last)])


def _byte(share: Floats) -> Array:
    return np.clip(np.rint(FULL * share), 0, FULL).astype(np.uint8)


def _freeze(film: Film) -> None:
    for part in (film.women, film.own, film.bands, film.causes):
        for array in part.values():
            array.setflags(write=False)
    for array in (film.pairs, film.trust, film.group, film.history, film.counts):
        array.setflags(write=False)
