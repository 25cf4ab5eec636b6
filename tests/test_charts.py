"""Figures: what they show, that labels can be read, and what they do with too little."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from experiments.causes_over_time import causes_frame
from experiments.equity import mean_shares
from experiments.layer_effects import layers
from experiments.store import Histories
from model.causes import CAUSES, cause_column
from model.errors import JinguoError
from scenarios import load_scenario
from tests.report_results import made_result, made_shares
from viz.charts import (
    arms_over_time,
    causes_stream,
    change_of_tenths,
    cost_against_effect,
    costs_and_effects,
    effect_forest,
    gains_and_losses,
    groups_forest,
    layer_ledger,
    scenario_forest,
    svg,
    village_network,
)
from viz.charts.labels import spread_apart
from viz.charts.network import STEPS, step_of
from viz.parameter_words import factor_name
from viz.report.layers.retold import retell
from viz.words import LANGUAGES, Words

EN, ZH = Words("en"), Words("zh")
SELLING = "selling_at_start"


@pytest.fixture(scope="module")
def small():
    """A small village that was really lived, so that it can be lived again."""
    return layers(load_scenario("libei", {"village.women": 120}), replications=2, seed=3)


@pytest.fixture(scope="module")
def village(small):
    return retell(small)


@pytest.fixture(scope="module")
def made():
    return made_result()


def _headline(result, horizon="end"):
    e = result.effects
    return e[(e.horizon == horizon) & (e.population == SELLING) & (e.subgroup == "all")]


def _costs(result, dominated=frozenset()):
    return costs_and_effects(_headline(result), result.programme, dominated)


def _equity(arms=("one", "two")):
    tenths = [str(number) for number in range(1, 11)]
    rows = [(arm, tenth, 5.0 + place) for arm in arms for place, tenth in enumerate(tenths)]
    frame = pd.DataFrame(rows, columns=["arm", "group", "estimate"])
    return frame.assign(low=frame.estimate - 1, high=frame.estimate + 1)


def _every_figure(result, village, words):
    span = (result.scenario.programme.start, result.scenario.programme.stop)
    return {
        "over_time": arms_over_time(result.series_bands(), "burnout", SELLING, span, words),
        "forest": effect_forest(result.effects, "end", SELLING, words),
        "ledger": layer_ledger(result.ledger, "end", SELLING, words),
        "groups": groups_forest(result.effects, "end", "all", words),
        "gains": gains_and_losses(result.women, words),
        "costs": cost_against_effect(_costs(result), words, _names(result, words)),
        "causes": causes_stream(causes_frame(result.histories, "burnout"), span, words),
        "network": village_network(village.scenes, village.cutoff, words),
        "tenths": change_of_tenths(_equity(), words),
    }


def _names(result, words):
    return {arm: words.say(f"report.arm_{arm.replace('+', '_')}") for arm in result.effects.arm}


# --- what can be read --------------------------------------------------------------------------


def _texts(figure: Figure):
    """Every text that is drawn, with the place it takes."""
    figure.set_dpi(72)  # as SVG is drawn, which sets the places of texts
    svg(figure)
    renderer = RendererAgg(*figure.bbox.size, figure.dpi)
    found = [*figure.texts]
    for axes in figure.axes:
        found += [*axes.texts, axes.title, axes._left_title]
        if axes.axison:
            for axis in (axes.xaxis, axes.yaxis):
                found += [tick.label1 for tick in axis._update_ticks()] + [axis.label]
    shown = [text for text in found if text.get_text().strip() and text.get_visible()]
    return [(text.get_text(), _box(text, renderer)) for text in shown]


def _box(text, renderer):
    if isinstance(text, Annotation):  # without its arrow
        text.update_positions(renderer)
        return Text.get_window_extent(text, renderer)
    return text.get_window_extent(renderer)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_leaves_its_figure_or_covers_another(small, village, lang):
    for name, figure in _every_figure(small, village, Words(lang)).items():
        texts = _texts(figure)
        assert texts, name
        for text, box in texts:
            assert box.x0 > -1, (name, text)
            assert box.y0 > -1, (name, text)
            assert box.x1 < figure.bbox.width + 1, (name, text)
            assert box.y1 < figure.bbox.height + 1, (name, text)
        for place, (text, box) in enumerate(texts):
            for other, taken in texts[:place]:
                shared = Bbox.intersection(box, taken)
                covered = shared.width * shared.height if shared else 0.0
                assert covered < 12.0, (name, text, other)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_glyph_is_missing_and_the_same_figure_has_the_same_bytes(small, village, lang):
    once, again = (_every_figure(small, village, Words(lang)) for _ in range(2))
    for name, figure in once.items():  # a missing glyph is a warning, and warnings are errors
        assert svg(figure) == svg(again[name]), name


def test_the_steps_of_burnout_can_be_told_apart_in_grey():
    channels = [[int(step[place : place + 2], 16) for place in (1, 3, 5)] for step in STEPS]
    lightness = np.array(channels) @ [0.299, 0.587, 0.114]
    assert (np.diff(lightness) < -20).all()
    assert step_of([0.0, 0.45, 1.0, 1.2]) == [0, 2, 4, 4]


def test_labels_are_spread_in_their_order():
    found = spread_apart([3.0, 0.0, 3.1, 9.9], 1.0, 0.0, 10.0)
    assert np.argsort(found).tolist() == [1, 0, 2, 3]
    assert np.diff(sorted(found)).min() >= 1.0


# --- what is shown -----------------------------------------------------------------------------


def test_a_village_lived_again_is_the_stored_one(small, village):
    assert village.replication == small.histories.replications[0]
    assert [scene.when for scene in village.scenes] == ["start", "none", "all"]
    programme = small.scenario.programme
    assert [scene.week for scene in village.scenes] == [
        programme.start, programme.stop, programme.stop,
    ]  # fmt: skip
    assert len(village.scenes[0].women) == 120
    selling = small.women.set_index("group").women["selling"].iloc[0]
    watched = small.histories.values[:, 0, programme.start, small.histories.names.index("watched")]
    assert selling == watched.mean()
    assert village.scenes[0].selling == watched[0]


def test_a_village_that_comes_out_otherwise_is_not_shown(small, made):
    from dataclasses import replace

    values = small.histories.values.copy()
    values[0, 0, 100, 0] += 1.0
    other = replace(small.histories, values=values)
    assert retell(replace(small, histories=other)) is None
    assert retell(made) is None  # no causes are stored with it


def test_causes_add_up_to_the_difference_and_to_the_change_of_a_week():
    names = tuple(cause_column("burnout", cause) for cause in CAUSES["burnout"])
    rng = np.random.default_rng(1)
    so_far = rng.normal(size=(3, 2, 60, len(names))).cumsum(axis=2).astype(np.float32)
    causes = causes_frame(Histories(names, ("none", "all"), (1, 2, 3), so_far), "burnout")
    means = so_far.astype(float).mean(axis=0).sum(axis=-1)
    apart = causes[causes.arm == "difference"].groupby("week").amount.sum()
    assert np.allclose(apart, means[1] - means[0])
    pushes = causes[causes.arm == "none"].groupby("week").amount.sum()
    assert np.isclose(pushes[40], (means[0, 40] - means[0, 27]) / 13)
    assert np.isclose(pushes[4], means[0, 4] / 5)


def test_costs_stand_beside_effects_and_a_beaten_arm_has_a_shape_of_its_own(made):
    rows = _costs(made, frozenset({"micro"}))
    assert len(rows) == 21
    cost = made.programme[made.programme.quantity == "cost_per_woman"].set_index("arm").estimate
    assert (rows.cost.to_numpy() == cost[rows.arm].to_numpy()).all()
    figure = cost_against_effect(rows, EN)
    marks = {line.get_marker() for line in figure.axes[0].lines if line.get_marker() != "None"}
    assert "X" in marks
    assert "X" not in {
        line.get_marker() for line in cost_against_effect(_costs(made), EN).axes[0].lines
    }


# --- too little --------------------------------------------------------------------------------


def test_figures_of_nothing_say_so_or_stay_empty(made):
    empty = made.effects.iloc[:0]
    with pytest.raises(JinguoError, match=r"charts\.nothing"):
        cost_against_effect(costs_and_effects(empty, made.programme), EN)
    with pytest.raises(JinguoError, match=r"charts\.nothing"):
        causes_stream(causes_frame(made.histories, "burnout"), (10, 20), EN)
    with pytest.raises(JinguoError, match=r"charts\.nothing"):
        gains_and_losses(made.women.iloc[:0], EN)
    for figure in (
        groups_forest(empty, "end", "all", EN),
        effect_forest(empty, "end", SELLING, EN),
    ):
        assert svg(figure)


def test_figures_without_intervals_or_with_one_row_are_drawn(made):
    unsure = made.effects.assign(low=np.nan, high=np.nan)
    one = _headline(made).assign(low=np.nan, high=np.nan).iloc[-3:]
    figures = [
        groups_forest(unsure, "end", "all", ZH),
        effect_forest(one, "end", SELLING, ZH),
        cost_against_effect(_costs(made).iloc[:1], ZH),
        cost_against_effect(_costs(made).assign(estimate=np.nan), ZH),
        cost_against_effect(_costs(made).assign(cost=-10.0, cost_low=-12.0, cost_high=-8.0), ZH),
        gains_and_losses(mean_shares({1: made_shares(np.random.default_rng(1))}), ZH),
        change_of_tenths(_equity(["one"]).assign(low=np.nan, high=np.nan), ZH),
        scenario_forest(one.assign(joint_low=np.nan, joint_high=np.nan), ZH),
    ]
    assert all("<path" in svg(figure) for figure in figures)


@pytest.mark.parametrize(
    ("factor", "english", "chinese"),
    [("structure.household", "How families decide", "家庭怎样作决定"),
     ("dose.tea_talk", "dose of Tea talk", "电商茶话会"),
     ("tau_chronic", "Recovery time from burnout", "职业倦怠恢复时间")],
)  # fmt: skip
def test_inputs_of_a_sweep_are_told_in_words(factor, english, chinese):
    assert factor_name(factor, Words("en")).startswith(english)
    assert chinese in factor_name(factor, Words("zh"))
