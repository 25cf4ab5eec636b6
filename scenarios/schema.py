"""What a scenario file may say. The keys are a promise: later versions add, never rename."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from model.parameters import DECLARED
from scenarios.form import Count, Flag, Form, Label, Line, Number, PaperSection, Share, Target
from scenarios.tags import Tags
from scenarios.yaml_reader import write_yaml

if TYPE_CHECKING:
    from model.setup import Setup
    from model.village import Village

INHERITANCE_KEYS = ("extends", "add_measures", "drop_measures")
LAYERS = ("micro", "meso", "macro")
ENDS_EARLY = "project_ends_early"
SHOCKS = (
    "lead_seller_leaves",
    "social_worker_leaves",
    "rule_change",
    "logistics_cut",
    "price_shock",
    "mass_onboarding",
    "brushed_reviews",
    ENDS_EARLY,
)
MOST_WOMEN = 200_000
LONGEST = 1040  # weeks: twenty years
YEAR = 52


def _is_shock(name: str) -> str:
    if name not in SHOCKS:
        details: dict[str, Any] = {"found": name, "allowed": SHOCKS}
        raise PydanticCustomError("unknown_choice", "unknown shock", details)
    return name


def _in_order(start: int | None, stop: int | None) -> None:
    if start is not None and stop is not None and stop <= start:
        weeks = {"start": start, "stop": stop}
        raise PydanticCustomError("stop_before_start", "stop before start", weeks)


def _as_text(value: object) -> object:
    """The name of a village may be its number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


_NumberOrText = BeforeValidator(_as_text, json_schema_input_type=int | str)


class VillageSpec(Form):
    """How the village is made: its women and their ties.

    `generated` draws women and ties; `measured` reads ties and households, which then decide
    the number of women; `random` rewires the ties at random, each woman keeping her number.
    """

    women: Annotated[Count, Field(ge=1, le=MOST_WOMEN)] = 300
    graph: Literal["generated", "measured", "random"] = "generated"
    ties: str | None = None
    households: str | None = None
    pick: Annotated[Line, _NumberOrText] | None = None


class Structure(Form):
    """Which of the rival explanations the village follows."""

    household: Literal["unitary", "bargaining"] = "unitary"
    adoption: Literal["imitation", "payoff"] = "imitation"
    support: Literal["protective", "neutral"] = "protective"
    benefit_fund: Literal["sales", "profit"] = "sales"


def _stop_may_be_left_out(schema: dict[str, Any]) -> None:
    schema["required"] = [key for key in schema["required"] if key != "stop"]


class ProgrammeSpec(Form):
    """The project: from and until which week, with how many workers and how much money.

    A file may leave `stop` out: the project then lasts `project_weeks`.
    """

    model_config = ConfigDict(json_schema_extra=_stop_may_be_left_out)

    start: Count
    stop: Count
    workers: Annotated[Count, Field(le=1000)] = 2
    money: Annotated[Number, Field(ge=0)] = 400_000.0
    priority: Literal["worst_off", "most_able", "first_come", "equal"] = "worst_off"
    staff: Literal["limited", "enough"] = "limited"

    def model_post_init(self, _context: object) -> None:
        """A project lasts at least a week."""
        _in_order(self.start, self.stop)


class MeasureUse(Form):
    """One measure at work; what is left out is taken from the catalogue and the programme."""

    measure: str
    dose: Annotated[Number, Field(ge=0)] | None = None
    coverage: Share | None = None
    target: Target | None = None
    start: Count | None = None
    stop: Count | None = None

    def model_post_init(self, _context: object) -> None:
        """A measure lasts at least a week."""
        _in_order(self.start, self.stop)


class ShockSpec(Form):
    """Something that happens to the village in one week."""

    shock: Annotated[str, AfterValidator(_is_shock), WithJsonSchema({"enum": list(SHOCKS)})]
    week: Count


class Span(Form):
    """From one week, until another or for good."""

    start: Count
    stop: Count | None = None

    def model_post_init(self, _context: object) -> None:
        """It lasts at least a week."""
        _in_order(self.start, self.stop)


class Since(Form):
    """From one week on."""

    start: Count


class Repeated(Span):
    """From one week, until another or for good, once in so many weeks."""

    every: Annotated[Count, Field(ge=1)] = YEAR


class BackgroundUse(Form):
    """A measure that somebody else carries out and pays for, in every arm.

    Its name is one of the catalogue or of the programmes that the papers name
    (`scenarios/background.yaml`).
    """

    measure: str
    dose: Annotated[Number, Field(ge=0)] | None = None
    coverage: Share | None = None
    target: Target | None = None
    start: Count
    stop: Count | None = None

    def model_post_init(self, _context: object) -> None:
        """It lasts at least a week."""
        _in_order(self.start, self.stop)


class BackgroundSpec(Form):
    """What goes on in every arm: the village's circumstances, and programmes of others."""

    pioneer: Flag = False
    star: Flag = False
    county_push: Span | None = None
    village_logistics: Since | None = None
    federation_classes: Span | None = None
    mothers_posts: Span | None = None
    small_loans: Span | None = None
    match_boom: Repeated | None = None
    middlemen: Flag = False
    measures: tuple[BackgroundUse, ...] = ()


Name = Annotated[str, StringConstraints(pattern=r"^\w[\w .-]*$", max_length=80)]


