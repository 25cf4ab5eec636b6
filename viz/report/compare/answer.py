"""The first page of a comparison: the primary contrast, the guardrails below it, how sure."""

from typing import TYPE_CHECKING, Any

from experiments.outcomes import PRIMARY
from viz.charts import scenario_forest
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.compare.changes import CompareNames
from viz.report.digits import between, plain, signed
from viz.report.pictures import picture
from viz.tables.compare import asked, verdict_of
from viz.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from experiments.comparison import CompareResult

VERDICTS = ("breached", "not_resolved", "kept")
SETTLED = ("better", "worse")
FEW = 3  # breaches, or scenarios, told by name


def answer_section(result: "CompareResult", names: CompareNames) -> Section:
    """The note for a leader's desk; harm beyond the limits stands above the answer."""
    words = names.words
    compared, caution = asked(result, words)
    guardrails, breached = kept_or_not(result, words)
    harm: list[Block] = [
        Text(words.say("reports.harm_title"), "label"),
        Text(guardrails, "warning" if breached else "plain"),
        *_not_judged(result, names),
    ]
    lead = Text(names.sentences([_contrast(result, names), _second(result, names)]), "lead")
    blocks: list[Block] = [Text(compared, "note")]
    blocks += [*harm, lead] if breached else [lead, *harm]
    blocks += [
        Text(names.say("sure_title"), "label"),
        Text(names.sentences([*_how_sure(result, names), caution])),
    ]
    if _anybody(result):
        blocks.append(forest(result, "end", names))
    return Section("answer", names.say("answer_title"), blocks)


def forest(result: "CompareResult", horizon: str, names: CompareNames) -> Block:
    """The change of each outcome in each scenario at one horizon, drawn."""
    own = result.primary(horizon)
    fields = {
        "horizon": names.horizon(horizon),
        "base": result.base,
        "population": names.population(result.clock.population),
    }
    return picture(
        lambda: scenario_forest(own, names.words),
        names.words.say("reports.forest_alt", fields),
        names.words.say("reports.forest_caption", fields),
        _forest_table(own, horizon, names),
        name="effects" if horizon == "end" else f"effects_{horizon}",
        data=names.coded(own),
    )


def _forest_table(primary: "pd.DataFrame", horizon: str, names: CompareNames) -> Table:
    """The numbers of the figure: the change, its own interval and the joint one."""
    groups = []
    for outcome, frame in primary.groupby("outcome", sort=False):
        rows = []
        found: Any = frame.itertuples()
        for row in found:
            joint = between(row.joint_low, row.joint_high, row.unit, names.words)
            verdict = verdict_of(row, names.words)
            cells = [names.difference(row), Cell(joint), Cell(verdict, number=False)]
            rows.append((str(row.arm), cells))
        groups.append(Rows(rows, names.with_unit(str(outcome))))
    heads = ("head_change_own", "head_joint", "head_verdict")
    head = [names.words.say("compare.head_scenario")]
    head += [names.words.say(f"reports.{name}") for name in heads]
    return Table(names.horizon(horizon), head, groups)


# --- Two sentences -----------------------------------------------------------------------------


def _contrast(result: "CompareResult", names: CompareNames) -> str:
    """The first scenario against the base."""
    primary = result.primary()
    first = str(primary.arm.iloc[0])
    fields = {
        "arm": first,
        "base": result.base,
        "changes": changes(primary[primary.arm == first], names),
    }
    key = "answer" if _anybody(result) else "answer_nobody"
    return names.words.say(f"reports.{key}", fields)


def _anybody(result: "CompareResult") -> bool:
    """Whether there is any change to tell at the end of the programme."""
    return bool(result.primary().estimate.notna().any())


