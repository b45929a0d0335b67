"""The approved tools, the rules and the organisation, entry by entry: each edit makes a draft of the whole file.

The rest of the file stays as it is, with its comments and its order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

import yaml
from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, ConfigDict

from api.admin.curated import edited, text_of
from api.auth import Editor, Reader
from api.drafts import Draft
from api.entry_checks import Known, check_organisation, check_rule, check_tool, filled
from api.preview import documents_in_use
from api.problems import Refused, Wrong, WrongFields
from api.service import Service, TheService, TheStore
from rag.curated.changed_corpus import changed_corpus
from rag.curated.concepts import load_concepts
from rag.curated.rules import ApprovedTool, Organisation, Rule, Rules, Tools
from rag.curated.yaml_entries import NotEditable, with_entry, with_fields, without_entry
from rag.curated.yaml_files import parse_yaml
from rag.errors import BadCorpusFile
from rag.index.versions import changes_in_use
from rag.types import Document

router = APIRouter()

Kind = Literal["tools", "rules"]
Validity = Literal["in_force", "coming", "expired"]


class ToolEntry(ApprovedTool):
    """An approved tool. state: of its approval, today."""

    state: Validity


class RuleEntry(Rule):
    """A rule. suspended: its quote does not stand in its document, so nothing is answered from it."""

    suspended: bool


class Entries(BaseModel):
    """sha256: of the file, to be sent back with an edit."""

    sha256: str
    entries: list[ToolEntry] | list[RuleEntry]


class Fields(BaseModel):
    sha256: str
    fields: Organisation


class Filled(BaseModel):
    """A form as it was filled in, by the names of the entry's fields; what is left out or empty is not in the entry.

    sha256: of the file that was edited; without it, whatever is there is edited.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: dict[str, Any]
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class _File:
    """A curated file as it is: its text, and what stands in it."""

    kind: Kind
    text: str
    entries: Sequence[ApprovedTool | Rule]

    @property
    def sha256(self) -> str:
        return _digest(self.text)

    def number_of(self, name: str) -> int:
        """Raises HTTPException 404."""
        found = [number for number, each in enumerate(self.entries) if _name_of(each) == name]
        if not found:
            raise HTTPException(404)
        return found[0]


def _opened(kind: str, service: TheService) -> _File:
    """Raises HTTPException 404 for what is no such file, Refused for one with a mistake."""
    if kind not in ("tools", "rules"):
        raise HTTPException(404)
    try:
        if kind == "tools":
            text = text_of(service, "tools")
            return _File("tools", text, parse_yaml(text, Tools, "tools.yaml").tools)
        text = text_of(service, "rules")
        return _File("rules", text, parse_yaml(text, Rules, "rules.yaml").rules)
    except BadCorpusFile as error:
        raise Refused(409, "admin.error.bad_file", detail=str(error)) from error


TheFile = Annotated[_File, Depends(_opened)]


@router.get("/{kind}/entries")
def listed(file: TheFile, _: Reader, service: TheService) -> Entries:
    """All entries of tools.yaml or rules.yaml, in the order of the file."""
    today = date.today()
    documents = {each.id: each.text for each in service.opened().documents()}
    shown: list[Any] = []
    for each in file.entries:
        if isinstance(each, ApprovedTool):
            shown.append(ToolEntry(**dict(each), state=_state(each, today)))
        else:
            shown.append(RuleEntry(**dict(each), suspended=each.quote not in documents.get(each.document, "")))
    return Entries(sha256=file.sha256, entries=shown)


