"""What a page's own style sheet says of its elements, as far as it tells what is read and how."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rag.sources.html_seen import ABOVE_STYLE, HIDDEN_STYLE, STRUCK_STYLE

# Rules for single classes, and for all numbered lists; the names are those of common tool kits.
_RULE = re.compile(r"([^{}]{1,300}+)\{([^{}]{0,1000}+)")
_SELECTOR = re.compile(r"(?:^|,)\s{0,9}(?:[a-z]{0,10}\.([\w-]{1,60})|(ol))\s{0,9}(?=,|$)")
_OF_CLASS = re.compile(r"(?:^|,)\s{0,9}([a-z][a-z0-9]{0,9})?\.([\w-]{1,60})\s{0,9}(?=,|$)")
_CLASS = re.compile(r"\.([\w-]{1,60})")
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s{0,9}:", re.IGNORECASE)
_SEEN_BY = re.compile(r"^\s{0,9}(?:(?:background-)?color|background|font-size)\s{0,9}:", re.IGNORECASE)
_STYLES = (STRUCK_STYLE, ABOVE_STYLE, _LIST_STYLE, _SEEN_BY)
_STRUCK_CLASSES = frozenset({"line-through", "text-decoration-line-through", "strikethrough", "strike-through"})
_MAX_STYLE = 1000  # characters of what a sheet says of one class
_DISPLAY = re.compile(r"(?:^|;)\s{0,9}(?:display|visibility)\s{0,9}:", re.IGNORECASE)
_BRACE = re.compile(r"[{}]")
_WORD = re.compile(r"[\w-]+")
_MEDIA = ("", "all", "screen")


def style_by_sheet(root: etree._Element) -> None:
    """What the page's own style sheet strikes out, hides, colours, sizes, sets above the line or numbers in letters by
    its class is so as by a style of its own."""
    said: dict[str, str] = {}
    sheets = [each.text or "" for each in root.iter("style")]
    for selectors, declared in _RULE.findall(" ".join(sheets)):
        kept = [each for each in declared.split(";") if any(style.search(each) for style in _STYLES)]
        for name, tag in _SELECTOR.findall(selectors) if kept else ():
            key = f".{name}" if name else tag
            said[key] = ";".join([*kept, said.get(key, "")])[:_MAX_STYLE]  # what is said later holds
    hides = _hiding(root)
    for element in root.iter(etree.Element):
        classes = dict.fromkeys((element.get("class") or "").split())
        styles = [said[key] for key in (*(f".{name}" for name in classes), element.tag) if key in said]
        if _STRUCK_CLASSES.intersection(classes):
            styles.append("text-decoration:line-through")
        hidden = any((tag, name) in hides for name in classes for tag in ("", element.tag))
        if hidden and element.tag not in ("html", "body") and not _DISPLAY.search(element.get("style") or ""):
            styles.append("display:none")
        if styles:
            # Bounded, as an element may name thousands of classes.
            element.set("style", f"{element.get('style') or ''};{';'.join(styles)[:_MAX_STYLE]}")


def _hiding(root: etree._Element) -> set[tuple[str, str]]:
    """The classes that hide what has them, each with the tag that it must have, "" for any. Not those that something on
    the page may show: a rule of any kind, or what a script or a click does."""
    hiding: set[tuple[str, str]] = set()
    shown: set[str] = set()
    for each in root.iter("style"):
        on_screen = (each.get("media") or "").strip().lower() in _MEDIA
        for selectors, declared, always in _rules(_without_remarks(each.text or "")):
            if HIDDEN_STYLE.search(declared):
                hiding.update(_OF_CLASS.findall(selectors) if on_screen and always else ())
            elif _DISPLAY.search(declared):
                shown.update(_CLASS.findall(selectors))
    if not hiding:
        return set()
    for code in (*(each.text or "" for each in root.iter("script")), *map(_on_click, root.iter(etree.Element))):
        shown.update(_WORD.findall(code))
    return {(tag, name) for tag, name in hiding if name not in shown}


def _on_click(element: etree._Element) -> str:
    return element.get("onclick") or ""


def _without_remarks(sheet: str) -> str:
    before, *rest = sheet.split("/*")
    return before + "".join(each.partition("*/")[2] for each in rest)


def _rules(sheet: str) -> Iterator[tuple[str, str, bool]]:
    """The selectors and declarations of each rule, and whether it stands within no other: in one of "@media" it holds
    on a condition."""
    depth = begin = 0
    selectors = ""
    for brace in _BRACE.finditer(sheet):
        said, begin = sheet[begin : brace.start()], brace.end()
        if brace[0] == "{":
            selectors, depth = said.rpartition(";")[2], depth + 1
        else:
            if selectors:
                yield selectors, said, depth == 1
            selectors, depth = "", max(0, depth - 1)
