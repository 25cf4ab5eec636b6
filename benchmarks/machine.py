"""What a benchmark ran on."""

import importlib.metadata
import os
import platform
from pathlib import Path

PACKAGES = ("numba", "numpy", "mesa", "networkx")


def describe() -> dict[str, str]:
    """Processor, cores, load, Python and the packages that decide speed."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "load": f"{load:.1f}",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
