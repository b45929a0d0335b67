"""What is wrong with an entry of the curated files, field by field, as somebody has filled in its form.

What passes here is checked once more, with the whole file, as every edit is.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from api.nearest import nearest_passage
from api.problems import Wrong
from api.schemas import DAY
from rag.curated.rules import ApprovedTool, Organisation, Rule, place_of
from rag.types import Document

MAX_CHARS = 4000
_FILLED_IN = frozenset({"tool", "data"})  # what says_of_tool may leave open
_OCCASIONS = ("verdict", "supplements", "beside")
# What pydantic calls it → the text under admin.field
_KINDS = {"missing": "required", "string_too_short": "required", "too_short": "required", "extra_forbidden": "unknown"}


@dataclass(frozen=True, slots=True)
class Known:
    """What entries may name. data, tools: ids of concepts."""

    data: Collection[str]
    tools: Collection[str]
    documents: Mapping[str, Document]


def filled(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a form holds without what was left empty; texts without the blanks around them."""
    kept: dict[str, Any] = {}
    for key, value in given.items():
        if isinstance(value, str):
            value = value.strip().replace("\r\n", "\n")
        elif isinstance(value, Mapping):
            value = filled(value)
        elif isinstance(value, list):
            value = [each for item in value if (each := item.strip() if isinstance(item, str) else item) != ""]
        if value not in (None, "", [], {}):
            kept[key] = value
    return kept


def check_tool(entry: Mapping[str, Any], others: Sequence[ApprovedTool], known: Known) -> list[Wrong]:
    """others: the tools beside which it will stand."""
    wrong = _days(entry, ("valid_from", "valid_until")) + _of_model(ApprovedTool, entry)
    wrong += _unknown(entry, "data", known.data, "unknown_data")
    taken = {name.casefold(): tool.name for tool in others for name in (tool.name, *tool.other_names)}
    for field, names in (("name", [entry.get("name")]), ("other_names", entry.get("other_names", []))):
        double = [name for name in names if isinstance(name, str) and name.casefold() in taken]
        wrong += [Wrong(field, "admin.field.name_taken", {"name": n, "tool": taken[n.casefold()]}) for n in double[:1]]
    if not wrong and str(entry.get("valid_from", "")) > str(entry.get("valid_until", "9999-99-99")):
        wrong.append(Wrong("valid_until", "admin.field.ends_before_it_begins"))
    return _first_of_each(wrong)


def check_rule(entry: Mapping[str, Any], others: Sequence[Rule], known: Known, old_id: str | None) -> list[Wrong]:
    """others: the rules beside which it will stand; old_id: what it is called so far."""
    wrong = _of_model(Rule, entry) + _occasion(entry)
    name = entry.get("id")
    if name in {rule.id for rule in others}:
        wrong.append(Wrong("id", "admin.field.id_taken", {"id": name}))
    if old_id not in (None, name) and (needing := [rule.id for rule in others if rule.supplements == old_id]):
        wrong.append(Wrong("id", "admin.field.id_needed", {"id": old_id, "rules": ", ".join(needing)}))
    if entry.get("supplements") is not None and entry["supplements"] not in {rule.id for rule in others}:
        wrong.append(Wrong("supplements", "admin.field.unknown_rule"))
    for field in ("data", "unless"):
        wrong += _unknown(entry, field, known.data, "unknown_data")
    wrong += _unknown(entry, "tools", known.tools, "unknown_tool")
    wrong += _quote(entry, known.documents) or _within(entry, known.documents)
    for language, text in _texts(entry.get("says_of_tool")):
        if not _fillable(text):
            wrong.append(Wrong(f"says_of_tool.{language}", "admin.field.placeholders"))
    return _first_of_each(wrong)


def check_organisation(fields: Mapping[str, Any]) -> list[Wrong]:
    return _first_of_each(_of_model(Organisation, fields))


