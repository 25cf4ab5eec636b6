"""Ctrl-C and random SIGKILLs on a sweep of real villages: `python -m benchmarks.sweep_kills`.

Twenty kills hit the parent, a process of its pool, or a process while it has a draft part open.
After each the sweep goes on (a killed parent is started again). At the end the tables must equal
those of an undisturbed sweep, committed chunks must never have run again, and no process may be
left. On an idle machine, Ctrl-C must end it within two seconds.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from experiments.store_parts import CIRCUMSTANCES, RUNS
from experiments.store_read import load_results
from model.errors import JinguoError

KILLS = 20
PLAN = """
scenario: [libei, ordinary_village]
village: {women: 60}
weeks: 60
design: {kind: latin_hypercube, draws: 20, parameters: [spoil_nocold, price_elasticity]}
replications: REPLICATIONS
chunk: 4
"""
START_SECONDS = 90.0
LEFT_SECONDS = 5.0
STOP_SECONDS = 2.0
TARGETS = ("parent", "process", "mid-write")


def started(plan: Path, store: Path) -> subprocess.Popen[bytes]:
    """The sweep, as a program of its own."""
    line = [sys.executable, "-m", "jinguo", "sweep", str(plan), "--store", str(store)]
    return subprocess.Popen(
        [*line, "--processes", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def committed(store: Path) -> dict[str, int]:
    """When each chunk came into the store."""
    return {path.name: path.stat().st_mtime_ns for path in (store / RUNS).glob("*.parquet")}


def digest(store: Path) -> str:
    """One name for what a store holds, whatever the order of its files."""
    with load_results(store) as results:
        runs = results.runs.drop(columns=list(CIRCUMSTANCES)).astype(str)
        series = results.series.astype({"run_key": str})
    sums = hashlib.sha256(runs.sort_values("run_id").to_csv(index=False).encode())
    series = series.sort_values(["run_key", "week"])
    sums.update("".join(series.run_key).encode())
    sums.update(series.drop(columns="run_key").to_numpy("f8").tobytes())
    return sums.hexdigest()


def stopping(plan: Path, store: Path) -> float:
    """Seconds from Ctrl-C to the end of a sweep and of its processes."""
    job = started(plan, store)
    while job.poll() is None and len(committed(store)) < 1:
        time.sleep(0.01)
    family = psutil.Process(job.pid).children(recursive=True)
    begun = time.perf_counter()
    job.send_signal(signal.SIGINT)
    job.wait()
    psutil.wait_procs(family, timeout=LEFT_SECONDS)
    return time.perf_counter() - begun


def victim(job: subprocess.Popen[bytes], store: Path, target: str) -> int | None:
    """The process to kill, once there is one."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and job.poll() is None:
        if target == "parent":
            return job.pid
        if target == "mid-write":
            drafts = [path.name.split(".") for path in store.glob("*/.*.tmp")]
            found = [int(parts[-3]) for parts in drafts if parts[-3].isdecimal()]
        else:
            children = psutil.Process(job.pid).children()
            found = [p.pid for p in children if "spawn_main" in " ".join(p.cmdline())]
        if found:
            return random.choice(found)
        time.sleep(0.0005)
    return None


def disturbed(plan: Path, store: Path, kills: int, luck: random.Random) -> dict[str, int]:
    """Sweep while processes are killed; how many of each kind were."""
    done: dict[str, int] = dict.fromkeys(TARGETS, 0)
    family: list[psutil.Process] = []
    job, again = started(plan, store), 0
    while sum(done.values()) < kills:
        before = committed(store)
        wanted = len(before) + 1
        while job.poll() is None and len(committed(store)) < wanted:
            time.sleep(0.01)
        target = TARGETS[sum(done.values()) % len(TARGETS)]
        time.sleep(luck.uniform(0, 0.3))
        family = psutil.Process(job.pid).children(recursive=True) if job.poll() is None else []
        chosen = victim(job, store, target)
        if chosen is None:
            raise SystemExit(
                f"the sweep ended after {sum(done.values())} kills: more replications"
            )
        before = committed(store)
        try:
            os.kill(chosen, signal.SIGKILL)
        except ProcessLookupError:
            continue
        done[target] += 1
        if target == "parent":
            job.wait()
            if psutil.wait_procs(family, timeout=LEFT_SECONDS)[1]:
                raise SystemExit("a process outlived its parent")
            job = started(plan, store)
        after = committed(store)
        again += sum(after[name] != moment for name, moment in before.items())
    if job.wait() != 0:
        raise SystemExit("the sweep did not end well")
    return {**done, "committed chunks run again": again}


def main() -> None:
    """Sweep twice, once undisturbed, and compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=KILLS)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    luck = random.Random(chosen.seed)
    root = Path(tempfile.mkdtemp(prefix="sweep-kills-"))
    try:
        plan = root / "plan.yaml"
        text = PLAN.replace("REPLICATIONS", str(chosen.kills))
        plan.write_text(text, encoding="utf-8")
        begun = time.perf_counter()
        if started(plan, root / "whole").wait() != 0:
            raise SystemExit("the undisturbed sweep did not end well")
        print(f"undisturbed: {time.perf_counter() - begun:.0f} s")
        begun = time.perf_counter()
        found = disturbed(plan, root / "killed", chosen.kills, luck)
        print(f"with kills: {time.perf_counter() - begun:.0f} s, {found}")
        seconds = stopping(plan, root / "stopped")
        print(f"Ctrl-C: {seconds:.1f} s")
        same = digest(root / "whole") == digest(root / "killed")
        print(f"tables equal by hash: {same}")
        if not same or found["committed chunks run again"] or seconds > STOP_SECONDS:
            raise SystemExit(1)
    except JinguoError as problem:
        raise SystemExit(str(problem)) from problem
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
