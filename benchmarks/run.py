"""All benchmarks: `python -m benchmarks.run [--json] [--quick]`."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from benchmarks.clock import Timing, timed
from benchmarks.machine import describe
from benchmarks.start import memory, starts
from benchmarks.week import SIZES, SIZES_QUICK, birth, branches, ratio, weeks
from experiments import layers
from scenarios import load_scenario


def measure(*, quick: bool) -> dict[str, Any]:
    """Everything, as plain data."""
    return {
        "machine": describe(),
        "weeks": {str(n): weeks(n) for n in (SIZES_QUICK if quick else SIZES)},
        "birth at 300": birth(300, 5 if quick else 21),
        "branch at 300": branches(300, 11 if quick else 101),
        "start": starts(1 if quick else 5),
        "ordinary Mesa at 300": ratio(300, 5 if quick else 20),
        "memory in MB": memory(100 if quick else 1000),
        "layers libei": layers_job(2 if quick else 30),
    }


def layers_job(replications: int) -> dict[str, float]:
    """The default layers job on two processes."""
    scenario = load_scenario("libei")
    took = timed(lambda: layers(scenario, replications=replications, seed=1, processes=2), 1)
    women = float(scenario.setup().women)
    return {"replications": float(replications), "women": women, "wall seconds": took.wall}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The table for people."""
    yield "machine: " + ", ".join(f"{name} {value}" for name, value in found["machine"].items())
    yield ""
    heads = f"{'women':>8} {'selling':>8} {'programme':>10} {'ms a week':>10} {'best':>8}"
    yield heads + f" {'wall':>8} {'µs a woman-week':>16} {'best':>8}"
    for women, row in found["weeks"].items():
        for name, title in (("without", "no"), ("during", "yes")):
            t = row[name]
            yield (
                f"{women:>8} {row['selling']:8.0%} {title:>10} {1e3 * t.cpu:10.3f} "
                f"{1e3 * t.best:8.3f} {1e3 * t.wall:8.3f} {1e6 * t.cpu / int(women):16.3f} "
                f"{1e6 * t.best / int(women):8.3f}"
            )
    for part in ("birth at 300", "branch at 300"):
        yield ""
        yield f"{part:<26} {'ms CPU':>10} {'best':>8} {'wall':>8}"
        for name, t in found[part].items():
            if name.endswith("MB"):
                yield f"  {name:<24} {t.cpu:10.3f}"
            else:
                yield f"  {name:<24} {1e3 * t.cpu:10.3f} {1e3 * t.best:8.3f} {1e3 * t.wall:8.3f}"
    yield ""
    for part in ("start", "memory in MB", "layers libei"):
        yield f"{part}: " + ", ".join(f"{name} {value:.1f}" for name, value in found[part].items())
    r = found["ordinary Mesa at 300"]
    yield (
        f"ordinary Mesa at 300: {1e3 * r['plain']:.1f} ms a week, not {1e3 * r['compiled']:.3f} "
        f"(same phases): {r['ratio']:.0f} times (best against best {r['best_ratio']:.0f}); "
        f"largest relative difference after {r['weeks']:.0f} weeks {r['difference']:.1e}"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="print data instead of a table")
    options.add_argument("--quick", action="store_true", help="fewer repetitions and sizes")
    chosen = options.parse_args()
    found = measure(quick=chosen.quick)
    if chosen.json:
        print(json.dumps(found, default=_plain, indent=1))
    else:
        print("\n".join(lines(found)))


def _plain(value: object) -> object:
    if isinstance(value, Timing):
        return asdict(value)
    raise TypeError(f"no plain data: {value!r}")


if __name__ == "__main__":
    main()