class Scenario(Form):
    """A named story: village, parameters, programme, measures, shocks."""

    name: Name
    title: Label
    about: Label | None = None
    source: tuple[PaperSection, ...] = ()
    tags: Tags = Tags()
    weeks: Annotated[Count, Field(ge=1, le=LONGEST)] = 416
    village_spec: Annotated[VillageSpec, Field(alias="village")] = VillageSpec()
    parameters: dict[str, Number] = Field(default_factory=dict)
    structure: Structure = Structure()
    programme: ProgrammeSpec | None = None
    measure_files: tuple[Line, ...] = ()
    measures: tuple[MeasureUse, ...] = ()
    shocks: tuple[ShockSpec, ...] = ()
    background: BackgroundSpec = BackgroundSpec()

    _folders: tuple[Path, ...] = PrivateAttr(default=())

    @model_validator(mode="before")
    @classmethod
    def _last_as_long_as_projects_do(cls, data: Any) -> Any:
        """A project whose end is left out lasts `project_weeks`."""
        programme = data.get("programme") if isinstance(data, dict) else None
        if not isinstance(programme, dict) or programme.get("stop") is not None:
            return data
        start = programme.get("start")
        if not isinstance(start, int):
            return data
        numbers = data.get("parameters")
        given = numbers.get("project_weeks") if isinstance(numbers, dict) else None
        weeks = given if isinstance(given, int | float) else DECLARED["project_weeks"].default
        stop = start + round(weeks) if weeks is not None else start
        return {**data, "programme": {**programme, "stop": stop}}

    @property
    def running(self) -> ProgrammeSpec | None:
        """The project as it takes place: a shock may end it before its time."""
        ends = [shock.week for shock in self.shocks if shock.shock == ENDS_EARLY]
        if self.programme is None or not ends:
            return self.programme
        stop = min(self.programme.stop, *ends)
        return self.programme.model_copy(update={"stop": stop})

    def setup(self) -> "Setup":
        """Everything a village is built from, with every reference resolved."""
        from scenarios.build import build_setup  # noqa: PLC0415 (the model is slow to load)

        return build_setup(self)

    def village(self, seed: int) -> "Village":
        """One village of this scenario, before its first week."""
        from model.village import Village  # noqa: PLC0415 (compiled rules load on first use)

        return Village(self.setup(), seed)

    def arm(self, layers: Collection[str]) -> "Scenario":
        """The same programme with only the measures of these layers.

        Staff, money and everything outside the programme stay, so that arms differ in nothing
        but what the workers do. Without any layer there is no programme: no workers, no money,
        only the weeks in which outcomes are counted.
        """
        from scenarios.own_measures import measures_of  # noqa: PLC0415 (it knows this schema)

        unknown = sorted(set(layers) - set(LAYERS))
        if unknown:
            raise ValueError(f"no layer {unknown[0]!r}; layers are {', '.join(LAYERS)}")
        catalogue = measures_of(self)
        kept = tuple(use for use in self.measures if catalogue[use.measure].layer in layers)
        changes: dict[str, object] = {"measures": kept}
        if not layers and self.programme is not None:
            none = {"workers": 0, "money": 0.0}
            changes["programme"] = self.programme.model_copy(update=none)
        return self.model_copy(update=changes)

    def with_staff(self, staff: Literal["limited", "enough"]) -> "Scenario":
        """The same with the workers' hours as a limit, or without one."""
        if self.programme is None:
            return self
        programme = self.programme.model_copy(update={"staff": staff})
        return self.model_copy(update={"programme": programme})

    def horizons(self) -> dict[str, int]:
        """When outcomes are read: at the programme's end, one and two years after.

        Whatever lies past the last week is not read; without a programme, only the last week is.
        """
        programme = self.running
        end = self.weeks if programme is None else min(programme.stop, self.weeks)
        later = {f"after_{weeks}": end + weeks for weeks in (YEAR, 2 * YEAR)}
        return {"end": end, **{name: week for name, week in later.items() if week <= self.weeks}}

    def dump(self) -> str:
        """The whole scenario as YAML that stands alone and reads back as the same scenario."""
        return write_yaml(self.plain())

    def plain(self) -> dict[str, object]:
        """The whole scenario as plain data, keys as in the file."""
        data = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {key: value for key, value in data.items() if value not in ({}, [])}

    def content_key(self) -> str:
        """Sixteen letters that change whenever something that decides results changes."""
        from scenarios.build import content_key  # noqa: PLC0415 (the model is slow to load)

        return content_key(self)

    def ground_key(self) -> str:
        """The content key of the village before any programme, measure or shock.

        Scenarios that share it share every week until one of these sets them apart.
        """
        bare = {"programme": None, "measures": (), "shocks": ()}
        return self.model_copy(update=bare).content_key()

    def in_folders(self, folders: tuple[Path, ...]) -> "Scenario":
        """The same scenario, with the folders in which its CSV files are looked for."""
        moved = self.model_copy()
        moved._folders = folders  # noqa: SLF001 (its own)
        return moved

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the CSV files it names are looked for, in this order."""
        return self._folders

    def __eq__(self, other: object) -> bool:
        """Two scenarios are one when they say the same, wherever their files lie."""
        return isinstance(other, Scenario) and self.plain() == other.plain()

    def __hash__(self) -> int:
        return hash(self.dump())


def allowed_keys(form: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys a file may use at this place.

    >>> allowed_keys(Scenario, ("measures", 0))[:3]
    ('measure', 'dose', 'coverage')
    """
    here: type[BaseModel] | None = form
    for step in path:
        if isinstance(step, int) or here is None:
            continue
        here = _form_below(here, step)
    if here is None:
        return ()
    return tuple(field.alias or name for name, field in here.model_fields.items())


def _form_below(form: type[BaseModel], key: str) -> type[BaseModel] | None:
    for name, field in form.model_fields.items():
        if key in {name, field.alias}:
            return _form_inside(field.annotation)
    return None


def _form_inside(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    parts = cast("tuple[object, ...]", getattr(annotation, "__args__", ()))
    forms: Mapping[type[BaseModel], None] = {f: None for f in map(_form_inside, parts) if f}
    return next(iter(forms), None)
