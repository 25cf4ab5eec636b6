"""Start the dashboard's server: on this computer alone, or for a class that knows a code."""

import hmac
import json
import os
import secrets
import socket
import sys
import tempfile
import threading
import warnings
import webbrowser
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from model.errors import JinguoError
from viz.words import LANGUAGES, Words, all_words

HERE = Path(__file__).parent
SCRIPTS = ("film", "clock", "text", "page", "network", "poster", "lines", "lesson")
STYLES = ("style", "story")
LOCAL = ("127.0.0.1", "localhost", "::1")
COOKIE = "jinguo-class"
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike
CODE_LENGTH = 6
MOST_FORM = 200
CULL = "10m"
Scope = MutableMapping[str, Any]
Ends = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Address:
    """Where the dashboard listens.

    Attributes:
        code: what visitors must type, or nothing on this computer alone.
    """

    host: str
    port: int
    code: str

    @property
    def open_to_others(self) -> bool:
        """Somebody else than this computer can reach it."""
        return self.host not in LOCAL

    @property
    def url(self) -> str:
        """For whoever started it."""
        host = "127.0.0.1" if self.open_to_others else self.host
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}/" + (f"?code={self.code}" if self.code else "")


def address_of(host: str, port: int) -> Address:
    """An address that is free.

    Raises:
        JinguoError: somebody listens there already, or it is not one of this computer's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            port = probe.getsockname()[1]
    except OverflowError:
        raise JinguoError("dashboard.no_such_port", {"port": port}) from None
    except OSError as problem:
        key = "dashboard.port_busy" if problem.errno in _BUSY else "dashboard.no_such_host"
        raise JinguoError(key, {"port": port, "next": port + 1, "host": host}) from None
    code = "" if host in LOCAL else "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    return Address(host, port, code)


def page_script() -> str:
    """All scripts of the page and its words, as one."""
    texts = {
        lang: {
            key.removeprefix("dashboard."): words[lang]
            for key, words in all_words().items() if key.startswith(("dashboard.", "story."))
        }
        for lang in LANGUAGES
    }
    parts = [(HERE / "script" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    words = json.dumps(texts, ensure_ascii=False)
    return "\n".join([f"window.Jinguo = {{ texts: {words} }};", *parts])


def page_style() -> str:
    """All styles of the page, as one."""
    return "\n".join((HERE / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)


def serve(address: Address, *, browser: bool) -> None:
    """Serve until Ctrl-C.

    Args:
        address: a free one.
        browser: open it in the browser of this computer.
    """
    with tempfile.TemporaryDirectory() as folder:
        assets = Path(folder)
        (assets / "custom.js").write_text(page_script(), encoding="utf-8")
        (assets / "custom.css").write_text(page_style(), encoding="utf-8")
        (assets / "favicon.svg").write_bytes((HERE / "favicon.svg").read_bytes())
        app = _application(assets)
        import uvicorn  # noqa: PLC0415 (only a server needs it)

        config = uvicorn.Config(
            Gate(app, address), host=address.host, port=address.port, log_level="error",
            ws_ping_interval=20.0, timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        if browser:
            threading.Thread(target=_open_when_ready, args=(server, address.url)).start()
        server.run()


def _open_when_ready(server: Any, url: str) -> None:
    while not server.started:
        if server.should_exit:
            return
        threading.Event().wait(0.1)
    webbrowser.open(url)


def _application(assets: Path) -> Any:
    """Solara's application with our page, our scripts, and nothing that asks the internet."""
    os.environ["SOLARA_APP"] = "viz.dashboard.app"
    os.environ.setdefault("SOLARA_KERNEL_CULL_TIMEOUT", CULL)
    sys.modules.pop("solara_enterprise", None)
    from solara.server import settings  # noqa: PLC0415

    import viz.dashboard.runner  # noqa: F401, PLC0415 (its workers begin before any visitor)

    settings.main.mode = "production"
    settings.kernel.cull_timeout = CULL
    settings.telemetry.mixpanel_enable = False
    settings.theme.title = "Jinguo 巾帼"
    settings.theme.loader = "plain"
    settings.theme.show_banner = False
    settings.theme.force_refresh = True  # a page whose visit was forgotten starts it again
    settings.assets.extra_locations = [str(assets)]
    settings.assets.fontawesome_enabled = False
    settings.session.secret_key = secrets.token_hex()
    # its cookie stays on this page, and whoever started the server need not read about frames
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    from solara.server.starlette import app  # noqa: PLC0415 (reads the settings when loaded)

    return app


