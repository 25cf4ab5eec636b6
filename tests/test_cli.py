"""The command line as its users meet it: help, lists, runs, wrong use, Ctrl-C."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import jinguo
from jinguo import main
from tests.chinese_joints import spoilt_joints
from viz.progress import Pace, ProgressShown
from viz.session import Session
from viz.tables import folded, number
from viz.words import Words

ROOT = Path(jinguo.__file__).parent
CHINESE = re.compile("[\u4e00-\u9fff]")
COMMANDS = ("layers", "run", "scenarios", "parameters", "measures", "patterns", "check")
SIZES = ("village.women=60", "weeks=40", "programme.start=10", "programme.stop=20")
SMALL = [word for size in SIZES for word in ("--set", size)]


@pytest.fixture(autouse=True)
def _in_english_in_an_empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JINGUO_LANG", "en")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def call(capsys):
    """Call the program in this process: exit code, standard output, error stream."""

    def do(*line: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(line)
        said = capsys.readouterr()
        return code, said.out, said.err

    return do


def start(*line: str, **more: object) -> subprocess.Popen[str]:
    """The program as a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "jinguo.py"), *line],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        **more,  # type: ignore[call-overload]
    )


# --- Help --------------------------------------------------------------------------------------


def test_help_needs_nothing_heavy_and_speaks_the_language_of_the_environment():
    heavy = ("numpy", "numba", "pandas", "mesa", "matplotlib", "pydantic", "scipy")
    code = (
        "import sys; from jinguo import main; main(['--help']);"
        f"sys.exit(sum(name in sys.modules for name in {heavy}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "JINGUO_LANG": "zh", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("用法：jinguo")
    assert all(name in done.stdout for name in COMMANDS)


def test_every_command_has_help_in_both_languages(call):
    for command in COMMANDS:
        code, english, _ = call(command, "--help")
        assert code == 0
        assert not CHINESE.search(english)
        _, chinese, _ = call("--lang", "zh", command, "--help")
        assert CHINESE.search(chinese)
        assert spoilt_joints(chinese) == []
        options = re.compile(r"^ *(--[a-z]+)", re.MULTILINE)
        assert options.findall(english) == options.findall(chinese)
        assert not re.search(r"cli\.\w", english + chinese)


def test_the_language_may_stand_anywhere(call):
    before = call("--lang", "zh", "scenarios")
    assert before == call("scenarios", "--lang=zh") == call("scenarios", "--lang", "zh")
    assert "立碑型村" in before[1]


def test_the_version_is_one_line(call):
    code, said, _ = call("--version")
    assert code == 0
    assert re.fullmatch(r"jinguo \d+\.\d+\.\d+\n", said)


# --- Wrong use ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["layers", "libey"], "Did you mean libei?"),
        (["layrs", "libei"], "Did you mean layers?"),
        (["layers"], "SCENARIO is missing"),
        (["run", "libei", "--sed", "3"], "Did you mean --seed?"),
        (["run", "libei", "--seed"], "--seed"),
        (["run", "libei", "--seed", "x"], "--seed must be a whole number; found: x"),
        (["run", "libei", "more"], "Not understood: more"),
        (["layers", "libei", "--replications", "0"], "at least 1"),
        (["layers", "libei", "--staff", "lots"], "Allowed: limited, enough"),
        (["run", "libei", "--set", "women"], "village.women=600"),
        (["run", "libei", "--set", "village.wommen=6"], "Did you mean women?"),
        (["run", "libei", "--set", "village.women=0"], "village.women"),
        (["parameters", "--subject", "markt"], "Did you mean market?"),
        (["measures", "sail_grup"], "Did you mean sail_group?"),
        (["check", "missing.yaml"], "missing.yaml"),
        (["scenarios", "--lang", "fr"], "There is no language fr"),
        (["run", "libei", "--plugin", "missing.py"], "missing.py"),
    ],
)
def test_wrong_use_is_told_once_and_leaves_nothing_behind(call, line, told):
    code, out, err = call(*line)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert not [*Path().glob("results/*")]
    if "fr" not in line:
        code, _, chinese = call(*line, "--lang", "zh") if line[-1] != "--seed" else (2, "", "中")
        assert code == 2
        assert CHINESE.search(chinese)


