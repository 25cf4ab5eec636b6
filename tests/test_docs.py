"""The documentation that people read: every command on it runs, every link leads somewhere."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
import typer
import yaml

from benchmarks.pictures import FOLDER as DRAWN
from benchmarks.pictures import LARGEST, PICTURES
from jinguo import app, main
from tests.dashboard_browser import BROWSER
from tests.sweep_stand_ins import Here
from viz.documents import BLOCKS, FOLDER, UnknownBlockError, fill, filled_pages
from viz.documents.__main__ import main as write_pages
from viz.documents.blocks import MARK
from viz.documents.pages import pages, twin_of
from viz.words import LANGUAGES, Words

ROOT = FOLDER.parent
SIZES = ("village.women=60", "weeks=40", "programme.start=10", "programme.stop=20")
SMALL = [word for size in SIZES for word in ("--set", size)]
EARLY = {"programme.start": 10, "programme.stop": 20}
FEW = ["--replications", "2", "--processes", "1"]
MARKED = re.compile(r"<!-- (runs|file)(?: ([^\n]*?))? -->\n+```(\w*)\n(.*?)```", re.DOTALL)
RUNNING = ("start/researcher.md", "scenario.md", "sweeps.md",
           "start/analyst.md", "start/trainer.md", "comparing.md")  # fmt: skip
USER_PAGES = ("dashboard.md", "extending.md", "index.md", "limits.md", "results.md",
              "scenarios.md", *RUNNING)  # fmt: skip
READMES = ("README.md", "README.zh.md")
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)|<img src=\"([^\"]+)\"[^>]* alt=\"([^\"]+)\"")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WITHOUT_FIGURES = """
import json
import sys
from unittest.mock import patch
import jinguo
with patch("viz.report.pictures.inlined", lambda draw: "data:,"):
    for line in json.loads(sys.argv[1]):
        if jinguo.main(line):
            sys.exit(f"failed: {line}")
"""
SLOWEST = 30.0  # seconds of processor time


class Block(NamedTuple):
    """A marked block of a page: what the mark says, its options, its language, its text."""

    kind: str
    options: str
    language: str
    text: str


def blocks_of(page):
    return [Block(*found) for found in MARKED.findall((FOLDER / page).read_text(encoding="utf-8"))]


def asked(line, options):
    """A line of a page as arguments, smaller where its mark says so."""
    words = shlex.split(line, comments=True)
    assert words[0] == "jinguo", line
    if options.startswith("with "):
        return words[1:] + shlex.split(options.removeprefix("with "))
    if options == "small":
        few = [] if words[1] == "run" else FEW
        return words[1:] + SMALL + few
    assert not options, options
    return words[1:]


def shorter(plan):
    """A plan of a page with an early, short programme: what it shows is how plans are written."""
    early = ", ".join(f"{name}: {value}" for name, value in EARLY.items())
    few = re.sub(r"^weeks: \d+", "weeks: 40", plan, flags=re.MULTILINE)
    assert few != plan
    if "set: {" in few:
        return few.replace("set: {", f"set: {{{early}, ")
    return f"{few}set: {{{early}}}\n"


# --- What pages tell to do -----------------------------------------------------------------------


# One of each pair, since both tell to run the same: half of them in Chinese.
@pytest.mark.parametrize("page", [*RUNNING[:3], *map(twin_of, RUNNING[3:])])
def test_what_a_page_tells_to_run_runs(
    page, tmp_path, monkeypatch, capsys, compiled, blank_figures
):
    """Figures and pools of processes have tests of their own, which know what must come out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("viz.answers.sweep.Pool", lambda *_: Here())
    monkeypatch.setattr("experiments.sweeps.Pool", lambda *_: Here())
    monkeypatch.setenv("JINGUO_LANG", "en")
    ran = 0
    for block in blocks_of(page):
        if block.kind == "file":
            text = shorter(block.text) if "design:" in block.text else block.text
            (tmp_path / block.options).write_text(text, encoding="utf-8")
        elif block.language == "python":
            exec(compile(block.text, page, "exec"), {"__name__": "page"})
            ran += 1
        else:
            for line in block.text.strip().splitlines():
                assert main(asked(line, block.options)) == 0, (line, capsys.readouterr())
                ran += 1
    assert ran >= 3
    assert list(tmp_path.glob("results/*/report.html"))  # the picture that every page promises


