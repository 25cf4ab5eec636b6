"""What we ask of the village: the main questions, paired, with intervals."""

from importlib import import_module
from typing import TYPE_CHECKING

import mesa  # noqa: F401 (first: it looks through all that is loaded, which takes longer later)

if TYPE_CHECKING:
    from experiments.comparison import CompareResult, compare
    from experiments.layer_effects import LayersResult, layers
    from experiments.sensitivity_indices import sensitivity
    from experiments.store_read import Results, load_results
    from experiments.sweeps import SweepResult, extend, resume, sweep

__all__ = [
    "CompareResult",
    "LayersResult",
    "Results",
    "SweepResult",
    "compare",
    "extend",
    "layers",
    "load_results",
    "resume",
    "sensitivity",
    "sweep",
]

_HOMES = {
    "CompareResult": "comparison",
    "LayersResult": "layer_effects",
    "Results": "store_read",
    "SweepResult": "sweeps",
    "compare": "comparison",
    "extend": "sweeps",
    "layers": "layer_effects",
    "load_results": "store_read",
    "resume": "sweeps",
    "sensitivity": "sensitivity_indices",
    "sweep": "sweeps",
}


def __getattr__(name: str) -> object:
    """Load the experiment when it is first asked for: the command line starts at once."""
    if name in _HOMES:
        return getattr(import_module(f"experiments.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
