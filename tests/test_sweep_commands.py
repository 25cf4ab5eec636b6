"""The commands of sweeps, on one tiny real village."""

import json

import pytest

PLAN = """
aims: Does it matter who would ever sell?
scenario: libei
village: {women: 60}
weeks: 30
design: {kind: morris, draws: 4, parameters: [would_ever_sell, class_size]}
replications: 1
indicators: [income, burnout, trust]
"""


def test_a_plan_is_locked_shown_run_extended_and_analysed(compiled, tmp_path, call):
    plan, store = tmp_path / "plan.yaml", tmp_path / "store"
    plan.write_text(PLAN, encoding="utf-8")
    code, out, _ = call("lock", plan)
    assert (code, "Locked: " in out) == (0, True)

    code, out, _ = call("sweep", plan, "--store", store, "--only-plan")
    assert code == 0
    assert "scenarios 1 × draws 12 × replications 1 = 12 runs" in out
    assert not store.exists()

    code, out, err = call("sweep", plan, "--store", store, "--processes", "1")
    assert (code, "12 of 12 runs are complete" in out) == (0, True)
    assert "12 runs" in err  # the plan, before it started
    code, out, _ = call("sensitivity", store, "--outcome", "income")
    assert code == 0
    assert "income (yuan a week) in libei: what moves it (Morris; 4 trajectories)" in out
    assert "With one replication, luck cannot be told from interaction." in out

    code, out, _ = call("extend", store, "--replications", "2", "--processes", "1", "--json")
    assert (code, json.loads(out)["ok"]) == (0, 24)
    code, out, _ = call("status", store)
    assert code == 0
    assert "Deviates from the locked plan: replications." in out
    code, out, _ = call("status", store, "--json")
    assert json.loads(out)["complete_replications"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sweep", "none.yaml", "--store", "x"), "There is no file none.yaml"),
        (("sweep", "none.yaml"), "--store is missing"),
        (("extend", "x"), "--replications is missing"),
        (("extend", "x", "--replications", "0"), "at least 1"),
        (("resume", "x"), "holds no store of a sweep"),
        (("status", "x"), "holds no store of a sweep"),
        (("sensitivity", "x"), "holds no store of a sweep"),
        (("resume", "x", "--cluster", "tcp://10.1.2.3:1"), "has no TLS"),
        (("resume", "x", "--cluster", "local", "--tls", "one"), "--tls"),
        (("lock", "none.yaml"), "There is no file none.yaml"),
    ],
)
def test_wrong_lines_are_told_in_words(call, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = call(*words)
    assert code == 2
    assert said in err
    assert list(tmp_path.iterdir()) == []
