"""What whoever started the dashboard decided for all its visitors."""

from dataclasses import dataclass
from pathlib import Path

from viz.words import Language


@dataclass
class Options:
    """Set once, before the first visitor comes.

    Attributes:
        scenario: shown first.
        lang: spoken first.
        folder: the only one that is read, if any.
        uploads: visitors may open scenario files of their own.
    """

    scenario: str = "libei"
    lang: Language = "en"
    folder: Path | None = None
    uploads: bool = True


OPTIONS = Options()
