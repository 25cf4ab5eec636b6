"""What the result rests on: the limits, the numbers and where they come from, the measures."""

from collections import Counter
from typing import TYPE_CHECKING

from experiments.statistics import LAYERS
from model.parameters import DECLARED, GRADES, Parameter
from scenarios.catalogue import MEASURES
from scenarios.measure_form import MeasureEntry
from scenarios.programmes import carried_out_by_others
from viz.parameter_words import source_told, unit_told
from viz.report.blocks import Block, Cell, Facts, Folded, Items, Rows, Section, Table, Text
from viz.report.digits import MISSING, free, plain
from viz.report.layers.structures import structures_blocks
from viz.report.names import Names

if TYPE_CHECKING:
    import pandas as pd

    from experiments.layer_effects import LayersResult
    from model.mechanism import Delivery
    from scenarios.schema import Scenario

READ = {"paper", "seed"}  # seen in the original, read in full
WEAKEST = {"memory", "none"}
BACKGROUND = (
    "pioneer",
    "star",
    "county_push",
    "village_logistics",
    "federation_classes",
    "mothers_posts",
    "small_loans",
    "match_boom",
    "middlemen",
)
LIMITS = ("limit_no_effect", "limit_no_forecast", "limit_interval", "limit_one_village")


def assumptions_section(
    result: "LayersResult", names: Names, signs: "pd.DataFrame | None" = None
) -> Section:
    """Limits first, then rival structures, the numbers and the measures."""
    scenario = result.scenario
    limits = [names.say(limit) for limit in LIMITS]
    if is_like_libei(scenario):
        limits.insert(1, names.say("limit_a1"))
    blocks: list[Block] = [Items(limits), *structures_blocks(signs, scenario.name, names)]
    blocks += [Text(names.say("grades_read")), Text(_unread(names)), _grades_table(names)]
    blocks += [_village_facts(scenario, names)]
    if scenario.parameters:
        blocks.append(_parameters_table(scenario, names))
    blocks.append(_measures_table(scenario, names))
    if len(result.draws.columns):
        blocks.append(Folded(names.say("draws_values"), [_draws_table(result, names)]))
    return Section("assumptions", names.say("assumptions_title"), blocks)


def is_like_libei(scenario: "Scenario") -> bool:
    """Whether assumption A1 on shops and women has to be named."""
    return scenario.name == "libei" or any(s.paper == "libei" for s in scenario.source)


# --- The numbers -------------------------------------------------------------------------------


def _grades_table(names: Names) -> Table:
    used = _used()
    all_of = Counter(parameter.grade for parameter in used)
    read = Counter(parameter.grade for parameter in used if was_read(parameter))
    rows = []
    for grade in GRADES:
        counts = (all_of[grade], read[grade], all_of[grade] - read[grade])
        rows.append((names.say(f"grade_{grade}"), [Cell(str(count)) for count in counts]))
    totals = (len(used), read.total(), len(used) - read.total())
    rows.append((names.say("total"), [Cell(str(count), strong=True) for count in totals]))
    head = [names.say(f"column_{column}") for column in ("grade", "numbers", "read", "unread")]
    return Table(names.say("grades_caption"), head, [Rows(rows)])


def _used() -> list[Parameter]:
    """The numbers that rules read."""
    return [parameter for parameter in DECLARED.values() if parameter.readable]


def _unread(names: Names) -> str:
    used = _used()
    weakest = [parameter.seen.split("/")[0] in WEAKEST for parameter in used]
    unread = sum(not was_read(parameter) for parameter in used)
    return names.say("grades_unread", unread=unread, all=len(used), memory=sum(weakest))


def was_read(parameter: Parameter) -> bool:
    """Whether the number was seen in the original; a second word says what else it rests on."""
    return parameter.seen.split("/")[0] in READ


def _parameters_table(scenario: "Scenario", names: Names) -> Table:
    rows = []
    for name, value in scenario.parameters.items():
        declared = DECLARED[name]
        ends = {"low": _number(declared.low), "high": _number(declared.high)}
        cells = [
            Cell(free(value), strong=True),
            Cell(_number(declared.default)),
            Cell(names.say("range", **ends)),
            Cell(unit_told(declared, names.words), number=False),
            Cell(declared.grade, _seen(declared, names), number=False),
            Cell(source_told(declared, names.words), number=False),
        ]
        rows.append((names.say("named", label=declared.label, name=name), cells))
    columns = ("number", "value", "default", "range", "unit", "grade", "source")
    head = [names.say(f"column_{column}") for column in columns]
    note = names.say("parameters_note")
    return Table(names.say("parameters_caption"), head, [Rows(rows)], note)


