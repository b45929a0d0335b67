"""Changes one entry of a YAML text and leaves every other character as it is: comments, order, blank lines.

People keep notes in the curated files. So nothing is loaded and written again: only what has changed is replaced.
Why no library does it: docs/decisions/0006-entries-are-edited-in-the-text.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from rag.errors import OhjenuoraError

_BLOCK = ("|", ">")
_DASH = re.compile(r"[ ]*-[ ]+")
_INDENT = "  "


class NotEditable(OhjenuoraError):
    """A text whose form this does not know, such as entries that share parts: it is edited as a whole."""


def with_entry(text: str, key: str, number: int | None, entry: Mapping[str, Any]) -> str:
    """The text with another entry at a place of the list below key, or with one more at its end (number None).

    Within an entry, what keeps its value keeps its form. Raises NotEditable.
    """
    entries = _entries(text, key)
    if number is None:
        new = _added(text, key, entry)
        return _checked(new, text, key, [*entries, entry])
    new = _Edit(text).mapping(_node(text, key, number), entries[number], entry)
    return _checked(new, text, key, [*entries[:number], entry, *entries[number + 1 :]])


def without_entry(text: str, key: str, number: int) -> str:
    """The text without an entry of the list below key, and without the blank lines before it. Raises NotEditable."""
    entries = _entries(text, key)
    left = [*entries[:number], *entries[number + 1 :]]
    listed = _value(text, key)
    if not isinstance(listed, yaml.SequenceNode) or number >= len(listed.value):
        raise NotEditable
    if not left or listed.flow_style:
        return _checked(_relisted(text, key, left), text, key, left)
    node = listed.value[number]
    start, end = _lines(text, _dash_of(text, node), _end_of(text, node))
    while number > 0 and text[:start].endswith(("\n\n", "\n\r\n")):
        start -= 2 if text[:start].endswith("\r\n") else 1
    return _checked(text[:start] + text[end:], text, key, left)


def with_fields(text: str, fields: Mapping[str, Any]) -> str:
    """The text of a mapping with these values instead. Raises NotEditable."""
    present = _loaded(text)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        new = _appended(text, _rendered(fields, "", _newline(text))) if fields else text
    elif isinstance(root, yaml.MappingNode) and not (root.flow_style and root.value):
        new = _Edit(text).mapping(root, present, fields)
    else:
        raise NotEditable
    if _loaded(new) != fields:
        raise NotEditable
    return new


class _Edit:
    """Replacements in one text, made from its end to its beginning, so that places stay right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = _newline(text)
        self._replacements: list[tuple[int, int, str]] = []

    def mapping(self, node: yaml.Node, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        self._change(node, before, after)
        text = self._text
        for start, end, new in sorted(self._replacements, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _change(self, node: yaml.Node, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        first_goes = bool(pairs) and pairs[0][0].value not in after
        if not pairs or _in_line(node) or first_goes:
            column = " " * node.start_mark.column
            new = _rendered(after, column, self._newline)[len(column) :].rstrip("\r\n")
            self._replacements.append((node.start_mark.index, _end_of(self._text, node), new))
            return
        for key, value in pairs:
            name = key.value
            if name not in after:
                start, end = _lines(self._text, key.start_mark.index, _end_of(self._text, value))
                self._replacements.append((start, end, ""))
            elif before[name] != after[name]:
                if isinstance(value, yaml.MappingNode) and isinstance(after[name], Mapping):
                    self._change(value, before[name], after[name])
                else:
                    self._replace(key, value, after[name])
        self._add({name: value for name, value in after.items() if name not in before}, pairs)

    def _replace(self, key: yaml.Node, value: yaml.Node, new: Any) -> None:
        """In its line where it stands there, so that a note behind it stays."""
        column = " " * key.start_mark.column
        shown = _rendered({key.value: new}, column, self._newline).rstrip("\r\n")
        after_colon = shown[shown.index(":") + 1 :]
        inline = value.start_mark.line == key.start_mark.line
        if inline and after_colon.startswith(" ") and value.start_mark.index > key.end_mark.index + 1:
            self._replacements.append((value.start_mark.index, _end_of(self._text, value), after_colon[1:]))
        else:
            start = self._text.index(":", key.end_mark.index) + 1
            self._replacements.append((start, _end_of(self._text, value), after_colon))

    def _add(self, new: Mapping[str, Any], pairs: Sequence[tuple[yaml.Node, yaml.Node]]) -> None:
        if not new:
            return
        key, value = pairs[-1]
        _, end = _lines(self._text, key.start_mark.index, _end_of(self._text, value))
        lines = _rendered(new, " " * key.start_mark.column, self._newline)
        if not self._text[:end].endswith("\n"):
            lines = self._newline + lines
        self._replacements.append((end, end, lines))


def _added(text: str, key: str, entry: Mapping[str, Any]) -> str:
    entries = _entries(text, key)
    listed = _value(text, key)
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not listed.value:
        return _relisted(text, key, [*entries, entry])
    newline = _newline(text)
    last = listed.value[-1]
    dash = _dash_of(text, last)
    _, end = _lines(text, dash, _end_of(text, last))
    apart = newline if len(listed.value) == 1 or _stand_apart(text, listed) else ""
    column = " " * (dash - text.rfind("\n", 0, dash) - 1)
    lines = _item(entry, column, newline)
    begun = text[:end] if text[:end].endswith("\n") else text[:end] + newline
    return begun + apart + lines + text[end:]


def _relisted(text: str, key: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The whole list anew: it is empty, or in one line, or not there."""
    newline = _newline(text)
    items = "".join(_item(each, _INDENT, newline) for each in entries).rstrip("\r\n")
    shown = newline + items if entries else " []"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return _appended(text, f"{key}:{shown}{newline}")
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise NotEditable
    for name, value in root.value:
        if name.value == key:
            start = text.index(":", name.end_mark.index) + 1
            end = max(start, _end_of(text, value))
            return text[:start] + shown + text[end:]
    return _appended(text, f"{key}:{shown}{newline}")


def _appended(text: str, lines: str) -> str:
    return (text if not text or text.endswith("\n") else text + _newline(text)) + lines


def _stand_apart(text: str, listed: yaml.SequenceNode) -> bool:
    """Whether a blank line stands before the last entry."""
    before = text[: _dash_of(text, listed.value[-1])].rstrip(" ")
    return before.replace("\r\n", "\n").endswith("\n\n")


def _item(entry: Mapping[str, Any], column: str, newline: str) -> str:
    inner = column + _INDENT
    return f"{column}- {_rendered(entry, inner, newline)[len(inner) :]}"


def _rendered(fields: Mapping[str, Any], column: str, newline: str) -> str:
    """Lines of YAML, lists in one line, indented to a column."""
    dumped = yaml.dump(
        dict(fields), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6, default_flow_style=False
    )
    return "".join(f"{column}{line}{newline}" for line in dumped.rstrip("\n").split("\n"))


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _in_one_line(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)


_Dumper.add_representer(list, _in_one_line)


def _checked(new: str, old: str, key: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The new text if it holds these entries and else what the old one held. Raises NotEditable."""
    try:
        found, present = _loaded(new), _loaded(old)
    except yaml.YAMLError:
        raise NotEditable from None
    if found.pop(key, None) != list(entries) or found != {k: v for k, v in present.items() if k != key}:
        raise NotEditable
    return new


def _loaded(text: str) -> dict[str, Any]:
    loaded = yaml.safe_load(text)
    if loaded is not None and not isinstance(loaded, dict):
        raise NotEditable
    return loaded or {}


def _entries(text: str, key: str) -> list[Any]:
    return _loaded(text).get(key) or []


def _value(text: str, key: str) -> yaml.Node | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _node(text: str, key: str, number: int) -> yaml.Node:
    listed = _value(text, key)
    if not isinstance(listed, yaml.SequenceNode) or not isinstance(listed.value[number], yaml.MappingNode):
        raise NotEditable
    node: yaml.Node = listed.value[number]
    return node


def _dash_of(text: str, node: yaml.Node) -> int:
    """Where the dash of a list's entry stands, which begins its line."""
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    if not _DASH.fullmatch(text[start : node.start_mark.index]):
        raise NotEditable
    return text.index("-", start)


def _end_of(text: str, node: yaml.Node) -> int:
    """Where the last character of a node's value stands: a block's own end lies behind the comments that follow."""
    if isinstance(node, yaml.ScalarNode):
        end = node.end_mark.index
        return len(text[:end].rstrip()) if node.style in _BLOCK else end
    if _in_line(node) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end_of(text, last[1] if isinstance(last, tuple) else last)


def _in_line(node: yaml.Node) -> bool:
    """Whether it is written with brackets or braces."""
    return bool(getattr(node, "flow_style", False))


def _lines(text: str, start: int, end: int) -> tuple[int, int]:
    """From the beginning of the first line to that of the line after the last."""
    after = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if after < 0 else after + 1


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
