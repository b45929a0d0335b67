"""Pictures of each page and state, wide and on a phone, light and dark: python -m tests.screenshots FOLDER.

Asks the real service over the current index. chat-answer.png, made as well, is the picture for the README.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from rag.chatbot import Chatbot
from rag.settings import load_settings
from tests.browser import CHROMIUM, chromium, serving

SIZES = {"wide": (1280, 900), "phone": (390, 844)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ASKED = "Saanko syöttää henkilötietoja tekoälypalveluun?"
TRANSLATED = "In what kinds of tasks is generative AI useful?"
NOT_ANSWERED = "Paljonko tekoälylisenssi maksaa?"


def ask(page: Page, question: str, language: str = "fi") -> None:
    page.goto(f"/?lang={language}")
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


def main(folder: Path) -> int:
    if CHROMIUM is None:
        print("There is no chromium. Install it: apt-get install chromium", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    settings = load_settings()
    with serving(create_app(settings, Chatbot.open(settings))) as address, chromium() as browser:
        for size, (width, height) in SIZES.items():
            for theme in THEMES:
                context = browser.new_context(
                    base_url=address,
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    reduced_motion="reduce",
                )
                take(context.new_page(), folder, f"{size}-{theme}")
                context.close()
        picture(browser, address, folder / "chat-answer.png")
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
