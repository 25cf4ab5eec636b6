"""The dashboard without a browser: addresses, changes, films, runs, the gate, stored results."""

import asyncio
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import solara

import jinguo
from model.errors import JinguoError, Problems
from scenarios.load import load_scenario
from viz.dashboard.address import State, read_address
from viz.dashboard.changes import future_of, read_text, scenario_of
from viz.dashboard.frames import ROLES, Stopped
from viz.dashboard.futures import EVERY, choice_of, choices, read_choice
from viz.dashboard.options import OPTIONS
from viz.dashboard.play import layer_of
from viz.dashboard.runner import Order, Studio, make
from viz.dashboard.server import Address, Gate, address_of, page_script
from viz.dashboard.visit import Visit
from viz.words import Words, all_words

HERE = Path(__file__).parent.parent / "viz" / "dashboard"
SMALL = (("women", "60"),)

AFTER_WARM_UP = """
from agents.rule import COMPILED
from scenarios.load import load_scenario
from viz.dashboard.runner import warm_up
warm_up()
before = len(COMPILED)
load_scenario("libei").village(seed=2).run(230)
print(before, len(COMPILED))
"""


def small(**changes):
    given = {"village.women": 60, "weeks": 60, "programme.start": 20, "programme.stop": 50}
    return load_scenario("libei", {**given, **changes})


# --- addresses -----------------------------------------------------------------------------------


def test_an_address_reads_back_as_the_same_state():
    state = State(
        "libei", (("micro", "0"), ("women", "90")), (("from", "30"), ("meso", "2")),
        7, 44, "woman", "zh", "2-7", (("card", "3"),),
    )  # fmt: skip
    assert read_address("?" + state.query(), State()) == state


@pytest.mark.parametrize("text", ["", "?w=-4&seed=x&tab=no&lang=fr", "?w=%00&who=" + "9" * 99])
def test_a_spoilt_address_still_opens_a_page(text):
    state = read_address(text, State(tab="village"))
    assert (state.week, state.seed, state.tab, state.lang) == (0, 1, "village", "en")
    assert len(state.who) <= 20


# --- changes -------------------------------------------------------------------------------------


def test_no_change_is_the_scenario_as_written():
    assert scenario_of("libei", ()) == load_scenario("libei")


def test_a_layer_switched_off_is_the_arm_without_it():
    found = scenario_of("libei", (("micro", "0"),))
    assert found.setup() == load_scenario("libei").arm(("meso", "macro")).setup()
    nothing = scenario_of("libei", (("macro", "0"), ("meso", "0"), ("micro", "0")))
    assert nothing.content_key() == load_scenario("libei").arm(()).content_key()


def test_a_dose_is_multiplied_within_its_range():
    twice = scenario_of("libei", (("micro", "2"),))
    plain = {m.measure: m for m in load_scenario("libei").setup().measures}
    more = {m.measure: m for m in twice.setup().measures}
    micro = [m for m in plain.values() if m.layer == "micro"]
    assert all(more[m.measure].dose >= m.dose for m in micro)
    assert any(more[m.measure].dose == 2 * m.dose for m in micro)
    assert all(more[n] == m for n, m in plain.items() if m.layer != "micro")