def _number(value: float | None) -> str:
    return MISSING if value is None else free(value)


def _seen(parameter: Parameter, names: Names) -> str:
    return " / ".join(names.say(f"seen_{word}") for word in parameter.seen.split("/"))


def _draws_table(result: "LayersResult", names: Names) -> Table:
    rows = [
        (names.words.label(DECLARED[str(name)].label), [Cell(free(value)) for value in column])
        for name, column in result.draws.items()
    ]
    head = [names.say("column_number"), *map(str, result.draws.index)]
    return Table(names.say("draws_values"), head, [Rows(rows)])


# --- The village and the measures --------------------------------------------------------------


def _village_facts(scenario: "Scenario", names: Names) -> Facts:
    village = scenario.village_spec
    going_on = [
        names.say(f"background_{name}")
        for name in BACKGROUND
        if getattr(scenario.background, name)
    ]
    known = carried_out_by_others()
    others = scenario.background.measures
    going_on += [names.words.label(known[use.measure].label) for use in others]
    shocks = [
        names.say("shock", shock=names.say(f"shock_{shock.shock}"), week=shock.week)
        for shock in scenario.shocks
    ]
    facts = [
        ("fact_women", plain(scenario.setup().women, "shops")),
        ("fact_graph", names.say(f"graph_{village.graph}")),
        ("fact_weeks", names.say("weeks_from", weeks=scenario.weeks)),
        ("fact_background", names.joined(going_on) or MISSING),
        ("fact_shocks", names.listed(shocks) or MISSING),
    ]
    structure = scenario.structure.model_dump()
    said = [(names.say(name), text) for name, text in facts]
    for name, choice in structure.items():
        said.append((names.say(f"structure_{name}"), names.say(f"structure_{name}_{choice}")))
    return Facts(said)


def _measures_table(scenario: "Scenario", names: Names) -> Table:
    deliveries = scenario.setup().measures
    # a row that is the same as another paper's is told by the name the scenario uses
    named = {MEASURES[use.measure].same_as: use.measure for use in scenario.measures}
    groups = []
    for layer in LAYERS:
        rows = [
            _measure_row(
                delivery, MEASURES[named.get(delivery.measure, delivery.measure)], names
            )
            for delivery in deliveries
            if delivery.layer == layer
        ]
        if rows:
            groups.append(Rows(rows, names.arm(layer)))
    columns = ("measure", "how_much", "session", "sponsor", "paper", "risk")
    head = [names.say(f"column_{column}") for column in columns]
    return Table(names.say("measures_caption"), head, groups, names.say("measures_note"))


def _measure_row(
    delivery: "Delivery", entry: MeasureEntry, names: Names
) -> tuple[str, list[Cell]]:
    dose = names.say("dose", dose=free(delivery.dose), unit=names.words.label(entry.dose.unit))
    reach = {"coverage": f"{100 * delivery.coverage:.0f}"}
    reach |= {"start": str(delivery.start), "stop": str(delivery.stop)}
    session = {"hours": free(delivery.hours), "cost": free(delivery.cost)}
    group = names.say("group", size=delivery.group_size) if delivery.group_size > 1 else ""
    papers = [
        names.say("paper_section", paper=names.say(f"paper_{said.paper}"), section=said.section)
        if said.section
        else names.say(f"paper_{said.paper}")
        for said in entry.papers
    ]
    risk, whose = _risk(entry, names)
    cells = [
        Cell(dose, names.say("reach", **reach), number=False),
        Cell(names.say("session", **session), group, number=False),
        Cell(names.say(f"sponsor_{delivery.sponsor}"), number=False),
        Cell(names.joined(papers), number=False),
        Cell(risk, whose, number=False),
    ]
    return names.words.label(entry.label), cells


def _risk(entry: MeasureEntry, names: Names) -> tuple[str, str]:
    """Every caution of a measure, and whose each is."""
    whose = []
    for risk in entry.risks:
        said = names.say(f"whose_{entry.whose(risk)}")
        if risk.section:
            said = names.say("whose_section", whose=said, section=risk.section)
        whose.append(said)
    risks = [names.words.label(risk) for risk in entry.risks]
    return names.joined(risks) or MISSING, names.joined(whose)
