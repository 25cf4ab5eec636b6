"""Sweeps in real processes that hang, die and are killed: the rest is kept, nothing is lost."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from experiments import load_results, sweep, sweeps
from experiments.store_parts import NOTES, RUNS
from model.errors import JinguoError
from tests.sweep_stand_ins import Here, paper_plan, same

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
resource = pytest.importorskip("resource")
ROOT = Path(__file__).parent.parent
SOON = 40  # seconds, on a machine that is busy; a run that hangs takes longer
JOB = """
import sys
from experiments import sweep

def say(key, fields):
    print(key, fields.get("done", ""), flush=True)

if __name__ == "__main__":
    from tests.sweep_stand_ins import paper_plan  # no process of the pool asks for it
    plan = paper_plan(replications=8, fault="hang", faulty_replication=5)
    result = sweep(plan, sys.argv[1], 2, progress=say)
    print("ended", result.ended, result.interrupted, flush=True)
"""


@pytest.fixture
def start_job(tmp_path):
    """Start a sweep as a program of its own, in a group of its own."""
    script = tmp_path / "job.py"
    script.write_text(JOB, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    started = []

    def start():
        job = subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / "store")],
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


def wait_for_chunks(job, count):
    seen = 0
    for line in job.stdout:
        seen += line.startswith("sweep.chunk_done")
        if seen == count:
            return
    pytest.fail(job.stderr.read())


def committed(store):
    """When each finished chunk was written; a file still being written starts with a dot."""
    return {path.name: path.stat().st_mtime_ns for path in (store / RUNS).glob("[!.]*.parquet")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "store"
    sweep(paper_plan(replications=8), folder, cluster=Here())
    return folder


def test_a_hanging_run_and_one_that_kills_its_process_are_marked_and_the_rest_kept(tmp_path):
    hang = paper_plan(2, draws=1, chunk=2, fault="hang", faulty_replication=1, deadline=3.0)
    kill = paper_plan(2, draws=1, chunk=2, fault="kill", faulty_replication=2)
    deadly = {"killer": kill.arms["paper"].model_copy(update={"name": "killer"})}
    arms = {**hang.arms, **deadly}
    plan = sweeps.replace(hang, arms=arms, chunk=3)
    result = sweep(plan, tmp_path / "s", 2)
    assert result.counts == {"ok": 4, "error": 0, "timeout": 1, "killed": 1}
    with load_results(tmp_path / "s") as results:
        failed = results.runs[results.runs.status != "ok"].set_index("status")
    assert (failed.scenario["timeout"], failed.replication["timeout"]) == ("paper", 1)
    assert (failed.scenario["killed"], failed.replication["killed"]) == ("killer", 2)
    assert "deadline of 3 s" in failed.error["timeout"]
    assert "_misfortune" in failed.trace["timeout"]  # where it hung
    assert list((tmp_path / "s" / NOTES).iterdir()) == []


def test_ctrl_c_ends_a_sweep_quickly_and_it_goes_on_to_the_same_numbers(
    start_job, whole, tmp_path
):
    job = start_job()
    wait_for_chunks(job, 4)
    workers = psutil.Process(job.pid).children(recursive=True)
    os.killpg(job.pid, signal.SIGINT)
    said, complaints = job.communicate(timeout=SOON)
    assert said.splitlines()[-1].split()[2] == "True"
    assert "Traceback" not in complaints
    assert psutil.wait_procs(workers, timeout=SOON)[1] == []

    again = start_job()
    wait_for_chunks(again, 3)
    workers = psutil.Process(again.pid).children(recursive=True)
    assert len(workers) >= 2
    again.kill()
    assert psutil.wait_procs(workers, timeout=SOON)[1] == []  # no process outlives its parent
    before = committed(tmp_path / "store")
    assert 3 <= len(before) < 32

    result = sweep(paper_plan(replications=8), tmp_path / "store", cluster=Here())
    assert (result.ended, result.interrupted) == (64, False)
    after = committed(tmp_path / "store")
    assert before.items() <= after.items()  # committed chunks were not run again
    assert same(whole, tmp_path / "store")


def small_files():
    """Files above three kilobytes meet a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000))


def test_a_disk_that_fills_up_in_a_process_stops_the_sweep_in_words(tmp_path):
    plan = paper_plan(2, draws=3, chunk=6)
    with pytest.raises(JinguoError) as caught:
        sweep(plan, tmp_path / "s", 1, prepare=small_files)
    assert caught.value.key == "sweep.no_space"
    assert not sweeps.status(tmp_path / "s").working
    assert sweep(plan, tmp_path / "s", cluster=Here()).complete


def no_such_plug_in():
    raise ValueError("no such plug-in")


def test_processes_that_cannot_start_stop_the_sweep_instead_of_an_endless_loop(tmp_path, capfd):
    with pytest.raises(JinguoError) as caught:
        sweep(paper_plan(1, draws=1), tmp_path / "s", 1, prepare=no_such_plug_in)
    assert caught.value.key == "sweep.processes_die"
    assert "no such plug-in" in capfd.readouterr().err
