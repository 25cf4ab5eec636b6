"""Build jinguo-offline.zip: everything a county office without internet needs.

Wheels for this platform and this version of Python, start files, the lessons as replay files, and
one page in Chinese on how to start. Run by `make offline`; building it needs the internet once.
"""

import argparse
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent
NAME = "jinguo-offline"
LARGEST_REPLAY = 10.0  # megabytes
START_PAGE = "开始.html"
RUNNABLE = 0o755


def main(arguments: list[str] | None = None) -> int:
    """Build the zip file and say where it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--without-wheels", action="store_true", help="lessons and pages alone")
    asked = parser.parse_args(arguments)
    folder = asked.out / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    add_pages(folder)
    add_lessons(folder)
    if not asked.without_wheels:
        add_wheels(folder / "wheels")
    target = packed(folder, asked.out / f"{NAME}.zip")
    sys.stdout.write(f"{target} ({target.stat().st_size / 1e6:.0f} MB)\n")
    return 0


def add_pages(folder: Path) -> None:
    """Start files, the page on how to start, and which Python the wheels are for."""
    for name in ("start.sh", "start.bat"):
        shutil.copy(HERE / name, folder / name)
    (folder / "start.sh").chmod(RUNNABLE)
    version = "{}.{}".format(*sys.version_info[:2])
    (folder / "python.txt").write_text(version + "\n", encoding="ascii")
    page = (HERE / "start_page.html").read_text(encoding="utf-8")
    (folder / START_PAGE).write_text(page.replace("@PYTHON@", version), encoding="utf-8")


def add_lessons(folder: Path) -> None:
    """Each lesson as a replay file, and as the file that a trainer may copy and edit."""
    from viz.dashboard.lesson import HERE as LESSONS  # noqa: PLC0415 (needs the project)
    from viz.dashboard.lesson import lessons_in  # noqa: PLC0415
    from viz.replay.make import lesson_called, replay_of_lesson, write_replay  # noqa: PLC0415

    (folder / "replays").mkdir()
    (folder / "lessons").mkdir()
    for name in lessons_in():
        target = folder / "replays" / f"{name}.html"
        size = write_replay(replay_of_lesson(lesson_called(name)), target, "zh")
        if size >= LARGEST_REPLAY:
            raise SystemExit(f"{target.name}: {size:.1f} MB")
    shutil.copytree(LESSONS, folder / "lesson_files", ignore=shutil.ignore_patterns("__*"))


def add_wheels(folder: Path) -> None:
    """Wheels of the project and of all it needs, of the versions that were tested."""
    options = ["--quiet", "--disable-pip-version-check", "-c", str(ROOT / "constraints.txt")]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True)


def packed(folder: Path, target: Path) -> Path:
    """The folder as a zip file that keeps which files may be run."""
    target.unlink(missing_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder.parent))
    return target


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main())
