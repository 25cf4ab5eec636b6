"""What the report of a layers job says: the answer, harm, what is left, rival structures."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from experiments.between import left_frame
from experiments.layer_frames import tables
from experiments.outcomes import QUANTITIES, read_cells
from experiments.structures import signs_frame
from model.causes import CAUSES
from model.indicators import INDICATORS
from model.parameters import DECLARED
from tests.report_results import NAMES, made_result
from viz.cause_words import cause_of
from viz.report.layers.after import after_section
from viz.report.layers.answer import answer_section
from viz.report.layers.assumptions import assumptions_section
from viz.report.layers.structures import signs_in
from viz.report.layers.worse import worse_section
from viz.report.names import Names
from viz.tables.worse import worse_table
from viz.words import Words, all_words


@pytest.fixture(scope="module")
def result():
    return made_result()



def _texts(section):
    return " ".join(block.text for block in section.blocks if block.kind == "text")


def again(result):
    """The result with tables that follow from its changed histories."""
    values = np.array([
        [read_cells(history, result.cells) for history in result.histories.values[:, arm]]
        for arm in range(8)
    ])
    made = tables(result.cells, values, np.ones((8, values.shape[1], len(QUANTITIES))))
    return dataclasses.replace(result, tables=dataclasses.replace(
        result.tables, effects=made.effects, levels=made.levels
    ))


def _answer(result, lang="en"):
    names = Names(result, Words(lang))
    return next(b.text for b in answer_section(result, names).blocks if b.look == "lead")


# --- the sentences -----------------------------------------------------------------------------


def test_a_clear_result_is_told_with_its_direction_and_size(result):
    answer = _answer(result)
    assert answer.startswith("In this model and under these assumptions")
    assert re.search(r"weekly income \d+\.\d yuan higher \(\d", answer)
    assert re.search(r"burnout 0\.05\d\d lower|burnout 0\.04\d\d lower", answer)
    assert "the macro measures raise weekly income most, the micro measures lower" in answer
    assert "the meso measures raise peer trust most; no effect of the" in answer


def test_an_unclear_result_is_told_as_unclear():
    answer = _answer(made_result({}, own_luck=1.0))
    assert "no difference in weekly income that can be told from zero" in answer
    assert "No layer alone betters any of the three by a difference" in answer
    assert "higher" not in answer
    assert "看不出明确差别" in _answer(made_result({}, own_luck=1.0), "zh")


def test_no_change_at_all_is_told_as_none():
    assert "the same weekly income; the same burnout" in _answer(made_result({}, own_luck=0.0))


def test_one_replication_is_not_taken_for_a_result():
    one = made_result(replications=1)
    assert "one replication only" in _answer(one)
    assert "few replications" in _texts(answer_section(one, Names(one, Words("en"))))


def test_the_answer_is_two_sentences_and_names_no_layer_that_does_nothing():
    answer = _answer(made_result({"meso": {"trust": 0.03}}, own_luck=0.0))
    assert len(re.findall(r"\. ", answer)) == 1
    assert "the meso measures raise peer trust most" in answer
    assert "of the micro and macro measures on peer trust" in answer


def test_no_layer_is_called_the_first_while_another_cannot_be_told_from_it():
    result = made_result({"micro": {"income": 10.0}, "macro": {"income": 10.0}}, own_luck=0.0)
    values = result.histories.values
    macro, column = result.histories.arms.index("macro"), NAMES.index("income_fixed")
    luck = np.tile([-80.0, 80.0], 6)[:, None]
    values[:, macro, :, column] += luck.astype(values.dtype)
    told = _answer(again(result))
    assert "the micro measures raise weekly income and" in told or (
        "the micro measures raise weekly income;" in told
    )
    assert "income most" not in told


def test_layers_are_ranked_in_pairs_although_their_intervals_overlap():
    result = made_result({"micro": {"income": 40.0}, "macro": {"income": 50.0}}, own_luck=0.0)
    values, column = result.histories.values, NAMES.index("income_fixed")
    luck = np.tile([-20.0, 20.0], 6)[:, None].astype(values.dtype)
    for arm in ("micro", "macro"):
        values[:, result.histories.arms.index(arm), :, column] += luck
    assert "the macro measures raise weekly income most" in _answer(again(result))


def test_layers_that_cannot_be_ranked_are_not_ranked():
    alike = {layer: {"income": 10.0} for layer in ("micro", "macro")}
    answer = _answer(made_result(alike, own_luck=0.2))
    assert "the micro and macro measures raise weekly income, and cannot be ranked" in answer


# --- harm --------------------------------------------------------------------------------------


def _harm(result, lang="en"):
    section = answer_section(result, Names(result, Words(lang)))
    return next(block.items for block in section.blocks if block.kind == "items")


def test_a_layer_that_does_harm_is_named_with_what_and_for_whom():
    told = _harm(made_result({"micro": {"burnout": 0.05}}))
    said = "The micro measures alone: for women selling at the start burnout "
    assert re.match(re.escape(said) + r"0\.0\d{3} higher at the end", told[0])


@pytest.mark.parametrize(
    ("lang", "cause", "told"),
    [("en", "less contact", "mainly {})"),
     ("zh", "来往较少", "主因：{}）")],
)  # fmt: skip
def test_the_main_cause_says_which_way_it_pulled(lang, cause, told):
    result = made_result({"micro": {"trust": -0.05}})
    worse = result.worse[result.worse.outcome == "trust"]
    worse = worse[worse.population == "all_women"].assign(
        cause_1="contact", amount_1=-0.021, cause_2="", amount_2=np.nan
    )
    result = dataclasses.replace(result, worse=worse)
    assert told.format(cause) in _harm(result, lang)[0]
    table = worse_section(result, Names(result, Words(lang))).blocks[-1]
    assert table.groups[0].rows[0][1][-1].text == f"{cause} −0.0210"
    words, horizons = Words(lang), dict.fromkeys(result.worse.horizon, "")
    assert worse_table(result.worse, horizons, words).rows[0][-1] == f"{cause} -0.02100"


def test_every_cause_told_by_its_way_is_a_cause():
    causes = {f"layers.cause_{of}_{cause}" for of, named in CAUSES.items() for cause in named}
    ways = {key for key in all_words() if key.startswith("layers.cause_")} - causes
    assert {key.rpartition("_")[2] for key in ways} == {"up", "down"}
    assert {key.rpartition("_")[0] for key in ways} <= causes <= set(all_words())
    assert cause_of("burnout", "support", 0.1, Words("en")) == "less support"
    assert cause_of("burnout", "support", -0.1, Words("zh")) == "支持较多"


def test_all_women_left_worse_by_all_layers_are_told_beside_groups():
    told = _harm(made_result({layer: {"burnout": 0.05} for layer in ("micro", "meso")}))
    assert "burnout of all women" in told[-2]
    assert "burnout of women selling at the start" in told[-2]


def test_where_nobody_is_worse_this_is_said():
    told = _harm(made_result({"micro": {"income": 30.0}}, own_luck=0.0))
    assert told[0].startswith("No layer alone leaves")
    assert told[-2].startswith("With all three layers no group")


def test_how_many_are_worse_and_would_be_by_chance_is_told(result):
    effects = result.effects
    told_of = effects[effects.population.isin(["selling_at_start", "all_women"])]
    alone = told_of[told_of.arm.isin(["micro", "meso", "macro"]) & (told_of.subgroup == "all")]
    looked = pd.concat([alone, told_of[told_of.arm == "all"]])
    sign = looked.outcome.map({"income": 1.0, "burnout": -1.0, "trust": 1.0})
    clear = ((looked.low > 0) | (looked.high < 0)) & (looked.estimate * sign < 0)
    said = f"Of {len(looked)} differences looked at, {clear.sum()} are clearly worse; "
    assert f"{said}about {len(looked) / 40:.0f} would be" in _harm(result)[-1]
    gone = effects.assign(low=effects.low.where(effects.outcome != "trust"))
    tables = dataclasses.replace(result.tables, effects=gone)
    fewer = _harm(dataclasses.replace(result, tables=tables))[-1]
    assert f"Of {len(looked) * 2 // 3} differences" in fewer


def test_a_harm_too_small_for_its_digits_is_counted_but_not_named():
    told = _harm(made_result({"micro": {"trust": -0.00001}}, own_luck=0.0))
    assert told[0].startswith("What a layer alone leaves clearly worse is too small")
    assert not re.search(r", 0 are clearly worse", told[-1])


def test_the_table_of_harm_holds_every_row(result):
    names = Names(result, Words("en"))
    table = worse_section(result, names).blocks[-1]
    assert sum(len(group.rows) for group in table.groups) == len(result.worse) > 0


# --- after the project -------------------------------------------------------------------------


def test_what_is_left_is_told_as_a_share_of_the_change_at_the_end(result):
    section = after_section(result, Names(result, Words("en")))
    shares = re.findall(r"(\d+) % of the change in weekly income", section.blocks[0].text)
    assert [int(share) for share in shares] == pytest.approx([100], abs=5)
    assert re.search(r"income is there \(95 % interval \d+ % to 1\d\d %\)", section.blocks[0].text)
    nothing = made_result({}, own_luck=0.0)
    said = after_section(nothing, Names(nothing, Words("en"))).blocks[0].text
    assert "weekly income had no clear change" in said


def _halved(result):
    """The same result, but that half of every change is gone at the last horizon."""
    histories, last = result.histories, result.scenario.horizons()["after_104"]
    values = histories.values.astype(np.float64)
    first = result.scenario.horizons()["after_52"]
    none = values[:, :1, first:last]
    values[:, :, first:last] = none + (values[:, :, first:last] - none) / 2
    halved = dataclasses.replace(histories, values=values)
    return dataclasses.replace(result, histories=halved)


def test_what_is_left_is_a_quotient_of_pairs_with_its_interval():
    halved = _halved(made_result({"macro": {"income": 30.0}}, own_luck=0.2))
    left = left_frame(halved.histories, halved.cells, halved.staff)
    row = left[
        (left.arm == "all") & (left.outcome == "income") & (left.horizon == "after_104")
        & (left.population == "selling_at_start")
    ].iloc[0]  # fmt: skip
    assert row.low <= row.estimate <= row.high
    assert (row.low, row.high) == pytest.approx((0.5, 0.5), abs=1e-3)
    nothing = left[(left.arm == "micro") & (left.outcome == "trust")]
    assert not (nothing.high < nothing.low).any()


# --- nobody selling at the start ---------------------------------------------------------------


@pytest.fixture(scope="module")
def nobody(result):
    """The same, in villages in which nobody sold when the programme began."""
    there = [INDICATORS[at].population == "selling_at_start" for at in range(len(INDICATORS))]
    values = result.histories.values.copy()
    values[..., there] = np.nan
    made = dataclasses.replace(result.histories, values=values)
    return again(dataclasses.replace(result, histories=made))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_where_nobody_sold_at_the_start_all_women_are_told(nobody, result, lang):
    names = Names(nobody, Words(lang))
    assert (names.whom, Names(result, Words(lang)).whom) == ("all_women", "selling_at_start")
    section = answer_section(nobody, names)
    told = _texts(section)
    assert names.say("answer_nobody", changes="|").partition("|")[0] in told
    assert names.say("sure_replications", complete=12) in told
    assert names.say("change_missing", outcome=names.say("phrase_income")) not in told
    drawn = next(block for block in section.blocks if block.kind == "figure")
    assert names.population("all_women") in drawn.caption
    cells = [cell for group in drawn.table.groups for row in group.rows for cell in row[1]]
    assert len(cells) == 21
    assert not any(cell.text == "–" for cell in cells)


# --- rival structures --------------------------------------------------------------------------


def test_the_report_of_structures_says_where_signs_hold(result, tmp_path):
    effects = result.effects
    turned = effects.assign(estimate=-effects.estimate, low=-effects.high, high=-effects.low)
    signs_frame({"base": effects, "household": turned}).to_csv(tmp_path / "signs.csv")
    names = Names(result, Words("en"))
    told = _texts(answer_section(result, names, signs_in(tmp_path)))
    assert "weekly income in 0 of 1 (clear in 0)" in told
    open_ones = effects.assign(low=-effects.high.abs(), high=effects.high.abs())
    signs = signs_frame({"base": open_ones, "support": turned})
    told = _texts(answer_section(result, names, signs))
    assert "so there is no sign that could hold" in told
    assert "weekly income in" not in told
    assert signs_in(tmp_path / "elsewhere") is None


def test_without_that_job_one_line_says_how_to_ask_for_it(result):
    section = assumptions_section(result, Names(result, Words("en")))
    assert "jinguo layers libei --structures" in _texts(section)


def test_numbers_not_read_in_the_original_are_counted(result):
    section = assumptions_section(result, Names(result, Words("en")))
    used = [each for each in DECLARED.values() if each.readable]
    unread = sum(each.seen.split("/")[0] not in {"paper", "seed"} for each in used)
    assert f"{unread} of {len(used)} numbers were not read" in _texts(section)