def _of_model(model: type[BaseModel], entry: Mapping[str, Any]) -> list[Wrong]:
    """What the type of an entry does not allow; what concerns several fields is said of them elsewhere."""
    wrong = _control_characters(entry)
    try:
        model.model_validate(entry)
    except ValidationError as error:
        for each in error.errors():
            place = [str(part) for part in each["loc"] if isinstance(part, str)]
            if not place:
                continue
            key = _KINDS.get(each["type"], "bad_id" if place == ["id"] else "wrong")
            # A form has a field for each language.
            fields = ["says.fi"] if place == ["says"] else [".".join(place)]
            wrong += [Wrong(field, f"admin.field.{key}") for field in fields]
    return wrong


def _control_characters(entry: Mapping[str, Any]) -> list[Wrong]:
    wrong = []
    for field, text in _flat(entry):
        if len(text) > MAX_CHARS:
            wrong.append(Wrong(field, "admin.field.too_long", {"limit": MAX_CHARS}))
        elif any(unicodedata.category(char) in ("Cc", "Cs") and char != "\n" for char in text):
            wrong.append(Wrong(field, "admin.field.control_characters"))
    return wrong


def _days(entry: Mapping[str, Any], fields: Iterable[str]) -> list[Wrong]:
    wrong = []
    for field in fields:
        value = entry.get(field)
        try:
            if value is not None and not (isinstance(value, str) and DAY.fullmatch(value)):
                raise ValueError
            date.fromisoformat(value or "2000-01-01")
        except ValueError:
            wrong.append(Wrong(field, "admin.field.not_a_day"))
    return wrong


def _occasion(entry: Mapping[str, Any]) -> list[Wrong]:
    """A rule is said on one occasion; one with a verdict tells what it is about: data, services or words."""
    given = [field for field in _OCCASIONS if field in entry]
    if len(given) != 1:
        return [Wrong(given[1] if given else "verdict", f"admin.field.{'one' if given else 'no'}_occasion")]
    if given == ["verdict"] and not any(field in entry for field in ("data", "tools", "words")):
        return [Wrong("data", "admin.field.about_nothing")]
    return []


def _quote(entry: Mapping[str, Any], documents: Mapping[str, Document]) -> list[Wrong]:
    name, quote = entry.get("document"), entry.get("quote")
    if not isinstance(name, str) or not isinstance(quote, str):
        return []
    document = documents.get(name)
    if document is None:
        return [Wrong("document", "admin.field.unknown_document")]
    if quote in document.text:
        return []
    near = nearest_passage(quote, document)
    return [Wrong("quote", "admin.field.quote_near" if near else "admin.field.quote_nowhere", suggestion=near)]


def _within(entry: Mapping[str, Any], documents: Mapping[str, Document]) -> list[Wrong]:
    """Whether the document, which has the quote, has the rule's conditions and its column."""
    document, conditions = documents.get(str(entry.get("document"))), entry.get("conditions", [])
    if document is None or not isinstance(conditions, list):
        return []
    wrong = [
        Wrong("conditions", "admin.field.condition_nowhere", {"condition": each})
        for each in conditions
        if isinstance(each, str) and each not in document.text
    ]
    try:
        placed = place_of(Rule.model_validate({**entry, "conditions": []}), document)
    except ValidationError:
        return wrong  # told already
    return wrong if placed is not None else [*wrong, Wrong("column", "admin.field.no_such_column")]


def _unknown(entry: Mapping[str, Any], field: str, known: Collection[str], key: str) -> list[Wrong]:
    given = entry.get(field, [])
    names = [each for each in given if each not in known] if isinstance(given, list) else []
    return [Wrong(field, f"admin.field.{key}", {"names": ", ".join(map(str, names))})] if names else []


def _fillable(text: str) -> bool:
    """Whether the text leaves only what it may leave open."""
    try:
        places = list(string.Formatter().parse(text))
    except ValueError:
        return False
    return all(name is None or (name in _FILLED_IN and not form and not kind) for _, name, form, kind in places)


def _texts(wording: Any) -> list[tuple[str, str]]:
    return [(k, v) for k, v in wording.items() if isinstance(v, str)] if isinstance(wording, Mapping) else []


def _flat(entry: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in entry.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            values = value if isinstance(value, list) else [value]
            yield from ((prefix + key, each) for each in values if isinstance(each, str))


def _first_of_each(wrong: Iterable[Wrong]) -> list[Wrong]:
    """One for each field, which is enough to read."""
    return list({each.field: each for each in reversed(list(wrong))}.values())[::-1]
