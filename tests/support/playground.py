"""Microsoft's own emulator of Teams, the Microsoft 365 Agents Playground, with a bot that wants signed requests.

python -m tests.support.playground PNG makes the picture of docs/integrations.md. The Playground signs nothing: what
stands between it and the bot does what Azure does, it names the tenant and signs.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.app import create_app
from api.teams_activity import PATH
from rag.chatbot import Chatbot
from rag.settings import load_settings
from tests.support.browser import chromium, opened, serving
from tests.support.microsoft import TENANT, Microsoft, microsoft
from tests.support.pictures import save_picture
from tests.support.servers import free_port, wait_for
from tests.support.waiting import WAIT_S

NPX = shutil.which("npx")
PLAYGROUND = "@microsoft/m365agentsplayground@0.2.28"
FONTS = "https://res-1.cdn.office.net/"  # its page asks for them, and does without
CARD = ".ac-adaptiveCard"
ASKED = "Saako henkilötietoja syöttää Copilotiin?"


class NotInstalled(Exception):
    """npx could not install the Playground."""


def signing(stand_in: Microsoft, bot: str) -> Starlette:
    """Passes what comes on to the bot, signed."""

    async def messages(request: Request) -> Response:
        if request.method == "HEAD":  # whether there is somebody
            return Response()
        activity: Any = await request.json()
        activity["conversation"]["tenantId"] = TENANT
        activity["channelData"] = activity.get("channelData", {}) | {"tenant": {"id": TENANT}}
        token = stand_in.token(serviceurl=activity["serviceUrl"])
        async with httpx.AsyncClient(timeout=WAIT_S) as client:
            passed = await client.post(bot, json=activity, headers={"Authorization": f"Bearer {token}"})
        return Response(passed.content, passed.status_code)

    return Starlette(routes=[Route("/api/messages", messages, methods=["HEAD", "POST"])])


@contextmanager
def playground(stand_in: Microsoft, bot: str, port: int, folder: Path) -> Iterator[str]:
    """The address of the emulator's page. Raises NotInstalled."""
    run = [str(NPX), "--yes", PLAYGROUND]
    if subprocess.run([*run, "--version"], cwd=folder, capture_output=True, check=False).returncode:
        raise NotInstalled
    with serving(signing(stand_in, bot)) as signed, (folder / "log").open("wb") as log:
        command = [*run, "start", "--app-endpoint", f"{signed}/api/messages", "--channel-id", "msteams"]
        command += ["--port", str(port), "--disable-telemetry", "true"]
        # A group of its own: npx starts it as a process below others.
        emulator = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(f"http://localhost:{port}/", WAIT_S)
            yield f"http://localhost:{port}"
        finally:
            os.killpg(emulator.pid, signal.SIGTERM)
            emulator.wait()


@contextmanager
def conversation(browser: Browser, chatbot: Chatbot, folder: Path) -> Iterator[Page]:
    """A chat of somebody with the bot. Raises NotInstalled."""
    port = free_port()
    with microsoft() as stand_in:
        settings = stand_in.settings(data_dir=folder / "data", teams_services=f"http://localhost:{port}")
        with (
            serving(create_app(settings, chatbot)) as service,
            playground(stand_in, f"{service}{PATH}", port, folder) as address,
            opened(browser, address, (1280, 1500), also=(FONTS,)) as context,
        ):
            page = context.new_page()
            page.goto("/")
            yield page


def ask(page: Page, question: str) -> Locator:
    """The card that answers."""
    cards = page.locator(CARD)
    before = cards.count()
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    expect(cards.nth(before)).to_be_visible()
    return cards.nth(before)


def main(picture: Path) -> int:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        chatbot = Chatbot.open(load_settings())
        with conversation(browser, chatbot, Path(folder)) as page:
            taken = ask(page, ASKED).screenshot()
    save_picture(taken, picture, 64)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
