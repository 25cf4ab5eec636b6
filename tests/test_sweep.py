"""Sweeps: every run once, the same numbers however the work is cut, nothing lost or mixed."""

import dataclasses
import errno
import json

import numpy as np
import pytest

from experiments import load_results, sweep, sweeps
from experiments.plan import read_plan
from experiments.run import one_run, seed_of
from experiments.store_parts import RUNS, SERIES
from experiments.store_sweep import lock_folder
from model.errors import JinguoError
from tests.sweep_stand_ins import Here, paper_plan, same
from viz.words import Words, tell


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A sweep that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "store"
    sweep(paper_plan(), folder, cluster=Here())
    return folder


def refused(key, call):
    """The call is refused with this message, which is told in both languages."""
    with pytest.raises(JinguoError) as caught:
        call()
    assert caught.value.key == key
    for lang in ("en", "zh"):
        assert all(tell(caught.value, Words(lang)))
    return caught.value


def stop_after(chunks):
    """Progress that presses Ctrl-C."""
    seen = []

    def told(key, _fields):
        if key == "sweep.chunk_done":
            seen.append(key)
            if len(seen) == chunks:
                raise KeyboardInterrupt

    return told


# --- what a store holds ------------------------------------------------------------------------


def test_every_run_of_the_plan_is_in_the_store_once_with_its_own_seed_and_numbers(whole):
    plan = paper_plan()
    with load_results(whole) as results:
        runs, series = results.runs, results.series
        assert list(results.plan.run_id) == list(range(24))
        assert results.plan.spoil_nocold.nunique() == 4
    assert len(runs) == len(set(runs.run_key)) == plan.runs == 24
    assert set(runs.status) == {"ok"}
    assert list(series.columns) == ["run_key", "week", "income", "burnout", "trust"]
    assert len(series) == 24 * 70
    last = runs.iloc[-1]
    assert (last.replication, last.draw, last.seed) == (3, 3, seed_of(1, 3))
    alone = one_run(plan.arms["calm"], seed_of(1, 3))
    stored = series[series.run_key == last.run_key].income.to_numpy()
    assert stored.tobytes() == alone.frame().income.to_numpy().tobytes()


def test_a_point_that_a_design_visits_twice_is_two_runs(tmp_path):
    plan = paper_plan(replications=1, draws=4, chunk=2)
    twice = dataclasses.replace(plan, places=plan.places[[0, 0, 1, 0]])
    result = sweep(twice, tmp_path / "s", cluster=Here())
    assert (result.ended, result.complete) == (8, True)
    with load_results(tmp_path / "s") as results:
        assert len(set(results.runs.run_key)) == 8


def test_replications_are_interleaved_so_that_an_unfinished_sweep_compares_fairly(whole):
    with load_results(whole) as results:
        plan = results.plan
    assert list(plan.replication) == sorted(plan.replication)
    assert list(plan.scenario[:4]) == ["paper", "calm", "paper", "calm"]


@pytest.mark.parametrize("chunk", [1, 5, 24])
def test_the_numbers_do_not_depend_on_how_the_work_is_cut_or_ordered(whole, tmp_path, chunk):
    sweep(paper_plan(chunk=chunk), tmp_path / "s", cluster=Here(backwards=True))
    assert same(whole, tmp_path / "s")


def test_the_mean_of_an_indicator_has_an_interval_over_replications(whole):
    with load_results(whole) as results:
        means = results.mean_series("income")
        wrong = refused("sweep.unknown_indicator", lambda: results.mean_series("incme"))
    assert wrong.fields["meant"] == "income"
    assert set(means.replications) == {3}
    assert ((means.low < means.estimate) & (means.estimate < means.high)).all()


