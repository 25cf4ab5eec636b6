"""What we ask of the village: the main questions, paired, with intervals."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult, layers

__all__ = ["LayersResult", "layers"]


def __getattr__(name: str) -> object:
    """Load the experiment when it is first asked for: the command line starts at once."""
    if name in __all__:
        from experiments import layer_effects  # noqa: PLC0415 - slow to load

        return getattr(layer_effects, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