def test_what_the_page_on_extending_tells_to_run_runs(tmp_path):
    """In a process of its own: code and measures of users stay loaded where they were run."""
    lines = []
    for block in blocks_of("extending.md"):
        if block.kind == "file":
            (tmp_path / block.options).write_text(block.text, encoding="utf-8")
        else:
            lines += [asked(line, block.options) for line in block.text.strip().splitlines()]
    assert len(lines) >= 2
    program = [sys.executable, "-c", WITHOUT_FIGURES, json.dumps(lines)]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", [*RUNNING, "extending.md"])
def test_the_chinese_page_tells_to_run_the_same(page):
    def plain(block):
        text = re.sub(r" --(?:lang zh|json)\b|#[^\n]*", "", block.text)
        return block._replace(text=re.sub(r" +\n", "\n", text))

    assert [*map(plain, blocks_of(twin_of(page)))] == [*map(plain, blocks_of(page))]


@pytest.mark.parametrize("page", USER_PAGES)
def test_user_pages_are_there_in_both_languages_with_the_same_parts(page):
    here, there = ((FOLDER / p).read_text(encoding="utf-8") for p in (page, twin_of(page)))
    assert CHINESE.search(there)
    heads = [re.findall(r"^#+ ", text, re.MULTILINE) for text in (here, there)]
    assert heads[0] == heads[1]
    assert sorted(MARK.findall(here)) == sorted(MARK.findall(there))


def test_every_command_and_option_that_a_page_names_is_there():
    group = typer.main.get_command(app)
    wrong = []
    for path in [*FOLDER.rglob("*.md"), *(ROOT / name for name in READMES)]:
        text = path.read_text(encoding="utf-8")
        for line in re.findall(r"(?:^|`|/)jinguo ([a-z][^`\n#>]*)", text, re.MULTILINE):
            command = group.commands.get(line.split()[0])
            known = {name for p in command.params for name in p.opts} if command else set()
            options = re.findall(r"(?<![\w-])--[a-z-]+", line)
            if command is None or set(options) - known - {"--lang", "--help"}:
                wrong.append(f"{path.name}: jinguo {line}")
    assert wrong == []


# --- Pictures ----------------------------------------------------------------------------------


def pictures_named():
    """Page, picture and what is said of it, for every picture of pages and READMEs."""
    for path in [*FOLDER.rglob("*.md"), *(ROOT / name for name in READMES)]:
        for found in PICTURE.finditer(path.read_text(encoding="utf-8")):
            place = (path.parent / (found[2] or found[3])).resolve()
            yield path.relative_to(ROOT).as_posix(), place, found[1] or found[4]


def test_every_picture_is_there_and_none_is_left_over():
    named = {place for _, place, _ in pictures_named()}
    made = {DRAWN / f"{name}-{lang}.png" for name in PICTURES for lang in LANGUAGES}
    assert made == named == set(DRAWN.iterdir())
    assert all(path.stat().st_size < LARGEST for path in made)


def test_pages_show_pictures_in_their_own_language_and_say_what_is_seen():
    for page, place, said in pictures_named():
        chinese = page.startswith("docs/zh/") or page == "README.zh.md"
        assert place.stem.endswith("-zh") == chinese, page
        assert bool(CHINESE.search(said)) == chinese, page
    for name in READMES:
        shown = [place.stem.split("-")[0] for page, place, _ in pictures_named() if page == name]
        assert shown == ["play", "report"]


def test_readmes_have_the_same_parts_on_one_screen_and_links_lead_somewhere():
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in READMES}
    heads = [re.findall(r"^#+ ", text, re.MULTILINE) for text in texts.values()]
    assert heads[0] == heads[1]
    for text in texts.values():
        assert len(text.splitlines()) <= 60
        links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)", text)
        assert len(links) > 10
        assert [link for link in links if not (ROOT / link).exists()] == []


# --- Blocks --------------------------------------------------------------------------------------