def test_each_measure_can_be_set_left_out_and_added():
    changes = (
        ("family_day", "off"), ("sail_group.coverage", "0.5"), ("sail_group.start", "220"),
        ("women", "60"),
    )  # fmt: skip
    found = {use.measure: use for use in scenario_of("libei", changes).measures}
    assert "family_day" not in found
    assert (found["sail_group"].coverage, found["sail_group"].start) == (0.5, 220)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ((("women", "many"),), "errors.not_a_number"),
        ((("women", "90000"),), "dashboard.too_many_women"),
        ((("no_such_measure", "on"),), "errors.unknown_measure"),
        ((("micro", "inf"),), "errors.not_a_number"),
        ((("micro", "-1"),), "errors.too_small"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_words(changes, key):
    with pytest.raises(JinguoError) as caught:
        scenario_of("libei", changes)
    assert caught.value.key == key


def test_no_scenario_outside_the_library_is_opened(tmp_path):
    outside = tmp_path / "x.yaml"
    outside.write_text("weeks: 60\n")
    for name in (str(outside), "../library/libei", "x.yaml", "file"):
        with pytest.raises(JinguoError):
            scenario_of(name, ())


def test_a_saved_scenario_reads_back_and_gives_the_same_numbers():
    found = scenario_of("libei", (("micro", "0"), ("women", "60")))
    assert read_text(found.dump()).content_key() == found.content_key()


@pytest.mark.parametrize(
    "text",
    [
        "weks: 3\n", "extends: ../../secrets\n", "a: [1\n", "measure_files: [other.yaml]\n",
        "measure_files: 5\n", "measure_files: {a: 1}\n", "measure_files: other.yaml\n",
        "village: {graph: measured, ties: /etc/passwd, households: /etc/passwd}\n",
        "x: !!python/object/apply:os.system [ls]\n", "y" * 1_100_000,
    ],
)  # fmt: skip
def test_a_file_of_a_visitor_goes_through_the_strict_checks(text):
    with pytest.raises(JinguoError) as caught:
        read_text(text)
    problems = caught.value.problems if isinstance(caught.value, Problems) else [caught.value]
    assert all("/" not in str(p.where) for p in problems)


def test_the_second_future_parts_in_its_week_and_not_before():
    one = scenario_of("libei", SMALL)
    first = make(Order(one, 1))
    shock = ("shock", "rule_change")
    for other, week in ((("micro", "0"), 240), (("macro", "2"), 150), (shock, 220)):
        two = future_of("libei", SMALL, tuple(sorted((other, ("from", str(week))))))
        second = make(Order(two, 1, one, week))
        moved = np.nan_to_num(first.history - second.history).any(axis=1)
        assert not moved[:week].any()
        assert moved[week:].any()
        assert np.array_equal(first.cast.rows, second.cast.rows)


def test_a_choice_reads_back():
    for choice in choices(Words("zh")):
        for week in (0, 230):
            assert choice_of(read_choice(choice["value"], week)) == choice["value"]
    assert choice_of(()) == EVERY


# --- runs ----------------------------------------------------------------------------------------


def waited(job, seconds=60):
    end = time.monotonic() + seconds
    while not job.done and time.monotonic() < end:
        time.sleep(0.02)
    return job


def test_the_same_run_is_made_once_and_forgotten_after_a_while():
    studio, order = Studio(), Order(small(), 1)
    one = studio.request(order)
    assert studio.request(order) is one
    assert waited(one).film.weeks == 60
    assert studio.request(Order(small(), 2)) is not one
    assert studio.request(order) is one
    studio.keep = 0.0  # whenever it was asked for, that was a while ago
    assert studio.request(order) is not one


def test_no_visitor_waits_until_rules_are_compiled():
    done = subprocess.run(
        [sys.executable, "-c", AFTER_WARM_UP], capture_output=True, text=True, check=True
    )
    before, after = done.stdout.split()
    assert int(before) == int(after) > 80


def test_memory_is_bounded():
    studio = Studio(most=1)
    first = waited(studio.request(Order(small(), 1)))
    waited(studio.request(Order(small(), 2)))
    assert studio.request(Order(small(), 1)) is not first


def test_a_run_ends_when_nobody_waits_for_it(monkeypatch):
    monkeypatch.setattr("viz.dashboard.runner.SHOW", 2.0)  # it cannot end first
    studio, order = Studio(), Order(small(), 1)
    job = studio.request(order)
    assert studio.request(order) is job
    job.cancel()
    assert not job.stopped
    job.cancel()
    assert waited(job).week < order.scenario.weeks
    with pytest.raises(Stopped):
        job.report(1, lambda: None)


def test_the_first_picture_of_a_run_is_drawn_at_once(monkeypatch):
    monkeypatch.setattr("viz.dashboard.visit.FIRST", 60.0)
    drawn, visits = [], []

    @solara.component
    def Seen():  # noqa: N802 (a part is named like a class)
        visit = solara.use_memo(lambda: Visit(State("libei", SMALL)), [])
        visits.append(visit)
        drawn.append((visit.films.value["a"].get("key"), visit.ran.value["a"]))
        solara.Div()

    _, context = solara.render(Seen(), handle_error=False)
    visit = visits[0]
    assert drawn == [(None, None)]
    visit.run("a")
    assert drawn[1:] == [(visit.order("a").key, visit.asked("a"))]
    visit.cancel()
    context.close()


def test_an_error_inside_a_run_reaches_the_visitor_as_a_problem(monkeypatch, capfd):
    def broken(_order, _report):
        raise ZeroDivisionError

    monkeypatch.setattr("viz.dashboard.runner.make", broken)
    job = waited(Studio().request(Order(small(), 1)))
    assert isinstance(job.problem, ZeroDivisionError)
    assert "ZeroDivisionError" in capfd.readouterr().err


# --- the server ----------------------------------------------------------------------------------


async def _app(scope, _receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"in"})


