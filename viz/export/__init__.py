"""Results in other forms: an Excel workbook, Markdown for papers, and paper itself."""

from typing import NamedTuple

__all__ = ["REPORT_ONLY", "Wanted"]


class Wanted(NamedTuple):
    """The forms that were asked for beside the report."""

    xlsx: bool = False
    markdown: bool = False
    pdf: bool = False


REPORT_ONLY = Wanted()
