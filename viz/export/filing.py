"""What is put into a folder of results: the report, and the other forms that were asked for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from viz.export import REPORT_ONLY, Wanted
from viz.export.markdown import write_markdown
from viz.export.summary import summary_sheet
from viz.export.workbook import Sheet, write_workbook
from viz.report.build import Report, keep
from viz.report.pdf import write_pdf
from viz.words import Words


@dataclass(frozen=True)
class Filing:
    """The results of one job, ready to be put into their folder.

    Attributes:
        folder: where to.
        report: made once, for every form.
        sheets: the tables of the workbook after its summary.
    """

    folder: Path
    report: Report
    sheets: Callable[[Words], Iterable[Sheet]]

    def write(self, words: Words, wanted: Wanted = REPORT_ONLY) -> Iterator[tuple[str, Path]]:
        """Write the files one by one; tells the key of each one's message, and where it is.

        Args:
            words: the language the report opens in, and that of the other forms.
            wanted: the other forms.

        Raises:
            JinguoError: a file is held open by another program, or no browser prints the PDF.
        """
        html = keep(self.report.text(words), self.folder)
        yield "cli.report_in", html
        page = self.report.page(words)
        if wanted.xlsx:
            sheets = [summary_sheet(page, words), *self.sheets(words)]
            yield "export.workbook_in", write_workbook(sheets, self.folder)
        if wanted.markdown:
            yield "export.markdown_in", write_markdown(page, self.folder)
        if wanted.pdf:
            yield "export.pdf_in", write_pdf(html, words.lang)
