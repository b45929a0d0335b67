"""The sources as JSON: search in them, list them, read one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException

from api.problems import PROBLEM_RESPONSES
from api.reading import TheAccess, TheAsker
from api.schemas import DocumentSummary, DocumentText, FoundPassage, Name, Question
from api.service import TheChatbot, TheService
from rag.types import Language

Version = Annotated[Name | None, Query()]

router = APIRouter(prefix="/api", tags=["documents"], responses=PROBLEM_RESPONSES)


@router.get("/search")
async def search(
    q: Annotated[Question, Query()],
    service: TheService,
    asker: TheAsker,
    k: Annotated[int, Query(ge=1, le=50)] = 5,
    language: Language | None = None,
) -> list[FoundPassage]:
    """The k passages nearest to the query, best first."""
    return [FoundPassage.from_passage(passage) for passage in await service.search(q, k, language, asker)]


@router.get("/documents")
def documents(chatbot: TheChatbot) -> list[DocumentSummary]:
    today = date.today()
    return [DocumentSummary.from_document(document, today) for document in chatbot.documents()]


@router.get("/documents/{document_id}")
def document(document_id: str, service: TheService, access: TheAccess, version: Version = None) -> DocumentText:
    """One source with its canonical text. version: as it stood in that version of the index, which an answer names."""
    found = service.document(document_id, access, version)
    if found is None:
        raise HTTPException(404)
    return DocumentText.from_document(found, date.today())
