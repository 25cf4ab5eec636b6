"""`jinguo verify` of judged patterns: the report carries runs, and they are made again."""

import json
import re
import shutil
from datetime import UTC, datetime

import pytest

from experiments import patterns_again
from experiments.carried import Carried
from experiments.pattern_results import RUNS, SEED, keep_patterns, open_patterns, read_runs
from experiments.patterns import check_patterns
from experiments.patterns_again import runs_told, told_of
from experiments.patterns_cache import code_of_patterns
from experiments.patterns_variants import Plan, Variant
from experiments.results import ResultsFolder
from experiments.verify import verify
from tests.test_report import LARGEST
from tests.test_verify import rewrite
from viz.parameter_words import factor_name
from viz.report.embedded import of_patterns
from viz.report.patterns.report import write_patterns
from viz.report.seal import read_report
from viz.words import Words

pytestmark = pytest.mark.usefixtures("blank_figures")
TINY = {"village.women": 60}
ASKED = ("F7", "F10")  # of them F10 also at a setting where it fails


@pytest.fixture(scope="module")
def judged(compiled, tmp_path_factory):
    """A folder with the report of two patterns."""
    folder = open_patterns(
        tmp_path_factory.mktemp("judged") / "out", ASKED, 2, structures=False, overwrite=False
    )
    runs = {}
    rows = check_patterns(ASKED, 2, overrides=TINY, seed=SEED, carry=runs.update)
    keep_patterns(rows, folder, datetime.now(UTC), runs)
    return write_patterns(rows, folder.path, Words("en")).parent


@pytest.fixture
def copy(judged, tmp_path):
    """Its report, to be changed."""
    file = tmp_path / "report.html"
    shutil.copy(judged / "report.html", file)
    return file


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


# --- Reports that agree ------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "runs"), [("en", 8), ("zh", 1)])  # all, and fewer
def test_a_report_of_patterns_agrees_to_the_bit(judged, call, lang, runs):
    code, out, _ = call("verify", judged, "--runs", 99 if runs == 8 else runs, lang=lang)
    words = Words(lang)
    assert code == 0
    assert out.count(words.say("verify.ending_same")) == runs + 1  # and the last line
    for key in ("unchanged", "verdicts_unknown", "what_it_says"):
        assert words.say(f"verify.{key}") in out
    assert out.count("village.women = 60") == runs
    assert runs < 8 or out.count(f"{factor_name('early_luck', words)} = 0.9") == 4


def test_the_page_shows_the_digest_that_verify_judges_by(judged):
    page = (judged / "report.html").read_text(encoding="utf-8")
    shown = re.findall(rf"{Words('en').say('report.fact_code')}</[^>]+>\s*<[^>]+>(\w+)<", page)
    assert shown == [read_report(judged).carried.code] == [code_of_patterns()]


def test_five_runs_are_made_again_unless_more_are_asked_for(judged, call):
    code, out, _ = call("verify", judged, "--json")
    told = json.loads(out)
    assert (code, told["kind"], told["agrees"]) == (0, "patterns", True)
    assert len(told["runs"]) == 5
    assert {run["arm"] for run in told["runs"]} <= {"libei", "starts"}


def test_runs_under_rival_structures_agree_too(compiled):
    runs = {}
    check_patterns(("F7",), 1, overrides=TINY, structures=True, carry=runs.update)
    names = [place["structure"] for place in runs["places"]]
    assert names[:2] == ["", "base"]
    assert len(runs["runs"]) == len(names) == 8
    told = {"seed": SEED, "replications": 1, "plan": {"judged_by": code_of_patterns()}}
    carried = Carried.model_validate(of_patterns(told, runs))
    found = verify(carried, runs=8)
    assert found.follows
    assert {one.ending for one in found.runs} == {"same"}


def test_the_runs_that_are_carried_lie_evenly_and_stay_few(monkeypatch):
    monkeypatch.setattr(patterns_again, "MOST", 6)
    contents = {"a": "x", "b": "y"}
    plans = [
        Plan({}, {kind: [f"{kind}{n}" for n in range(count)] for kind in "ab"}, contents)
        for count in (10, 3)
    ]
    made = {key: 1.0 for plan in plans for keys in plan.keys.values() for key in keys}
    told = runs_told([Variant((), 10, {}), Variant((), 3, TINY)], plans, made)
    places = [(run["arm"], run["draw"], run["replication"]) for run in told["runs"]]
    assert places == [("a", 0, 1), ("a", 0, 6), ("b", 0, 1), ("b", 0, 6), ("a", 1, 1), ("b", 1, 3)]
    assert told["places"][1] == {"changes": TINY, "structure": ""}


def test_the_report_stays_small_and_names_no_folder(judged):
    text = (judged / "report.html").read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    assert str(judged.parent) not in text


def test_one_bit_of_what_a_run_found_changes_its_digest():
    found = {"a": (1.0, 2.0), "b": {"c": 3}}
    assert told_of(found)[1] == {"a": 1.5, "b.c": 3.0}
    others = [{"a": (1.0, 2.0 + 4e-16), "b": {"c": 3}}, {"a": (2.0, 1.0), "b": {"c": 3}},
              {"a": (1.0, 2.0), "b": {"d": 3}}]  # fmt: skip
    assert len({told_of(each)[0] for each in [found, *others]}) == 4


