"""What went wrong, in a form that can be told in either language.

JinguoError                 one message: a key of words/errors.yaml and its fields
└── Problems                several of them at once
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence


class JinguoError(Exception):
    """One message for the person who reads it: what was found, where, what is allowed.

    Args:
        key: the entry in `words/`, such as `errors.unknown_key`.
        fields: what the entry's text names.
        where: file and line, or the dotted path of an override; empty when neither applies.
    """

    def __init__(
        self, key: str, fields: Mapping[str, object] | None = None, *, where: str = ""
    ) -> None:
        self.key = key
        self.fields = dict(fields or {})
        self.where = where
        super().__init__(f"{where + ': ' if where else ''}{key} {self.fields}")

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with the fields."""
        return _rebuild, (self.key, self.fields, self.where)


class Problems(JinguoError):
    """Several messages found in one reading, so that a file is mended in one go."""

    def __init__(self, problems: Sequence[JinguoError]) -> None:
        self.problems = tuple(problems)
        super().__init__("errors.several", {"count": len(self.problems)})

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with every message."""
        return Problems, (self.problems,)


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """The allowed name closest to what was written, or nothing.

    >>> did_you_mean("spoil_nocould", ["spoil_nocold", "spoil_cold"])
    'spoil_nocold'
    """
    close = difflib.get_close_matches(str(found), list(allowed), n=1, cutoff=0.6)
    return close[0] if close else ""


def _rebuild(key: str, fields: Mapping[str, object], where: str) -> JinguoError:
    return JinguoError(key, fields, where=where)
