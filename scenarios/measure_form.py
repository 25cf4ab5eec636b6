"""What a measure file may say: one form for a measure, one for another paper's name of it."""

from math import isfinite
from typing import Annotated, Literal, get_args

from pydantic import Field, PlainValidator
from pydantic_core import PydanticCustomError

from scenarios.form import Form, Label, Line, Number, PaperSection, Share, Target

REFERENCE = "param:"
MODELLER = "modeller"

Layer = Literal["micro", "meso", "macro"]
Direction = Literal["+", "-"]
Sponsor = Literal[
    "programme",
    "government",
    "womens_federation",
    "party_organisation",
    "foundation",
    "firm",
    "university",
    "platform",
]
# What a measure may move. Norms "-" are softer ones, a price war "-" is a weaker one.
State = Literal[
    "income", "sales", "traffic", "price", "price_war", "parcel_cost", "delivery_days", "spoilage",
    "income_swings", "skill", "literacy", "know_how_kept", "efficacy", "burnout", "leisure",
    "care", "support", "conflict", "norm", "trust_peer", "trust_worker", "trust_institution",
    "consumer_trust", "ties", "know_how", "participation", "exit", "violations", "legal",
    "governance", "elite_share", "standards", "discipline", "brand", "identity", "cohesion",
    "finance", "knows", "capital", "idle_equipment", "posts", "voice", "services", "targeting",
    "fund", "worker_skill", "turnover", "working_hours", "quality",
]  # fmt: skip
STATES: tuple[str, ...] = get_args(State)


def _is_plain(value: object) -> float | str | bool:
    """A mechanism checks its own fields; here they are only plain words and numbers."""
    if not isinstance(value, bool | int | float | str):
        raise PydanticCustomError("not_plain", "not plain")
    return value


def _is_amount(value: object) -> float | str:
    """A number from 0 up, or a reference to a declared one."""
    if isinstance(value, str) and value.startswith(REFERENCE):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise PydanticCustomError("float_type", "not a number")
    if value < 0:
        raise PydanticCustomError("greater_than_equal", "below zero", {"ge": 0})
    return float(value)


_Referred = Annotated[str, Field(pattern=f"^{REFERENCE}")]
_AmountAsWritten = Annotated[float, Field(ge=0)] | _Referred
Amount = Annotated[
    float | str, PlainValidator(_is_amount, json_schema_input_type=_AmountAsWritten)
]
Plain = Annotated[
    float | str | bool, PlainValidator(_is_plain, json_schema_input_type=float | str | bool)
]
NotNegative = Annotated[Number, Field(ge=0)]


class Dose(Form):
    """How much for each woman reached, in the measure's own unit."""

    default: NotNegative
    low: NotNegative = 0.0
    high: NotNegative
    unit: Label


class Risk(Form):
    """What may go wrong, and whose caution it is: a paper's, or the modeller's own."""

    en: Line
    zh: Line
    whose: Literal["modeller", "three_layers", "guizhou", "rongjiang", "practice_models", "libei"]
    section: Line | None = None


class MeasureEntry(Form):
    """A named measure of the literature. It holds no effect numbers of its own.

    Attributes:
        fields: values of the mechanism's fields; `param:NAME` refers to a declared parameter.
        group_size: women served together in one session; 0 when one serves everybody it is for.
        hours: worker hours per session, preparation and travel included.
        cost: yuan per session.
        own_hours: hours of each woman per session.
        moves: the states it moves, and which way.
        expects: what its paper expects beside; no rule of the model brings that about for sure.
        same_as: the row of another paper that this one is another name of.
    """

    label: Label
    layer: Layer
    papers: tuple[PaperSection, ...]
    same_as: str | None = None
    mechanism: str
    fields: dict[str, Plain] = Field(default_factory=dict)
    target: Target = Target()
    dose: Dose
    coverage: Share = 1.0
    group_size: Amount = 1.0
    hours: Amount
    cost: Amount
    own_hours: Amount = 0.0
    sponsor: Sponsor = "programme"
    moves: dict[State, Direction] = Field(default_factory=dict)
    expects: dict[State, Direction] = Field(default_factory=dict)
    risks: tuple[Risk, ...] = ()

    def whose(self, risk: Risk) -> str:
        """Whose caution a risk is: `paper`, `other_paper` or `modeller`."""
        if risk.whose == MODELLER:
            return MODELLER
        own = {said.paper for said in self.papers}
        return "paper" if risk.whose in own else "other_paper"

    def references(self) -> tuple[str, ...]:
        """The declared parameters that its fields, cost and hours refer to, each once."""
        amounts = (self.group_size, self.hours, self.cost, self.own_hours)
        texts = [x for x in (*self.fields.values(), *amounts) if isinstance(x, str)]
        named = [x.removeprefix(REFERENCE) for x in texts if x.startswith(REFERENCE)]
        return tuple(dict.fromkeys(named))


class SameMeasure(Form):
    """A row that is another row's measure under the name of another paper.

    Attributes:
        same_as: that row; everything not said here is taken from it.
        layer: where its own paper puts it, if elsewhere.
    """

    label: Label
    layer: Layer | None = None
    papers: tuple[PaperSection, ...]
    same_as: str
    risks: tuple[Risk, ...] = ()

    def of(self, other: MeasureEntry) -> MeasureEntry:
        """The other row's measure, under this row's name."""
        own = {"label": self.label, "papers": self.papers, "risks": self.risks}
        layer = {"layer": self.layer or other.layer, "same_as": self.same_as}
        return other.model_copy(update={**own, **layer})
