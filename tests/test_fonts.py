"""The bundled font can show every text of the project."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from viz.charts import FAMILY, FONT, style
from viz.fonts.make_subset import characters_of_texts, common_characters, make_subset

LARGEST = 2_500_000


@pytest.fixture(scope="module")
def font():
    with TTFont(FONT) as font:
        yield font


def test_every_character_of_every_text_is_in_the_font(font):
    missing = sorted(characters_of_texts() - {chr(code) for code in font.getBestCmap()})
    assert not missing, f"run viz/fonts/make_subset.py again for {''.join(missing)}"


def test_common_characters_are_in_the_font(font):
    common = common_characters()
    assert len([sign for sign in common if "\u4e00" <= sign <= "\u9fff"]) == 3755
    assert len(common - {chr(code) for code in font.getBestCmap()}) == 0


def test_the_font_is_small_renamed_and_comes_with_its_licence(font):
    assert FONT.stat().st_size < LARGEST
    assert font["name"].getBestFamilyName() == FAMILY
    assert "SIL OPEN FONT LICENSE" in (FONT.parent / "OFL.txt").read_text(encoding="utf-8")


def test_figures_use_the_bundled_font():
    from matplotlib import font_manager

    with style():
        found = font_manager.findfont(FAMILY, fallback_to_default=False)
    assert Path(found) == FONT


def test_a_subset_holds_the_characters_asked_for_and_no_others(tmp_path):
    target = tmp_path / "few.otf"
    make_subset(FONT, target, "村庄a")
    with TTFont(target) as few:
        assert {chr(code) for code in few.getBestCmap()} == set("村庄a")
