"""The forms that scenario files and measure files share: labels, papers, targets, shares."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

PAPERS = ("three_layers", "guizhou", "rongjiang", "practice_models", "libei")

STATUSES = ("outside", "learning", "selling", "paused", "left", "away")
MODES = ("alone", "follower", "cooperative")
HUSBANDS = ("none", "present", "away")
CATEGORIES = ("fresh", "processed", "craft", "experience")
SEGMENTS = ("returned_youth", "left_behind", "middle_aged", "older")


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
Share = Annotated[Number, AfterValidator(_is_share), BeforeValidator(_percent)]
Line = Annotated[str, Field(min_length=1, max_length=2000)]


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
    """For whom a measure is: every condition given must hold; none given means every woman."""

    status: Annotated[
        tuple[Literal["outside", "learning", "selling", "paused", "left", "away"], ...] | None,
        BeforeValidator(_several),
    ] = None
    mode: Annotated[
        tuple[Literal["alone", "follower", "cooperative"], ...] | None, BeforeValidator(_several)
    ] = None
    husband: Annotated[
        tuple[Literal["none", "present", "away"], ...] | None, BeforeValidator(_several)
    ] = None
    category: Annotated[
        tuple[Literal["fresh", "processed", "craft", "experience"], ...] | None,
        BeforeValidator(_several),
    ] = None
    segment: Annotated[
        tuple[Literal["returned_youth", "left_behind", "middle_aged", "older"], ...] | None,
        BeforeValidator(_several),
    ] = None
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

    def conditions(self) -> dict[str, object]:
        """The conditions given: words as tuples, ranges as {min, max}, flags as booleans.

        >>> Target(status="selling", age={"min": 45}).conditions()
        {'status': ('selling',), 'age': {'min': 45.0}}
        """
        return self.model_dump(exclude_none=True)