@router.post("/{kind}/entries", status_code=201)
def add(file: TheFile, given: Filled, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft with one more entry. 422 tells what is wrong with each field."""
    entry = _checked(file, given, None, service)
    text = _changed(lambda: with_entry(file.text, file.kind, None, entry))
    return edited(file.kind, text, given.sha256, who, service, store)


@router.put("/{kind}/entries/{name:path}", status_code=201)
def change(file: TheFile, name: str, given: Filled, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft with another entry in the place of this one, under the same name or another. 422 as above."""
    number = file.number_of(name)
    before = (yaml.safe_load(file.text) or {})[file.kind][number]
    entry = _as_before(_checked(file, given, number, service), before)
    text = _changed(lambda: with_entry(file.text, file.kind, number, entry))
    return edited(file.kind, text, given.sha256, who, service, store)


@router.delete("/{kind}/entries/{name:path}", status_code=201)
def remove(
    file: TheFile,
    name: str,
    who: Editor,
    service: TheService,
    store: TheStore,
    sha256: Annotated[str | None, Query()] = None,
) -> Draft:
    """A draft without this entry."""
    number = file.number_of(name)
    if needing := [each.id for each in file.entries if isinstance(each, Rule) and each.supplements == name]:
        raise Refused(409, "admin.field.id_needed", id=name, rules=", ".join(needing))
    text = _changed(lambda: without_entry(file.text, file.kind, number))
    return edited(file.kind, text, sha256, who, service, store)


@router.get("/organisation/fields")
def organisation(_: Reader, service: TheService) -> Fields:
    text = text_of(service, "organisation")
    try:
        return Fields(sha256=_digest(text), fields=parse_yaml(text, Organisation, "organisation.yaml"))
    except BadCorpusFile as error:
        raise Refused(409, "admin.error.bad_file", detail=str(error)) from error


@router.put("/organisation/fields", status_code=201)
def change_organisation(given: Filled, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft with what was filled in as the organisation's name, contact and national publisher."""
    fields = filled(given.entry)
    _refuse(check_organisation(fields))
    text = text_of(service, "organisation")
    before = yaml.safe_load(text) or {}
    if fields.get("national_publisher") == Organisation().national_publisher and "national_publisher" not in before:
        fields.pop("national_publisher")
    new = _changed(lambda: with_fields(text, _as_before(fields, before)))
    return edited("organisation", new, given.sha256, who, service, store)


def _checked(file: _File, given: Filled, number: int | None, service: Service) -> dict[str, Any]:
    """The entry as it is written to the file. Raises WrongFields."""
    entry = filled(given.entry)
    others: list[Any] = [each for place, each in enumerate(file.entries) if place != number]
    known = _known(service)
    if file.kind == "tools":
        _refuse(check_tool(entry, others, known))
        return _ordered(ApprovedTool, entry)
    present = file.entries[number] if number is not None else None
    _refuse(check_rule(entry, others, known, present.id if isinstance(present, Rule) else None))
    return _ordered(Rule, entry)


def checked_rules(
    given: Sequence[Mapping[str, Any]], documents: Mapping[str, Document], service: Service
) -> tuple[Rule, ...]:
    """Rules that come with a draft. documents: as they would be. Raises WrongFields, whose fields begin with the rule's
    number: "3.quote"."""
    known = replace(_known(service), documents=documents)
    wrong: list[Wrong] = []
    rules: list[Rule] = []
    for number, each in enumerate(given):
        entry = filled(each)
        found = check_rule(entry, rules, known, None)
        wrong += [replace(fault, field=f"{number}.{fault.field}") for fault in found]
        if not found:
            rules.append(Rule.model_validate(entry))
    _refuse(wrong)
    return tuple(rules)


def _known(service: Service) -> Known:
    settings = service.settings
    with changed_corpus(settings, changes_in_use(settings), "preview") as folder:
        concepts = load_concepts(folder)
    return Known(
        data={each.id for each in concepts if each.kind == "data_class"},
        tools={each.id for each in concepts if each.kind == "tool"},
        documents=documents_in_use(service.opened()),
    )


def _refuse(wrong: list[Wrong]) -> None:
    if wrong:
        raise WrongFields(wrong)


def _changed(edit: Callable[[], str]) -> str:
    try:
        return edit()
    except NotEditable:
        raise Refused(409, "admin.error.edit_as_text") from None


def _ordered(model: type[ApprovedTool] | type[Rule], entry: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in the order of their type, days as days."""
    value = model.model_validate(entry)
    days = {name: day for name in entry if isinstance(day := getattr(value, name), date)}
    return {name: days.get(name, entry[name]) for name in model.model_fields if name in entry}


def _as_before(entry: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with what stands there already as it stands there: the same text may end with a line's end, and a form
    has another order of its boxes than the file."""
    kept: dict[str, Any] = {}
    for name, value in entry.items():
        old = before.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            kept[name] = _as_before(value, old)
        elif isinstance(value, list) and isinstance(old, list):
            kept[name] = [each for each in old if each in value] + [each for each in value if each not in old]
        else:
            same = old == value or (isinstance(old, str) and isinstance(value, str) and old.strip() == value)
            kept[name] = old if same else value
    return kept


def _state(tool: ApprovedTool, today: date) -> Validity:
    if tool.valid(today):
        return "in_force"
    return "coming" if tool.valid_from is not None and today < tool.valid_from else "expired"


def _name_of(entry: ApprovedTool | Rule) -> str:
    return entry.name if isinstance(entry, ApprovedTool) else entry.id


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
