"""What of a page its reader sees: without menus, boxes over it and what is hidden or struck out, with what opens."""

from __future__ import annotations

import re

from lxml import etree

UNSEEN = {
    "head", "script", "style", "template", "noscript", "nav", "footer", "form", "dialog", "input", "del", "s", "strike",
    "select", "textarea", "datalist", "iframe", "object", "embed", "canvas", "audio", "video", "svg", "map",
}  # fmt: skip
STRUCK = {"del", "s", "strike"}
_UNSEEN_ROLES = {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog"}
_REMARKS = {"note", "alert"}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STRUCK_STYLE = re.compile(r"text-decoration[\w-]{0,20}\s{0,9}:[^;]{0,100}line-through", re.IGNORECASE)
# Rules for single classes; the names are those of common tool kits.
_STRUCK_RULE = re.compile(r"([^{}]{1,300})\{[^{}]{0,1000}line-through")
_CLASS = re.compile(r"(?:^|,)\s{0,9}[a-z]{0,10}\.([\w-]{1,60})\s{0,9}(?=,|$)")
_STRUCK_CLASSES = frozenset({"line-through", "text-decoration-line-through", "strikethrough", "strike-through"})
_PANEL = re.compile(r"\b(?:collapse|accordion\w*|panel|tab-?pane\w*|faq-?_?\w{0,20}|answer)\b", re.IGNORECASE)
_ABOVE_STYLE = re.compile(r"vertical-align\s{0,9}:\s{0,9}(?:super|text-top)", re.IGNORECASE)
# Boxes laid over or beside the text, by what the common tools for them are called; a page on cookies has other names.
_BOX = re.compile(
    r"(?:^|[\s_-])(?:(?:cookie|consent|gdpr|eväste|evaste)-?_?(?:banner|bar|box|consent|dialog|modal|notice|popup)"
    r"|(?:social-?_?)?share-?_?(?:buttons?|links?|bar|list)"
    r"|social-?_?(?:share|links|media-?_?(?:links|icons|buttons|bar|share))|some-?_?(?:jako|napit))(?=$|[\s_-])"
    r"|(?:^|[\s_-])(?:onetrust|cybotcookiebot|usercentrics|didomi|cookiehub|cookiebot|cky-|cmplz)",
    re.IGNORECASE,
)
_OPENING = {"h2", "h3", "h4", "h5", "h6", "dt"}
_CONTROLS = ("button", "a", "div", "span", "li", "p", "h2", "h3", "h4", "h5", "h6", "dt")
_LEADS_TO = ("href", "data-bs-target", "data-target")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def is_main(element: etree._Element) -> bool:
    return element.tag == "main" or element.get("role") == "main"


def unseen(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return True
    if element.tag == "form" and next(element.iter("main", "h1"), None) is not None:
        return False  # ASP.NET wraps whole pages in one form
    if element.tag in ("header", "aside") or element.get("role") == "complementary":
        # A page's banner and side bar; an article's header holds its title, its aside a remark.
        return element.get("role") not in _REMARKS and not any(
            parent.tag in ("article", "section") or is_main(parent) for parent in element.iterancestors()
        )
    if element.tag == "button":  # what opens and closes a panel is its heading
        return not (opens(element) or heads(element))
    if element.tag in UNSEEN or element.get("role") in _UNSEEN_ROLES or struck(element):
        return True
    if element.get("aria-modal") == "true":
        return True
    if element.tag in HEADINGS:  # its id is made of its words: "cookie-notice"
        return hidden(element)
    return hidden(element) or any(_BOX.search(element.get(name) or "") for name in ("id", "class"))


def within_unseen(element: etree._Element) -> bool:
    return any(unseen(each) for each in element.iterancestors())


def struck(element: etree._Element) -> bool:
    return element.tag in STRUCK or _STRUCK_STYLE.search(element.get("style") or "") is not None


def hidden(element: etree._Element) -> bool:
    said = (element.get("hidden") or "").lower() != "until-found" and element.get("hidden") is not None
    return said or element.get("aria-hidden") == "true" or _HIDDEN_STYLE.search(element.get("style") or "") is not None


def above_the_line(element: etree._Element) -> bool:
    return element.tag == "sup" or _ABOVE_STYLE.search(element.get("style") or "") is not None


def heads(element: etree._Element) -> bool:
    return any(parent.tag in HEADINGS for parent in element.iterancestors())


def open_panels(root: etree._Element) -> None:
    """What is hidden until its reader opens it is there to be read: something on the page says that it opens it, its
    class says what it is, or it is all that stands under its heading."""
    controls = [each for each in root.iter(*_CONTROLS) if opens(each)]
    named = " ".join(each.get("aria-controls") or "" for each in controls).split()
    opened = {*named, *((each.get(name) or "").removeprefix("#") for each in controls for name in _LEADS_TO)}
    for element in root.iter("div", "section", "ul", "dd", "p"):
        previous = element.getprevious()
        under_heading = previous is not None and (previous.tag in _OPENING or opens(previous))
        panel = element.get("role") == "tabpanel" or element.get("id") in opened
        if panel or under_heading or _PANEL.search(element.get("class") or ""):
            for attribute in ("hidden", "aria-hidden"):
                element.attrib.pop(attribute, "")
            if style := element.get("style"):
                element.set("style", _HIDDEN_STYLE.sub("", style))


def strike_by_class(root: etree._Element) -> None:
    """What the page's own style sheet strikes out by its class is struck out like by a style of its own."""
    sheets = " ".join(each.text or "" for each in root.iter("style"))
    struck = {
        name for selectors in _STRUCK_RULE.findall(sheets) for name in _CLASS.findall(selectors)
    } | _STRUCK_CLASSES
    for element in root.iter(etree.Element):
        if struck.intersection((element.get("class") or "").split()):
            element.set("style", "text-decoration:line-through")


def opens(element: etree._Element) -> bool:
    if any(element.get(name) is not None for name in ("aria-controls", "aria-expanded", "data-bs-toggle")):
        return True
    if element.get("role") == "tab" or element.get("data-toggle") in ("collapse", "tab", "pill"):
        return True
    following = element.getnext()  # a button that says nothing, right before the panel that it opens
    panel = following is not None and isinstance(following.tag, str) and _PANEL.search(following.get("class") or "")
    return element.tag == "button" and bool(panel)
