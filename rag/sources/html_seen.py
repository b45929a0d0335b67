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
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
STRUCK_STYLE = re.compile(r"text-decoration[\w-]{0,20}\s{0,9}:[^;]{0,100}line-through", re.IGNORECASE)
PANEL = re.compile(r"\b(?:collapse|accordion\w*|panel|tab-?pane\w*|faq-?_?\w{0,20}|answer)\b", re.IGNORECASE)
ABOVE_STYLE = re.compile(r"vertical-align\s{0,9}:\s{0,9}(?:super|text-top)", re.IGNORECASE)
# What a note's number is called where it stands in the text, and where it leads; the words are those of pandoc, Word,
# GitHub, MediaWiki and CSS tool kits.
_ABOVE_CLASSES = frozenset(
    "sup superscript footnote-ref footnote-reference footnoteref footnote-anchor footnote noteref note-ref fn-ref"
    " endnote-ref endnote-reference".split()
)
_TO_NOTE = re.compile(r"#(?:user-content-)?_?(?:sd)?(?:ftn|edn|fn|footnote|endnote|cite_note|fotnot|alaviite)[-_:]?\d")
# Boxes laid over or beside the text, by what the common tools for them are called; a page on cookies has other names.
_BOX = re.compile(
    r"(?:^|[\s_-])(?:(?:cookie|consent|gdpr|eväste|evaste)-?_?(?:law-?_?info|compliance)?-?_?"
    r"(?:banner|bar|box|consent|dialog|modal|notice|popup)"
    r"|(?:social-?_?)?shar(?:e|ing)-?_?(?:buttons?|links?|bar|list|save-?_?container|enabled)"
    r"|social-?_?(?:share|links|media-?_?(?:links|icons|buttons|bar|share))|some-?_?(?:jako|napit))(?=$|[\s_-])"
    r"|(?:^|[\s_-])(?:onetrust|cybotcookiebot|usercentrics|didomi|cookiehub|cookiebot|cky-|cmplz|eupopup)"
    r"|(?:^|\s)(?:sharedaddy|breadcrumbs?(?:-?_?(?:list|nav|trail|container|wrapper))?|murupolku)(?=$|\s)",
    re.IGNORECASE,
)
_BOX_LABEL = re.compile(
    r"(?:eväste|cookies?|kak)\W{0,3}(?:asetu|ilmoi|suostu|valin|settings|consent|notice|banner|preferences|inställning"
    r"|samtycke|meddelande)|(?:hallitse evästeitä|manage cookies|hantera kakor|murupolku|breadcrumbs?|brödsmulor)\W*$",
    re.IGNORECASE,
)
# Beside the text, outside its main part.
_SIDE = re.compile(
    r"(?:^|\s)(?:(?:left-?_?|right-?_?|page-?_?)?side-?_?bar(?:-?_?(?:left|right))?|widget-?_?area|sivupalkki)(?=$|\s)",
    re.IGNORECASE,
)
CONTROLS = ("button", "a", "div", "span", "li", "p", "h2", "h3", "h4", "h5", "h6", "dt")
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
    return hidden(element) or _is_box(element)


def _is_box(element: etree._Element) -> bool:
    """Whether it is laid over or beside the text; what holds the text itself is not, whatever the tool calls it."""
    named = any(_BOX.search(element.get(name) or "") for name in ("id", "class"))
    labelled = element.tag in ("div", "section", "ul", "ol") and _BOX_LABEL.match(element.get("aria-label") or "")
    beside = element.tag == "div" and any(_SIDE.search(element.get(name) or "") for name in ("id", "class"))
    if beside and not named and not labelled:
        beside = not any(each.tag in ("article", "section") or is_main(each) for each in element.iterancestors())
    if not (named or labelled or beside) or element.tag in ("html", "body"):
        return False
    of_text = ("main", "article") if named or labelled else ("main", "article", "h1")
    return next(element.iter(*of_text), None) is None


def within_unseen(element: etree._Element) -> bool:
    return any(unseen(each) for each in element.iterancestors())


def struck(element: etree._Element) -> bool:
    return element.tag in STRUCK or STRUCK_STYLE.search(element.get("style") or "") is not None


def hidden(element: etree._Element) -> bool:
    said = (element.get("hidden") or "").lower() != "until-found" and element.get("hidden") is not None
    return said or element.get("aria-hidden") == "true" or HIDDEN_STYLE.search(element.get("style") or "") is not None


def above_the_line(element: etree._Element) -> bool:
    """Whether it is set above the line, or is called a note's number, which tool kits set there."""
    if element.tag == "sup" or element.get("role") == "doc-noteref":
        return True
    if element.tag == "a" and _TO_NOTE.match(element.get("href") or ""):
        return True
    classes = (element.get("class") or "").lower().split() if element.tag in ("a", "span", "small") else ()
    return not _ABOVE_CLASSES.isdisjoint(classes) or ABOVE_STYLE.search(element.get("style") or "") is not None


def heads(element: etree._Element) -> bool:
    return any(parent.tag in HEADINGS for parent in element.iterancestors())


def opens(element: etree._Element) -> bool:
    if any(element.get(name) is not None for name in ("aria-controls", "aria-expanded", "data-bs-toggle")):
        return True
    if element.get("role") == "tab" or element.get("data-toggle") in ("collapse", "tab", "pill"):
        return True
    following = element.getnext()  # a button that says nothing, right before the panel that it opens
    panel = following is not None and isinstance(following.tag, str) and PANEL.search(following.get("class") or "")
    return element.tag == "button" and bool(panel)
