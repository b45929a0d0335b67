"""Panels that a reader opens and closes: read though they are hidden, under what opens them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from rag.sources.html_seen import CONTROLS, HEADINGS, HIDDEN_STYLE, PANEL, hidden, opens, unseen

_OPENING = {"h2", "h3", "h4", "h5", "h6", "dt"}
_BUTTON_CLASS = re.compile(r"collapsible|accordion|toggle|faq|question|kysymys|haitari", re.IGNORECASE)
_BLOCKS = ("div", "section", "article", "ul", "ol", "dl", "dd", "p", "table")
_NO_HEADING = {"dt", "dd", "td", "th"}  # what is read in one piece, or in a row
_WRAPPERS = 3  # elements that hold nothing but the button; chosen by judgement
_LEAST_BOXES = 2  # with a block each behind them; chosen by judgement
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
    blocks = _mark_boxes(root)
    for element in root.iter(*CONTROLS):
        if (block := _block_behind(element)) is not None and _is_heading_of(element, block):
            element.set("aria-expanded", "true")
            blocks.add(block)
    return blocks


def _mark_boxes(root: etree._Element) -> set[etree._Element]:
    """The same of labels whose boxes are ticked to show the block behind them, without a script: one alone may be a
    question to its reader."""
    boxes = {each.get("id") for each in root.iter("input") if each.get("type") in ("checkbox", "radio")} - {None}
    pairs = [
        (label, block)
        for label in root.iter("label")
        if label.get("for") in boxes and (block := label.getnext()) is not None
    ]
    shown = [
        (label, block)
        for label, block in pairs
        if block.tag in _BLOCKS and not (label.tail or "").strip() and _beginning(label) and _beginning(block)
        if next(block.iter("input", "select", "textarea"), None) is None
    ]
    if len(shown) < _LEAST_BOXES:
        return set()
    for label, _ in shown:
        label.set("aria-expanded", "true")
    return {block for _, block in shown}


def _block_behind(element: etree._Element) -> etree._Element | None:
    """The block right behind what looks like a button, or behind what holds nothing but the button."""
    if element.tag not in ("button", "label"):
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


@dataclass(frozen=True, slots=True)
class Panels:
    """Those of a page. openers: of each what becomes its heading; headings: of each what is one already; leave: those
    behind which text is read that stands below neither, but below the page's title."""

    openers: Mapping[etree._Element, etree._Element] = field(default_factory=dict)
    headings: Mapping[etree._Element, etree._Element] = field(default_factory=dict)
    leave: frozenset[etree._Element] = frozenset()


def panels_of(root: etree._Element) -> Panels:
    """The panels that a reader opens and closes, with what opens each, where it can be its heading: what is read after
    the panel, and after those behind it, is a heading or nothing, or only the page's title stands above them all. Other
    text would seem to stand below the last of them. What opens a tab may hold a heading, or be one: it is read as that
    where it stands."""
    openers: dict[etree._Element, etree._Element] = {}
    headings: dict[etree._Element, etree._Element] = {}
    for opener, panel in _opened(root):
        if panel in openers or panel in headings or not _beginning(opener):
            continue
        above = next((each for each in (opener, *opener.iterancestors(), *opener.iter()) if each.tag in HEADINGS), None)
        if above is None:
            openers[panel] = opener
        else:
            headings[panel] = above
    ending, followed = _ending_their_section(root, {**openers, **headings}, set(openers.values()))
    kept = {panel: opener for panel, opener in openers.items() if panel in ending}
    return Panels(kept, {panel: each for panel, each in headings.items() if panel in ending}, frozenset(followed))


def _opened(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    """What opens something, and the panel that it opens, which is read behind it."""
    for panel in root.iter("details"):
        if (summary := panel.find("summary")) is not None:
            yield summary, panel
    controls = [each for each in root.iter(*CONTROLS, "label") if opens(each)]
    by_id = {name: each for each in root.iter(etree.Element) if (name := each.get("id"))}
    place = {each: number for number, each in enumerate(root.iter(etree.Element))}
    for panel in root.iter(etree.Element):
        named = by_id.get(panel.get("aria-labelledby") or "") if panel.get("role") == "tabpanel" else None
        if named is not None and place.get(named, 0) < place[panel]:
            yield named, panel
    for opener in controls:
        behind = _block_behind(opener)
        for found in (*map(by_id.get, _panels_of(opener)), behind):
            if found is None or place.get(found, 0) <= place[opener] or found.tag in ("dd", "dl"):
                continue  # a term and its meaning are read as one
            inside = found in opener.iter() or any(each.tag in _NO_HEADING for each in opener.iterancestors())
            if not inside and (found is not behind or opener.get("aria-expanded") is not None):
                yield opener, found


def _panels_of(opener: etree._Element) -> list[str]:
    """The ids of what it says that it opens."""
    leads = ((opener.get(name) or "").removeprefix("#") for name in _LEADS_TO)
    return [*(opener.get("aria-controls") or "").split(), *filter(None, leads)]


def _ending_their_section(
    root: etree._Element, panels: Mapping[etree._Element, etree._Element], openers: Collection[etree._Element]
) -> tuple[set[etree._Element], set[etree._Element]]:
    """The panels after which, and after those behind each, a heading is read, or nothing, or other text where only the
    page's title stands above; and those right before such a text."""
    read = list(_read(root, panels, openers))
    titled = _below_title_alone(read, panels)
    of_opener = {opener: panel for panel, opener in panels.items() if opener in openers}
    ends: dict[etree._Element, bool] = {}
    followed: set[etree._Element] = set()
    following: etree._Element | bool = True  # whether a heading or nothing is read next; else the panel that is
    for event, element in reversed(read):
        if event == "opener":
            following = ends.get(of_opener[element], False)
        elif event == "text":
            following = element.tag in HEADINGS
        elif event == "start":
            following = element
        elif isinstance(following, bool):
            if not following and element in titled:
                followed.add(element)
            ends[element] = following or element in titled
        else:
            ends[element] = ends[following]
    return {panel for panel, ends_it in ends.items() if ends_it}, followed


def _below_title_alone(
    read: Sequence[tuple[str, etree._Element]], panels: Mapping[etree._Element, etree._Element]
) -> set[etree._Element]:
    """The panels above which no heading stands but the page's title, and those of panels."""
    of_panels = set(panels.values())
    headings = [element for event, element in read if event == "text" and element.tag in HEADINGS]
    if sum(each.tag == "h1" for each in headings) > 1:
        return set()
    found: set[etree._Element] = set()
    for event, element in read:
        if event == "text" and element.tag in HEADINGS and element.tag != "h1" and element not in of_panels:
            break
        if event == "end":
            found.add(element)
    return found


def _read(
    root: etree._Element, panels: Collection[etree._Element], openers: Collection[etree._Element]
) -> Iterator[tuple[str, etree._Element]]:
    """What is read, in its order: each "text" with the element that it stands in, each "opener", and the "start" and
    "end" of each panel. A heading is one text."""
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        is_panel = element in panels
        if event == "start":
            if element is not root and unseen(element):
                walk.skip_subtree()
            elif element.tag in HEADINGS:
                walk.skip_subtree()
                yield "text", element
            elif element in openers:
                walk.skip_subtree()
                yield "opener", element
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
