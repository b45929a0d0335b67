"""`make open-webui`: a real Open WebUI asks the service, in a real browser; the picture of docs/integrations.md.

python -m tests.support.open_webui PNG. Open WebUI has pins that are not ours: it is installed in an environment of its
own, whose command the variable OPEN_WEBUI names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from api.app import create_app
from rag.chatbot import Chatbot
from rag.language.messages import say
from rag.settings import load_settings
from tests.support.browser import CHROMIUM, chromium, opened, serving
from tests.support.pictures import save_picture
from tests.support.servers import free_port, wait_for

PROGRAM = os.environ.get("OPEN_WEBUI") or shutil.which("open-webui")
ASKED = "Saako henkilötietoja syöttää Copilotiin?"
START_S = 600.0  # the first start makes its database, on a busy machine for minutes
# What docs/integrations.md tells to set: the tasks that are no questions, and what would be fetched from elsewhere.
SETTINGS = {
    "ENABLE_TITLE_GENERATION": "False",
    "ENABLE_TAGS_GENERATION": "False",
    "ENABLE_FOLLOW_UP_GENERATION": "False",
    "ENABLE_OLLAMA_API": "False",
    "OFFLINE_MODE": "True",
    "RAG_EMBEDDING_ENGINE": "openai",
}


@contextmanager
def open_webui(service: str, folder: Path) -> Iterator[str]:
    """The address of an Open WebUI without a past that has one connection: the service at that address."""
    assert PROGRAM is not None
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DATA_DIR": str(folder),
        "WEBUI_SECRET_KEY": "a-key-that-nobody-needs-to-guess-here",
        "OPENAI_API_BASE_URLS": f"{service}/v1",
        "OPENAI_API_KEYS": "any",
        **SETTINGS,
        **{name: value for name, value in os.environ.items() if name.startswith("OMP_")},
    }
    command = [PROGRAM, "serve", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/health", START_S)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def sign_up(page: Page) -> None:
    page.goto("/auth")
    page.get_by_role("button", name="Aloita").click()
    page.locator("#name").fill("Virkahenkilö")
    page.locator("#email").fill("virkahenkilo@example.fi")
    page.locator("#password").fill("vain-tätä-koetta-varten")
    page.locator("[type=submit]").click()
    news = page.get_by_role("dialog")
    expect(news).to_be_visible()
    page.keyboard.press("Escape")
    expect(news).to_be_hidden()


def choose(page: Page, model: str) -> None:
    page.locator("#model-selector-model-button").click()
    page.get_by_role("option", name=model).click()


def ask(page: Page, question: str) -> Locator:
    """Where the answer will stand."""
    answers = page.locator("#response-content-container")
    before = answers.count()
    page.locator("#chat-input").fill(question)
    page.keyboard.press("Enter")
    return answers.nth(before)


@contextmanager
def conversation(browser: Browser, service: str, folder: Path) -> Iterator[Page]:
    """A page of somebody who has just signed up and chosen the service. It asks nobody but Open WebUI."""
    with open_webui(service, folder) as address, opened(browser, address, (1200, 820), color_scheme="light") as context:
        page = context.new_page()
        sign_up(page)
        choose(page, "ohjenuora")
        yield page


def main(picture: Path) -> int:
    if PROGRAM is None or CHROMIUM is None:
        print("There is no chromium (apt-get install chromium) or no open-webui (make open-webui).", file=sys.stderr)
        return 2
    settings = load_settings()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(create_app(settings, Chatbot.open(settings))) as service,
        chromium() as browser,
        conversation(browser, service, Path(folder)) as page,
    ):
        expect(ask(page, ASKED)).to_contain_text(say("fi", "page.answer.follow_ups"))  # which stand last
        taken = page.screenshot()
    save_picture(taken, picture, 64)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
