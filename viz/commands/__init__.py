"""The commands of the program, in the order in which help shows them."""

from importlib import import_module

MODULES = ("jobs", "compare", "sweeps", "reports", "verify", "catalogues", "indicators", "schema",
           "checklist", "dashboard", "replay")


def enter_all() -> None:
    """Enter every command; what they need is loaded when they are called."""
    for name in MODULES:
        import_module(f"viz.commands.{name}")
