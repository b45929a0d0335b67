"""A real browser and a real server for the tests of the pages: Debian's Chromium, driven by playwright."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import uvicorn
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Frame,
    Page,
    Request,
    expect,
    sync_playwright,
)
from starlette.types import ASGIApp

from api.app import server_config
from rag.settings import Settings
from tests.support.waiting import WAIT_S

WIDE, PHONE, ZOOMED = (1280, 900), (390, 844), (320, 256)  # the last is 1280 × 1024 at 400 %
CHROMIUM = shutil.which("chromium")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
expect.set_options(timeout=1000 * WAIT_S)
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def serving(app: ASGIApp, settings: Settings | None = None) -> Iterator[str]:
    """The address of a server that runs as long as the context, set up as the service's own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(server_config(app, settings or Settings()))
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        deadline = time.monotonic() + WAIT_S
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            running.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def follow(page: Page, link: str) -> None:
    """Go where a link of this name leads, and wait until the page that comes has its scripts."""
    with page.expect_navigation():  # ends with the load event, which comes after the modules
        page.get_by_role("link", name=link, exact=True).click()


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def axe_findings(page: Page | Frame) -> list[str]:
    """What axe-core finds on the page, or in a frame, as it is now: the rule and the elements of each finding."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": _AXE_TAGS}, "resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate(f"() => axe.run(document, {json.dumps(options)})")
    return [
        f"{violation['id']}: {', '.join(str(node['target']) for node in violation['nodes'])}: "
        f"{violation['nodes'][0]['failureSummary']}"
        for violation in found["violations"]
    ]


@contextmanager
def opened(
    browser: Browser, address: str, size: tuple[int, int] = WIDE, also: tuple[str, ...] = (), **options: Any
) -> Iterator[BrowserContext]:
    """A context without a past, which may ask nobody but the server, and whose pages' scripts must not fail.

    also: addresses of others that may be asked.
    """
    width, height = size
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, **{"locale": "fi-FI"} | options
    )
    context.set_default_timeout(1000 * WAIT_S)
    wrong: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    def on_request(request: Request) -> None:
        if not request.url.startswith((address, *also)):
            wrong.append(request.url)

    def on_console(said: ConsoleMessage) -> None:
        if "Content Security" in said.text:
            wrong.append(said.text)

    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("dialog", on_dialog)
    context.on("request", on_request)
    context.on("console", on_console)
    yield context
    context.close()
    assert wrong == [], wrong


def nothing_found(page: Page, state: str) -> None:
    """No finding of axe-core in either theme, and nothing that has to be scrolled sideways.

    Of the page as it stands once it is shown: its texts are there before, hidden, where a test can already read them.
    """
    expect(page.locator("h1").filter(visible=True)).to_have_count(1)
    expect(page.locator("#loading")).to_be_hidden()
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = axe_findings(page)
        assert not found, f"{state}, {theme}: {found}"
    too_wide = page.evaluate("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    assert too_wide <= 0, state
