"""The replay file: films, words, scripts and styles in one page that asks for nothing else."""

import json
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from viz.dashboard.frames import Film
from viz.dashboard.lesson import Lesson
from viz.dashboard.payload import payload
from viz.dashboard.server import page_script, page_style
from viz.dashboard.story_figures import figures_of, for_browser, holds, told
from viz.dashboard.story_lines import kind_of, title_of
from viz.words import LANGUAGES, Language, Words

HERE = Path(__file__).parent
CHARTS = ("income", "burnout", "trust", "shops")
# Nothing may be asked of anybody: only what stands in the page itself.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"

Texts = dict[str, str]


@dataclass(frozen=True)
class Replay:
    """What a replay file shows.

    Attributes:
        title: in both languages.
        films: by future, `a` and perhaps `b`.
        scenario: what it is called.
        sides: what the futures are called, in both languages.
        lesson: whose cards are shown beside the film, if any.
    """

    title: Texts
    films: dict[str, Film]
    scenario: str
    sides: dict[str, Texts] = field(default_factory=dict)
    lesson: Lesson | None = None


def replay_page(replay: Replay, lang: Language) -> str:
    """The whole file; `lang` is the language it opens in."""
    words = Words(lang)
    return "\n".join([
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head>',
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        f'<link rel="icon" href="data:,"><title>{escape(replay.title[lang])}</title>',
        f"<style>{page_style()}\n{_own('replay.css')}</style></head>",
        f"<body><noscript>{escape(words.say('story.no_script'))}</noscript>",
        f'<script type="application/json" id="replay">{_safe(data_of(replay, lang))}</script>',
        f"<script>{_closed(page_script())}</script>",
        f"<script>{_closed(_own('replay.js'))}</script></body></html>",
    ]) + "\n"  # fmt: skip


def data_of(replay: Replay, lang: Language) -> dict[str, Any]:
    """What the page draws, as plain data."""
    a, b = replay.films["a"], replay.films.get("b")
    lesson = replay.lesson
    wanted = [name for card in lesson.cards for name in card.charts] if lesson else CHARTS
    data: dict[str, Any] = {
        "lang": lang, "title": replay.title, "sides": _sides(replay),
        "about": {"scenario": replay.scenario, "seed": a.seed, "women": a.cast.everybody},
        "films": {side: payload(film) for side, film in replay.films.items()},
        "charts": [_chart(name) for name in dict.fromkeys(wanted)],
    }  # fmt: skip
    if lesson is not None:
        values = figures_of(lesson, a, b)
        data |= {
            "lesson": for_browser(lesson), "figures": told(lesson, values),
            "holds": holds(lesson, values),
        }  # fmt: skip
    return data


def _sides(replay: Replay) -> dict[str, Texts]:
    plain = {side: dict.fromkeys(map(str, LANGUAGES), side.upper()) for side in replay.films}
    return plain | replay.sides


def _chart(name: str) -> dict[str, Any]:
    """A line with its title in both languages; means are of the women who sell."""
    column = f"{name}_now" if name in {"income", "burnout", "trust"} else name
    titles: Texts = {lang: title_of(column, Words(lang)) for lang in LANGUAGES}
    return {"name": name, "kind": kind_of(column), "title": titles}


def _own(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _safe(data: dict[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _closed(script: str) -> str:
    """A script that cannot end the element it stands in."""
    return script.replace("</", "<\\/")
