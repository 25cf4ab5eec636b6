"""Work in several processes: nothing is lost when one of them, or the parent, dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from experiments import layers
from experiments.executors import THREADS, Done, Failed, run_tasks
from tests.pool_tasks import (
    prepare_badly,
    prepare_mark,
    square,
    square_or_die,
    square_or_fail,
    threads_and_mark,
)
from tests.stand_in_village import PaperScenario

ROOT = Path(__file__).parent.parent
SOON = 60  # seconds, on a machine that is busy with other things
STUCK = 5  # the replication that hangs in a job of its own
JOB = """
import sys
from experiments import layers
from experiments.run import seed_of
from tests.stand_in_village import PaperScenario

def say(key, fields):
    print(key, fields.get("done", ""), flush=True)

if __name__ == "__main__":
    processes, stuck, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    scenario = PaperScenario(fault="hang", faulty=seed_of(1, stuck))
    result = layers(scenario, replications=12, processes=processes, out=out, progress=say)
    print("complete", result.complete, result.interrupted, flush=True)
"""


def _values(outcomes):
    return {key: outcome.value for key, outcome in outcomes.items() if isinstance(outcome, Done)}


@pytest.mark.parametrize("processes", [1, 2])
def test_every_item_gets_its_outcome(processes):
    outcomes = dict(run_tasks(square, {n: n for n in range(7)}, processes))
    assert _values(outcomes) == {n: n * n for n in range(7)}
    assert all(outcome.seconds >= 0 for outcome in outcomes.values())


@pytest.mark.parametrize("processes", [1, 2])
def test_a_task_that_raises_is_a_failure_row_and_the_others_go_on(processes):
    outcomes = dict(run_tasks(square_or_fail, {n: n for n in range(6)}, processes))
    assert _values(outcomes) == {n: n * n for n in range(6) if n != 3}
    failed = outcomes[3]
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.message) == ("raised", "ValueError: three is too many")
    assert "square_or_fail" in failed.trace


def test_a_task_whose_process_was_killed_once_is_done_again(tmp_path):
    items = {n: (n, str(tmp_path)) for n in range(6)}
    outcomes = dict(run_tasks(square_or_die, items, 2))
    assert (tmp_path / "killed-3").exists()
    assert _values(outcomes) == {n: n * n for n in range(6)}


def test_a_task_that_always_kills_its_process_fails_alone():
    outcomes = dict(run_tasks(square_or_die, {n: (n, "") for n in range(6)}, 2))
    assert _values(outcomes) == {n: n * n for n in range(6) if n != 3}
    assert outcomes[3].kind == "killed"


def test_processes_use_one_thread_each_and_are_prepared_and_our_own_settings_come_back():
    before = {name: os.environ.get(name) for name in THREADS}
    outcomes = dict(run_tasks(threads_and_mark, {1: 1, 2: 2}, 2, prepare_mark))
    assert set(_values(outcomes).values()) == {("1", "yes")}
    assert {name: os.environ.get(name) for name in THREADS} == before


def test_processes_that_cannot_start_give_failures_instead_of_an_endless_loop(capfd):
    outcomes = dict(run_tasks(square, {n: n for n in range(9)}, 2, prepare_badly))
    assert {outcome.kind for outcome in outcomes.values()} == {"killed"}
    assert len(outcomes) == 9
    assert "no such plug-in" in capfd.readouterr().err


def test_closing_the_work_leaves_no_process_behind():
    before = set(psutil.Process().children(recursive=True))
    outcomes = run_tasks(square, {n: n for n in range(50)}, 2)
    next(outcomes)
    outcomes.close()
    left = set(psutil.Process().children(recursive=True)) - before
    assert [p for p in left if "spawn_main" in " ".join(p.cmdline())] == []


# --- Ctrl-C and kill -9, on a job of its own ---------------------------------------------------


@pytest.fixture
def start_job(tmp_path):
    """Start the layers job as a program of its own, in a group of its own."""
    script = tmp_path / "job.py"
    script.write_text(JOB, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    started = []

    def start(processes):
        line = [script, processes, STUCK, tmp_path / "out"]
        job = subprocess.Popen(
            [sys.executable, *map(str, line)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(job)
        return job

    yield start
    for job in started:
        if job.poll() is None:
            job.kill()
        job.communicate()


def _wait_for(job, done):
    for line in job.stdout:
        if line.startswith(f"results.replication_done {done}"):
            return
    pytest.fail(job.stderr.read())


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("processes", [1, 2])
def test_ctrl_c_ends_the_job_quickly_with_what_is_complete_and_it_goes_on(
    start_job, processes, tmp_path
):
    job = start_job(processes)
    _wait_for(job, 3)
    workers = psutil.Process(job.pid).children(recursive=True)
    os.killpg(job.pid, signal.SIGINT)  # a terminal sends it to every process of the group
    said, complaints = job.communicate(timeout=SOON)  # what hangs would take an hour
    last = said.splitlines()[-1].split()
    assert (last[0], last[2], job.returncode) == ("complete", "True", 0)
    assert 3 <= int(last[1]) < 12
    assert "Traceback" not in complaints
    assert psutil.wait_procs(workers, timeout=SOON)[1] == []

    told = []
    again = layers(
        PaperScenario(), replications=12, out=tmp_path / "out",
        progress=lambda key, _: told.append(key),
    )  # fmt: skip
    assert told[0] == "results.continuing"
    assert (again.complete, again.interrupted) == (12, False)
    assert told.count("results.replication_done") == 12 - int(last[1])


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_processes_do_not_outlive_a_parent_that_was_killed(start_job):
    job = start_job(2)
    _wait_for(job, 2)
    workers = psutil.Process(job.pid).children(recursive=True)
    assert len(workers) >= 2
    os.kill(job.pid, signal.SIGKILL)
    assert psutil.wait_procs(workers, timeout=SOON)[1] == []