def test_a_wrong_key_is_told_with_its_line_in_both_languages(call):
    file = Path("mine.yaml")
    file.write_text("extends: libei\nweeks: 60\nvillage: {wommen: 60}\n", encoding="utf-8")
    for lang, told in (("en", "Did you mean women?"), ("zh", "您是不是想写“women”？")):
        code, out, err = call("check", str(file), "--lang", lang)
        assert (code, out) == (2, "")
        assert re.search(r"mine\.yaml:3", err)
        assert told in err


def test_an_error_of_ours_is_one_line_and_a_file(call, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr("scenarios.load.list_scenarios", broken)
    monkeypatch.setattr("tempfile.tempdir", str(Path().absolute()))
    code, out, err = call("scenarios")
    assert (code, out) == (1, "")
    assert "ZeroDivisionError: oh no" in err
    assert "Traceback" not in err
    (log,) = Path().glob("jinguo-error-*.log")
    assert str(log) in err
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_a_reader_who_stops_reading_is_no_error():
    process = start("parameters")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert complaint == ""


# --- Lists -------------------------------------------------------------------------------------


def test_a_good_file_is_summed_up(call):
    file = Path("mine.yaml")
    file.write_text("extends: libei\nvillage: {women: 77}\n", encoding="utf-8")
    code, out, _ = call("check", str(file))
    assert code == 0
    assert "77 women, 416 weeks" in out
    code, out, _ = call("check", str(file), "--json")
    assert json.loads(out)["women"] == 77


def test_parameters_are_filtered_and_listed_as_data(call):
    code, out, err = call("parameters", "--json", "--grade", "e", "--subject", "market")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    assert {(row["grade"], row["subject"]) for row in rows} == {("E", "market")}
    assert {"name", "label", "unit", "default", "low", "high", "role", "source"} <= set(rows[0])
    _, table, _ = call("parameters", "--grade", "E", "--subject", "market")
    assert all(row["name"] in table for row in rows)


def test_measures_are_filtered_and_listed_as_data(call):
    everything = json.loads(call("measures", "--json")[1])
    meso = json.loads(call("measures", "--json", "--layer", "meso")[1])
    assert meso == [row for row in everything if row["layer"] == "meso"]
    assert 0 < len(meso) < len(everything)
    (one,) = json.loads(call("measures", "sail_group", "--json")[1])
    assert one["label"]["zh"]
    assert one["label"]["zh"] in call("measures", "sail_group", "--lang", "zh")[1]


def test_scenarios_are_listed_with_both_titles(call):
    rows = json.loads(call("scenarios", "--json")[1])
    assert {"libei", "ordinary_village"} <= {row["name"] for row in rows}
    assert all(set(row["title"]) == {"en", "zh"} for row in rows)


# --- Runs --------------------------------------------------------------------------------------


def test_a_run_keeps_every_week_and_tells_the_same_in_table_and_data(call):
    line = ("run", "libei", *SMALL, "--weeks", "30")
    code, out, err = call(*line, "--json")
    assert code == 0
    told = json.loads(out)
    assert told["weeks"] == 30
    series = pq.read_table(told["series"]).to_pandas()
    assert len(series) == 30
    rows = {row["indicator"]: row["values"] for row in told["indicators"]}
    shops = series["shops"].tail(13).mean()
    assert rows["shops"]["30"] == pytest.approx(shops, rel=1e-6)
    folder = str(Path(told["series"]).parent)
    assert f"Results: {folder}" in err
    code, table, _ = call(*line, "--lang", "zh", "--out", "mine")
    assert code == 0
    assert f"{shops:,.1f}" in next(row for row in table.splitlines() if "网店" in row)
    assert call(*line, "--seed", "2", "--out", "mine")[0] == 2  # another run is not overwritten
    assert call(*line, "--seed", "2", "--out", "mine", "--overwrite")[0] == 0


def test_layers_tells_effects_ledger_cost_and_where_results_are(call, blank_figures):
    line = ["layers", "libei", *SMALL, "--replications", "2", "--processes", "1"]
    line += ["--staff", "enough"]
    code, out, err = call(*line, "--json", "--out", "here")
    assert code == 0
    data = json.loads(out)
    assert (data["complete"], data["interrupted"]) == (2, False)
    arms = {row["arm"] for row in data["effects"]}
    assert arms == {"micro", "meso", "macro", "micro+meso", "micro+macro", "meso+macro", "all"}
    assert {"ledger", "programme", "gain", "levels", "assumptions"} <= set(data)
    assert {row["arm"] for row in data["crowding"]} == arms
    assert "2 of 2 replications done" in err
    assert {"report.html", "effects.csv", "series.parquet", "manifest.json"} <= {
        file.name for file in Path("here").iterdir()
    }
    code, table, err = call(*line, "--lang", "zh", "--out", "here")  # goes on: all is done
    assert code == 0, err
    lines = [row for row in table.splitlines() if row]
    assert lines[0] == lines[-1] == f"结果文件夹：{Path('here').absolute()}"
    for term in (
        "与不介入相比的变化",
        "层面间的相互作用",
        "微观+中观",
        "服务能力（工时）",
        "工时不足",
    ):
        assert term in table
    for row in data["effects"]:
        if (row["arm"], row["outcome"], row["horizon"]) == ("all", "burnout", "end") and (
            row["population"],
            row["subgroup"],
        ) == ("all_women", "all"):
            assert number(row["estimate"], 3, signed=True) in table


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_shows_what_is_complete_and_how_to_go_on():
    size = [*SMALL, "--replications", "200", "--processes", "2"]
    process = start("layers", "libei", *size, "--out", "part", "--overwrite")
    parts = Path("part/parts")
    waited = time.monotonic()
    while len([*parts.glob("*.npz")]) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - waited < 300
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    done = re.search(r"Stopped: (\d+) of 200 replications are complete", out)
    assert done is not None
    assert f"{done[1]} of 200 replications" in out.split("Stopped:")[0]
    command = next(row for row in out.splitlines() if row.lstrip().startswith("jinguo layers"))
    assert command.split() == [
        "jinguo",
        "layers",
        "libei",
        *size,
        "--out",
        str(parts.parent.absolute()),
    ]
    assert len([*parts.glob("*.npz")]) == int(done[1])
    lines = [row for row in out.splitlines() if row]
    assert lines[0] == lines[-1] == f"Results: {Path('part').absolute()}"


def test_the_line_to_go_on_drops_what_would_start_anew():
    line = ("layers", "a b.yaml", "--out", "old", "--overwrite", "--out=older", "--seed", "2")
    session = Session(Words("en"), line)
    assert "--overwrite" not in session.to_go_on(Path("new"))
    assert session.to_go_on(Path("new")).endswith("--seed 2 --out new")
    assert "old" not in session.to_go_on(Path("new"))


# --- Text --------------------------------------------------------------------------------------


def test_chinese_paragraphs_are_folded_between_letters_but_not_before_a_comma():
    text = "数字为配对差异的均值，方括号内为 95 % 区间。" * 4
    lines = folded(text, 40)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(line[0] not in "，。）" for line in lines)


def test_public_names_are_there():
    assert all(getattr(jinguo, name) is not None for name in jinguo.__all__)
    with pytest.raises(AttributeError):
        _ = jinguo.no_such_name


# --- The time to go ----------------------------------------------------------------------------


def test_the_time_to_go_is_told_by_the_pace_since_the_first_run_ended():
    times = iter([30.0, 30.5, 31.0, 31.9, 34.0, 40.0, 41.0])  # 30 s for compiling and processes
    pace = Pace(lambda: next(times))
    told = [pace.left(done, 10) for done in (1, 2, 3, 4, 5, 10)]
    assert told == [None, None, None, None, pytest.approx(5.0), 0.0]
    assert pace.left(1, 10) is None, "another job has a pace of its own"


def test_the_time_to_go_stands_in_a_log_once_there_is_one():
    times = iter([100.0 + 7.0 * run for run in range(10)])
    log = io.StringIO()
    shown = ProgressShown(Words("zh"), log, pace=Pace(lambda: next(times)))
    for done in range(1, 11):
        shown("results.replication_done", {"done": done, "total": 10})
    lines = log.getvalue().splitlines()
    assert [("预计还需" in line) for line in lines] == [False] * 3 + [True] * 6 + [False]
    assert lines[3] == "重复模拟已完成 4/10，预计还需 0:42"
    assert lines[-1] == "重复模拟已完成 10/10"
