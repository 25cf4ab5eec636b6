"""How long a fresh process takes to its first week, and what memory many runs take."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FIRST_WEEK = """
import json, time
began, began_cpu = time.perf_counter(), time.process_time()
from scenarios import load_scenario
scenario = load_scenario("libei", {"village.women": 300})
village = scenario.village(seed=1)
village.step()
first = time.perf_counter() - began, time.process_time() - began_cpu
village.run(scenario.setup().programme.start + 1)
from agents.rule import COMPILED
print(json.dumps([*first, time.process_time() - began_cpu, len(COMPILED)]))
"""

MEMORY = """
import gc, json, sys
import psutil
from scenarios import load_scenario
small = {"village.women": 60, "weeks": 12, "programme": None, "measures": []}
scenario = load_scenario("libei", small)
mb, process = [], psutil.Process()
for run in range(int(sys.argv[1])):
    village = scenario.village(seed=run)
    village.run()
    village.close()
    if run + 1 in (10, int(sys.argv[1])):
        del village
        gc.collect()
        mb.append(process.memory_info().rss / 1e6)
print(json.dumps(mb))
"""


def _python(text: str, *arguments: str, cache: str | None = None) -> tuple[list[float], float]:
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    if cache is not None:
        surroundings["NUMBA_CACHE_DIR"] = cache
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", text, *arguments],
        cwd=ROOT, env=surroundings, capture_output=True, text=True, check=True,
    )
    return json.loads(done.stdout.splitlines()[-1]), time.perf_counter() - began


def starts(repetitions: int) -> dict[str, float]:
    """Seconds from nothing to the end of the first week, with and without compiled code."""
    with tempfile.TemporaryDirectory() as folder:
        cold, cold_wall = _python(FIRST_WEEK, cache=folder)
        warm = sorted(_python(FIRST_WEEK, cache=folder) for _ in range(repetitions))
    (_, middle_cpu, _, _), middle_wall = warm[len(warm) // 2]
    return {
        "cold cpu": cold[1], "cold wall": cold_wall, "cold cpu with measures": cold[2],
        "warm cpu": middle_cpu, "warm wall": middle_wall, "compiled": cold[3],
    }


def memory(runs: int) -> dict[str, float]:
    """Resident megabytes of one process after 10 closed villages, and after many."""
    (ten, many), _ = _python(MEMORY, str(runs))
    return {"after 10": ten, f"after {runs}": many}