def test_every_block_is_used_and_none_is_left_over():
    used = set()
    for page in pages():
        used |= set(MARK.findall((FOLDER / page).read_text(encoding="utf-8")))
    assert used == set(BLOCKS)
    for page, text in filled_pages():
        assert not MARK.search(text), page


def test_a_block_that_is_not_there_is_told():
    with pytest.raises(UnknownBlockError, match=r"odd\.colums"):
        fill("{{ odd.colums }}", Words("en"))


def test_pages_can_be_written_without_a_site(tmp_path):
    write_pages(tmp_path)
    assert "`tau_chronic`" in (tmp_path / "reference" / "odd.md").read_text(encoding="utf-8")
    assert "<!-- runs" not in (tmp_path / "start" / "analyst.md").read_text(encoding="utf-8")


def test_chinese_lines_are_joined_without_a_gap():
    written = (FOLDER / "zh" / "index.md").read_text(encoding="utf-8")
    assert "妇女的收入、\n职业倦怠" in written
    assert "妇女的收入、职业倦怠" in dict(filled_pages())["zh/index.md"]


# --- The site ------------------------------------------------------------------------------------


class _Page(HTMLParser):
    """What a page names, and what can be named of it."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads, self.lang = set(), [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if named.get("id"):
            self.ids.add(named["id"])
        if tag == "html":
            self.lang = named.get("lang")
        if tag == "a" and named.get("href"):
            self.links.append(named["href"])
        elif tag in {"script", "img", "iframe"} and named.get("src"):
            self.loads.append(named["src"])
        elif tag == "link" and named.get("href") and named.get("rel") != "canonical":
            self.loads.append(named["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
        cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    after = os.times()
    assert done.returncode == 0, done.stderr
    taken = after.children_user - before.children_user or time.perf_counter() - began
    assert taken < SLOWEST
    return {
        path.relative_to(folder).as_posix(): _Page(path.read_text(encoding="utf-8"))
        for path in folder.rglob("*.html")
    } | {"": folder}


def test_every_link_inside_the_site_leads_somewhere(site):
    folder, dead = site[""], []
    for name, page in site.items():
        if not name or name == "404.html":
            continue
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = unquote(link).partition("#")
            target = (folder / name).parent / path if path else folder / name
            there = Path(os.path.normpath(target)).relative_to(folder).as_posix()
            known = site.get(there)
            if (known is None and not target.is_file()) or (
                anchor and known is not None and anchor not in known.ids
            ):
                dead.append(f"{name}: {link}")
    assert not dead


def test_the_site_needs_no_network(site):
    for name, page in site.items():
        if name:
            assert not [load for load in page.loads if re.match(r"(?:https?:)?//", load)], name
            outside = [link for link in page.links if re.match(r"(?:https?:)?//", link)]
            assert all("doi.org" in link or "arxiv.org" in link for link in outside), name


def test_every_page_is_in_the_site_in_its_language(site):
    for page in pages():
        built = site[page.removesuffix(".md") + ".html"]
        assert built.lang == ("zh" if page.startswith("zh/") else "en"), page
        if (FOLDER / twin_of(page)).is_file():
            other = os.path.relpath(twin_of(page), Path(page).parent).replace(os.sep, "/")
            assert other.removesuffix(".md") + ".html" in built.links, page


@pytest.mark.skipif(BROWSER is None, reason="chromium is not installed")
@pytest.mark.parametrize(("page", "asked_for"), [("index", "burnout"), ("zh/index", "家庭会谈")])
def test_a_folder_opened_without_a_server_can_be_searched(site, browser, page, asked_for):
    tab = browser.new_page()
    asked_of_the_network = []
    tab.on("request", lambda r: asked_of_the_network.append(r.url))
    tab.goto(f"file://{site['']}/{page}.html")
    box = tab.locator("[data-md-component=search-query]")
    box.click()
    box.press_sequentially(asked_for)
    box.press("Shift")  # Chinese comes by an input method, without a key of its own
    tab.locator(".md-search-result__item").first.wait_for(timeout=20_000)
    assert not [url for url in asked_of_the_network if url.startswith("http")]


def test_the_navigation_names_pages_that_are_there():
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    named = re.findall(r"[\w/]+\.md", str(nav))
    assert len(named) == len(set(named))
    assert set(named) <= set(pages())
