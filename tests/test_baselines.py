"""Results move only when somebody means them to."""

import importlib.util
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("update_baselines", HERE / "update_baselines.py")
baselines = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(baselines)


@pytest.mark.parametrize("name", baselines.SCENARIOS)
def test_the_figures_of_a_scenario_have_not_moved(name):
    kept = yaml.safe_load((HERE / "baselines" / f"{name}.yaml").read_text(encoding="utf-8"))
    now = baselines.figures(name)
    for week, figures in kept.items():
        for figure, value in figures.items():
            assert now[week][figure] == pytest.approx(value, rel=1e-9, nan_ok=True), (week, figure)
