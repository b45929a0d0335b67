"""What the forms of tools and rules offer to choose from."""

from __future__ import annotations

from typing import get_args

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.auth import Reader
from api.service import TheService
from api.views import language_for
from rag.curated.changed_corpus import changed_corpus
from rag.curated.concepts import load_concepts
from rag.curated.rules import REGISTER_ID
from rag.index.versions import changes_in_use
from rag.sources.chunking import SECTION_SEPARATOR
from rag.types import Language, Verdict

router = APIRouter(prefix="/choices")


class Choice(BaseModel):
    """label: in the reader's language. broader: the ids of what it implies."""

    id: str
    label: str
    broader: list[str] = []


class DataChoice(Choice):
    """named: approvals are given for this class, not for what belongs to it."""

    named: bool


class DocumentChoice(BaseModel):
    """tables: the headings below which tables stand, for the rules that are said beside one."""

    id: str
    title: str
    language: Language
    tables: list[str]


class Choices(BaseModel):
    documents: list[DocumentChoice]
    data: list[DataChoice]
    tools: list[Choice]
    verdicts: list[Verdict]


@router.get("")
def choices(request: Request, who: Reader, service: TheService) -> Choices:
    language = language_for(request)
    settings, index = service.settings, service.opened_for(who.access).index
    with changed_corpus(settings, changes_in_use(settings), "preview") as folder:
        concepts = load_concepts(folder)
    tables: dict[str, dict[str, None]] = {}
    for chunk in index.chunks:
        if chunk.kind == "row":
            headings = [part for part in chunk.section.split(SECTION_SEPARATOR) if part]
            tables.setdefault(chunk.document_id, {}).update(dict.fromkeys(headings))
    return Choices(
        documents=[
            DocumentChoice(
                id=each.id,
                title=each.metadata.title,
                language=each.metadata.language,
                tables=list(tables.get(each.id, {})),
            )
            for each in index.documents.values()
            if each.id != REGISTER_ID
        ],
        data=[
            DataChoice(
                id=each.id, label=each.display(language), broader=list(each.broader), named=each.name is not None
            )
            for each in concepts
            if each.kind == "data_class"
        ],
        tools=[
            Choice(id=each.id, label=each.display(language), broader=list(each.broader))
            for each in concepts
            if each.kind == "tool"
        ],
        verdicts=list(get_args(Verdict)),
    )
