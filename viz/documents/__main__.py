"""Write every page with its blocks filled: `python -m viz.documents FOLDER`."""

import sys
from pathlib import Path

from viz.documents.pages import filled_pages


def main(folder: Path) -> None:
    """Write the pages; folders are made when missing, pages that are there are replaced."""
    for page, text in filled_pages():
        path = folder / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 (the program and the folder)
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
