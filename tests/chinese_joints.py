"""Where Chinese text was joined the English way, for tests of everything that people read."""

import html
import re

TEXT = re.compile(r">([^<]+)<")
JOINTS = r"。 (?=\S)|[\u4e00-\u9fff], (?=[\u4e00-\u9fff])|万 元"
SPOILT = re.compile(f"[^>]{{0,12}}(?:{JOINTS})[^<]{{0,12}}")


def spoilt_joints(text: str) -> list[str]:
    """A full stop with a space behind it, names with a comma of the other kind, 万 apart from 元.

    Args:
        text: plain, or a page of HTML, of which the texts are read.
    """
    parts = map(html.unescape, TEXT.findall(text)) if text.lstrip().startswith("<") else [text]
    return [found for part in parts for found in SPOILT.findall(part)]
