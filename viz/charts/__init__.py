"""Figures in one style: pure functions from a frame of results to a matplotlib Figure."""

from viz.charts.causes import causes_stream
from viz.charts.costs import cost_against_effect, costs_and_effects
from viz.charts.drawing import FAMILY, FONT, is_clear, style, svg, weeks_between_points
from viz.charts.forest import effect_forest, scenario_forest
from viz.charts.ledger import layer_ledger
from viz.charts.network import Scene, village_network
from viz.charts.over_time import arms_over_time, panels_over_time, thinned_weeks
from viz.charts.patterns import patterns_against_criteria
from viz.charts.people import change_of_tenths, gains_and_losses, groups_forest
from viz.charts.sensitivity import sensitivity_bars

__all__ = [
    "FAMILY",
    "FONT",
    "Scene",
    "arms_over_time",
    "causes_stream",
    "change_of_tenths",
    "cost_against_effect",
    "costs_and_effects",
    "effect_forest",
    "gains_and_losses",
    "groups_forest",
    "is_clear",
    "layer_ledger",
    "panels_over_time",
    "patterns_against_criteria",
    "scenario_forest",
    "sensitivity_bars",
    "style",
    "svg",
    "thinned_weeks",
    "village_network",
    "weeks_between_points",
]