# --- Reports that were changed or made elsewhere -----------------------------------------------


def test_a_changed_setting_is_told_with_the_runs_that_differ(copy, call):
    rewrite(copy, lambda data: data["places"][1]["changes"].update({"parameters.early_luck": 0.7}))
    code, out, _ = call("verify", copy, "--runs", "99")
    assert code == 1
    assert "that were run: Libei without programme, start of an ordinary village" in out
    assert out.count("DIFFERS") == 4  # of the setting that was changed
    rewrite(copy, lambda data: data.update(seed=SEED + 1))
    assert call("verify", copy, "--runs", "2")[1].count("DIFFERS") == 2


def test_without_changes_the_setting_is_the_models_own(copy, call):
    def change(data):
        data["places"][0]["changes"].clear()
        data["runs"] = data["runs"][:1]

    rewrite(copy, change)
    code, out, _ = call("verify", copy)
    assert (code, Words("en").say("verify.own_setting") in out) == (1, True)


def test_a_changed_number_is_told_by_its_name(copy, call):
    def change(data):
        place = data["names_at"]["starts@0"].index("care.after")
        for run in data["runs"]:
            if (run["arm"], run["draw"], run["replication"]) == ("starts", 0, 2):
                run["numbers"][place] += 1.0

    rewrite(copy, change, seal=False)
    code, out, _ = call("verify", copy, "--runs", "99")
    assert code == 1
    assert "the data it carries for this check" in out
    assert out.count("DIFFERS") == 1
    assert re.search(r"village 2 +DIFFERS +care\.after: [\d.]+ in the report, [\d.]+ now", out)


def test_other_versions_need_only_agree_within_rounding(copy, call):
    def elsewhere(data):
        data["versions"]["numpy"] = "1.0.0"
        for run in data["runs"]:
            run["sha256"] = "0" * 64
            run["numbers"] = [n if n is None else n * (1 + 1e-8) for n in run["numbers"]]

    rewrite(copy, elsewhere)
    code, out, _ = call("verify", copy, "--runs", "3")
    assert (code, out.count("agrees within rounding")) == (0, 3)
    rewrite(copy, lambda data: data["versions"].update(numpy=None))
    assert read_report(copy).carried.code == code_of_patterns()


def test_what_judges_patterns_belongs_to_the_version(copy, call, monkeypatch):
    monkeypatch.setattr("experiments.patterns_cache.code_of_patterns", lambda: "another")
    code, out, err = call("verify", copy)
    assert (code, "Not judged: another version of the model" in err) == (2, True)
    assert "AGREE" not in out


@pytest.mark.parametrize(("change", "said"), [
    (lambda data: data["places"][0].update(structure="another"), "does not know: another"),
    (lambda data: data["places"][0]["changes"].update({"parameters.early_lock": 1}), "early_luck"),
    (lambda data: data["places"][0]["changes"].update({"village.women": "many"}), "many"),
])  # fmt: skip
def test_villages_that_there_are_not_are_told(copy, call, change, said):
    def change_all(data):
        change(data)
        data["runs"] = [run for run in data["runs"] if run["draw"] == 0]

    rewrite(copy, change_all)
    code, _, err = call("verify", copy, "--runs", "1")
    assert (code, said in err) == (2, True), err
    assert "Traceback" not in err


def test_a_kind_of_run_that_there_is_not_is_told(copy, call):
    text = copy.read_text(encoding="utf-8")
    copy.write_text(re.sub(r'(?<=")starts(?=@|")', "stars", text), encoding="utf-8")
    code, _, err = call("verify", copy, "--runs", "99")
    assert (code, "does not know: stars" in err) == (2, True)


@pytest.mark.parametrize("change", [
    {"places": []}, {"places": [1]}, {"keys": {}}, {"names_at": {}}, {"runs": [1]},
    {"places": [{"changes": []}]},
])  # fmt: skip
def test_data_that_do_not_fit_together_are_damaged(copy, call, change):
    rewrite(copy, lambda data: data.update(change))
    code, out, err = call("verify", copy)
    assert (code, out, "are damaged" in err) == (2, "", True)


def test_a_folder_of_an_earlier_version_gives_a_report_without_runs(judged, tmp_path, call):
    folder = tmp_path / "old"
    shutil.copytree(judged, folder)
    (folder / RUNS).unlink()
    assert read_runs(folder) == {}
    assert call("report", folder)[0] == 0
    code, _, err = call("verify", folder)
    assert (code, "carries no runs" in err) == (2, True)


def test_rows_without_runs_leave_none_of_an_earlier_job(judged, tmp_path):
    shutil.copytree(judged, tmp_path / "again")
    manifest = {"plan": {"patterns": ["F7"], "replications": 1, "seed": SEED, "structures": False}}
    keep_patterns([], ResultsFolder(tmp_path / "again", manifest), datetime.now(UTC))
    assert read_runs(tmp_path / "again") == {}
