"""Small real villages shared by tests; rules are compiled once for the whole session."""

import pytest


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
