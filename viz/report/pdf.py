"""A report as PDF, printed by the browser that is there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from model.errors import JinguoError

COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge",
)  # fmt: skip
WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
APPLICATIONS = ("Google Chrome", "Chromium", "Microsoft Edge")
LINUX = ("/snap/bin/chromium", "/opt/google/chrome/chrome", "/opt/microsoft/msedge/msedge")
FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
    "--disable-extensions", "--disable-background-networking", "--no-pdf-header-footer",
)  # fmt: skip
SECONDS = 120
BEGINS = b"%PDF"


def write_pdf(html: Path, lang: str) -> Path:
    """Print a report into a PDF of the same name beside it.

    Args:
        html: a report of this project; it carries both languages.
        lang: the language that is printed.

    Returns:
        The file.

    Raises:
        JinguoError: no Chromium, Chrome or Edge was found, it gave no PDF, or the PDF is held
            open by another program.
    """
    browser = find_browser()
    if browser is None:
        raise JinguoError("report.no_browser", {"file": str(html)})
    pdf = html.with_suffix(".pdf")
    with TemporaryDirectory(dir=html.parent, prefix="pdf-", ignore_cleanup_errors=True) as beside:
        printed = Path(beside) / pdf.name
        _print(browser, html, lang, printed)
        try:
            printed.replace(pdf)
        except PermissionError as problem:
            raise JinguoError("report.pdf_held", {"file": str(pdf)}) from problem
    return pdf


def find_browser() -> str | None:
    """A browser that can print, on the PATH or where it is usually installed; none if none."""
    on_path = filter(None, map(shutil.which, COMMANDS))
    return next(on_path, None) or next((str(p) for p in _usual_places() if p.is_file()), None)


def _usual_places() -> Iterator[Path]:
    if sys.platform == "win32":
        roots = [os.environ[name] for name in WINDOWS_ROOTS if name in os.environ]
        yield from (Path(root) / place for root in roots for place in WINDOWS)
    elif sys.platform == "darwin":
        folders = (Path("/Applications"), Path.home() / "Applications")
        for folder in folders:
            yield from (folder / f"{a}.app/Contents/MacOS/{a}" for a in APPLICATIONS)
    else:
        yield from map(Path, LINUX)


def _print(browser: str, html: Path, lang: str, pdf: Path) -> None:
    flags = [*FLAGS, f"--user-data-dir={pdf.parent / 'profile'}", f"--print-to-pdf={pdf}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium has none for root
    address = f"{html.resolve().as_uri()}#{lang}"
    fields = {"file": str(html), "browser": browser}
    try:
        done = subprocess.run(
            [browser, *flags, address], capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise JinguoError("report.pdf_failed", {**fields, "reason": str(problem)}) from problem
    if not pdf.is_file() or not pdf.read_bytes().startswith(BEGINS):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else str(done.returncode)
        raise JinguoError("report.pdf_failed", {**fields, "reason": reason})
