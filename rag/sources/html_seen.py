"""What of a page its reader sees: without menus, boxes over it and what is hidden or struck out, with what opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

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
# Rules for single classes, and for all numbered lists; the names are those of common tool kits.
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,1000})")
_SELECTOR = re.compile(r"(?:^|,)\s{0,9}(?:[a-z]{0,10}\.([\w-]{1,60})|(ol))\s{0,9}(?=,|$)")
_STRUCK_CLASSES = frozenset({"line-through", "text-decoration-line-through", "strikethrough", "strike-through"})
_PANEL = re.compile(r"\b(?:collapse|accordion\w*|panel|tab-?pane\w*|faq-?_?\w{0,20}|answer)\b", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s{0,9}:", re.IGNORECASE)
_ABOVE_STYLE = re.compile(r"vertical-align\s{0,9}:\s{0,9}(?:super|text-top)", re.IGNORECASE)
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
_STYLES = (_STRUCK_STYLE, _ABOVE_STYLE, _LIST_STYLE)
_DISPLAY = re.compile(r"(?:^|;)\s{0,9}(?:display|visibility)\s{0,9}:", re.IGNORECASE)
_BRACE = re.compile(r"[{}]")
_MAX_STYLE = 1000  # characters of what a sheet says of one class
_OPENING = {"h2", "h3", "h4", "h5", "h6", "dt"}
_CONTROLS = ("button", "a", "div", "span", "li", "p", "h2", "h3", "h4", "h5", "h6", "dt")
_BUTTON_CLASS = re.compile(r"collapsible|accordion|toggle|faq|question|kysymys|haitari", re.IGNORECASE)
_BLOCKS = ("div", "section", "article", "ul", "ol", "dl", "dd", "p", "table")
_WRAPPERS = 3  # elements that hold nothing but the button; chosen by judgement
_LOOKED_AT = 100  # pieces of a text, to see that it says anything
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
    return element.tag in STRUCK or _STRUCK_STYLE.search(element.get("style") or "") is not None


def hidden(element: etree._Element) -> bool:
    said = (element.get("hidden") or "").lower() != "until-found" and element.get("hidden") is not None
    return said or element.get("aria-hidden") == "true" or _HIDDEN_STYLE.search(element.get("style") or "") is not None


def above_the_line(element: etree._Element) -> bool:
    """Whether it is set above the line, or is called a note's number, which tool kits set there."""
    if element.tag == "sup" or element.get("role") == "doc-noteref":
        return True
    if element.tag == "a" and _TO_NOTE.match(element.get("href") or ""):
        return True
    classes = (element.get("class") or "").lower().split() if element.tag in ("a", "span", "small") else ()
    return not _ABOVE_CLASSES.isdisjoint(classes) or _ABOVE_STYLE.search(element.get("style") or "") is not None


def heads(element: etree._Element) -> bool:
    return any(parent.tag in HEADINGS for parent in element.iterancestors())


def panel_headings(root: etree._Element) -> dict[etree._Element, etree._Element]:
    """Of the panels that a reader opens and closes, what opens each, where it can be its heading: what is read after
    the panel, and after those of the same kind behind it, is a heading or nothing. Other text would seem to stand below
    the last of them."""
    tabs = {each.get("id"): each for each in root.iter(*_CONTROLS) if opens(each)}
    found: dict[etree._Element, etree._Element] = {}
    ends: dict[etree._Element, bool] = {}
    for panel in reversed(list(root.iter(etree.Element))):
        if panel.tag != "details" and panel.get("role") != "tabpanel":
            continue
        following = _read_next(panel)
        ends[panel] = following is None or following.tag in HEADINGS or ends.get(following, False)
        opener = panel.find("summary") if panel.tag == "details" else tabs.get(panel.get("aria-labelledby"))
        if ends[panel] and opener is not None and _beginning(opener):
            found[panel] = opener
    return found


def _read_next(panel: etree._Element) -> etree._Element | None:
    """What is read next: a heading, or a panel of the same kind, else the element whose text it is; None for the end
    of the text."""
    element = panel
    while element.tag != "body" and not is_main(element):
        parent = element.getparent()
        if parent is None:
            return None
        if (element.tail or "").strip():
            return parent
        following = element.getnext()
        if following is None:
            element = parent
        elif unseen(following) or not _beginning(following):
            element = following
        else:
            return _first_read(following, panel)
    return None


def _first_read(element: etree._Element, panel: etree._Element) -> etree._Element:
    kind = panel.tag, panel.get("role")
    while element.tag not in HEADINGS and (element.tag, element.get("role")) != kind:
        first = next((child for child in element if not unseen(child) and _beginning(child)), None)
        if first is None or (element.text or "").strip():
            break
        element = first
    return element


def open_panels(root: etree._Element) -> None:
    """What is hidden until its reader opens it is there to be read: something on the page says that it opens it, its
    class says what it is, or it is all that stands under its heading."""
    behind = _mark_buttons(root)
    controls = [each for each in root.iter(*_CONTROLS) if opens(each)]
    named = " ".join(each.get("aria-controls") or "" for each in controls).split()
    opened = {*named, *((each.get(name) or "").removeprefix("#") for each in controls for name in _LEADS_TO)}
    for element in root.iter(*_BLOCKS):
        previous = element.getprevious()
        under_heading = previous is not None and (previous.tag in _OPENING or opens(previous))
        panel = element.get("role") == "tabpanel" or element.get("id") in opened
        if panel or under_heading or element in behind or _PANEL.search(element.get("class") or ""):
            for attribute in ("hidden", "aria-hidden"):
                element.attrib.pop(attribute, "")
            if style := element.get("style"):
                element.set("style", _HIDDEN_STYLE.sub("", style))


