"""Rules: one text, plain and compiled; errors in one line; a cache that is never out of date."""

import importlib
import os
import pkgutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import model.phases
import scenarios.mechanisms
from agents.rule import Rule, RuleError, digest, rule

ROOT = Path(__file__).resolve().parent.parent
ROWS = 40


def every_rule() -> dict[str, Rule]:
    found = {}
    for package in (model.phases, scenarios.mechanisms):
        for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            module = importlib.import_module(info.name)
            for value in vars(module).values():
                if isinstance(value, Rule):
                    found[f"{value.__module__.rpartition('.')[2]}.{value.__name__}"] = value
    return found


RULES = every_rule()


def inputs(name: str, count: int) -> list[np.ndarray]:
    """Numbers between the least and most that rules see: shares, flags, codes, counts, amounts."""
    luck = np.random.default_rng(sum(map(ord, name)))
    kinds = (
        lambda: luck.uniform(0.05, 0.95, ROWS),
        lambda: luck.integers(0, 2, ROWS).astype(float),
        lambda: luck.uniform(0.5, 5.0, ROWS),
    )
    columns = [kinds[luck.integers(0, len(kinds))]() for _ in range(count)]
    for column in columns:  # every flag is met with both values by every rule
        if set(np.unique(column)) <= {0.0, 1.0}:
            column[:2] = 0.0, 1.0
    return columns


def plainly(one: Rule, columns: list[np.ndarray]) -> list:
    """The rule row by row in plain Python; None where its numbers leave the rule's domain."""
    results = []
    for row in zip(*(c.tolist() for c in columns), strict=True):
        try:
            results.append(one(*row))
        except (ZeroDivisionError, ValueError, OverflowError):
            results.append(None)
    return results


@pytest.mark.parametrize("name", sorted(RULES))
def test_compiled_gives_what_plain_python_gives(name):
    one = RULES[name]
    columns = inputs(name, one.plain.__code__.co_argcount)
    expected = plainly(one, columns)
    valid = [row for row, result in enumerate(expected) if result is not None]
    assert len(valid) >= ROWS // 8, "hardly any row was inside the rule's domain"
    many = isinstance(expected[valid[0]], tuple)
    outs = tuple(np.full(ROWS, -7.0) for _ in range(len(expected[valid[0]]) if many else 1))
    one.into(outs if many else outs[0], *columns)
    for row in valid:
        wanted = expected[row] if many else (expected[row],)
        if any(isinstance(x, complex) for x in wanted):
            continue
        np.testing.assert_allclose([out[row] for out in outs], wanted, rtol=1e-13, atol=1e-300)


def test_all_rules_were_found():
    assert len(RULES) >= 45
    assert {"wellbeing.burnout_of", "market.attraction", "micro.filled"} <= set(RULES)


@rule
def half_of(x, share):
    """A rule for these tests."""
    return 0.5 * x * share


@rule
def both_of(x):
    """A rule of two results."""
    return x + 1.0, x - 1.0


@rule
def misspelt(x):
    """A rule with a typo."""
    return clip_01(x)  # noqa: F821


@rule
def whole_part(x):
    """A rule that plain Python takes and no compiled loop can."""
    return x.as_integer_ratio()[0]


def test_whole_numbers_are_read_as_numbers():
    out = np.empty(2)
    half_of.into(out, np.array([1.0, 3.0]), 3)
    assert out.tolist() == [1.5, 4.5]
    half_of.into(out, np.array([1.0, 3.0]), np.bool_(1))
    assert out.tolist() == [0.5, 1.5]


def test_a_result_may_overwrite_its_input():
    x = np.array([1.0, 2.0])
    half_of.into(x, x, 4.0)
    assert x.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("first", [True, False])
def test_columns_of_other_lengths_are_refused(first):
    out = np.empty(3)
    if not first:  # also when the pattern of the call is known
        half_of.into(out, np.ones(3), np.ones(3))
    with pytest.raises(RuleError, match="column of 2 rows, not 3"):
        half_of.into(out, np.ones(3), np.ones(2))
    with pytest.raises(RuleError, match="column of 4 rows, not 3"):
        both_of.into((out, np.empty(4)), np.ones(3))


def test_a_wrong_number_of_inputs_is_refused():
    with pytest.raises(RuleError, match="rule half_of takes 2 inputs, 1 were given"):
        half_of.into(np.empty(3), np.ones(3))


@pytest.mark.parametrize("wrong", [misspelt, whole_part])
def test_a_rule_that_cannot_be_compiled_says_so_in_one_line(wrong):
    with pytest.raises(RuleError) as caught:
        wrong.into(np.empty(3), np.ones(3))
    message = str(caught.value)
    assert message.startswith(f"rule {wrong.__name__}")
    assert "\n" not in message
    assert caught.value.__cause__ is None
    if wrong is misspelt:
        assert "name 'clip_01' is not defined" in message


STALE = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import outer
out = np.zeros(1)
outer.grown.into(out, np.ones(1))
print(out[0], outer.grown.plain.__name__)
"""


def in_python(text: str, *arguments: str, **surroundings: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text), *arguments],
        cwd=ROOT, env={**os.environ, **surroundings}, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_change_in_a_called_rule_or_constant_is_never_answered_from_the_cache(tmp_path):
    inner, outer = tmp_path / "inner.py", tmp_path / "outer.py"
    outer.write_text(
        "from agents.rule import rule\nfrom inner import STEP, step\n"
        "@rule\ndef grown(x):\n    '''Grown.'''\n    return step(x) + STEP\n"
    )
    answers = []
    for factor, constant in ((2.0, 10.0), (3.0, 10.0), (3.0, 20.0)):
        inner.write_text(
            f"from agents.rule import rule\nSTEP = {constant}\n"
            f"@rule\ndef step(x):\n    '''Step.'''\n    return {factor} * x\n"
        )
        # Python itself tells files of one length and one second apart by nothing.
        kept = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
        said = in_python(STALE, str(tmp_path), **kept)
        answers.append(float(said.split()[0]))
    assert answers == [12.0, 13.0, 23.0]


def test_the_digest_names_the_rules_that_are_called():
    def outer(x):
        return half_of(x, 1.0)

    before = digest(outer)
    plain = half_of.plain
    try:
        half_of.plain = both_of.plain
        assert digest(outer) != before
    finally:
        half_of.plain = plain
    assert digest(outer) == before


SMALL = """
import numpy as np
from model.phases.wellbeing import burnout_of
out = np.zeros(2)
burnout_of.into(out, np.array([0.5, 0.4]), 0.5, 0.18)
print(out[0] == burnout_of(0.5, 0.5, 0.18), out[1] == burnout_of(0.4, 0.5, 0.18))
"""


@pytest.mark.parametrize("how", ["no compiler", "nowhere to write"])
def test_rules_work_without_a_compiler_and_without_a_cache(how, tmp_path):
    nowhere = tmp_path / "a_file"
    nowhere.write_text("no folder can be made here")
    surroundings = {
        "no compiler": {"NUMBA_DISABLE_JIT": "1"},
        "nowhere to write": {"NUMBA_CACHE_DIR": str(nowhere / "cache"), "HOME": str(nowhere)},
    }[how]
    assert in_python(SMALL, **surroundings).split() == ["True", "True"]
