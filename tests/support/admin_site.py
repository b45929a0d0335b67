"""A small corpus with its index and its server, for the tests of the administrators' pages in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.app import create_app
from api.sessions import PLAIN_COOKIE
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.language.messages import say
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from rag.types import Language
from tests.support.browser import WIDE, opened, serving

TOKEN = "a-long-token-of-a-small-installation"
OPEN_HOURS = "Kirjasto on avoinna vain arkisin."


def small_corpus(folder: Path, models: Path, **given: Any) -> Settings:
    """Two documents without examples, a rule that rests on one of them; the models of another data folder."""
    corpus = folder / "corpus"
    corpus.mkdir()
    texts = {"kirjasto": f"{OPEN_HOURS}\n\nKortti maksaa viisi euroa.", "uimala": "Uimalassa peseydytään ensin."}
    for name, text in texts.items():
        head = f"---\nid: {name}\ntitle: {name.title()}\nlanguage: fi\n---\n\n"
        (corpus / f"{name}.md").write_text(f"{head}{text}\n", encoding="utf-8")
    (corpus / "rules.yaml").write_text(
        f"rules:\n- id: aukiolo\n  document: kirjasto\n  quote: '{OPEN_HOURS}'\n  beside: Kirjasto\n"
        "  says: {fi: Vain arkisin., sv: Bara på vardagar., en: Only on weekdays.}\n",
        encoding="utf-8",
    )
    data = folder / "data"
    data.mkdir()
    (data / "models").symlink_to(models)
    return Settings.model_validate({"corpus_dir": corpus, "data_dir": data, "admin_token": TOKEN, **given})


@contextmanager
def small_site(folder: Path, settings: Settings, embedder: Embedder, lexicon: Lexicon, **given: Any) -> Iterator[str]:
    """The address of a service on the small corpus."""
    small = small_corpus(folder, settings.data_dir / "models", **given)
    build_index(small, embedder, lexicon)
    with serving(create_app(small, Chatbot(small, embedder, lexicon))) as address:
        yield address


@contextmanager
def signed_in(
    browser: Browser, address: str, size: tuple[int, int] = WIDE, **options: Any
) -> Iterator[tuple[BrowserContext, Page]]:
    """A page of somebody who has signed in with the token."""
    with opened(browser, address, size, **options) as context:
        given = {"Authorization": f"Bearer {TOKEN}"}
        assert context.request.post("/api/admin/sessions", headers=given).status == 204  # the context has its cookie
        yield context, context.new_page()


def sign_out_elsewhere(page: Page) -> None:
    """As if the session had ended."""
    page.context.clear_cookies(name=PLAIN_COOKIE)


def text(key: str, language: Language = "fi", **values: object) -> str:
    return say(language, f"page.admin.{key}", **values)


def file(name: str, content: str) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content.encode()}


def make_draft(page: Page, name: str, content: str, **fields: str) -> None:
    """Upload a new document by the form, and arrive at its draft."""
    page.goto("/admin/documents")
    page.locator("#upload input[type=file]").set_input_files(file(name, content))
    for key, value in fields.items():
        page.locator(f"#upload [name={key}]").fill(value)
    page.locator("#upload [type=submit]").click()
    expect(page.locator("#text, #passages").first).to_be_visible()
