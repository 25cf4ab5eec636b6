"""A dashboard server and a browser for tests; what the page asked for is kept."""

import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
START = "import sys, jinguo; sys.exit(jinguo.main())"
READY = "[data-step]:not([disabled])"
SECONDS = 60
AXE = "axe.run(document, {resultTypes: ['violations']})"  # what is well is not told at length


@contextmanager
def server(*line):
    """A running dashboard; gives its address and what it printed so far."""
    command = [sys.executable, "-c", START, "dashboard", "--no-open", "--port", "0", *line]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    )
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
        self.page.set_default_timeout(30_000)
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
        self.page.wait_for_selector(ready, timeout=30_000)
        return self

    def week(self):
        return self.page.evaluate("Jinguo.clock.week")

    def at(self, week):
        self.page.wait_for_function(f"Jinguo.clock.week === {week}", timeout=5_000)

    def line(self, name, side="a"):
        return self.page.evaluate(f"Jinguo.films.{side} && Jinguo.films.{side}.lines['{name}']")

    def key(self):
        return self.page.evaluate("Jinguo.films.a.key")

    def close(self):
        self.context.close()
