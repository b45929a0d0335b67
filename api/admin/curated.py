"""The curated files: approved tools, rules, concepts, the organisation with its contact. Each edit makes a draft."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.convertors import Convertor, register_url_convertor

from api.admin.documents import make_draft
from api.auth import Editor, Reader
from api.drafts import Draft
from api.edits import Edited, title_of
from api.identity import Identity
from api.preview import check_files, documents_in_use
from api.problems import Refused, Wrong, WrongFields
from api.service import Service, TheService, TheStore
from api.store import Store
from rag.curated.changed_corpus import changed_corpus, keep_content
from rag.curated.changes import Changes, CuratedFile, EditFile
from rag.errors import BadCorpusFile
from rag.index.versions import changes_in_use
from rag.publishing.publication import curated_file

router = APIRouter()

Name = Literal["tools", "rules", "concepts", "organisation", "suggestions"]
_FILES: dict[Name, CuratedFile] = {
    "tools": "tools.yaml",
    "rules": "rules.yaml",
    "concepts": "concepts.yaml",
    "organisation": "organisation.yaml",
    "suggestions": "suggestions.yaml",
}
MAX_CHARS = 2_000_000


class Curated(BaseModel):
    """A curated file. sha256 tells whether somebody else has changed it."""

    name: Name
    text: str
    sha256: str


class Edit(BaseModel):
    """sha256: of the text that was edited; without it, whatever is there is replaced."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, StringConstraints(max_length=MAX_CHARS)]
    sha256: str | None = None


class _Names(Convertor[str]):
    """Only the curated files, so that a path that is nothing is told apart from one that wants another method."""

    regex = "|".join(_FILES)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("curated", _Names())


@router.get("/{name:curated}")
def shown(name: Name, _: Reader, service: TheService) -> Curated:
    text = text_of(service, name)
    return Curated(name=name, text=text, sha256=_digest(text))


@router.put("/{name:curated}", status_code=201)
def edit(name: Name, given: Edit, who: Editor, service: TheService, store: TheStore) -> Draft:
    """A draft with another text. 422 names the line of what is wrong with it."""
    return edited(name, given.text, given.sha256, who, service, store)


def text_of(service: Service, name: Name) -> str:
    """A curated file as it is in use, empty if there is none."""
    return curated_file(service.settings, changes_in_use(service.settings), _FILES[name]).decode("utf-8")


def edited(name: Name, text: str, sha256: str | None, who: Identity, service: Service, store: Store) -> Draft:
    """A draft with another text in the place of that with this hash. Raises Refused."""
    present = text_of(service, name)
    if sha256 is not None and sha256 != _digest(present):
        raise Refused(409, "admin.error.outdated")
    if text == present:
        raise Refused(422, "admin.error.nothing_changed")
    change = edit_of(_FILES[name], present, text, changes_in_use(service.settings), service)
    return make_draft(who, service, store, change, title=title_of(Edited(change.name, present, text)))


def edit_of(name: CuratedFile, before: str, after: str, changes: Changes, service: Service) -> EditFile:
    """An edit that may be made of what others make of the file meanwhile. changes: with which it stands. Raises
    WrongFields for a text that will not do."""
    settings = service.settings
    kept = {"base": keep_content(settings, before.encode()), "object": keep_content(settings, after.encode())}
    change = EditFile(name=name, **kept)
    try:
        with changed_corpus(settings, changes.with_change(change), "preview") as folder:
            check_files(folder, documents_in_use(service.opened()))
    except BadCorpusFile as error:
        wrong = Wrong("text", "admin.error.bad_file", {"detail": str(error)}, line=error.line)
        raise WrongFields([wrong], "admin.error.bad_file", detail=str(error)) from error
    return change


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
