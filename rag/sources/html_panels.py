"""Panels that a reader opens and closes: read though they are hidden, under what opens them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from rag.sources.html_seen import CONTROLS, HEADINGS, HIDDEN_STYLE, PANEL, heads, hidden, opens, unseen

_OPENING = {"h2", "h3", "h4", "h5", "h6", "dt"}
_BUTTON_CLASS = re.compile(r"collapsible|accordion|toggle|faq|question|kysymys|haitari", re.IGNORECASE)
_BLOCKS = ("div", "section", "article", "ul", "ol", "dl", "dd", "p", "table")
_WRAPPERS = 3  # elements that hold nothing but the button; chosen by judgement
_LOOKED_AT = 100  # pieces of a text, to see that it says anything
_LEADS_TO = ("href", "data-bs-target", "data-target")
_QUOTED = re.compile(r"['\"]#?([\w-]{1,60})['\"]")  # in what a click does: what it shows
_CODE = 300  # characters of that


def open_panels(root: etree._Element) -> None:
    """What is hidden until its reader opens it is there to be read: something on the page says that it opens it, its
    class says what it is, or it is all that stands under its heading."""
    behind = _mark_buttons(root)
    controls = [each for each in root.iter(*CONTROLS) if opens(each)]
    opened = {name for each in controls for name in _panels_of(each)}
    opened.update(
        name for each in root.iter(*CONTROLS) for name in _QUOTED.findall((each.get("onclick") or "")[:_CODE])
    )
    for element in root.iter(*_BLOCKS):
        previous = element.getprevious()
        under_heading = previous is not None and (previous.tag in _OPENING or opens(previous))
        panel = element.get("role") == "tabpanel" or element.get("id") in opened
        if panel or under_heading or element in behind or PANEL.search(element.get("class") or ""):
            for attribute in ("hidden", "aria-hidden"):
                element.attrib.pop(attribute, "")
            if style := element.get("style"):
                element.set("style", HIDDEN_STYLE.sub("", style))


def _mark_buttons(root: etree._Element) -> set[etree._Element]:
    """Say of each button that opens the block behind it that it opens something; these blocks."""
    blocks = set()
    for element in root.iter(*CONTROLS):
        if (block := _block_behind(element)) is not None and _is_heading_of(element, block):
            element.set("aria-expanded", "true")
            blocks.add(block)
    return blocks


def _block_behind(element: etree._Element) -> etree._Element | None:
    """The block right behind what looks like a button, or behind what holds nothing but the button."""
    if element.tag != "button":
        called = element.get("class") or ""
        named = element.tag != "a" and _BUTTON_CLASS.search(called) and not PANEL.search(called)
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


def panel_headings(root: etree._Element) -> dict[etree._Element, etree._Element]:
    """Of the panels that a reader opens and closes, what opens each, where it can be its heading: what is read after
    the panel, and after those of the same kind behind it, is a heading or nothing. Other text would seem to stand below
    the last of them. What opens a tab may hold a heading, or be one: it is read as that where it stands."""
    tabs = [each for each in root.iter(*CONTROLS) if opens(each)]
    by_id = {name: each for each in tabs if (name := each.get("id"))}
    by_panel = {name: each for each in tabs for name in _panels_of(each)}
    found: dict[etree._Element, etree._Element] = {}
    for panel in _ending_their_section(root):
        if panel.tag == "details":
            opener = panel.find("summary")
        else:
            opener = by_id.get(panel.get("aria-labelledby") or "", by_panel.get(panel.get("id") or ""))
            if opener is not None and (heads(opener) or any(each.tag in HEADINGS for each in opener.iter())):
                continue
        if opener is not None and _beginning(opener):
            found[panel] = opener
    return found


def _panels_of(opener: etree._Element) -> list[str]:
    """The ids of what it says that it opens."""
    leads = ((opener.get(name) or "").removeprefix("#") for name in _LEADS_TO)
    return [*(opener.get("aria-controls") or "").split(), *filter(None, leads)]


def _ending_their_section(root: etree._Element) -> list[etree._Element]:
    """The panels after which, and after those of the same kind behind each, a heading is read, or nothing."""
    ends: dict[etree._Element, bool] = {}
    following: etree._Element | bool = True  # whether a heading or nothing is read next; else the panel that is
    for event, element in reversed(list(_read(root))):
        if event == "text":
            following = element.tag in HEADINGS
        elif event == "start":
            following = element
        elif isinstance(following, bool):
            ends[element] = following
        else:
            ends[element] = _kind(following) == _kind(element) and ends[following]
    return [panel for panel, ends_it in ends.items() if ends_it]


def _kind(element: etree._Element) -> str | None:
    """Of a panel; None for what is none."""
    if element.tag == "details":
        return "details"
    return "tabpanel" if isinstance(element.tag, str) and element.get("role") == "tabpanel" else None


def _read(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """What is read, in its order: each "text" with the element that it stands in, and the "start" and "end" of each
    panel. A heading is one text."""
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        is_panel = _kind(element) is not None
        if event == "start":
            if element is not root and unseen(element):
                walk.skip_subtree()
            elif element.tag in HEADINGS:
                walk.skip_subtree()
                yield "text", element
            else:
                if is_panel:
                    yield "start", element
                if (element.text or "").strip():
                    yield "text", element
        elif element is not root:
            if is_panel and not unseen(element):
                yield "end", element
            parent = element.getparent()
            if (element.tail or "").strip() and parent is not None:
                yield "text", parent
