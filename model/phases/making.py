"""Phase 5, making: capacity and quality of goods, relatives and hired hands."""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Num, rule
from agents.sellers import CATEGORIES
from model.ties import spread

if TYPE_CHECKING:
    from model.village import Village


@rule
def equipment_use(equipment: Num, skill: Num, needed: Num) -> Num:
    """Part of her equipment in use: none below the skill it needs.

    >>> equipment_use(1.0, 0.4, 0.45), equipment_use(1.0, 0.5, 0.45)
    (0.0, 1.0)
    """
    return equipment if skill >= needed else 0.0


@rule
def goods_an_hour(output: Num, start_price: Num) -> Num:
    """Goods made ready in an hour: sales value at the start price, in goods.

    >>> goods_an_hour(85.0, 2.0)
    42.5
    """
    return output / start_price


@rule
def yuan_an_hour(output: Num, packing: Num, parcel_value: Num) -> Num:
    """Sales value made ready in an hour, packing of parcels included.

    An hour of a good's worth of making and service, and its part of the hours of a parcel:
    1/(1/output + packing/value), in yuan at the start price.

    >>> round(yuan_an_hour(60.0, 0.25, 75.0), 9), round(yuan_an_hour(60.0, 0.0, 75.0), 9)
    (50.0, 60.0)
    """
    return 1.0 / (1.0 / output + packing / parcel_value)


@rule
def capacity_of(
    selling: Num, hours: Num, streaming: Num, skill: Num, burnout: Num, hands: Num,
    equipment: Num, output: Num, start_price: Num, by_skill: Num, skill_reference: Num,
    by_burnout: Num, burnout_level: Num, burnout_spread: Num, by_equipment: Num,
    equipment_skill: Num, hand_hours: Num, hand_output: Num,
) -> Num:
    """Goods her shop can make in a week, by her own hours and by other hands.

    capacity = (hours − streaming) × goods an hour × exp(a (skill − reference)) × (1 + b z) + hands
    with z the burnout in standard deviations (b: burnout_output [71], read as a slope).
    """
    if selling == 0.0:
        return 0.0
    rate = goods_an_hour(output, start_price)
    z = (burnout - burnout_level) / burnout_spread
    strength = math.exp(by_skill * (skill - skill_reference))
    strength *= math.exp(by_equipment * equipment_use(equipment, skill, equipment_skill))
    own = (hours - streaming) * rate * strength * max(0.2, 1.0 + by_burnout * z)
    return own + hands * hand_hours * rate * hand_output


@rule
def hands_next(
    selling: Num, hands: Num, use: Num, price: Num, unit_cost: Num, output: Num,
    start_price: Num, hand_hours: Num, hand_output: Num, wage: Num, worth: Num, busy: Num,
    idle: Num, most: Num, deductions: Num,
) -> Num:
    """Take on one hand while wanted and worth the wage; let one go when capacity lies idle."""
    if selling == 0.0:
        return 0.0
    brings = hand_hours * hand_output * goods_an_hour(output, start_price)
    brings *= price * (1.0 - deductions) - unit_cost
    if use > busy and brings > wage * worth and hands < most:
        return hands + 1.0
    if hands > 0.0 and (use < idle or brings < wage):
        return hands - 1.0
    return hands


@rule
def quality_next(
    quality: Num, skill: Num, standards: Num, speed: Num, by_standards: Num, base: Num,
    by_skill: Num,
) -> Num:
    """Quality of goods follows skill, and standards where a body keeps them.

    >>> quality_next(0.5, 0.5, 0.0, 0.1, 0.2, 0.3, 0.4)
    0.5
    """
    target = min(1.0, base + by_skill * skill + by_standards * standards)
    return quality + speed * (target - quality)


def by_category(v: "Village", prefix: str, name: str) -> Floats:
    """A column with each woman's own category's number of a family of parameters."""
    table = np.array([OF_CATEGORY[prefix](v)[category] for category in CATEGORIES])
    column = v.scratch(name)
    spread(v.sellers.category, table, column)
    return column


def _output(v: "Village") -> dict[str, float]:
    p = v.p
    made = {
        "fresh": p.output_per_hour_fresh, "processed": p.output_per_hour_processed,
        "craft": p.output_per_hour_craft, "experience": p.output_per_hour_experience,
    }
    return {c: yuan_an_hour(o, p.hours_per_parcel, p.parcel_value) for c, o in made.items()}


def _similarity(v: "Village") -> dict[str, float]:
    p = v.p
    return {
        "fresh": p.similarity_fresh, "processed": p.similarity_processed,
        "craft": p.similarity_craft, "experience": p.similarity_experience,
    }


def _returns(v: "Village") -> dict[str, float]:
    dry = v.p.return_rate_food_dry
    return {"fresh": v.p.return_rate_food_fresh, "processed": dry, "craft": dry, "experience": dry}


OF_CATEGORY = {"output": _output, "similarity": _similarity, "returns": _returns}


def making(v: "Village") -> None:
    """Set hands, capacity and quality of every shop."""
    p, s = v.p, v.sellers
    output = by_category(v, "output", "output")
    if s.equipment.any():
        _use_kit(v, output)
    deductions = v.scratch("deductions")
    deductions[:] = by_category(v, "returns", "returns") + p.platform_fee / 100.0
    hands_next.into(
        s.hands, s.selling, s.hands, s.use, s.price, s.unit_cost, output, p.start_price,
        p.hand_hours, p.hand_output, p.hand_wage, p.hand_worth, p.hand_use, p.hand_idle,
        p.hand_most, deductions,
    )
    capacity_of.into(
        s.capacity, s.selling, s.hours_selling, s.hours_streaming, s.skill, s.burnout, s.hands,
        s.equipment, output, p.start_price, p.capacity_skill, p.skill_reference,
        p.burnout_output, p.burnout_level, p.burnout_spread, p.equipment_output,
        p.equipment_skill, p.hand_hours, p.hand_output,
    )
    if s.helping.any():  # like hired hands, without a wage
        s.capacity += s.selling * s.helping * goods_an_hour(output, p.start_price) * p.hand_output
    quality_next.into(
        s.quality, s.quality, s.skill, s.standards, p.quality_speed, p.quality_standards,
        p.quality_base, p.quality_skill,
    )


def _use_kit(v: "Village", output: Floats) -> None:
    """Kit in use saves a part of the packing; idle kit waits; all kit wears out.

    Args:
        v: the village.
        output: yuan an hour of every woman, changed in place.
    """
    p, s = v.p, v.sellers
    used = s.equipment * (s.skill >= p.equipment_skill) * s.selling
    output /= 1.0 - used * p.kit_packing * p.hours_per_parcel / p.parcel_value * output
    s.kit_unused += 1.0
    s.kit_unused *= (s.equipment > 0.0) * (used == 0.0)
    s.equipment *= 1.0 - 1.0 / (52.0 * p.kit_life)
