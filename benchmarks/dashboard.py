"""How fast the dashboard is, for one visitor and for thirty, and how every tab looks.

    python -m benchmarks.dashboard [--visitors 30] [--pictures DIR]

Page ready; click to painted frame and frames a second with 300 women on show; a run of 300 women
and 416 weeks until it can be played; thirty visitors who step at once; memory of each. With
`--pictures` every tab is drawn in both languages at 1366x768 and 1024x768.
"""

import argparse
import statistics
import threading
import time
from pathlib import Path

import psutil

from tests.dashboard_browser import BROWSER, FLAGS, READY, Visitor, server

BIG = "?s=libei&c.women=300&lang=zh&tab=play"
TABS = ("story", "play", "futures", "village", "woman", "results")
SIZES = ((1366, 768), (1024, 768))
STEPS = 40
ROUNDS = 6
RUNS = 5
IDLE = 2500  # milliseconds between two runs
SPREAD = 15  # seconds in which a class changes tabs
CLICK = """() => new Promise(done => {
    const began = performance.now(), drawn = Jinguo.clock.drawn;
    document.querySelector('[data-step]').click();
    const look = () => Jinguo.clock.drawn > drawn
        ? setTimeout(() => done(performance.now() - began)) : requestAnimationFrame(look);
    look();
})"""
PLAY = """seconds => new Promise(done => {
    Jinguo.clock.set(0); Jinguo.clock.faster(60); Jinguo.clock.play();
    const drawn = Jinguo.clock.drawn, began = performance.now();
    setTimeout(() => {
        Jinguo.clock.pause();
        done(1000 * (Jinguo.clock.drawn - drawn) / (performance.now() - began));
    }, 1000 * seconds);
})"""
ANSWER = """name => new Promise(done => {
    const began = performance.now();
    document.querySelector(`[data-tab=${name}]`).click();
    const look = () => document.querySelector(`[data-tab=${name}][aria-current=page]`)
        ? done(performance.now() - began) : requestAnimationFrame(look);
    look();
})"""
RUN = """seed => new Promise(done => {
    const began = performance.now(), before = Jinguo.films.a.key;
    let first = null;
    const field = document.querySelector('[data-seed]');
    field.value = seed; field.dispatchEvent(new Event('change'));
    setTimeout(() => document.querySelector('[data-run]').click(), 300);
    const look = () => {
        const film = Jinguo.films.a, now = performance.now() - began - 300;
        if (film.key !== before && first === null) first = now;
        if (film.key !== before && film.weeks === film.total) done([first, now]);
        else requestAnimationFrame(look);
    };
    look();
})"""


def one_visitor(browser, url):
    """Page, click, playback and run of a visitor alone."""
    Visitor(browser, url).open(BIG).close()  # compiles, fills caches
    ready = []
    for _ in range(ROUNDS):
        visitor = Visitor(browser, url)
        began = time.perf_counter()
        visitor.open(BIG)
        ready.append(time.perf_counter() - began)
        visitor.close()
    visitor = Visitor(browser, url).open(BIG)
    clicks = [visitor.page.evaluate(CLICK) for _ in range(STEPS)]
    rate = visitor.page.evaluate(PLAY, 5)
    runs = []
    for seed in range(50, 50 + RUNS):
        visitor.page.wait_for_timeout(IDLE)  # as somebody who looks before she runs again
        runs.append(visitor.page.evaluate(RUN, seed))
    tell("page ready", statistics.median(ready), "s", "< 3")
    tell("click to painted frame", statistics.median(clicks), "ms", "< 60")
    tell("playback", rate, "frames/s", ">= 30")
    tell("first picture of a new run", statistics.median(r[0] for r in runs) / 1000, "s", "< 1")
    tell("run of 300 women, 416 weeks", statistics.median(r[1] for r in runs) / 1000, "s", "< 3")
    assert not visitor.outside
    assert not visitor.failed
    visitor.close()


def many_visitors(browser, url, count):
    """Everybody steps at the same moment, then changes tabs; nobody sees another's village.

    All browsers share the machine with the server, which a class's do not.
    """
    before = memory()
    visitors = [Visitor(browser, url).open(f"{BIG}&w={10 + i}") for i in range(count)]
    each = (memory() - before) / count
    steps, answers = [], []
    for tab in ("village", "play", "village"):
        began = [visitor.week() for visitor in visitors]
        steps += together(visitors, CLICK, "", 0)
        assert [v.week() for v in visitors] == [week + 1 for week in began]
        answers += together(visitors, ANSWER, f"'{tab}'", SPREAD / count)
    tell(f"step, {count} at one moment", statistics.median(steps), "ms", "< 500")
    tell(f"tab changed, {count} within {SPREAD} s", statistics.median(answers), "ms", "< 500")
    tell("slowest of them", max(answers), "ms", "")
    tell("memory of a visitor on the server", each / 1e6, "MB", "< 20")
    assert not any(visitor.outside or visitor.failed for visitor in visitors)
    for visitor in visitors:
        visitor.close()


def together(visitors, script, argument, apart):
    """Let every page act by itself, one after another so many seconds apart."""
    begin = time.time() * 1000 + 2500
    for place, visitor in enumerate(visitors):
        at = begin + 1000 * apart * place
        visitor.page.evaluate(
            f"""() => {{ window.answer = new Promise(done => setTimeout(
            () => ({script})({argument}).then(done), {at} - Date.now())); }}"""
        )
    time.sleep(max(0.0, begin / 1000 + apart * len(visitors) - time.time()))
    return [visitor.page.evaluate("window.answer") for visitor in visitors]


def memory():
    """Bytes of the servers that this process started."""
    return sum(p.memory_info().rss for p in psutil.Process().children() if "jinguo" in
               " ".join(p.cmdline()))  # fmt: skip


def pictures(browser, url, folder, stored):
    """Every tab in both languages and sizes, as PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    for lang in ("zh", "en"):
        for size in SIZES:
            visitor = Visitor(browser, url, size)
            query = f"?s=libei&c.women=300&lang={lang}&w=250"
            for tab in TABS:
                ready = {"results": ".jg-box", "story": "main > *"}.get(tab, READY)
                visitor.open(f"{query}&tab={tab}", ready)
                if tab in {"futures", "woman"}:
                    visitor.page.wait_for_function("Jinguo.films.b && Jinguo.films.b.weeks > 400")
                if tab == "woman":
                    visitor.page.locator("[data-example]").click()
                    visitor.page.locator("[data-name]").wait_for()
                if tab == "results" and stored:
                    visitor.page.locator("[data-folder]").select_option(stored)
                visitor.page.wait_for_timeout(900)
                file = folder / f"{tab}-{lang}-{size[0]}.png"
                visitor.page.screenshot(path=str(file))
            visitor.close()


def tell(name, value, unit, wanted):
    """One line of the table."""
    print(f"{name:40s} {value:9.2f} {unit:9s} {wanted}", flush=True)


def main():
    """Measure, then draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--folder", type=Path, help="stored results, for the pictures")
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only here)

    line = ["--folder", str(given.folder)] if given.folder else []
    began = time.perf_counter()
    with server(*line) as (url, _), sync_playwright() as playwright:
        tell("server started", time.perf_counter() - began, "s", "")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        if given.pictures:
            names = [p.name for p in given.folder.iterdir()] if given.folder else []
            pictures(browser, url, given.pictures, names[0] if names else "")
        if given.visitors:
            one_visitor(browser, url)
            many_visitors(browser, url, given.visitors)
        browser.close()
    threads = [t for t in threading.enumerate() if not t.daemon]
    assert len(threads) == 1


if __name__ == "__main__":
    main()
