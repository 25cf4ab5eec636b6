"""Sweeps on Dask: a scheduler and two processes over TLS on this machine, and what is refused."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from experiments import load_results, sweep, sweeps
from model.errors import JinguoError
from tests.sweep_stand_ins import Here, paper_plan, same

distributed = pytest.importorskip("distributed")
pytest.importorskip("cryptography")

from experiments.cluster import open_cluster  # noqa: E402

ROOT = Path(__file__).parent.parent
PLAN = {"replications": 8, "draws": 1, "chunk": 4}


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """Keys as one user's own authority would give them."""
    from distributed.security import Security

    folder, keys = tmp_path_factory.mktemp("keys"), Security.temporary()
    files = {}
    for name, text in (
        ("ca_file", keys.tls_ca_file),
        ("client_cert", keys.tls_client_cert),
        ("client_key", keys.tls_client_key),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        files[name] = str(folder / name)
    return files


def _read_on(log):
    """A process whose log nobody reads would stop."""
    with log:
        for _ in log:
            pass


class Machine:
    """A scheduler with processes, as somebody would start them on another machine."""

    def __init__(self, tls):
        self.keys = ["--tls-ca-file", tls["ca_file"], "--tls-cert", tls["client_cert"]]
        self.keys += ["--tls-key", tls["client_key"]]
        self.scheduler = self._start("dask_scheduler", "--port", "0", "--protocol", "tls")
        (self.address,) = self._told(self.scheduler, "Scheduler at:")
        alone = ("--nworkers", "2", "--nthreads", "1", "--no-dashboard")
        self.workers = self._start("dask_worker", self.address, *alone)
        self._told(self.workers, "Registered to:", 2)

    def _start(self, module, *words):
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        line = [sys.executable, "-m", f"distributed.cli.{module}", *words, *self.keys]
        return subprocess.Popen(
            [*line, "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": path},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )

    @staticmethod
    def _told(process, what, times=1):
        """What a process says so many times after `what`; then its log is read and forgotten."""
        found = []
        for line in process.stderr:
            if what in line:
                found.append(line.partition(what)[2].strip())
            if len(found) == times:
                threading.Thread(target=_read_on, args=(process.stderr,), daemon=True).start()
                return found
        return pytest.fail(f"never said {what}")

    def listening(self):
        """Addresses off this machine that any of its processes listens on."""
        found = set()
        for started in (self.scheduler, self.workers):
            parent = psutil.Process(started.pid)
            for process in (parent, *parent.children(recursive=True)):
                for place in process.net_connections(kind="inet"):
                    if place.status == psutil.CONN_LISTEN:
                        found.add(place.laddr.ip)
        return found - {"127.0.0.1", "::1"}

    def end(self):
        """May be called again."""
        for started in (self.workers, self.scheduler):
            if started.returncode is None:
                children = psutil.Process(started.pid).children(recursive=True)
                for process in [*children, started]:
                    process.kill()
                started.wait()


@pytest.fixture(scope="module")
def machine(tls):
    made = Machine(tls)
    yield made
    made.end()


def test_dask_over_tls_gives_the_numbers_of_the_pool_and_marks_what_dies(machine, tls, tmp_path):
    plan = paper_plan(**PLAN, fault="kill", faulty_replication=2)
    with open_cluster(machine.address, tls=tls) as crew:
        on_dask = sweep(plan, tmp_path / "dask", cluster=crew)
        assert machine.listening() == set()
    here = sweep(paper_plan(**PLAN), tmp_path / "here", cluster=Here())
    assert on_dask.counts == {"ok": 15, "error": 0, "timeout": 0, "killed": 1}
    with load_results(tmp_path / "dask") as results:
        killed = results.runs[results.runs.status == "killed"]
        assert set(zip(killed.scenario, killed.replication, strict=True)) == {("paper", 2)}
    mended = sweeps.SweepStore(
        tmp_path / "dask", paper_plan(**PLAN), sweeps.read_manifest(tmp_path / "dask")
    )
    job = sweeps.SweepJob(mended, Here(), lambda *_: None, retry_failed=True)
    assert job.work().counts == here.counts
    assert same(tmp_path / "here", tmp_path / "dask")


def test_a_lost_scheduler_stops_the_sweep_with_everything_kept(machine, tls, tmp_path):
    """The last that is asked of the machine. One run hangs, so that the sweep never ends first."""

    def pull_the_plug(key, _fields):
        if key == "sweep.chunk_done":
            machine.end()

    plan = paper_plan(replications=6, chunk=2, fault="hang", faulty_replication=6)
    with pytest.raises(JinguoError) as caught, open_cluster(machine.address, tls=tls) as crew:
        sweep(plan, tmp_path / "s", cluster=crew, progress=pull_the_plug)
    assert caught.value.key == "sweep.lost_scheduler"
    kept = sweeps.status(tmp_path / "s")
    assert 2 <= kept.counts["ok"] < 48
    assert sweep(paper_plan(replications=6), tmp_path / "s", cluster=Here()).complete


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("tcp://10.1.2.3:8786", "sweep.not_safe"),
        ("tcp://example.org:8786", "sweep.not_safe"),
        ("no_such_module:make", "sweep.no_factory"),
        ("tests.sweep_stand_ins:no_such_function", "sweep.no_factory"),
        ("nonsense", "sweep.no_factory"),
    ],
)
def test_a_cluster_that_is_unsafe_or_does_not_exist_is_refused(name, key):
    with pytest.raises(JinguoError) as caught, open_cluster(name):
        pass
    assert caught.value.key == key