class Gate:
    """Lets in who may come: to this computer under its own name, or with the class code.

    Args:
        app: what lies behind.
        address: where it listens.
    """

    def __init__(self, app: Ends, address: Address) -> None:
        self.app, self.address = app, address
        self._key = secrets.token_bytes(32)

    @property
    def token(self) -> str:
        """What the cookie of somebody who knows the code holds."""
        return hmac.new(self._key, self.address.code.encode(), "sha256").hexdigest()

    async def __call__(self, scope: Scope, receive: Ends, send: Ends) -> None:
        """Answer, or ask for the code."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = {k.decode().lower(): v.decode("latin-1") for k, v in scope["headers"]}
        if self._welcome(headers):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif self.address.code:
            await self._ask(scope, headers, receive, send)
        else:
            await _answer(send, 403, "")

    def _welcome(self, headers: dict[str, str]) -> bool:
        if not self.address.open_to_others:  # another site's name for this computer is refused
            return headers.get("host", "").rpartition(":")[0].strip("[]") in LOCAL
        jar = SimpleCookie(headers.get("cookie", ""))
        held = jar[COOKIE].value if COOKIE in jar else ""
        return hmac.compare_digest(held.encode(), self.token.encode())

    async def _ask(
        self, scope: Scope, headers: dict[str, str], receive: Ends, send: Ends
    ) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        said = asked.pop("code", [""])[0]
        if scope["method"] == "POST":
            message = await receive()
            body = message.get("body", b"")[:MOST_FORM].decode("latin-1")
            said = parse_qs(body).get("code", [""])[0]
        if said and hmac.compare_digest(said.strip().upper().encode(), self.address.code.encode()):
            cookie = f"{COOKIE}={self.token}; HttpOnly; SameSite=Lax"
            page = "/?" + urlencode(asked, doseq=True)
            await _answer(send, 303, "", [("location", page), ("set-cookie", cookie)])
            return
        if said:
            import asyncio  # noqa: PLC0415

            await asyncio.sleep(1.0)  # guessing takes its time
        zh = headers.get("accept-language", "").lower().startswith("zh")
        await _answer(send, 401 if said else 200, _code_page(Words("zh" if zh else "en"), said))


def _code_page(words: Words, said: str) -> str:
    wrong = f"<p role=alert>{words.say('dashboard.code_wrong')}</p>" if said else ""
    label = words.say("dashboard.code_ask")
    return (
        f"<!doctype html><html lang={words.lang}><meta charset=utf-8>"
        f"<meta name=viewport content='width=device-width'><title>Jinguo 巾帼</title>"
        "<body style='font:20px sans-serif;max-width:30em;margin:15vh auto;padding:0 1em'>"
        f"<main><h1>Jinguo 巾帼</h1>{wrong}<form method=post><label>{label}<br>"
        "<input name=code autofocus autocomplete=off style='font:inherit;width:9em'></label> "
        f"<button style='font:inherit'>{words.say('dashboard.code_enter')}</button></form></main>"
    )


async def _answer(
    send: Ends, status: int, page: str, more: list[tuple[str, str]] | None = None
) -> None:
    headers = [("content-type", "text/html; charset=utf-8"), *(more or [])]
    raw = [(k.encode(), v.encode()) for k, v in headers]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": page.encode()})


_BUSY = (98, 48, 10048)  # the number of "address already in use" on Linux, macOS, Windows
