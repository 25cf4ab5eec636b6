"""Documentation made from the code: pages hold `{{ blocks }}`, filled when the site is built."""

from viz.documents.blocks import BLOCKS, UnknownBlockError, fill
from viz.documents.pages import FOLDER, filled_pages, language_of

__all__ = ["BLOCKS", "FOLDER", "UnknownBlockError", "fill", "filled_pages", "language_of"]
