"""`jinguo verify`: the numbers of a report, made again from what it carries."""

import json
import re
import shutil

import pytest

from experiments import compare, layers, sweep
from experiments.carried import Carried
from experiments.design import places
from experiments.design_factors import parameter_factors
from experiments.plan import Plan
from experiments.reopen import kind_of
from experiments.results import MANIFEST, circumstances
from experiments.run import arm_names
from experiments.verify import verify
from experiments.verify_effects import effects_that_differ
from model.errors import JinguoError
from scenarios import load_scenario
from scenarios.schema import MeasureUse
from tests.report_results import made_result
from tests.sweep_stand_ins import Here
from viz.report import embedded
from viz.report.compare.report import write_comparison
from viz.report.layers.report import write_report
from viz.report.seal import DATA, OPENING, PART, read_report, sealed
from viz.report.sweep.report import write_sweep_report
from viz.words import Words

SMALL = {
    "village.women": 60, "weeks": 40, "measures": [],
    "programme": {"start": 14, "stop": 30, "workers": 1, "money": 200_000},
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("blank_figures")
MEASURES = (MeasureUse(measure="sail_group"), MeasureUse(measure="family_meeting"))


def helped(name="helped"):
    return load_scenario("libei", SMALL).model_copy(update={"name": name, "measures": MEASURES})


@pytest.fixture(scope="module")
def of_layers(compiled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify") / "layers"
    result = layers(helped(), replications=2, out=folder)
    return write_report(result, folder, Words("en")).parent


@pytest.fixture(scope="module")
def of_comparison(compiled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify") / "compare"
    result = compare(load_scenario("libei", SMALL), helped(), replications=2, out=folder)
    return write_comparison(result, folder, Words("en")).parent


@pytest.fixture(scope="module")
def of_sweep(compiled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify") / "sweep"
    factors = tuple(parameter_factors(["spoil_nocold", "base_demand"]))
    points = places("latin_hypercube", factors, 3, seed=1)
    arms = {"libei": load_scenario("libei", SMALL), "helped": helped()}
    kept = ("trust", "income", "burnout", "shops")
    plan = Plan(arms, factors, points, 2, indicators=kept, kind="latin_hypercube")
    sweep(plan, folder, cluster=Here())
    return write_sweep_report(folder, Words("en"), partial_too=False).parent


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")  # whatever runs are drawn, a row stays a line


@pytest.fixture
def copy(of_layers, tmp_path):
    """The report of the layers job, to be changed; and what changes it."""
    file = tmp_path / "report.html"
    shutil.copy(of_layers / "report.html", file)
    return file


def rewrite(file, change, *, seal=True):
    """Change what a report carries, with digests that fit again unless `seal` is false."""
    text = file.read_text(encoding="utf-8")
    data = json.loads(DATA.search(text)[1])
    change(data)
    found = DATA.search(text)
    inert = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    text = text[: found.start(1)] + inert + text[found.end(1) :]
    file.write_text(sealed(text) if seal else text, encoding="utf-8")


# --- Reports that agree ------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_of_layers_agrees_to_the_bit(of_layers, call, lang):
    code, out, _ = call("verify", of_layers, "--runs", "16", lang=lang)
    words = Words(lang)
    assert code == 0
    assert out.count(words.say("verify.ending_same")) == 16 + 1  # and the last line
    for key in ("unchanged", "effects_follow", "what_it_says"):
        assert words.say(f"verify.{key}") in out
    assert words.say("verify.good_same", {"runs": 16}) in out


def test_the_choice_is_told_and_can_be_made_again(of_layers, call):
    _, out, _ = call("verify", of_layers, "--runs", "3")
    seed = re.search(r"--seed (\d+)", out)[1]
    _, again, _ = call("verify", of_layers / "report.html", "--runs", "3", "--seed", seed)
    assert re.findall(r"\S+, replication \d", again) == re.findall(r"\S+, replication \d", out)
    picked = {tuple(call("verify", of_layers, "--runs", "1", "--seed", str(n))[1].splitlines())
              for n in range(4)}  # fmt: skip
    assert len(picked) > 1


def test_a_comparison_and_a_sweep_agree(of_comparison, of_sweep, call):
    code, out, _ = call("verify", of_comparison, "--json")
    told = json.loads(out)
    assert (code, told["agrees"], told["kind"]) == (0, True, "compare")
    assert told["effects_that_do_not_follow"] == []
    assert [run["ending"] for run in told["runs"]] == ["same"] * 4
    code, out, _ = call("verify", of_sweep, "--json", "--runs", "12")
    told = json.loads(out)
    assert (code, told["agrees"], told["effects_that_do_not_follow"]) == (0, True, None)
    assert {(run["arm"], run["draw"]) for run in told["runs"]} == {
        (arm, draw) for arm in ("libei", "helped") for draw in range(3)
    }
    assert {run["ending"] for run in told["runs"]} == {"same"}


def test_a_sweep_tells_no_effects_and_one_run_is_told_as_one(of_sweep, call):
    code, out, _ = call("verify", of_sweep, "--runs", "1")
    assert (code, "the report of a sweep tells none" in out) == (0, True)
    assert "the one run made again is the same to the bit" in out


def test_arms_with_workers_enough_agree(compiled):
    result = layers(helped(), replications=1, staff="enough")
    carried = Carried.model_validate(embedded.of_layers(result, circumstances()))
    assert {run.arm for run in carried.runs} == set(arm_names("enough"))
    assert effects_that_differ(carried) == []
    found = verify(carried, runs=15)
    assert (found.follows, found.alike) == (True, True)
    assert {one.ending for one in found.runs} == {"same"}


def test_what_is_carried_names_no_folder_of_its_maker(of_layers, of_sweep):
    for folder in (of_layers, of_sweep):
        text = (folder / "report.html").read_text(encoding="utf-8")
        assert str(folder.parent) not in DATA.search(text)[1]


def test_the_part_that_is_kept_lies_evenly(monkeypatch):
    monkeypatch.setattr(embedded, "MOST", 8 * 3)
    result = made_result(replications=9)
    carried = Carried.model_validate(embedded.of_layers(result, circumstances()))
    assert (carried.whole, len(carried.runs), carried.replications) == (False, 24, 9)
    assert {run.replication for run in carried.runs} == {1, 5, 9}
    assert effects_that_differ(carried) is None


# --- Reports that were changed -----------------------------------------------------------------


def test_a_number_changed_in_a_table_is_told_by_its_section(copy, call):
    text = copy.read_text(encoding="utf-8")
    cell = re.search(r'<section id="zh-effects".*?<td class="number">([^<]*\d)', text, re.DOTALL)
    copy.write_text(text[: cell.start(1)] + "+9.99" + text[cell.end(1) :], encoding="utf-8")
    title = re.search(r'id="zh-effects-title">(.*?)<', text)[1]
    code, out, _ = call("verify", copy, "--runs", "2")
    assert code == 1
    assert f"section “{title}” (中文)" in out
    assert "The 2 runs give the numbers" in out.replace("the 2 runs", "The 2 runs")
    assert len(read_report(copy).changed) == 1


def test_what_was_added_or_taken_out_is_told(copy):
    text = copy.read_text(encoding="utf-8")
    part = next(p for p in PART.finditer(text) if p["section"] == "en-run")
    copy.write_text(text.replace(part[0], "").replace("<h1>", "<h1>Forecast: "), encoding="utf-8")
    assert set(read_report(copy).changed) == {("en", "run"), ("rest", "")}


FORECAST = "<p>Income doubles in every village.</p>"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_second_section_of_the_same_name_is_told(copy, lang):
    text = copy.read_text(encoding="utf-8")
    opening = f'<section id="{lang}-answer"'
    false = f"{opening}>{FORECAST}</section>{opening}"
    copy.write_text(text.replace(opening, false), encoding="utf-8")
    assert {kind for kind, _ in read_report(copy).changed} == {lang, "rest"}


def test_sections_in_another_order_are_told(copy):
    text = copy.read_text(encoding="utf-8")
    first, second = [part[0] for part in PART.finditer(text)][:2]
    moved = text.replace(second, "").replace(first, second + first)
    copy.write_text(moved, encoding="utf-8")
    assert read_report(copy).changed == (("rest", ""),)


@pytest.mark.parametrize("ending", ["</SCRIPT>", "</script >"])
def test_nothing_can_hide_in_data_that_a_browser_ends_sooner(copy, ending):
    text = copy.read_text(encoding="utf-8")
    hidden = f"{OPENING}{{}}{ending}{FORECAST}<script></script>"
    copy.write_text(text.replace("</body>", f"{hidden}</body>"), encoding="utf-8")
    assert ("rest", "") in read_report(copy).changed
    twice = f'{OPENING}{{"seal":"{ending}{FORECAST}",'
    copy.write_text(text.replace(f"{OPENING}{{", twice), encoding="utf-8")
    with pytest.raises(JinguoError) as caught:
        read_report(copy)
    assert caught.value.key == "verify.damaged"


def test_a_changed_scenario_is_told_with_the_runs_that_differ(copy, call):
    def change(data):
        data["scenarios"]["helped"].setdefault("parameters", {})["base_demand"] = 1_000_000

    rewrite(copy, change)  # by somebody who knows how to seal it
    code, out, _ = call("verify", copy, "--runs", "3")
    assert code == 1
    assert "NOT those that were run: helped" in out
    assert out.count("DIFFERS") == 3
    assert re.search(r"replication \d +DIFFERS +\S.*: [\d.]+ in the report, [\d.]+ now", out)
    assert "3 of 3 runs do not give the numbers" in out


def test_a_changed_run_is_told(copy, call):
    def change(data):
        for run in data["runs"]:
            if (run["arm"], run["replication"]) == ("micro", 2):
                run["numbers"][0] += 1.0

    rewrite(copy, change, seal=False)
    code, out, _ = call("verify", copy, "--runs", "16")
    assert code == 1
    assert "the data it carries for this check" in out
    assert re.search(r"Micro, replication 2 +DIFFERS", out)
    assert out.count("DIFFERS") == 1
    assert "do NOT follow from the numbers" in out


def test_a_changed_effect_is_told(copy, call):
    rewrite(copy, lambda data: data["effects"][3].update(estimate=77.0))
    code, out, _ = call("verify", copy, "--runs", "1")
    assert code == 1
    assert "Effects: 1 do NOT follow" in out
    rewrite(copy, lambda data: data["effects"].pop(7))
    carried = read_report(copy).carried
    assert len(effects_that_differ(carried)) == 2
    rewrite(copy, lambda data: data.update(effects=[]))  # none left at all is told, too
    code, out, _ = call("verify", copy, "--runs", "1")
    assert (code, "do NOT follow" in out, "the one run made again gives" in out) == (1, True, True)


def test_other_bits_on_the_same_machine_do_not_agree(copy, call):
    def change(data):
        data["runs"] = [run | {"sha256": "0" * 64} for run in data["runs"]]

    rewrite(copy, change)
    code, out, _ = call("verify", copy, "--runs", "2")
    assert (code, "other numbers of the run do not" in out) == (1, True)


# --- Made elsewhere ----------------------------------------------------------------------------


def test_other_versions_need_only_agree_within_rounding(copy, call):
    def elsewhere(data):
        data["versions"]["numpy"] = "1.0.0"
        data["runs"] = [
            run | {
                "sha256": "0" * 64,
                "numbers": [n if n is None else n * (1 + 1e-8) for n in run["numbers"]],
            }
            for run in data["runs"]
        ]  # fmt: skip

    rewrite(copy, elsewhere)
    code, out, _ = call("verify", copy, "--runs", "2")
    assert code == 0
    assert out.count("agrees within rounding") == 2
    assert "one part in a million" in out

    def further(data):
        data["runs"] = [
            run | {"numbers": [n if n is None else n * 1.001 for n in run["numbers"]]}
            for run in data["runs"]
        ]

    rewrite(copy, further)
    code, out, _ = call("verify", copy, "--runs", "2")
    assert (code, "which can be the reason" in out) == (1, True)


def test_another_version_of_the_model_is_not_judged(copy, call):
    rewrite(copy, lambda data: data.update(code="another"))
    code, out, err = call("verify", copy)
    assert (code, "Not judged: another version of the model" in err) == (2, True)
    assert "AGREE" not in out


def test_plug_ins_are_asked_for(copy, call):
    def unknown(data):
        data["scenarios"]["helped"]["measures"][0]["measure"] = "school_meals"

    rewrite(copy, lambda data: data.update(plug_ins="another"))
    code, _, err = call("verify", copy)
    assert (code, "the plug-in is not the one" in err) == (2, True)
    rewrite(copy, unknown)
    code, _, err = call("verify", copy)
    assert code == 2
    assert "not known here: school_meals" in err
    assert "--plugin" in err


# --- Files that cannot be checked --------------------------------------------------------------


def test_a_file_that_the_scenario_names_is_asked_for(copy, call):
    files = {"households": "here_households.csv", "ties": "here_ties.csv"}

    def change(data):
        data["scenarios"]["helped"]["village"] |= {"graph": "measured", **files}

    rewrite(copy, change)
    code, _, err = call("verify", copy)
    assert (code, "here_households.csv" in err, "Put it beside" in err) == (2, True, True)


def test_files_that_cannot_be_checked_are_told(of_layers, copy, tmp_path, call):
    text = copy.read_text(encoding="utf-8")
    found = DATA.search(text)
    damaged = text[: found.start(1)] + "{" + text[found.end(1) :]
    wrong = text[: found.start(1)] + '{"form": 1, "kind": "layers"}' + text[found.end(1) :]
    later = text[: found.start(1)] + '{"form": 99}' + text[found.end(1) :]
    texts = {
        "cut off": text[: len(text) // 2], "carries no data": DATA.sub("", text),
        "are damaged": damaged, "are  damaged": wrong, "in form 99": later,
        "is not a report": "<html></html>",
    }  # fmt: skip
    for said, held in texts.items():
        copy.write_text(held, encoding="utf-8")
        code, out, err = call("verify", copy)
        assert (code, out) == (2, ""), said
        assert said.replace("  ", " ") in err, (said, err)
        assert len(err.strip().splitlines()) == 1
    copy.write_bytes(b"\xff\xfe\x00")
    assert "is not a report" in call("verify", copy)[2]
    (tmp_path / "empty").mkdir()
    assert "holds no report.html" in call("verify", tmp_path / "empty")[2]
    assert "There is no file" in call("verify", tmp_path / "none.html")[2]


@pytest.mark.parametrize("change", [
    {"scenarios": {}}, {"keys": {}}, {"horizons": {"other": {"end": 46}}}, {"runs": [1]},
    {"names": ["income"]}, {"seed": "x"}, {"whole": True, "runs": "all but one"},
    {"kind": "sweep"}, {"factors": [{"name": "x"}]}, {"versions": None}, {"staff": "some"},
])  # fmt: skip
def test_data_that_do_not_fit_together_are_damaged(copy, call, change):
    def changed(data):
        one_less = {"runs": data["runs"][1:]} if "whole" in change else {}
        data.update(change | one_less)

    rewrite(copy, changed)
    code, out, err = call("verify", copy)
    assert (code, out, "are damaged" in err) == (2, "", True)


def test_line_ends_and_a_mark_at_the_start_change_nothing(copy):
    text = copy.read_text(encoding="utf-8")
    copy.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_report(copy).changed == ()


def test_a_report_without_runs_says_so(copy, call):
    rewrite(copy, lambda data: data.update(runs=[], effects=[], kind="patterns"))
    code, _, err = call("verify", copy)
    assert (code, "carries no runs" in err) == (2, True)


def test_ctrl_c_ends_it_quietly(copy, call, monkeypatch):
    def stopped(_task):
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.verify.run_again", stopped)
    code, _, err = call("verify", copy)
    assert (code, "Stopped." in err) == (130, True)


def test_the_manifest_of_the_job_says_where_it_was_run(of_layers):
    manifest = json.loads((of_layers / MANIFEST).read_text(encoding="utf-8"))
    carried = read_report(of_layers).carried
    assert kind_of(of_layers)[0] == carried.kind
    for fact in ("code", "versions", "platform", "processor"):
        assert getattr(carried, fact) == manifest[fact]
