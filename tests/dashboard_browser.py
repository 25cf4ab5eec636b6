"""A dashboard server and a browser for tests; what the page asked for is kept."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

# The first asks for half the processor time of the others.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
START = """
import os, sys, time
from pathlib import Path
import jinguo
from viz.dashboard import runner

hold, whole = Path(os.environ["JINGUO_TEST_HOLD"]), runner.make

def make(order, report=None):
    def while_held(week, film):
        report(week, film)
        while hold.exists():
            time.sleep(0.05)
            report(week, film)
    return whole(order, report and while_held)

runner.make = make
sys.exit(jinguo.main())
"""
HOLD = Path(tempfile.gettempdir()) / f"jinguo-test-hold-{os.getpid()}"
READY = "[data-step]:not([disabled])"
SECONDS = 60
FRAMES = """() => new Promise(done => {
    Jinguo.clock.touch();
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
})"""
# keeps every text that is written into a picture
HEARD = """() => {
    window.heard = [];
    const plain = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        window.heard.push(text); return plain.call(this, text, ...place);
    };
}"""
AXE = "axe.run(document, {resultTypes: ['violations']})"  # what is well is not told at length


@contextmanager
def server(*line):
    """A running dashboard; gives its address and what it printed so far."""
    command = [sys.executable, "-c", START, "dashboard", "--no-open", "--port", "0", *line]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
        env={**os.environ, "JINGUO_TEST_HOLD": str(HOLD)},
    )  # fmt: skip
    printed = []
    reader = threading.Thread(target=_read, args=(process.stdout, printed), daemon=True)
    reader.start()
    try:
        url = _address(process, printed)
        _answers(process, url)
        yield url, printed
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(10)
        process.stdout.close()


@contextmanager
def runs_held():
    """No run of a dashboard goes beyond its first weeks meanwhile; each can be cancelled."""
    HOLD.touch()
    try:
        yield
    finally:
        HOLD.unlink(missing_ok=True)


def becomes(page, script, wanted):
    """Wait until the page gives this: after news, a page takes a moment to be drawn anew.

    It also works where the page's policy forbids Playwright's own way of waiting.
    """
    end = time.monotonic() + SECONDS
    while (found := page.evaluate(script)) != wanted and time.monotonic() < end:
        page.wait_for_timeout(20)
    assert found == wanted


def _address(process, printed):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        told = "".join(printed)
        if "Ctrl-C" in told:
            return re.search(r"http://\S+", told).group()
        time.sleep(0.05)
    raise RuntimeError("no dashboard: " + "".join(printed))


def _read(stream, printed):
    """Take every line as it comes: several may come at once."""
    for line in stream:
        printed.append(line)


def _answers(process, url):
    from urllib.request import urlopen

    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the dashboard does not answer")


class Visitor:
    """One browser of its own: nothing is shared with another visitor but the server."""

    def __init__(self, browser, url, size=(1366, 768), **context):
        self.url = url.split("?")[0]
        width, height = size
        self.context = browser.new_context(viewport={"width": width, "height": height}, **context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(1000 * SECONDS)
        self.outside, self.failed, self.errors = [], [], []
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _asked(self, request):
        known = (self.url, self.url.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(known):
            self.outside.append(request.url)

    def _answered(self, response):
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def open(self, query="", ready=READY):
        self.page.goto(self.url + query)
        self.page.wait_for_selector(ready)
        return self

    def week(self):
        return self.page.evaluate("Jinguo.clock.week")

    def at(self, week):
        self.page.wait_for_function(f"Jinguo.clock.week === {week}")

    def line(self, name, side="a"):
        return self.page.evaluate(f"Jinguo.films.{side} && Jinguo.films.{side}.lines['{name}']")

    def becomes(self, script, wanted):
        becomes(self.page, script, wanted)

    def drawn(self):
        """Wait until everything that is known is drawn."""
        self.page.evaluate(FRAMES)

    def key(self):
        return self.page.evaluate("Jinguo.films.a.key")

    def close(self):
        self.context.close()
