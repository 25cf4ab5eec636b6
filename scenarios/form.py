"""The forms that scenario files and measure files share: labels, papers, targets, shares."""

from typing import Annotated, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

PAPERS = ("three_layers", "guizhou", "rongjiang", "practice_models", "libei")

Status = Literal["outside", "learning", "selling", "left", "away"]
Mode = Literal["alone", "follower", "cooperative"]
Husband = Literal["none", "present", "away"]
Category = Literal["fresh", "processed", "craft", "experience"]
Segment = Literal["returned_youth", "left_behind", "middle_aged", "older"]
STATUSES, MODES, HUSBANDS = get_args(Status), get_args(Mode), get_args(Husband)
CATEGORIES, SEGMENTS = get_args(Category), get_args(Segment)


class Form(BaseModel):
    """A part of a file: fixed keys, nothing else, never changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _percent(value: object) -> object:
    """A share written as `30%`, as the number 0.3."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return round(float(value.strip()[:-1]) / 100, 12)
        except ValueError:
            return value
    return value


def _is_share(value: float) -> float:
    if not 0 <= value <= 1:
        raise PydanticCustomError("not_a_share", "not a share", {"found": value})
    return value


def _several(value: object) -> object:
    """One word stands for a list of one."""
    return (value,) if isinstance(value, str) else value


Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Count = Annotated[int, Strict(), Field(ge=0)]
Flag = Annotated[bool, Strict()]
_ShareAsWritten = (
    Annotated[float, Field(ge=0, le=1)] | Annotated[str, Field(pattern=r"^\s*[0-9.]+\s*%$")]
)
Share = Annotated[
    Number,
    AfterValidator(_is_share),
    BeforeValidator(_percent, json_schema_input_type=_ShareAsWritten),
]
Line = Annotated[str, Field(min_length=1, max_length=2000)]
Word = TypeVar("Word")
Several = Annotated[tuple[Word, ...], BeforeValidator(_several)]


class Label(Form):
    """A text for people, in both languages."""

    en: Line
    zh: Line


class PaperSection(Form):
    """Where one of the five papers says it."""

    paper: Literal["three_layers", "guizhou", "rongjiang", "practice_models", "libei"]
    section: Line | None = None


class Range(Form):
    """From `min` to `max`, both included; either may be left out."""

    min: Number | None = None
    max: Number | None = None

    def model_post_init(self, _context: object) -> None:
        """Refuse a range that is empty by mistake."""
        if self.min is not None and self.max is not None and self.min > self.max:
            ends = {"low": self.min, "high": self.max}
            raise PydanticCustomError("empty_range", "empty range", ends)


class Target(Form):
    """For whom a measure is: every condition given must hold; none given means every woman.

    `poorest` is the poorest third when the programme starts; `children` means children up to 12,
    `elders` elders who need care, `in_body` a member of a cooperative or association, `leads` a
    woman through whom others sell, `knows` one who knows of funds and rules.
    """

    status: Several[Status] | None = None
    mode: Several[Mode] | None = None
    husband: Several[Husband] | None = None
    category: Several[Category] | None = None
    segment: Several[Segment] | None = None
    hamlet: Count | None = None
    age: Range | None = None
    edu_years: Range | None = None
    skill: Range | None = None
    efficacy: Range | None = None
    burnout: Range | None = None
    weeks_open: Range | None = None
    mandarin: Flag | None = None
    minority: Flag | None = None
    streamer: Flag | None = None
    poorest: Flag | None = None
    knows: Flag | None = None
    signal: Flag | None = None
    full_time: Flag | None = None
    children: Flag | None = None
    elders: Flag | None = None
    in_body: Flag | None = None
    leads: Flag | None = None

    def conditions(self) -> dict[str, object]:
        """The conditions given: words as tuples, ranges as {min, max}, flags as booleans.

        >>> Target(status="selling", age={"min": 45}).conditions()
        {'status': ('selling',), 'age': {'min': 45.0}}
        """
        return self.model_dump(exclude_none=True)