def test_a_store_can_be_read_while_it_is_written(tmp_path):
    seen = []

    def look(key, fields):
        if key == "sweep.chunk_done":
            with load_results(tmp_path / "s") as results:
                seen.append((fields["done"], len(results.runs), len(results.series) // 70))

    sweep(paper_plan(), tmp_path / "s", cluster=Here(), progress=look)
    assert [done for done, _, _ in seen] == list(range(2, 25, 2))
    assert all(done == runs == series for done, runs, series in seen)


# --- going on ----------------------------------------------------------------------------------


def test_a_stopped_sweep_goes_on_and_committed_chunks_are_never_run_again(whole, tmp_path):
    first, second = Here(), Here()
    result = sweep(paper_plan(), tmp_path / "s", cluster=first, progress=stop_after(5))
    assert (result.interrupted, result.ended, result.complete) == (True, 10, False)
    assert sweeps.status(tmp_path / "s").complete_replications == 1
    result = sweep(paper_plan(), tmp_path / "s", cluster=second)
    assert result.complete
    assert len(first.did) == 5
    assert set(first.did).isdisjoint(second.did)
    assert same(whole, tmp_path / "s")


def test_more_replications_are_added_to_what_is_there(whole, tmp_path):
    few, more = Here(), Here()
    sweep(paper_plan(replications=2), tmp_path / "s", cluster=few)
    sweep(paper_plan(replications=3), tmp_path / "s", cluster=more)
    assert (len(few.did), len(more.did)) == (8, 4)
    assert same(whole, tmp_path / "s")


def test_a_store_of_real_villages_is_resumed_and_extended_from_its_folder_alone(
    compiled, tmp_path
):
    plan = {
        "scenario": "libei",
        "village": {"women": 60},
        "weeks": 60,
        "set": {"programme.start": 30, "programme.stop": 50},
        "design": {"kind": "grid", "doses": {"tea_talk": [0.2, 1]}, "parameters": {}},
        "replications": 2,
        "chunk": 2,
        "indicators": ["income", "trust"],
    }
    folder = tmp_path / "s"
    sweep(plan, folder, cluster=Here(), progress=stop_after(1))
    assert sweeps.resume(folder, cluster=Here()).complete
    longer = sweeps.extend(folder, 3, cluster=Here())
    assert (longer.runs, longer.counts["ok"]) == (6, 6)
    refused("sweep.extends_nothing", lambda: sweeps.extend(folder, 3, cluster=Here()))
    sweep({**plan, "replications": 3, "chunk": 1}, tmp_path / "alone", cluster=Here())
    assert same(folder, tmp_path / "alone")  # the shared years were branched, here each is run
    with load_results(folder) as results:
        trust = results.window_means("trust", 50, 60).groupby("draw")["value"].mean()
    assert trust[0] != trust[1]


# --- failures ----------------------------------------------------------------------------------


def test_a_run_that_raises_is_a_row_with_its_reason_and_can_be_tried_again(whole, tmp_path):
    folder = tmp_path / "s"
    plan = paper_plan(fault="raise", faulty_replication=2)
    result = sweep(plan, folder, cluster=Here())
    assert (result.counts["ok"], result.counts["error"], result.complete) == (20, 4, True)
    with load_results(folder) as results:
        failed = results.runs[results.runs.status == "error"]
        assert set(zip(failed.scenario, failed.replication, strict=True)) == {("paper", 2)}
        assert set(failed.error) == {"ValueError: the bridge is gone"}
        assert all("Traceback" in trace for trace in failed.trace)
        assert len(results.series) == 20 * 70
    idle = Here()
    sweep(paper_plan(), folder, cluster=idle)
    assert idle.did == []  # what failed is kept until it is asked for
    mended = sweeps.SweepJob(
        sweeps.SweepStore(folder, paper_plan(), sweeps.read_manifest(folder)),
        Here(),
        lambda *_: None,
        retry_failed=True,
    )
    assert mended.work().counts["ok"] == 24
    assert same(whole, folder)


def test_a_full_disk_stops_the_sweep_with_everything_kept_and_it_goes_on(
    whole, tmp_path, monkeypatch
):
    import experiments.store as files

    folder, settle, written = tmp_path / "s", files._settle, []

    def full(path):
        written.append(path)
        if path.name == RUNS and len(written) > 12:
            raise OSError(errno.ENOSPC, "No space left on device")
        settle(path)

    monkeypatch.setattr(files, "_settle", full)
    refused("sweep.no_space", lambda: sweep(paper_plan(), folder, cluster=Here()))
    with load_results(folder) as results:
        assert set(results.runs.status) == {"ok"}
        assert len(results.series) == 70 * len(results.runs) > 0
    monkeypatch.undo()
    sweep(paper_plan(), folder, cluster=Here())
    assert same(whole, folder)
    assert list(folder.glob("*/.*.tmp")) == []


# --- what is refused ---------------------------------------------------------------------------


def copied(whole, folder):
    import shutil

    shutil.copytree(whole, folder)
    return folder


def changed(folder, **facts):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, **facts}), encoding="utf-8")


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"code": "another"}, "sweep.other_model"),
        ({"plug_ins": "another"}, "sweep.other_plug_ins"),
        ({"versions": {"numpy": "1.0"}}, "sweep.other_version"),
        ({"schema": 99}, "sweep.other_schema"),
        ({"kind": "layers"}, "sweep.no_store"),
        ({"plan_key": "another", "plan": {}}, "sweep.other_plan"),
    ],
)
def test_runs_of_another_model_version_or_plan_are_never_mixed(whole, tmp_path, facts, key):
    folder = copied(whole, tmp_path / "s")
    changed(folder, **facts)
    refused(key, lambda: sweep(paper_plan(), folder, cluster=Here()))


