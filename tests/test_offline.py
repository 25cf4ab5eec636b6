"""The offline bundle: its parts. Installing it with the network cut is `benchmarks/offline.py`."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OFFLINE = ROOT / "offline"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    command = [sys.executable, str(OFFLINE / "build.py"), "--without-wheels", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return folder / "jinguo-offline.zip"


def test_the_zip_holds_start_files_lessons_and_the_page(bundle):
    with zipfile.ZipFile(bundle) as file:
        names = {name.removeprefix("jinguo-offline/") for name in file.namelist()}
        replays = [i for i in file.infolist() if "/replays/" in i.filename and i.file_size]
        start = file.getinfo("jinguo-offline/start.sh")
        page = file.read("jinguo-offline/开始.html").decode()
        python = file.read("jinguo-offline/python.txt").decode().strip()
    assert {"start.sh", "start.bat", "开始.html", "python.txt", "lessons/"} <= names
    assert len(replays) == 4
    assert all(info.file_size < 10e6 for info in replays)
    assert start.external_attr >> 16 & 0o111, "start.sh may be run"
    assert python == "{}.{}".format(*sys.version_info[:2])
    assert python in page
    assert "@PYTHON@" not in page
    for link in re.findall(r'href="(replays/[^"]+)"', page):
        assert link in names
    assert {f"lesson_files/{Path(i.filename).stem}.yaml" for i in replays} <= names


def test_start_files_never_ask_the_network_for_packages():
    for name in ("start.sh", "start.bat"):
        text = (OFFLINE / name).read_bytes().decode()
        line = text.replace("\\\n", " ")
        install = next(row for row in line.splitlines() if " install --quiet" in row)
        assert "--no-index" in install
        assert "--isolated" in install
        assert "--find-links wheels" in install


def test_the_start_file_is_good_shell_and_windows_lines_end_its_way():
    subprocess.run(["sh", "-n", str(OFFLINE / "start.sh")], check=True)
    assert b"\r\n" in (OFFLINE / "start.bat").read_bytes()
    assert (OFFLINE / "start.sh").stat().st_mode & 0o111


def test_the_page_is_honest_about_what_was_tried():
    page = (OFFLINE / "start_page.html").read_text(encoding="utf-8")
    assert "还没有在真机上试过" in page
    assert not re.search(r"https?://", page)


def test_the_wheel_would_hold_what_the_dashboard_reads():
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "viz"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    parts = ("script/lesson.js", "vue/lesson.vue", "story.css", "lessons/2_double_burden.yaml")
    for part in parts:
        assert f"viz/dashboard/{part}" in told
    assert "viz/replay/replay.js" in told
