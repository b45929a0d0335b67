"""What a document says of itself: the YAML in front of a Markdown file, or in a sidecar `<file>.yaml`.

A Markdown file may come from another program, whose keys mean nothing here, as do its values of keys that we have, too
("published: true"): they are told, and kept in the file. A mistake in who may read it and when it holds, in the key or
in its value, is refused: a misspelt `groups` would open to all what somebody meant to close.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, NoReturn, get_args

import yaml

from rag.errors import UnreadableSource
from rag.sources.canonical import clean
from rag.types import LANGUAGES, Kind

MAX_CHARS = 64_000  # a bound on what is parsed as YAML

# From this share of common letters on a key is one of ours, misspelt: "valid_untill", "group". Chosen by judgement.
ALIKE = 0.85
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)  # as Hugo has it
_KEY = re.compile(r"(?:^|[{,])[ \t]{0,9}[\"']?(\w[\w.-]{0,40})[\"']?[ \t]{0,9}:", re.MULTILINE)
# Keys of other programs by which front matter is known that has none of ours: of Jekyll, Hugo, Obsidian, Pandoc.
_USUAL = frozenset(
    "aliases author authors categories category cssclass cssclasses date description draft keywords lang layout "
    "lastmod permalink publish slug summary tags template toc type updated version weight".split()
)
_RESTRICTING = ("groups", "valid_from", "valid_until")
_NULL = "tag:yaml.org,2002:null"
_ID = re.compile(r"[A-Za-z0-9._-]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def written(given: Mapping[str, Any]) -> dict[str, str]:
    """The keys of a Metadata that have a value, each as parse() reads it again."""
    return {key: ", ".join(each) if isinstance(each, tuple) else str(each) for key, each in given.items() if each}


def split(text: str) -> tuple[str | None, str]:
    """(front matter as YAML, or None; body). The body keeps empty lines for what was cut, so that line numbers hold."""
    found = _FRONT_MATTER.match(text) or _TOML.match(text)
    if found is None:
        return None, text
    head = found[1] if found.re is _FRONT_MATTER else _as_yaml(found[1])
    if head is None or not _says_of_itself(head):
        return None, text
    return head, "\n" * found[0].count("\n") + text[found.end() :]


def _as_yaml(toml: str) -> str | None:
    """None for what is no TOML; what is too long for parse() stays as it is."""
    if len(toml) > MAX_CHARS:
        return toml
    try:
        said = json.loads(json.dumps(tomllib.loads(toml), default=str))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


def _says_of_itself(head: str) -> bool:
    """Whether what stands between two rules at the beginning is front matter, wrong as it may be, and no text."""
    if any(key in (*_CHECKS, "translation_of") or _meant(key) for key in _KEY.findall(head[:MAX_CHARS])):
        return True
    lines = [line for line in head.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        return True
    # Programs write their keys right below the rule; one alone that none has is a note: "Huom: luonnos."
    keys = [found[1] for line in lines if (found := _KEY.match(line))]
    usual = len(keys) > 1 or any(key.lower() in _USUAL for key in keys)
    return usual and ":" in lines[0] and not head.startswith("\n")


def _meant(key: str) -> list[str]:
    """The key that opens or closes a document and is written nearly so."""
    return get_close_matches(key, _RESTRICTING, 1, ALIKE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """given: the keys of a Metadata, checked; unused: the keys that mean nothing here, or have a value that means
    nothing, each with its line of YAML."""

    given: Mapping[str, Any]
    unused: Mapping[str, str]


def parse(text: str, file: str, first_line: int = 1) -> dict[str, Any]:
    """The given keys of a Metadata, checked; there may be no others. Raises UnreadableSource bad_metadata with line,
    key and value."""
    return dict(_read(text, file, first_line, of_others=False).given)


def read(text: str, file: str, first_line: int = 2) -> FrontMatter:
    """What stands before the text of a Markdown file, where there may be keys and values of other programs, too. Raises
    as parse() does."""
    return _read(text, file, first_line, of_others=True)


def _read(text: str, file: str, first_line: int, of_others: bool) -> FrontMatter:
    def refuse(node: yaml.Node | None, what: str, field: str | None = None) -> NoReturn:
        line = first_line + (node.start_mark.line if node else 0)
        raise UnreadableSource(file, "bad_metadata", f"line {line}: {what}", field)

    if len(text) > MAX_CHARS:
        refuse(None, f"{len(text):,} characters before the text, {MAX_CHARS:,} may stand there; shorten them")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        problem = clean(str(getattr(error, "problem", None) or "it cannot be read"))
        what = f"line {line}: not YAML, {problem}; write one `key: value` a line"
        raise UnreadableSource(file, "bad_metadata", what) from error
    if root is None:
        return FrontMatter({}, {})
    if not isinstance(root, yaml.MappingNode):
        refuse(root, "no keys; write one `key: value` a line")
    given: dict[str, Any] = {}
    unused: dict[str, str] = {}

    def leave(key: str, pair: tuple[yaml.Node, yaml.Node]) -> None:
        unused[key] = _line_of(*pair)

    for key_node, node in root.value:
        if not isinstance(key_node, yaml.ScalarNode):
            refuse(key_node, "a key is a list or a mapping; write one `key: value` a line")
        key = key_node.value
        if key == "translation_of" and isinstance(node, yaml.ScalarNode):
            original = clean(node.value)
            refuse(key_node, f"it is a translation of '{original}'; call it {original}.sv.md, beside its original")
        if key not in _CHECKS:
            meant = _meant(key) if of_others else get_close_matches(key, _CHECKS, 1, ALIKE)
            if of_others and not meant:
                leave(key, (key_node, node))
                continue
            refuse(key_node, f"unknown key '{key}'; use {', '.join(meant or _CHECKS)}")
        if key in given:
            refuse(key_node, f"key '{key}' stands twice; keep one")
        if key == "groups" and isinstance(node, yaml.SequenceNode):
            if not all(isinstance(each, yaml.ScalarNode) for each in node.value):
                refuse(node, "key 'groups' has a list of something else than names; use names of groups")
            names = ", ".join(each.value for each in node.value)
            node = yaml.ScalarNode("tag:yaml.org,2002:str", names, node.start_mark)
        may_be_of_others = of_others and key not in _RESTRICTING
        if may_be_of_others and (not isinstance(node, yaml.ScalarNode) or node.tag == _NULL or not clean(node.value)):
            leave(key, (key_node, node))
            continue
        if not isinstance(node, yaml.ScalarNode):
            refuse(node, f"key '{key}' has a list or a mapping as its value; write a single value")
        if node.tag == _NULL:
            refuse(node, f"key '{key}' has no value; write one or drop the key")
        check, allowed = _CHECKS[key]
        try:
            given[key] = check(clean(node.value))
        except ValueError:
            if may_be_of_others:
                leave(key, (key_node, node))
                continue
            refuse(node, f"key '{key}' has value '{clean(node.value)}'; use {allowed}", key)
    start, end = given.get("valid_from"), given.get("valid_until")
    if start and end and end < start:
        what = f"key 'valid_until' has value '{end}', before valid_from '{start}'; correct one of them"
        refuse(root, what, "valid_until")
    return FrontMatter(given, unused)


def _line_of(key: yaml.Node, value: yaml.Node) -> str:
    """As it stands in the file, but for its layout: the kinds of its values stay what they are."""
    try:
        line: str = yaml.serialize(yaml.MappingNode("tag:yaml.org,2002:map", [(key, value)]), allow_unicode=True)
    except (yaml.YAMLError, RecursionError):
        return ""
    return line


def _one_of(allowed: tuple[str, ...]) -> tuple[Callable[[str], str], str]:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(value)
        return value

    return check, " or ".join(allowed)


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(value)
        return value

    return check


def _day(value: str) -> date:
    if not _DATE.fullmatch(value):
        raise ValueError(value)
    return date.fromisoformat(value)


def _published(value: str) -> str:
    """A day, a month or a year: as exactly as the source tells."""
    date.fromisoformat(value + {4: "-01-01", 7: "-01"}.get(len(value), ""))
    return value


def groups_in(value: str) -> tuple[str, ...]:
    """Names with commas between them. None at all would open a document that somebody meant to close."""
    names = [each.strip() for each in value.split(",")]
    if not all(names):
        raise ValueError(value)
    return tuple(dict.fromkeys(names))


_DAY = (_day, "a day as YYYY-MM-DD")
_DOCUMENT_ID = (_matching(_ID), "only A-Z a-z 0-9 . _ -")
_CHECKS: dict[str, tuple[Callable[[str], Any], str]] = {
    "id": _DOCUMENT_ID,
    "title": (_matching(re.compile(r".+")), "some words"),
    "publisher": (str, "some words"),
    "published": (_published, "a day as YYYY-MM-DD, or YYYY-MM, or YYYY"),
    "language": _one_of(LANGUAGES),
    "kind": _one_of(get_args(Kind)),
    "url": (_matching(re.compile(r"https?://\S+")), "an address that starts with https://"),
    "valid_from": _DAY,
    "valid_until": _DAY,
    "supersedes": _DOCUMENT_ID,
    "edition": (_matching(re.compile(r".{1,100}")), "at most 100 characters, as 2.1 or VN/12/2026"),
    "groups": (groups_in, "names of groups, as [hr, legal]"),
}
