"""The folder of results: nothing is overwritten, files are whole, finished work is kept."""

import hashlib
import json
import os
import re
import shutil
import signal
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from experiments import layers
from experiments.results import (
    CODE,
    TOLD,
    WOMEN,
    ResultsFolder,
    code_digest,
    digest_of,
    new_folder,
)
from experiments.run import CAUSE_COLUMNS, seed_of
from experiments.store import whole_file
from model.errors import JinguoError
from model.parameters import DECLARED
from scenarios.catalogue import MEASURES as KNOWN
from scenarios.catalogue import MECHANISMS
from scenarios.form import Form
from scenarios.programmes import carried_out_by_others
from tests.stand_in_village import NAMES, PaperScenario

ROOT = Path(__file__).parent.parent
SCENARIO = PaperScenario(weeks=70)


def _listing(folder):
    """Every file with its content and time of change."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def _interrupt_after(done):
    def progress(key, fields):
        if key == "results.replication_done" and fields["done"] == done:
            signal.raise_signal(signal.SIGINT)

    return progress


def test_a_finished_job_leaves_effects_series_and_a_manifest(tmp_path):
    out = tmp_path / "out"
    result = layers(SCENARIO, replications=3, seed=9, out=out)
    assert sorted(_listing(out)) == [
        "effects.csv", "manifest.json", "series.parquet", "women.csv",
    ]  # fmt: skip
    assert result.out == out
    effects = pd.read_csv(out / "effects.csv")
    pd.testing.assert_frame_equal(effects, result.effects, check_dtype=False)
    series = pq.read_table(out / "series.parquet")
    assert series.column_names == ["arm", "replication", "week", *NAMES, *CAUSE_COLUMNS]
    assert series.num_rows == 8 * 3 * 70
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"] == SCENARIO.plain()
    assert (manifest["status"], manifest["complete"], manifest["replications"]) == (
        "complete",
        3,
        3,
    )
    assert manifest["code"] == code_digest()
    assert {"python", "numpy", "numba", "mesa", "jinguo"} <= set(manifest["versions"])
    assert manifest["started"] <= manifest["ended"]
    assert manifest["minutes"] >= 0


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    layers(SCENARIO, replications=1)
    assert list(tmp_path.iterdir()) == []


def test_default_folders_are_numbered_and_never_used_twice(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = new_folder("libei"), new_folder("libei")
    assert first.parent == tmp_path / "results"
    assert re.fullmatch(r"libei-\d{4}-\d\d-\d\d-1", first.name)
    assert second.name == first.name[:-1] + "2"
    assert new_folder("../../etc/x y").parent == tmp_path / "results"


def test_an_interrupted_job_goes_on_from_the_finished_replications_to_the_same_bits(tmp_path):
    whole = layers(SCENARIO, replications=6, assumptions=True)
    part = layers(
        SCENARIO, replications=6, assumptions=True, out=tmp_path, progress=_interrupt_after(4)
    )
    assert (part.complete, part.interrupted) == (4, True)
    assert (part.effects.replications == 4).all()
    assert len(list(tmp_path.glob("parts/*.npz"))) == 4
    assert json.loads((tmp_path / "manifest.json").read_text())["status"] == "interrupted"
    told = []
    again = layers(
        SCENARIO,
        replications=6,
        assumptions=True,
        out=tmp_path,
        progress=lambda key, fields: told.append((key, fields.get("held"))),
    )
    assert told[0] == ("results.continuing", 4)
    assert again.histories.values.tobytes() == whole.histories.values.tobytes()
    pd.testing.assert_frame_equal(again.effects, whole.effects, check_exact=True)
    pd.testing.assert_frame_equal(again.assumptions, whole.assumptions, check_exact=True)


def test_a_finished_job_is_read_back_without_running_or_writing_anything(tmp_path):
    asked = {"replications": 2, "assumptions": True, "out": tmp_path}
    first = layers(SCENARIO, **asked)
    before = _listing(tmp_path)
    told = []
    second = layers(SCENARIO, **asked, progress=lambda key, _: told.append(key))
    assert told == ["results.continuing"]
    assert _listing(tmp_path) == before
    pd.testing.assert_frame_equal(second.effects, first.effects, check_exact=True)
    pd.testing.assert_frame_equal(second.women, first.women, check_exact=True)
    pd.testing.assert_frame_equal(second.assumptions, first.assumptions, check_exact=True)


def test_a_folder_of_an_earlier_version_has_no_women_and_a_damaged_one_is_told(tmp_path):
    """Villages that kept no women are left out of their shares, and of nothing else."""
    layers(SCENARIO, replications=2, out=tmp_path)
    (tmp_path / WOMEN).unlink()
    again = layers(SCENARIO, replications=2, out=tmp_path)
    assert again.women.empty
    longer = layers(SCENARIO, replications=4, out=tmp_path)
    assert (longer.complete, longer.women.villages.max()) == (4, 2)
    (tmp_path / WOMEN).write_text("replication,outcome\n1,income\n")
    with pytest.raises(JinguoError) as caught:
        layers(SCENARIO, replications=4, out=tmp_path)
    assert caught.value.key == "results.damaged"


def test_a_job_can_be_extended_but_not_shrunk(tmp_path):
    layers(SCENARIO, replications=2, out=tmp_path)
    longer = layers(SCENARIO, replications=4, out=tmp_path)
    fresh = layers(SCENARIO, replications=4)
    assert longer.histories.values.tobytes() == fresh.histories.values.tobytes()
    pd.testing.assert_frame_equal(longer.women, fresh.women, check_exact=True)
    with pytest.raises(JinguoError) as caught:
        layers(SCENARIO, replications=3, out=tmp_path)
    assert caught.value.key == "results.holds_more"


def test_a_replication_that_failed_is_run_again_by_the_same_command(tmp_path):
    faulty = {"faulty": seed_of(1, 2)}
    broken = SCENARIO.model_copy(update={"fault": "raise", **faulty})
    assert layers(broken, replications=3, out=tmp_path).complete == 2
    mended = SCENARIO.model_copy(update=faulty)
    result = layers(mended, replications=3, out=tmp_path)
    assert (result.complete, len(result.failed)) == (3, 0)


def test_a_replication_whose_process_is_killed_is_reported_beside_the_others(tmp_path):
    doomed = {"fault": "kill", "faulty": seed_of(1, 2), "traces": str(tmp_path)}
    scenario = SCENARIO.model_copy(update=doomed)
    result = layers(scenario, replications=4, processes=2)
    assert result.histories.replications == (1, 3, 4)
    assert result.failed[["replication", "kind"]].to_numpy().tolist() == [[2, "killed"]]


def test_a_damaged_part_is_run_again(tmp_path):
    layers(SCENARIO, replications=4, out=tmp_path, progress=_interrupt_after(2))
    (tmp_path / "parts" / "replication-0001.npz").write_bytes(b"PK\x03\x04 cut off")
    again = layers(SCENARIO, replications=4, out=tmp_path)
    fresh = layers(SCENARIO, replications=4)
    assert again.histories.values.tobytes() == fresh.histories.values.tobytes()


def test_damaged_series_are_reported_and_not_replaced(tmp_path):
    layers(SCENARIO, replications=1, out=tmp_path)
    (tmp_path / "series.parquet").write_bytes(b"PAR1 cut off")
    before = _listing(tmp_path)
    refused = _refused(tmp_path)
    assert refused.key == "results.damaged"
    assert _listing(tmp_path) == before


# --- refusals ----------------------------------------------------------------------------------


def _refused(out, scenario=SCENARIO, **asked):
    with pytest.raises(JinguoError) as caught:
        layers(scenario, replications=1, out=out, **asked)
    return caught.value


def test_a_folder_with_other_files_is_left_as_it_was(tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"years of work")
    before = _listing(tmp_path)
    assert _refused(tmp_path).key == "results.foreign_folder"
    assert _listing(tmp_path) == before


def test_a_folder_of_another_plan_is_left_as_it_was_and_told_apart(tmp_path):
    layers(SCENARIO, replications=1, out=tmp_path)
    before = _listing(tmp_path)
    refused = _refused(tmp_path, seed=2)
    assert refused.key == "results.other_plan"
    assert "seed" in refused.fields["differs"]
    assert "staff" not in refused.fields["differs"]
    assert _refused(tmp_path, PaperScenario(weeks=71)).fields["differs"][0] == "scenario"
    assert _refused(tmp_path, staff="enough").fields["differs"] == ["staff"]
    assert _listing(tmp_path) == before


def test_overwriting_replaces_results_and_spares_everything_else(tmp_path):
    layers(SCENARIO, replications=2, out=tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    result = layers(SCENARIO, replications=1, seed=2, out=tmp_path, overwrite=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["replications"], result.complete) == (2, 1, 1)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_file_where_the_folder_should_be_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")
    assert _refused(tmp_path / "out").key == "results.not_a_folder"
    unwritable = _refused(tmp_path / "out" / "below")
    assert unwritable.key == "results.not_writable"
    assert unwritable.fields["reason"]


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_full_disk_is_one_message_and_what_was_finished_stays(tmp_path):
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_up(key, fields):
        if key == "results.replication_done" and fields["done"] == 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, before[1]))

    try:
        with pytest.raises(JinguoError) as caught:
            layers(SCENARIO, replications=4, out=tmp_path, progress=fill_up)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.key == "results.no_space"
    assert sorted(path.name for path in tmp_path.glob("parts/*")) == [
        "replication-0001.npz",
        "replication-0002.npz",
    ]
    assert list(tmp_path.rglob("*.tmp")) == []
    assert layers(SCENARIO, replications=4, out=tmp_path).complete == 4


def test_a_file_that_was_not_finished_does_not_appear_and_the_old_one_stays(tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(b"old")

    def write_half():
        with whole_file(path) as file:
            file.write(b"half of the n")
            raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        write_half()
    assert _listing(tmp_path).keys() == {"report.html"}
    assert path.read_bytes() == b"old"


def test_drafts_left_by_a_power_cut_are_cleared_away(tmp_path):
    folder = ResultsFolder.open(tmp_path, {"seed": 1})
    folder.describe()
    (folder.parts / ".replication-0001.npz.77.ab.tmp").write_bytes(b"half")
    ResultsFolder.open(tmp_path, {"seed": 1})
    assert list(tmp_path.rglob("*.tmp")) == []


# --- words -------------------------------------------------------------------------------------


def test_every_message_of_experiments_stands_in_both_languages_with_the_same_fields():
    words = yaml.safe_load((ROOT / "words" / "results.yaml").read_text(encoding="utf-8"))
    code = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("experiments/*.py"))
    used = set(re.findall(r'"results\.(\w+)"', code))
    assert used == set(words)
    for entry in words.values():
        assert set(entry) == {"en", "zh"}
        fields = [sorted(re.findall(r"{(\w+)[^}]*}", entry[lang])) for lang in ("en", "zh")]
        assert fields[0] == fields[1]


# --- The digest of the code --------------------------------------------------------------------


def test_the_digest_of_the_code_is_a_name_of_its_content():
    assert re.fullmatch(r"[0-9a-f]{32}", code_digest())
    assert code_digest() == digest_of(ROOT) != hashlib.sha256(b"").hexdigest()[:32]


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """A copy of the code and data files of the simulation, to be changed."""
    root = tmp_path_factory.mktemp("code")
    for path in (path for folder in CODE for path in (ROOT / folder).rglob("*")):
        if path.suffix in {".py", ".yaml"}:
            copy = root / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    assert digest_of(root) == code_digest()
    return root


def _after(root, name, change):
    """The digest with one file changed, which is then put back."""
    file = root / name
    before = file.read_bytes()
    text = before.decode()
    changed = change(text)
    assert changed != text
    file.write_text(changed, encoding="utf-8", newline="")
    try:
        return digest_of(root)
    finally:
        file.write_bytes(before)


BURNOUT, MEASURES = "model/evidence/burnout.yaml", "scenarios/measures/libei.yaml"
STORY = "scenarios/library/libei.yaml"


def _put(key, said):
    """Another value of a key, the first time it stands in a file."""
    value = rf"(\b{key}: )(\[.*?\]|{{.*?}}|\".*?\"|[^,}}\n]+)"
    return lambda text: re.sub(value, rf"\g<1>{said}", text, count=1)


@pytest.mark.parametrize(("file", "change"), [
    *((BURNOUT, _put(key, '"another"')) for key in ("meaning", "zh", "en", "source", "seen")),
    (MEASURES, _put("label", '{en: "another", zh: "另一"}')),
    (MEASURES, _put("papers", "[]")),
    (MEASURES, _put("risks", "[]")),
    (STORY, _put("title", '{en: "another", zh: "另一"}')),
    (STORY, _put("source", "[]")),
    (STORY, lambda text: f"# another remark\n{text}"),
    (STORY, lambda text: text.replace("\n", "\r\n")),
    ("scenarios/papers.yaml", lambda text: text.replace("Libei", "another")),
])  # fmt: skip
def test_what_is_only_told_leaves_the_digest(sources, file, change):
    assert _after(sources, file, change) == code_digest()


@pytest.mark.parametrize(("file", "change"), [
    *((BURNOUT, _put(key, 0.123)) for key in ("default", "low", "high")),
    *((BURNOUT, _put(key, "another")) for key in ("prior", "grade", "role")),
    (BURNOUT, lambda text: re.sub(r"^(\w+):", r"\1_too:", text, count=1, flags=re.MULTILINE)),
    (MEASURES, _put("default", 0.123)),
    (MEASURES, _put("coverage", 0.123)),
    (MEASURES, _put("mechanism", "another")),
    (MEASURES, lambda text: text.replace("bilingual: true", 'bilingual: "true"', 1)),
    (MEASURES, lambda text: text.replace("param:d_group", "param:d_other", 1)),
    (STORY, _put("base_demand", 715001)),
    (STORY, lambda text: text.replace("  - {measure: tea_talk}\n", "")),
    ("model/week.py", lambda text: f"{text}\n"),
])  # fmt: skip
def test_whatever_may_move_a_number_moves_the_digest(sources, file, change):
    assert _after(sources, file, change) != code_digest()


def test_nothing_that_decides_is_called_like_a_text():
    fields = {name for kind in MECHANISMS.values() for name in kind.model_fields}
    assert not TOLD & {*DECLARED, *KNOWN, *carried_out_by_others(), *fields}
    deciding = {f"scenarios.{name}" for name in ("form", "measure_form", "schema", "tags")}
    kinds = [Form]
    for kind in kinds:
        kinds += [each for each in kind.__subclasses__() if each.__module__ in deciding]
    told = {(kind.__name__, name) for kind in kinds for name in kind.model_fields if name in TOLD}
    assert told == {
        ("Label", "en"), ("Label", "zh"), ("Risk", "en"), ("Risk", "zh"), ("Dose", "unit"),
        ("MeasureEntry", "label"), ("MeasureEntry", "papers"), ("MeasureEntry", "risks"),
        ("SameMeasure", "label"), ("SameMeasure", "papers"), ("SameMeasure", "risks"),
        ("Scenario", "title"), ("Scenario", "about"), ("Scenario", "source"), ("Scenario", "tags"),
    }  # fmt: skip