def _mark_buttons(root: etree._Element) -> set[etree._Element]:
    """Say of each button that opens the block behind it that it opens something; these blocks."""
    blocks = set()
    for element in root.iter(*_CONTROLS):
        if (block := _block_behind(element)) is not None and _is_heading_of(element, block):
            element.set("aria-expanded", "true")
            blocks.add(block)
    return blocks


def _block_behind(element: etree._Element) -> etree._Element | None:
    """The block right behind what looks like a button, or behind what holds nothing but the button."""
    if element.tag != "button":
        called = element.get("class") or ""
        named = element.tag != "a" and _BUTTON_CLASS.search(called) and not _PANEL.search(called)
        if not named and element.get("role") != "button" and element.get("onclick") is None:
            return None
        if next(element.iterdescendants(*_BLOCKS), None) is not None:
            return None  # what holds buttons and panels
    for _ in range(_WRAPPERS):
        following, parent = element.getnext(), element.getparent()
        if (element.tail or "").strip():
            return None
        if following is not None:
            return following if following.tag in _BLOCKS else None
        if parent is None or element.getprevious() is not None or (parent.text or "").strip():
            return None
        element = parent
    return None


def _is_heading_of(button: etree._Element, block: etree._Element) -> bool:
    words = _beginning(button)
    if not words or not _beginning(block):
        return False
    if hidden(block):
        return True
    if button.tag != "button" or button.get("type") in ("submit", "reset"):
        return False
    if button.get("type") != "button" and any(each.tag == "form" for each in button.iterancestors()):
        return False  # a button without a type sends its form
    named = _BUTTON_CLASS.search(button.get("class") or "") is not None
    # "Tulosta tämä sivu" opens nothing of what is seen behind it.
    return named or words[-1].endswith("?")


def _beginning(element: etree._Element) -> list[str]:
    return " ".join(str(text)[:_LOOKED_AT] for text in islice(element.itertext(), _LOOKED_AT)).split()


def style_by_sheet(root: etree._Element) -> None:
    """What the page's own style sheet strikes out, hides, sets above the line or numbers in letters by its class is so
    as by a style of its own."""
    said: dict[str, str] = {}
    sheet = " ".join(each.text or "" for each in root.iter("style"))
    shown = _shown_by_class(sheet)
    for selectors, declared in _RULE.findall(sheet):
        kept = [each for each in declared.split(";") if any(style.search(each) for style in _STYLES)]
        for name, tag in _SELECTOR.findall(selectors) if kept else ():
            key = f".{name}" if name else tag
            said[key] = ";".join([*kept, said.get(key, "")])[:_MAX_STYLE]  # what is said later holds
    for element in root.iter(etree.Element):
        classes = dict.fromkeys((element.get("class") or "").split())
        styles = [said[key] for key in (*(f".{name}" for name in classes), element.tag) if key in said]
        if _STRUCK_CLASSES.intersection(classes):
            styles.append("text-decoration:line-through")
        _, is_shown = max((shown[name] for name in classes if name in shown), default=(0, True))
        if not is_shown and not _DISPLAY.search(element.get("style") or ""):
            styles.append("display:none")
        if styles:
            # Bounded, as an element may name thousands of classes.
            element.set("style", f"{element.get('style') or ''};{';'.join(styles)[:_MAX_STYLE]}")


def _shown_by_class(sheet: str) -> dict[str, tuple[int, bool]]:
    """Of each class that a sheet shows or hides: in which of its rules last, and whether it is shown. What holds only
    of some media, as of what is printed, does not count."""
    shown: dict[str, tuple[int, bool]] = {}
    for number, (selectors, declared) in enumerate(_unconditional_rules(_without_remarks(sheet))):
        if _DISPLAY.search(declared):
            for name, _ in _SELECTOR.findall(selectors):
                shown[name] = number, _HIDDEN_STYLE.search(declared) is None
    return shown


def _without_remarks(sheet: str) -> str:
    before, *rest = sheet.split("/*")
    return before + "".join(each.partition("*/")[2] for each in rest)


def _unconditional_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and declarations of each rule that stands within no other."""
    depth = start = body = 0
    for brace in _BRACE.finditer(sheet):
        if brace[0] == "{":
            if depth == 0:
                body = brace.end()
            depth += 1
        elif depth > 0:
            depth -= 1
            selectors = sheet[start : body - 1].rpartition(";")[2]
            if depth == 0 and not selectors.lstrip().startswith("@"):
                yield selectors, sheet[body : brace.start()]
        if depth == 0:
            start = brace.end()


def opens(element: etree._Element) -> bool:
    if any(element.get(name) is not None for name in ("aria-controls", "aria-expanded", "data-bs-toggle")):
        return True
    if element.get("role") == "tab" or element.get("data-toggle") in ("collapse", "tab", "pill"):
        return True
    following = element.getnext()  # a button that says nothing, right before the panel that it opens
    panel = following is not None and isinstance(following.tag, str) and _PANEL.search(following.get("class") or "")
    return element.tag == "button" and bool(panel)
