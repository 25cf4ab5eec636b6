"""Make the bundled Chinese font again: the characters this project can show, and common ones.

Usage: python viz/fonts/make_subset.py /path/to/NotoSansCJK-Regular.ttc
Needs fontTools, which the `dev` extra installs.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).parents[2]
SUBSET = Path(__file__).with_name("NotoSansSC-subset.otf")
FAMILY = "Noto Sans SC subset"
FACE = "Noto Sans CJK SC"
TEXT_FILES = ("words/*.yaml", "model/evidence/*.yaml", "scenarios/**/*.yaml")
RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xFF),  # Latin-1
    (0x2010, 0x2016),  # dashes
    (0x2018, 0x201A),  # quotation marks
    (0x201C, 0x201E),
    (0x2020, 0x2022),  # daggers, bullet
    (0x2025, 0x2027),  # dots
    (0x2190, 0x2193),  # arrows
    (0x3000, 0x3011),  # Chinese punctuation
    (0xFF01, 0xFF5E),  # full-width forms
)
SINGLE = "−×÷±≈≠≤≥≪≫∞√∑Δαβγδλμπρστφχψω‰′″※●○■□▲△▼▽◆◇★☆①②③④⑤⑥⑦⑧⑨⑩"
GB2312_ROWS = range(0xB0, 0xD8)  # level 1: the 3,755 most used characters
FAMILY_NAME, SUBFAMILY, UNIQUE, FULL_NAME, POSTSCRIPT = 1, 2, 3, 4, 6
TYPOGRAPHIC_NAMES = (16, 17)


def common_characters() -> set[str]:
    """The most used Chinese characters (GB 2312, level 1), Latin letters and punctuation."""
    found = {chr(code) for first, last in RANGES for code in range(first, last + 1)}
    found.update(SINGLE)
    for row in GB2312_ROWS:
        for cell in range(0xA1, 0xFF):
            found.update(bytes([row, cell]).decode("gb2312", errors="ignore"))
    return found


def characters_of_texts(root: Path = ROOT) -> set[str]:
    """Every character of the texts that come with the project.

    Args:
        root: the folder of the project.
    """
    paths = (path for pattern in TEXT_FILES for path in root.glob(pattern))
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return {sign for text in texts for sign in text if sign.isprintable()}


def make_subset(source: Path, target: Path, characters: Iterable[str]) -> None:
    """Cut a font down to some characters and give it its own name, as its licence asks.

    Args:
        source: a font, or a collection that holds the simplified Chinese face.
        target: the file to write.
        characters: what it must be able to show.
    """
    options = subset.Options(
        layout_features=["kern"],
        hinting=False,
        desubroutinize=False,
        name_IDs=[0, FAMILY_NAME, SUBFAMILY, UNIQUE, FULL_NAME, 5, POSTSCRIPT, 13, 14],
        notdef_outline=True,
        drop_tables=["vhea", "vmtx", "VORG", "BASE", "GSUB", "DSIG"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(sign) for sign in characters])
    with _face(source) as font:
        cutter.subset(font)
        _rename(font)
        font.save(target)


def _face(source: Path) -> TTFont:
    if source.suffix.lower() != ".ttc":
        return TTFont(source, lazy=True)
    faces = TTCollection(source, lazy=True).fonts
    return next(face for face in faces if face["name"].getBestFamilyName() == FACE)


def _rename(font: TTFont) -> None:
    names = font["name"]
    compact = FAMILY.replace(" ", "")
    new = {
        FAMILY_NAME: FAMILY,
        SUBFAMILY: "Regular",
        UNIQUE: compact,
        FULL_NAME: FAMILY,
        POSTSCRIPT: f"{compact}-Regular",
    }
    for number in TYPOGRAPHIC_NAMES:
        names.removeNames(nameID=number)
    for number, text in new.items():
        names.removeNames(nameID=number)
        names.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames[0] = f"{compact}-Regular"
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName = FAMILY, FAMILY


def main(arguments: list[str]) -> None:
    """Write the subset beside this file."""
    parser = argparse.ArgumentParser(description="Make the bundled Chinese font again.")
    parser.add_argument("source", type=Path, help="NotoSansCJK-Regular.ttc")
    source = parser.parse_args(arguments).source
    make_subset(source, SUBSET, common_characters() | characters_of_texts())


if __name__ == "__main__":
    main(sys.argv[1:])
