"""Phase 9, wellbeing: fatigue over weeks, burnout over months and years."""

from typing import TYPE_CHECKING

from agents.rule import Floats, Num, kernel, rule
from model.parameters import weekly_half_life
from model.ties import spread

if TYPE_CHECKING:
    from model.village import Village

TERMS = (
    "hours", "acting", "conflict", "income_loss", "support", "efficacy", "leisure", "trait",
    "return",
)


@rule
def fatigue_next(fatigue: Num, hours: Num, sustainable: Num, per_hour: Num, weeks: Num) -> Num:
    """Tiredness builds up beyond the sustainable hours and goes within weeks (tau_acute [62]).

    >>> fatigue_next(0.3, 40.0, 45.0, 0.02, 3.0) < 0.3
    True
    """
    target = min(1.0, per_hour * max(0.0, hours - sustainable))
    return fatigue + (target - fatigue) / weeks


@rule
def standard(value: Num, mean: Num, spread_: Num, clip: Num) -> Num:
    """A demand in fixed standard deviations, within bounds.

    >>> standard(78.0, 60.0, 18.0, 2.5)
    1.0
    """
    return min(max((value - mean) / spread_, -clip), clip)


@rule
def strain_terms(
    strain: Num, selling: Num, work: Num, streaming: Num, conflict: Num, income: Num,
    income_used: Num, outside: Num, support: Num, efficacy: Num, leisure: Num, trait: Num,
    tau: Num, level: Num, sd: Num, clip: Num, reverse: Num, mean_hours: Num, spread_hours: Num,
    mean_stream: Num, spread_stream: Num, mean_conflict: Num, spread_conflict: Num,
    floor: Num, by_hours: Num, by_acting: Num, by_conflict: Num, by_income: Num,
    by_support: Num, by_efficacy: Num, by_leisure: Num, by_trait: Num,
) -> Num:
    """What moves the burnout stock this week, term by term.

    strain moves 1/tau a week to level + SD × Σ weight × standardised demand or resource. Demands
    weigh more on the burnt out (the reverse path, strain_to_stress [61]). Weights are levels of
    the literature (w_* targets), reproduced and not inserted as weekly rates.
    """
    z = min(max((strain - level) / sd, -clip), clip)
    more = sd / tau * max(0.2, 1.0 + reverse * z)
    used = max(income_used, outside)
    loss = selling * min(max((used - income) / used, -1.0), 1.0)
    poor = max(0.0, floor - leisure) / floor
    return (
        more * by_hours * standard(work, mean_hours, spread_hours, clip),
        more * by_acting * standard(streaming, mean_stream, spread_stream, clip),
        more * by_conflict * standard(conflict, mean_conflict, spread_conflict, clip),
        more * by_income * loss,
        -sd / tau * by_support * support,
        -sd / tau * by_efficacy * efficacy,
        more * by_leisure * poor,
        sd / tau * by_trait * trait,
        (level - strain) / tau,
    )


@rule
def burnout_of(strain: Num, relief: Num, sd: Num) -> Num:
    """Burnout: the stock, less the relief of support (in d, one SD of burnout each).

    >>> round(burnout_of(0.5, 0.5, 0.18), 2)
    0.41
    """
    return min(max(strain - sd * relief, 0.0), 1.0)


@kernel
def add_terms(strain: Floats, terms: tuple[Floats, ...], sums: Floats) -> float:
    """Add all terms to the stock, within 0 and 1; returns what the bounds took."""
    taken = 0.0
    for i in range(strain.size):
        total = strain[i]
        for t in range(sums.size):
            total += terms[t][i]
            sums[t] += terms[t][i]
        strain[i] = min(max(total, 0.0), 1.0)
        taken += strain[i] - total
    return taken


def wellbeing(v: "Village") -> None:
    """Move fatigue and burnout of every woman, and say why."""
    p, s = v.p, v.sellers
    work, conflict = v.scratch("work"), v.scratch("s_conflict")
    work[:] = s.hours_care + s.hours_farm + s.hours_selling + s.hours_programme
    fatigue_next.into(
        s.fatigue, s.fatigue, work, p.sustainable_hours, p.fatigue_hours, p.tau_acute
    )
    spread(s.family, v.families.conflict, conflict)
    support = v.scratch("support")
    spread(s.family, v.families.support, support)
    support[:] = (0.5 * (support + s.peer_support) - p.support_start) / p.state_spread
    efficacy = v.scratch("efficacy")
    efficacy[:] = (s.efficacy - p.efficacy_start) / p.state_spread
    protective = v.structure("support", "protective") == "protective"
    terms = [v.scratch(f"term.{name}") for name in TERMS]
    strain_terms.into(
        tuple(terms), s.strain, s.selling, work, s.hours_streaming, conflict, s.income_smooth,
        s.income_year, s.outside_wage, support, efficacy, s.hours_leisure, s.trait,
        p.tau_chronic, p.burnout_level, p.burnout_spread, p.demand_clip,
        p.reverse_path * p.strain_to_stress, p.mean_hours, p.spread_hours, p.mean_stream,
        p.spread_stream, p.mean_conflict, p.spread_conflict, p.leisure_floor, p.load_hours,
        p.load_acting, p.load_conflict, p.load_income, p.load_support * protective,
        p.load_efficacy, p.load_neglect, p.load_trait,
    )
    before_burnout, before_strain = s.burnout.sum(), s.strain.sum()
    sums = v.scratch("term_sums", len(TERMS))
    sums[:] = 0.0
    taken = add_terms(s.strain, tuple(terms), sums)
    s.relief *= 1.0 - weekly_half_life(p.d_half)
    burnout_of.into(s.burnout, s.strain, s.relief, p.burnout_spread)
    _causes(v, sums, taken, float(before_burnout), float(before_strain))


def _causes(v: "Village", sums: Floats, taken: float, burnout: float, strain: float) -> None:
    """Terms of the stock; relief is the change that stock and bounds do not explain."""
    s, women = v.sellers, v.women
    for name, total in zip(TERMS, sums, strict=True):
        v.causes.add("burnout", name, float(total) / women)
    v.causes.add("burnout", "bounded", float(taken) / women)
    rest = (float(s.burnout.sum()) - burnout) - (float(s.strain.sum()) - strain)
    v.causes.add("burnout", "relief", rest / women)
