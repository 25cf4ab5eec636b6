"""Make every picture of README and documentation anew, in both languages.

    python -m benchmarks.pictures [NAME ...] [--results DIR]

Names are those of `PICTURES`; without any, all are made. The report is that of a layers job, which
is run first; `--results` takes one that is there.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageOps

import jinguo
from tests.dashboard_browser import BROWSER, FLAGS, READY, Visitor, server
from viz.words import LANGUAGES

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
VILLAGE = "s=libei&c.women=300&w=290"
LESSON = "w=104&x.lesson=1_rise_and_price_war&x.card=3&x.p.shops_two=40"
JOB = ("layers", "libei", "--set", "village.women=300", "--replications", "30", "--lang", "en")
SIZE = (1280, 720)
PAPER = (900, 1273)  # a sheet of A4, in points of a screen
MARGIN = 60
FEWER = Image.Quantize.MAXCOVERAGE  # keeps colours of which there is little
LARGEST = 150_000  # bytes
LONGEST = 20_000  # ms until a village is drawn
SETTLED = 1200  # ms until what moves stands still


def tab(name: str, ready: str, more: str = VILLAGE) -> Callable[[Visitor, str], Image.Image]:
    """How to draw a tab of the dashboard."""

    def drawn(visitor: Visitor, lang: str) -> Image.Image:
        visitor.open(f"?{more}&lang={lang}&tab={name}", ready)
        if name == "futures":
            film = "Jinguo.films.b && Jinguo.films.b.weeks === Jinguo.films.b.total"
            visitor.page.wait_for_function(film, timeout=LONGEST)
        visitor.page.wait_for_timeout(SETTLED)
        return shot(visitor.page)

    return drawn


TABS: Mapping[str, Callable[[Visitor, str], Image.Image]] = {
    "play": tab("play", READY),
    "futures": tab("futures", READY, f"{VILLAGE}&b.macro=0"),
    "village": tab("village", READY),
    "lesson": tab("story", "[data-card=reveal] [data-scale]", LESSON),
}
PICTURES = (*TABS, "report")


def shot(page, **options) -> Image.Image:
    """What a page shows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shot.png"
        page.screenshot(path=str(path), **options)
        return Image.open(path).convert("RGB").copy()


def dashboard(browser, names) -> None:
    """Pictures of the tabs."""
    with server() as (url, _):
        for lang in LANGUAGES:
            visitor = Visitor(browser, url, SIZE)
            for name in names:
                keep(TABS[name](visitor, lang), f"{name}-{lang}")
            visitor.close()


def report(browser, results: Path) -> None:
    """The first sheet of a report, as it is printed."""
    width, height = PAPER
    for lang in LANGUAGES:
        page = browser.new_page(viewport={"width": width - 2 * MARGIN, "height": height})
        page.goto((results / "report.html").resolve().as_uri())
        page.click(f"[data-show={lang}]")
        page.emulate_media(media="print")
        end = page.locator(f".page[data-lang={lang}] section").first.bounding_box()
        clip = {"x": 0, "y": 0, "width": width - 2 * MARGIN, "height": end["y"] + end["height"]}
        sheet = ImageOps.expand(shot(page, clip=clip, full_page=True), MARGIN, "white")
        keep(ImageOps.expand(sheet, 1, "silver"), f"report-{lang}")
        page.close()


def keep(picture: Image.Image, name: str) -> None:
    """Write a picture in 256 colours, and say how large it is."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.png"
    picture.quantize(method=FEWER, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(FOLDER.parent.parent)} {size / 1000:.0f} kB", flush=True)
    if size > LARGEST:
        raise SystemExit(f"{path.name}: larger than {LARGEST / 1000:.0f} kB")


def main() -> None:
    """Make what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    parser.add_argument("--results", type=Path, help="a folder of results of that job")
    asked = parser.parse_args()
    names = asked.names or PICTURES
    if set(names) - set(PICTURES):
        parser.error(f"{', '.join(PICTURES)}")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only here)

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        if tabs := [name for name in names if name in TABS]:
            dashboard(browser, tabs)
        if "report" in names:
            results = asked.results or Path(folder) / "results"
            if asked.results is None and jinguo.main([*JOB, "--out", str(results)]):
                raise SystemExit(f"jinguo {' '.join(JOB)}: no result")
            report(browser, results)
        browser.close()


if __name__ == "__main__":
    main()
