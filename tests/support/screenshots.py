"""Pictures of each page and state, wide and on a phone, light and dark: python -m tests.support.screenshots FOLDER.

Asks the real service over the current index. chat-answer.png and admin-preview.png, made as well, are the pictures for
the README. The draft that the administrators' pages show is kept in a folder of its own and never published.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from playwright.sync_api import Browser, FloatRect, Page, expect
from pydantic import SecretStr

from api.admin_pages import PAGES
from api.app import create_app
from rag.chatbot import Chatbot
from rag.settings import Settings, load_settings
from tests.support.admin_site import TOKEN, file, signed_in
from tests.support.browser import CHROMIUM, chromium, serving
from tests.support.pictures import save_picture

SIZES = {"wide": (1280, 900), "phone": (390, 844)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ASKED = "Saanko syöttää henkilötietoja tekoälypalveluun?"
TRANSLATED = "In what kinds of tasks is generative AI useful?"
NOT_ANSWERED = "Paljonko tekoälylisenssi maksaa?"


def ask(page: Page, question: str, language: str = "fi") -> None:
    page.goto(f"/?lang={language}")
    if page.locator("#new").is_visible():  # the conversation before is still there
        page.locator("#new").click()
    page.locator("#question").fill(question)
    page.locator("#ask .primary").click()
    expect(page.locator(".after")).to_be_visible()


def take(page: Page, folder: Path, name: str) -> None:
    """Every state of the pages, as FOLDER/<state>-<name>.png."""

    def shoot(state: str, whole: bool = True) -> None:
        page.screenshot(path=folder / f"{state}-{name}.png", full_page=whole)

    page.goto("/?lang=fi")
    shoot("empty")
    page.locator("#kept summary").click()
    page.get_by_role("checkbox").check()
    ask(page, ASKED)
    page.locator("#kept summary").click()
    shoot("answer")
    page.locator(".reference").first.click()
    expect(page.locator("#passage mark")).to_be_visible()
    shoot("passage", whole=False)
    page.keyboard.press("Escape")
    ask(page, TRANSLATED, "en")
    page.locator(".reference").first.click()
    expect(page.locator("#passage mark")).to_be_visible()
    shoot("translation", whole=False)
    page.keyboard.press("Escape")
    ask(page, NOT_ANSWERED)
    shoot("refusal")
    page.context.set_offline(True)
    page.locator("#question").fill(ASKED)
    page.locator("#ask .primary").click()
    expect(page.locator(".turn .error")).to_be_visible()
    shoot("failed")
    page.context.set_offline(False)
    ask(page, ASKED)
    place = page.locator(".citations a").first.get_attribute("href")
    assert place is not None
    page.goto(place)
    shoot("source", whole=False)
    page.goto(place.partition("?")[0])
    shoot("source-top", whole=False)
    page.goto("/accessibility?lang=sv")
    shoot("accessibility")
    page.goto("/nowhere?lang=fi")
    shoot("not-found")


CHANGED_ID = "vm-genai-guidance-2025"
# What a new edition of the guidance might say in the place of these words.
EDITS = {
    "ellei palvelua ole organisaatiossa hyväksytty tähän tarkoitukseen": (
        "ellei organisaatio ole hyväksynyt palvelua kirjallisesti tähän tarkoitukseen"
    ),
}


def beside(settings: Settings, folder: Path) -> Settings:
    """The same index in a data folder of its own, for drafts that are not to stay."""
    for each in settings.data_dir.resolve().iterdir():
        if each.name == "changes":
            shutil.copytree(each, folder / each.name)
        elif not each.name.startswith("ohjenuora.db"):
            (folder / each.name).symlink_to(each)
    aside = {"data_dir": folder, "admin_token": SecretStr(TOKEN), "database_url": SecretStr("")}
    return settings.model_copy(update=aside)


def changed_guidance(settings: Settings) -> str:
    """The guidance with a few words changed, as an administrator would upload it."""
    source = (settings.corpus_dir / "documents" / f"{CHANGED_ID}.md").read_text(encoding="utf-8")
    for before, after in EDITS.items():
        assert before in source, before
        source = source.replace(before, after)
    return source


def preview_of_change(page: Page, source: str) -> None:
    """Upload the changed guidance in the place of the one in use, and wait for its preview."""
    page.goto("/admin/documents?lang=fi")
    page.get_by_role("button", name="Ohjenuoraa").click()
    page.locator("#edit summary").first.click()
    page.locator("#edit input[type=file]").set_input_files(file("ohjenuora-2026.md", source))
    page.locator("#edit [type=submit]").first.click()
    expect(page.locator("#passages")).to_be_visible(timeout=60_000)


def take_admin(page: Page, folder: Path, name: str, source: str) -> None:
    """Every administrators' page, as FOLDER/admin-<page>-<name>.png."""

    def shoot(state: str) -> None:
        page.evaluate("() => window.scrollTo(0, 0)")
        page.screenshot(path=folder / f"admin-{state}-{name}.png", full_page=True)

    preview_of_change(page, source)
    shoot("draft")
    page.locator("#publish").click()
    page.screenshot(path=folder / f"admin-confirmation-{name}.png")
    page.keyboard.press("Escape")
    for each in PAGES:
        page.goto(f"/admin/{each}?lang=fi")
        expect(page.locator("#who")).to_be_visible()
        expect(page.locator("#loading")).to_be_hidden(timeout=20_000)
        shoot(each)
    page.goto("/admin/documents?lang=fi")
    page.locator("#upload details summary").click()
    page.locator("#upload [name=published]").fill("joskus")
    page.locator("#upload [type=submit]").click()
    shoot("wrong-fields")
    page.locator("#sign-out").click()


def picture(browser: Browser, address: str, path: Path) -> None:
    """An answer with its passage beside it."""
    context = browser.new_context(
        base_url=address, viewport={"width": 1200, "height": 900}, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    ask(page, ASKED)
    page.locator(".reference").first.click()
    expect(page.locator("#passage blockquote")).to_contain_text("Tekoälyn käytössä")
    page.evaluate("() => window.scrollTo(0, 0)")
    page.screenshot(path=path)
    context.close()


def admin_picture(browser: Browser, address: str, path: Path, source: str) -> None:
    """The preview of a change of the guidance, down to the end of the answers that would change, in 256 colours."""
    given: dict[str, Any] = {"color_scheme": "light", "reduced_motion": "reduce"}
    with signed_in(browser, address, (1200, 900), **given) as (_, page):
        preview_of_change(page, source)
        page.evaluate("() => window.scrollTo(0, 0)")
        last = page.locator("#rehearsal").bounding_box()
        assert last is not None
        clip: FloatRect = {"x": 0, "y": 0, "width": 1200, "height": last["y"] + last["height"] + 16}
        taken = page.screenshot(full_page=True, clip=clip)
    save_picture(taken, path, 256)


def main(folder: Path) -> int:
    if CHROMIUM is None:
        print("There is no chromium. Install it: apt-get install chromium", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as aside:
        settings = beside(load_settings(), Path(aside))
        source = changed_guidance(settings)
        with serving(create_app(settings, Chatbot.open(settings))) as address, chromium() as browser:
            for size, extent in SIZES.items():
                for theme in THEMES:
                    given: dict[str, Any] = {"color_scheme": theme, "reduced_motion": "reduce"}
                    with signed_in(browser, address, extent, **given) as (_, page):
                        take(page, folder, f"{size}-{theme}")
                        take_admin(page, folder, f"{size}-{theme}", source)
            picture(browser, address, folder / "chat-answer.png")
            admin_picture(browser, address, folder / "admin-preview.png", source)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
