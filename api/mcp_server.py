"""The service as a server of the Model Context Protocol: over streamable HTTP at /mcp, and over standard input."""

from __future__ import annotations

import asyncio
import re
from importlib.metadata import version
from typing import Any
from urllib.parse import quote, unquote

from mcp import MCPError
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from api import views
from api.mcp_tools import TOOLS, Caller, Tools
from api.negotiation import DEFAULT_LANGUAGE
from api.problems import explain, problem, told, unforeseen
from api.reading import Asker, asker_of
from api.schemas import Problem
from api.service import Service
from api.telemetry import telemetry_of
from rag.chatbot import Chatbot
from rag.errors import BadQuestion
from rag.settings import Settings
from rag.types import EVERYTHING, Language, Span

TEXT = "text/plain"
_URI = re.compile(r"ohjenuora://documents/([^/?#]+)(?:/(\d{1,9})-(\d{1,9}))?", re.ASCII)
_INSTRUCTIONS = (
    "Ohjenuora answers what official guidance allows public servants to do with AI services, from its sources alone. "
    "Ask it in the user's own words and language. Do not add to what it says; where it refuses, say that the guidance "
    "does not tell."
)
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)

Context = ServerRequestContext[Any, Any]


def mcp_server(service: Service) -> Server[Any]:
    """The protocol's side of the tools and the documents. What goes wrong is told in the asker's language."""
    tools = Tools(service)

    async def list_tools(_: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(
            tools=[
                ListedTool(
                    name=each.name,
                    title=each.title,
                    description=each.description,
                    input_schema=each.arguments.model_json_schema(),
                    output_schema=each.result.model_json_schema(mode="serialization"),
                    annotations=_READ_ONLY,
                )
                for each in TOOLS
            ]
        )

    async def call_tool(context: Context, given: CallToolRequestParams) -> CallToolResult:
        tool = next((each for each in TOOLS if each.name == given.name), None)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"No such tool. There are {', '.join(each.name for each in TOOLS)}.")
        caller = _caller(context, service.settings)
        try:
            said = await tools.call(tool, given.arguments or {}, caller)
        except Exception as error:
            detail = _problem(error, caller.language, tuple(tool.arguments.model_fields)).detail
            return CallToolResult(content=[TextContent(type="text", text=detail)], is_error=True)
        content = said.content.model_dump(mode="json")
        return CallToolResult(content=[TextContent(type="text", text=said.text)], structured_content=content)

    async def list_resources(context: Context, _: PaginatedRequestParams | None) -> ListResourcesResult:
        try:
            documents = await tools.documents(_caller(context, service.settings))
        except HTTPException as error:
            raise _failure(error, context, service.settings) from None
        return ListResourcesResult(
            resources=[
                Resource(
                    uri=f"ohjenuora://documents/{quote(each.id, safe='')}",
                    name=each.id,
                    title=each.metadata.title,
                    description=", ".join(filter(None, (each.metadata.publisher, each.metadata.published))) or None,
                    mime_type=TEXT,
                    size=len(each.text.encode()),
                )
                for each in documents
            ]
        )

    async def list_templates(_: Context, __: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        passage = ResourceTemplate(
            uri_template="ohjenuora://documents/{document_id}/{start}-{end}",
            name="passage",
            title="A passage of a source",
            description="The canonical text of a document from start to end, as citations count its characters.",
            mime_type=TEXT,
        )
        return ListResourceTemplatesResult(resource_templates=[passage])

    async def read_resource(context: Context, given: ReadResourceRequestParams) -> ReadResourceResult:
        try:
            found = _URI.fullmatch(str(given.uri))
            if found is None:
                raise HTTPException(404)
            document = await tools.document(unquote(found[1]), _caller(context, service.settings))
        except Exception as error:
            raise _failure(error, context, service.settings) from None
        place = Span(int(found[2]), int(found[3])) if found[2] else Span(0, len(document.text))
        text = TextResourceContents(uri=given.uri, mime_type=TEXT, text=place.of(document.text))
        return ReadResourceResult(contents=[text])

    server: Server[Any] = Server(
        "ohjenuora",
        version=version("ohjenuora"),
        title="Ohjenuora",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )
    server.middleware.clear()  # what is asked goes into no trace
    return server


class OverHttp:
    """The application at /mcp: each request stands for itself, so that any host may answer it."""

    def __init__(self, service: Service) -> None:
        self._server = mcp_server(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()  # here what it is too large or too late for becomes an answer
        given = False

        async def receive_again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        # Hosts and origins are the guard's business.
        manager = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, receive_again, send)


def serve_stdio(settings: Settings) -> None:
    """Serve one client over standard input and output until it closes them. Raises what Chatbot.open() raises."""
    telemetry = telemetry_of(settings)
    asyncio.run(_over_stdio(Service(settings, Chatbot.open(settings), telemetry)))


async def _over_stdio(service: Service) -> None:
    server = mcp_server(service)
    keeping_up = asyncio.create_task(service.run())
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
    keeping_up.cancel()
    await asyncio.to_thread(service.stop)
    await asyncio.gather(keeping_up, return_exceptions=True)


def _caller(context: Context, settings: Settings) -> Caller:
    request = context.request
    if isinstance(request, Request):
        return Caller(views.language_for(request), views.home(request, settings.public_url), asker_of(request))
    # Over standard input asks somebody who has the files of the data folder.
    return Caller(DEFAULT_LANGUAGE, settings.public_url.rstrip("/"), Asker(EVERYTHING))


def _problem(error: Exception, language: Language, known: tuple[str, ...]) -> Problem:
    """The problem that POST /api/chat would answer with. known: the names of the arguments."""
    if isinstance(error, ValidationError):
        return problem(language, 422, explain(error.errors(), language, known=known))
    if isinstance(error, BadQuestion):
        return problem(language, 422, str(error))
    if isinstance(error, HTTPException):
        return told(language, error)
    return unforeseen(language, error)


def _failure(error: Exception, context: Context, settings: Settings) -> MCPError:
    found = _problem(error, _caller(context, settings).language, ())
    return MCPError(INVALID_PARAMS if found.status == 404 else INTERNAL_ERROR, found.detail)