def test_two_coordinators_on_one_store_are_refused(whole, tmp_path):
    folder = copied(whole, tmp_path / "s")
    with lock_folder(folder):
        assert sweeps.status(folder).working
        refused("sweep.second_coordinator", lambda: sweep(paper_plan(), folder, cluster=Here()))
    assert not sweeps.status(folder).working


def test_folders_that_are_no_store_are_left_alone(tmp_path):
    plan = paper_plan()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    refused("sweep.not_a_folder", lambda: sweep(plan, tmp_path / "file", cluster=Here()))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear", encoding="utf-8")
    refused("sweep.foreign_folder", lambda: sweep(plan, tmp_path / "full", cluster=Here()))
    refused("sweep.no_store", lambda: sweeps.resume(tmp_path / "full"))
    refused("sweep.no_store", lambda: load_results(tmp_path / "nothing"))
    refused("sweep.no_store", lambda: sweeps.status(tmp_path / "full"))


def test_a_half_written_store_is_told_apart_from_one_that_lost_its_manifest(whole, tmp_path):
    folder = copied(whole, tmp_path / "s")
    (folder / "manifest.json").unlink()
    refused("sweep.half_written", lambda: sweeps.resume(folder))
    refused("sweep.lost_manifest", lambda: sweep(paper_plan(), folder, cluster=Here()))
    for path in [*folder.glob(f"{RUNS}/*"), *folder.glob(f"{SERIES}/*")]:
        path.unlink()
    assert sweep(paper_plan(), folder, cluster=Here()).complete
    assert same(whole, folder)


def test_damaged_parts_are_told_and_run_again(whole, tmp_path):
    folder = copied(whole, tmp_path / "s")
    one, other = sorted(folder.glob(f"{RUNS}/*.parquet"))[:2]
    one.write_bytes(one.read_bytes()[:40])
    (folder / SERIES / other.name).unlink()
    refused("sweep.damaged_part", lambda: load_results(folder).series)
    again = Here()
    sweep(paper_plan(), folder, cluster=again)
    assert set(again.did) == {one.stem, other.stem}
    assert same(whole, folder)


def test_an_empty_store_says_so(tmp_path):
    class Nobody(Here):
        def work(self, task, items):
            raise KeyboardInterrupt
            yield

    result = sweep(paper_plan(), tmp_path / "s", cluster=Nobody())
    assert (result.interrupted, result.ended) == (True, 0)
    refused("sweep.nothing_yet", lambda: load_results(tmp_path / "s"))


def test_the_plan_is_told_before_anything_is_run(tmp_path):
    told = []
    sweep(paper_plan(), tmp_path / "s", cluster=Here(), progress=lambda k, f: told.append((k, f)))
    keys = [key for key, _ in told]
    assert keys.index("sweep.plan") < keys.index("sweep.chunk_done")
    facts = dict(told)["sweep.plan"]
    assert (facts["arms"], facts["draws"], facts["replications"], facts["runs"]) == (2, 4, 3, 24)
    for lang in ("en", "zh"):
        assert all(Words(lang).say(key, fields) for key, fields in told)


def test_stored_numbers_are_those_of_a_plain_run(compiled, tmp_path):
    plan = read_plan(
        {"scenario": "libei", "village": {"women": 60}, "weeks": 30, "replications": 1}
    )
    sweep(plan, tmp_path / "s", cluster=Here())
    alone = one_run(plan.arms["libei"], seed_of(1, 1))
    with load_results(tmp_path / "s") as results:
        stored = results.series.drop(columns=["run_key", "week"]).to_numpy(np.float32)
    assert stored.tobytes() == alone.values.tobytes()
