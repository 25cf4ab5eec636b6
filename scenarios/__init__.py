"""What could be done: scenario files, the catalogue of measures, and their mechanisms."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.load import check_file, list_scenarios, load_scenario
    from scenarios.schema import Scenario

__all__ = ["Scenario", "check_file", "list_scenarios", "load_scenario"]


def __getattr__(name: str) -> Any:
    """Load the reader of scenarios when it is first asked for."""
    import importlib  # noqa: PLC0415 (nothing is loaded before it is needed)

    if name == "Scenario":
        return importlib.import_module("scenarios.schema").Scenario
    if name in __all__:
        return getattr(importlib.import_module("scenarios.load"), name)
    raise AttributeError(f"module 'scenarios' has no attribute {name!r}")
