"""What the marks in pages stand for: `{{ count.parameters }}`, `{{ odd.columns }}`."""

import re
from collections.abc import Callable, Mapping

from viz.documents import (
    catalogue,
    checks,
    commands,
    counts,
    entities,
    indicators,
    library,
    parameters,
    process,
)
from viz.words import Words

MARK = re.compile(r"\{\{ *([a-z_]+(?:\.[a-z_]+)+) *\}\}")
Block = Callable[[Words], str]

BLOCKS: Mapping[str, Block] = {
    **{f"count.{name}": block for name, block in counts.COUNTS.items()},
    "odd.columns": entities.columns,
    "odd.few": entities.few_agents,
    "odd.season": entities.season,
    "odd.ties": entities.ties,
    "odd.week": process.week,
    "odd.submodels": process.submodels,
    "odd.streams": process.streams,
    "odd.indicators": indicators.indicators,
    "odd.parameters": parameters.by_subject,
    "book.standing": parameters.standing,
    "book.parameters": parameters.by_grade,
    "book.references": parameters.references,
    "list.indicators": indicators.indicators,
    "list.measures": catalogue.measures,
    "list.papers": catalogue.papers_list,
    "list.mechanisms": catalogue.mechanisms,
    "list.scenarios": library.scenario_library,
    "list.others": catalogue.programmes_of_others,
    "list.keys": library.scenario_keys,
    "list.checks": checks.record,
    "list.tests": checks.tests,
    "list.commands": commands.commands,
}


class UnknownBlockError(KeyError):
    """A page names a block that there is not."""


def fill(page: str, words: Words) -> str:
    """A page with every mark replaced by what it stands for.

    Args:
        page: Markdown.
        words: the language of the page.

    Raises:
        UnknownBlockError: a mark names nothing.
    """

    def replaced(mark: re.Match[str]) -> str:
        try:
            return BLOCKS[mark[1]](words)
        except KeyError as error:
            if mark[1] in BLOCKS:
                raise
            raise UnknownBlockError(mark[1]) from error

    return MARK.sub(replaced, page)
