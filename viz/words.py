"""Every text a user sees, in English or Chinese, by key."""

import locale
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, cast

import words as word_files
from model.errors import JinguoError, Problems, did_you_mean
from scenarios.yaml_reader import read_yaml

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
FOLDER = Path(word_files.__file__).parent
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
TEN_THOUSAND = 10_000
FEW = 100  # below so many ten thousands, amounts are told with one digit
JOINT = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")  # where a field is Chinese, too
FIELDS = {  # of a measure at work
    "dose": "errors.field_dose", "coverage": "errors.field_coverage",
    "start": "errors.field_start", "stop": "errors.field_stop",
}  # fmt: skip
CLAUSES = {"meant": "errors.clause_meant", "unit": "errors.clause_unit"}


class Words:
    """The texts of one language.

    Args:
        lang: `en` or `zh`.
    """

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang

    def say(self, key: str, fields: Mapping[str, object] | None = None) -> str:
        """One text with its fields filled in.

        A list is joined, a label or a role is told in this language, and in a message an
        empty `meant` or `unit` says nothing.

        Raises:
            KeyError: no such text, or a field it names is missing.
        """
        shown = {name: self._shown(value) for name, value in (fields or {}).items()}
        if "role" in shown:
            shown["role"] = self.say(f"terms.role_{shown['role']}")
        if key.startswith("errors.") and key not in CLAUSES.values():
            for name in CLAUSES.keys() & shown.keys():
                shown[name] = self.say(CLAUSES[name], {name: shown[name]}) if shown[name] else ""
        text = all_words()[key][self.lang].format(**shown)
        return JOINT.sub("", text) if self.lang == "zh" else text

    def label(self, label: object) -> str:
        """The text of a label: a mapping with both languages, or a form with `en` and `zh`."""
        if isinstance(label, Mapping):
            return str(label[self.lang])
        return str(getattr(label, self.lang))

    def sentences(self, told: Iterable[str]) -> str:
        """Sentences one after the other; Chinese sets no space between them."""
        return ("" if self.lang == "zh" else " ").join(told)

    def joined(self, told: Iterable[str]) -> str:
        """Clauses in one sentence, and names that hold commas of their own."""
        return ("；" if self.lang == "zh" else "; ").join(told)

    def listed(self, names: Iterable[str]) -> str:
        """Names in a row."""
        return ("、" if self.lang == "zh" else ", ").join(names)

    def amount(self, yuan: float, *, sign: str = "", exact: bool = False) -> str:
        """An amount of money for a text that says yuan; Chinese counts large ones in 万.

        Args:
            yuan: how much.
            sign: `+` to tell gains by their sign.
            exact: with every digit, as somebody declared it.

        >>> Words("en").amount(257_616.2), Words("zh").amount(257_616.2), Words("zh").amount(-8e3)
        ('257,616', '25.8万', '−8,000')
        >>> Words("zh").amount(2.39e6, sign="+"), Words("zh").amount(583_200, exact=True)
        ('+239万', '58.32万')
        """
        if not math.isfinite(yuan):
            return "–"
        value = yuan if exact else round(yuan) + 0.0  # no minus before a zero
        large = self.lang == "zh" and abs(value) >= TEN_THOUSAND
        if large:
            value /= TEN_THOUSAND
        form = "10g" if exact else "1f" if large and abs(value) < FEW else "0f"
        text = f"{value:{sign if value else ''},.{form}}".replace("-", "−")
        return text.removesuffix(".0") + "万" if large else text

    def _shown(self, value: object) -> object:
        if value is None:
            return ""
        if isinstance(value, list | tuple):
            return self.listed(str(self._shown(part)) for part in value)
        if isinstance(value, Mapping) and {"en", "zh"} <= value.keys():
            return str(value[self.lang])
        return int(value) if isinstance(value, float) and value.is_integer() else value


def choose_language(flag: str | None, environ: Mapping[str, str]) -> Language:
    """The language asked for on the command line, by JINGUO_LANG, or by the system.

    Args:
        flag: what `--lang` said, if anything.
        environ: the environment variables.

    Raises:
        JinguoError: a language was asked for that there is none of.
    """
    for asked in (flag, environ.get("JINGUO_LANG")):
        if asked:
            return _asked(asked)
    for variable in LOCALE_VARIABLES:
        if environ.get(variable):
            return "zh" if environ[variable].lower().startswith("zh") else "en"
    system = (locale.getlocale()[0] or "").lower()
    return "zh" if system.startswith(("zh", "chinese")) else "en"


def tell(error: JinguoError, words: Words) -> list[str]:
    """What went wrong, a line for each message, the place in front."""
    if isinstance(error, Problems):
        lines = [line for problem in error.problems for line in tell(problem, words)]
        many = len(error.problems) > 1
        return [words.say(error.key, error.fields), *lines] if many else lines
    text = _told(error, words)
    if not error.where:
        return [text]
    return [words.say("errors.placed", {"where": error.where, "text": text})]


def _told(error: JinguoError, words: Words) -> str:
    """The message; a measure at work is named by its label, and so is its field."""
    fields = error.fields
    if {"at", "measure", "field"} <= fields.keys():
        known = FIELDS.get(str(fields["field"]))
        field = words.say(known) if known else fields["field"]
        measure = words.say("errors.quoted", {"text": fields["measure"]})
        both = {"measure": measure, "field": field}
        fields = fields | {"at": words.say("errors.of_measure", both) if field else measure}
    text, at = words.say(error.key, fields), str(fields.get("at", ""))
    joint = words.lang == "zh" and not at.isascii()
    return text.replace(f"{at} ", at) if joint else text


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    """Every entry of every file of words, by `<file>.<entry>`."""
    return dict(_entries())


def _entries() -> Iterator[tuple[str, Mapping[str, str]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        entries = cast("Mapping[str, Mapping[str, str]]", read_yaml(path).data or {})
        for name, texts in entries.items():
            yield f"{path.stem}.{name}", {lang: str(texts[lang]) for lang in LANGUAGES}


def _asked(name: str) -> Language:
    short = name.strip().lower().replace("_", "-").split("-")[0].split(".")[0]
    for language in LANGUAGES:
        if short == language:
            return language
    meant = did_you_mean(short, LANGUAGES)
    raise JinguoError(
        "errors.unknown_language", {"found": name, "allowed": LANGUAGES, "meant": meant}
    )