def changes(rows: "pd.DataFrame", names: CompareNames) -> str:
    """What may be said of one scenario's outcomes, from the joint intervals."""
    found: Any = rows.itertuples()
    told = [
        names.words.say(f"reports.change{'_nobody' if row.estimate != row.estimate else ''}", {
            "outcome": names.say(f"phrase_{row.outcome}"),
            "change": names.say(f"amount_{row.outcome}", size=signed(row.estimate, row.unit)),
            "low": signed(row.joint_low, row.unit),
            "high": signed(row.joint_high, row.unit),
            "verdict": verdict_of(row, names.words),
        })
        for row in found
    ]
    return names.joined(told)


def _second(result: "CompareResult", names: CompareNames) -> str:
    """What the only contrast costs; of several, which scenarios are better or worse in what."""
    if len(result.scenarios) > 2:  # noqa: PLR2004 (several contrasts)
        return _standing(result, names)
    costs = result.costs.set_index("quantity").estimate
    hours = signed(costs["hours"], "hours") if costs["hours"] else plain(0.0, "hours")
    fields = {"money": names.words.amount(costs["cost"], sign="+"), "hours": hours}
    return names.words.say("reports.answer_cost", fields)


def _standing(result: "CompareResult", names: CompareNames) -> str:
    primary = result.primary()
    told = []
    for outcome in PRIMARY:
        for verdict in SETTLED:
            own = primary[(primary.outcome == outcome) & (primary.verdict == verdict)]
            if len(own):
                fields = {"outcome": names.say(f"phrase_{outcome}"), "arms": _few(own.arm, names)}
                told.append(names.words.say(f"reports.standing_{verdict}", fields))
    if not told:
        return names.words.say("reports.standing_none", {"base": result.base})
    return names.words.say("reports.standing", {"base": result.base, "told": names.joined(told)})


def _few(arms: "pd.Series[Any]", names: CompareNames) -> str:
    told = [str(arm) for arm in arms]
    rest = names.words.say("reports.more", {"count": len(told) - FEW}) if len(told) > FEW else ""
    return names.listed(told[:FEW]) + rest


# --- Harm, and how sure ------------------------------------------------------------------------


def kept_or_not(result: "CompareResult", words: Words) -> tuple[str, bool]:
    """How many limits were kept, breached or not resolved; and whether any was breached."""
    judged = result.guardrails[result.guardrails.verdict.isin(VERDICTS)]
    if judged.empty:
        return words.say("reports.guardrails_none"), False
    count = {verdict: int((judged.verdict == verdict).sum()) for verdict in VERDICTS}
    told = {**count, "all": len(judged)}
    breached = judged[judged.verdict == "breached"]
    if breached.empty:
        key = "reports.guardrails_open" if count["not_resolved"] else "reports.guardrails_kept"
        return words.say(key, told), False
    named = [
        words.say("reports.breach", {
            "arm": row.arm, "outcome": words.say(f"cli.outcome_{row.outcome}"),
            "group": words.say(f"compare.group_{row.subgroup}"),
            "when": words.say(f"compare.when_{row.horizon}"),
        })
        for row in breached.itertuples()
    ]
    if len(named) > FEW:
        more = words.say("reports.breaches_more", {"count": len(named) - FEW})
        named = [*named[:FEW], more]
    return words.say("reports.guardrails_breached", {**told, "named": words.joined(named)}), True


def _not_judged(result: "CompareResult", names: CompareNames) -> list[Block]:
    """The groups that hold too few women to be judged at the end."""
    frame = result.guardrails
    few = frame[(frame.horizon == "end") & (frame.verdict == "too_small")].subgroup.unique()
    groups = [names.words.say(f"compare.group_{group}") for group in few]
    if not groups:
        return []
    return [Text(names.words.say("reports.not_judged", {"groups": names.listed(groups)}))]


def _how_sure(result: "CompareResult", names: CompareNames) -> list[str]:
    words = names.words
    fields = {"complete": result.complete, **result.smallest}
    told = [words.say("reports.sure", fields)] if _anybody(result) else []
    if result.assumptions is None:
        told.append(names.say("sure_assumptions"))
    else:
        told.append(words.say("reports.sure_draws", {"draws": len(result.draws)}))
    return told
