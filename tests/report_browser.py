"""A report in a browser without a network, for tests: what it asks for, saves and prints."""

import io
import unicodedata
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dashboard_browser import AXE, BROWSER, FLAGS

A4 = {"width": 695, "height": 1009}  # pixels inside the margins that `report.css` sets
FEW_ROWS = "document.querySelectorAll('tbody tr:nth-child(n+4)').forEach(one => one.remove())"
SERIOUS = {"serious", "critical"}


@contextmanager
def opened():
    """A function that opens a report offline; a request or an error in the page fails."""
    playwright = pytest.importorskip("playwright.sync_api", reason="NO BROWSER: no playwright")
    if BROWSER is None:
        pytest.skip("NO BROWSER: chromium is not installed")
    asked, errors = [], []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        context = browser.new_context(viewport=A4, offline=True, accept_downloads=True)

        def visit(path, lang):
            page = context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("requestfailed", lambda request: errors.append(request.url))
            page.on("console", lambda said: said.type == "error" and errors.append(said.text))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(f"{Path(path).resolve().as_uri()}#{lang}")
            return page

        yield visit
        browser.close()
    assert not errors
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)


def saved(page, kind):
    """Every file that a button of this kind saves, by its name."""
    found = {}
    for button in page.locator(f".page:not([hidden]) [data-save={kind}]:visible").all():
        with page.expect_download() as waiting:
            button.click()
        download = waiting.value
        found[download.suggested_filename] = Path(download.path()).read_bytes()
        page.wait_for_timeout(110)  # Chromium drops what goes beyond ten files a second
    return found


def serious(page):
    """What axe-core finds in the whole page that is serious; of long tables their first rows."""
    package = pytest.importorskip("axe_playwright_python", reason="NO AXE: not installed")
    script = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate(FEW_ROWS)
    page.evaluate(script)
    found = page.evaluate(AXE)["violations"]
    return [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in SERIOUS]


def answer_ends(page):
    """Where the answer ends on paper, in pixels from the top of the first page."""
    page.emulate_media(media="print")
    return page.evaluate(
        "document.querySelector('.page:not([hidden]) .answer').getBoundingClientRect().bottom"
    )


def paper(page):
    """The texts of the printed pages, without spaces."""
    pypdf = pytest.importorskip("pypdf", reason="NO PYPDF: not installed")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    texts = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(printed)).pages]
    return [bare(text) for text in texts]


def bare(text):
    """Letters alone: a PDF may tell 用 as the radical ⽤, and breaks lines where it likes."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def first_page_is_the_answer(page):
    """The answer and nothing but it stands on the first page; the next section begins the next."""
    last = page.locator(".page:not([hidden]) .answer figcaption").last.inner_text()
    following = page.locator(".page:not([hidden]) section h2").nth(1).inner_text()
    texts = paper(page)
    assert texts[0].endswith(bare(last)[-12:])
    assert texts[1].startswith(bare(following))
