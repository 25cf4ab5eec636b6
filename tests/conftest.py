"""What tests share: small real villages, rules compiled once, the command line, a browser."""

import gc
import os
import sys

import pytest

from jinguo import SELDOM
from tests.dashboard_browser import BROWSER, FLAGS

gc.set_threshold(SELDOM)  # as every command does
# Here and in the many processes that tests start: one thread for linear algebra, as in a pool,
# and compiled Python is kept for the next process, as compiled rules are.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The longest files, so that no worker begins one when the others are done.
FIRST = ("test_dashboard_page", "test_docs", "test_dashboard_taken", "test_reports_of_results",
         "test_patterns", "test_report_page", "test_verify_patterns", "test_sweep_faults",
         "test_report_sensitivity", "test_lessons", "test_charts", "test_export",
         "test_executors", "test_results_folder", "test_twins", "test_structures", "test_replay",
         "test_verify", "test_story_page", "test_cli", "test_sweep_dask", "test_report",
         "test_report_patterns", "test_ablation", "test_notebooks", "test_measures",
         "test_sweep_commands", "test_offline")  # fmt: skip
BLANK = "data:image/svg+xml;base64,PHN2Zy8+"  # <svg/>


def pytest_collection_modifyitems(items):
    """Hand out the longest files first; `--no-loadscope-reorder` keeps this order."""
    place = {name: at for at, name in enumerate(FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(FIRST)))


@pytest.fixture(scope="session")
def compiled():
    """Every rule compiled, so that no test waits for it or is measured by it."""
    from model.village import Village
    from tests.strategies import PROGRAMME, small_setup

    Village(small_setup(measures=("tea_talk",), programme=PROGRAMME), seed=1).run()


@pytest.fixture
def hamlet(compiled):
    """Sixty women after a year: some sell, some follow, all are tied."""
    from model.village import Village
    from tests.strategies import small_setup

    return Village(small_setup(weeks=200), seed=3).run(52)


@pytest.fixture(scope="session")
def libei_at_start(compiled):
    """A village like Libei in the week its programme starts; tests branch it, never step it."""
    from scenarios import load_scenario

    return load_scenario("libei", {"village.women": 150}).village(seed=2).run(208)


@pytest.fixture(scope="session")
def remote(compiled):
    """An ordinary village without a station, twenty or more sellers; branch it, never step it."""
    from scenarios import load_scenario

    rare = {"station_coverage_2017": 0.1, "station_coverage_2024": 0.5, "enact_chance": 0.05}
    far = {f"parameters.{name}": number for name, number in rare.items()}
    far |= {"village.women": 300, "parameters.base_demand": 350_000}
    village = load_scenario("ordinary_village", far).village(seed=5).run(208)
    assert village.season.station == 0.0
    assert village.sellers.selling.sum() >= 20
    return village


@pytest.fixture
def libei_small(libei_at_start):
    """A village like Libei with 150 women, in the week its programme starts."""
    return libei_at_start.branch()


@pytest.fixture(scope="session")
def compared(compiled, tmp_path_factory):
    """A small real comparison with draws of guesses, and its folder."""
    from experiments import compare
    from scenarios import load_scenario
    from scenarios.schema import MeasureUse

    programme = {"start": 26, "stop": 46, "workers": 1, "money": 200_000}
    short = {"village.women": 60, "weeks": 60, "measures": [], "programme": programme}
    none, measures = load_scenario("libei", short), (MeasureUse(measure="sail_group"),)
    helped = none.model_copy(update={"name": "helped", "measures": measures})
    folder = tmp_path_factory.mktemp("compare") / "out"
    return compare(none, helped, replications=3, assumptions=True, out=folder)


@pytest.fixture
def call(capsys):
    """One command line in this process: exit code, output, messages."""
    from jinguo import main

    def called(*words, lang="en"):
        code = main([*map(str, words), "--lang", lang])
        said = capsys.readouterr()
        return code, said.out, said.err

    return called


@pytest.fixture(scope="module")
def browser():
    """One for all tests of a file; a test loop in another file meets none that is open."""
    playwright = pytest.importorskip("playwright.sync_api", reason="NO BROWSER: no playwright")
    if BROWSER is None:
        pytest.skip("NO BROWSER: chromium is not installed")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="module")
def blank_figures():
    """Reports with an empty drawing for each figure: most of their time is drawing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("viz.report.pictures.inlined", lambda _draw: BLANK)
        yield