def knock(gate, *, method="GET", query="", body=b"", **headers):
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    scope = {"type": "http", "method": method, "query_string": query.encode(), "headers": raw}
    asyncio.run(gate(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def test_a_class_must_type_the_code():
    gate = Gate(_app, Address("0.0.0.0", 80, "ABC234"))
    status, _, page = knock(gate, host="x:80")
    assert status == 200
    assert b"<form" in page
    assert knock(gate, query="code=WRONG1")[0] == 401
    status, headers, _ = knock(gate, method="POST", body=b"code=abc234")
    assert status == 303
    cookie = headers[b"set-cookie"].decode().split(";")[0]
    assert knock(gate, cookie=cookie)[2] == b"in"
    other = Gate(_app, Address("0.0.0.0", 80, "ABC234"))
    assert knock(other, cookie=cookie)[2] != b"in"


def test_this_computer_answers_only_to_its_own_name():
    gate = Gate(_app, Address("127.0.0.1", 80, ""))
    assert knock(gate, host="127.0.0.1:80")[2] == b"in"
    assert knock(gate, host="evil.example:80")[0] == 403


def test_a_busy_port_is_told_in_words():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(JinguoError) as caught:
            address_of("127.0.0.1", port)
    assert caught.value.key == "dashboard.port_busy"
    assert address_of("127.0.0.1", 0).code == ""
    assert len(address_of("0.0.0.0", 0).code) == 6


# --- words and messages --------------------------------------------------------------------------


def test_every_text_that_the_page_asks_for_is_there():
    said = set()
    for path in [*HERE.glob("vue/*.vue"), *HERE.glob("script/*.js")]:
        if path.stem.startswith("lesson"):  # these have words of their own
            continue
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r"(?:\bt|\bsay)\('(\w+)'(?!\s*\+)", text))
    for path in HERE.glob("*.py"):
        said |= set(re.findall(r'"dashboard\.(\w+)"', path.read_text(encoding="utf-8")))
    known = {key.removeprefix("dashboard.") for key in all_words() if key.startswith("dashboard.")}
    assert len(said) > 100
    assert said - known == set()
    assert {f"role_{role}" for role in ROLES} <= known
    assert "倦怠程度较高" in page_script()


def test_every_layer_shows_its_measures():
    base = load_scenario("libei")
    shown = [layer_of(name, base, base, {}, Words("zh")) for name in ("micro", "meso", "macro")]
    assert sum(len(layer["measures"]) for layer in shown) == len(base.measures)
    assert all(layer["more"] for layer in shown)


def test_without_uploads_no_file_is_opened_and_large_ones_never(monkeypatch):
    visit = Visit(State())
    visit.open(None)
    assert [p.key for p in visit.problems.value] == ["dashboard.file_large"]
    monkeypatch.setattr(OPTIONS, "uploads", False)
    visit.open("weeks: 60\n")
    assert [p.key for p in visit.problems.value] == ["dashboard.no_uploads"]
    assert visit.text.value is None


def test_an_error_that_nobody_foresaw_is_told_plainly_in_both_languages():
    for lang in ("en", "zh"):
        visit = Visit(State(lang=lang))
        visit.problems.value = [ZeroDivisionError("division by zero")]
        assert visit.banner() == [Words(lang).say("dashboard.inside")]


def test_a_second_server_on_a_port_and_a_port_that_cannot_be_are_told(capsys):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for line, said in (
            (["--port", str(port), "--lang", "en"], f"Port {port} is in use"),
            (["--port", str(port), "--lang", "zh"], f"端口 {port} 已被占用"),
            (["--port", "70000", "--lang", "en"], "There is no port 70000"),
            (["--host", "203.0.113.9", "--lang", "en"], "cannot listen at 203.0.113.9"),
            (["--folder", "no/such/folder", "--lang", "en"], "no/such/folder"),
        ):
            assert jinguo.main(["dashboard", "--no-open", *line]) != 0
            assert said in capsys.readouterr().err
