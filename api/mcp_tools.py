"""What an assistant may do through the Model Context Protocol: ask, search, list and read. Nothing changes anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.markdown import markdown, plain
from api.reading import Asker
from api.schemas import ChatAnswer, ChatRequest, DocumentSummary, DocumentText, FoundPassage, Name, Question
from api.service import Service
from rag.types import Document, Language

# A window of a document: what is cited lies in a few thousand characters, and a whole source may have a million.
READ_CHARS = 20_000
MAX_READ_CHARS = 100_000

ToolName = Literal["ask", "search", "list_documents", "read_document"]


@dataclass(frozen=True, slots=True)
class Caller:
    """language: of errors, and what text is taken for that does not tell its own; home: what links begin with; asker:
    who it is."""

    language: Language
    home: str
    asker: Asker


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool says: text for whoever reads it, content for whoever computes with it."""

    text: str
    content: BaseModel


class _Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SearchArguments(_Arguments):
    query: Question
    k: int = Field(5, ge=1, le=50)
    language: Language | None = None


class ListArguments(_Arguments):
    pass


class ReadArguments(_Arguments):
    """start, length: in characters of the canonical text, as citations count them. version: of the index, which an
    answer names; the one in use if not given."""

    document_id: Name
    start: int = Field(0, ge=0)
    length: int = Field(READ_CHARS, ge=1, le=MAX_READ_CHARS)
    version: Name | None = None


class Passages(BaseModel):
    passages: tuple[FoundPassage, ...]


class Documents(BaseModel):
    documents: tuple[DocumentSummary, ...]


class Excerpt(DocumentText):
    """text is the canonical text from start to end; characters counts the whole."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that may be asked for. description: for the model that chooses among tools."""

    name: ToolName
    title: str
    description: str
    arguments: type[BaseModel]
    result: type[BaseModel]


TOOLS = (
    Tool(
        "ask",
        "Ask what the guidance allows",
        "Ask what official guidance says about using AI services, in Finnish, Swedish or English. Returns a verdict "
        "(allowed, not_allowed, only_if_approved or null), the sentences it rests on and their exact places, or a "
        "refusal when the sources do not say. Quote its sentences as they are and name their sources. For a follow-up "
        "pass the conversation_id of the answer before.",
        ChatRequest,
        ChatAnswer,
    ),
    Tool(
        "search",
        "Search the guidance",
        "Find the passages of the sources that are nearest to a query, best first. They may or may not answer it: to "
        "learn what is allowed, use ask.",
        SearchArguments,
        Passages,
    ),
    Tool(
        "list_documents",
        "List the sources",
        "List the documents that answers are taken from, with publisher, date and validity.",
        ListArguments,
        Documents,
    ),
    Tool(
        "read_document",
        "Read a source",
        "Read the canonical text of a document, or a part of it. Offsets are those of citations and passages.",
        ReadArguments,
        Excerpt,
    ),
)


class Tools:
    """The tools over a service: by the same doors as POST /api/chat and GET /api/search, with their limits."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._calls: Mapping[str, Callable[[Any, Caller], Awaitable[Told]]] = {
            "ask": self._ask,
            "search": self._search,
            "list_documents": self._list,
            "read_document": self._read,
        }

    async def call(self, tool: Tool, arguments: Mapping[str, object], caller: Caller) -> Told:
        """Raises pydantic's ValidationError for wrong arguments, BadQuestion, and HTTPException as service.ask does;
        404 for a document that there is not."""
        return await self._calls[tool.name](tool.arguments.model_validate(arguments), caller)

    async def documents(self, caller: Caller) -> list[Document]:
        """Raises HTTPException 503 while the service is not ready."""
        chatbot = await to_thread.run_sync(self._service.opened_for, caller.asker.access)
        return chatbot.documents()

    async def document(self, document_id: str, caller: Caller, version: str | None = None) -> Document:
        """Raises HTTPException 404, 503."""
        found = await to_thread.run_sync(self._service.document, document_id, caller.asker.access, version)
        if found is None:
            raise HTTPException(404)
        return found

    async def _ask(self, given: ChatRequest, caller: Caller) -> Told:
        answer = await self._service.ask(given, caller.asker, caller.language)
        return Told(markdown(answer, caller.home), ChatAnswer.from_answer(answer))

    async def _search(self, given: SearchArguments, caller: Caller) -> Told:
        found = await self._service.search(given.query, given.k, given.language, caller.asker)
        lines = [f"- {plain(f'{each.document_id} {each.start}–{each.end}')}: {plain(each.text)}" for each in found]
        return Told("\n".join(lines), Passages(passages=tuple(FoundPassage.from_passage(each) for each in found)))

    async def _list(self, given: ListArguments, caller: Caller) -> Told:
        today = date.today()
        all_of_them = tuple(DocumentSummary.from_document(each, today) for each in await self.documents(caller))
        lines = [f"- {plain(f'{each.id}: {each.title}')}" for each in all_of_them]
        return Told("\n".join(lines), Documents(documents=all_of_them))

    async def _read(self, given: ReadArguments, caller: Caller) -> Told:
        document = await self.document(given.document_id, caller, given.version)
        start = min(given.start, len(document.text))
        text = document.text[start : start + given.length]
        whole = DocumentText.from_document(document, date.today()).model_dump()
        return Told(text, Excerpt(**whole | {"text": text, "start": start, "end": start + len(text)}))
