"""The application: routes, errors and what runs beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp

from api import (
    admin,
    admin_pages,
    chat,
    completions,
    description,
    documents,
    embed,
    feed,
    feedback,
    health,
    options,
    pages,
    problems,
    responses,
    sign_in_pages,
    teams,
)
from api.auth import Doorkeeper, Gate
from api.connection import BACKLOG, IDLE_S, MAX_CONNECTIONS, MAX_HEAD_BYTES, STOPPING_S, Share, connection_with
from api.embed import Sharing
from api.encrypted import Encrypted
from api.guard import Guard
from api.mcp_over_http import PATH as MCP_PATH
from api.mcp_over_http import McpOverHttp
from api.middleware import Edge, Head
from api.reading import Readers
from api.service import Service
from api.telemetry import Traced, telemetry_of
from api.views import WEB
from rag.chatbot import Chatbot
from rag.errors import BadQuestion
from rag.settings import Settings, load_settings
from rag.sources.passing_folders import sweep

_log = logging.getLogger(__name__)

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")  # the same, as a Host header has them


def create_app(settings: Settings | None = None, chatbot: Chatbot | None = None) -> FastAPI:
    """The service. Without settings they come from the environment, without a chatbot one is opened while serving.

    Raises BadSetting. When the chatbot cannot be opened, one line is logged and the process ends with status 1.
    """
    settings = settings or load_settings()
    telemetry = telemetry_of(settings)
    service = Service(settings, chatbot, telemetry)
    app = FastAPI(
        title="Ohjenuora",
        openapi_url=None,  # api.description has it
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # spans would hold the question of a search
        lifespan=_lifespan,
        form_limits={"max_files": 1, "max_fields": 16, "max_part_size": 16_000},  # an upload has ten fields
    )
    app.state.service = service
    app.state.doorkeeper = Doorkeeper(service.settings, service.store)
    app.state.teams = teams.Teams(service.settings) if service.settings.teams_app_id else None
    # The last one stands outermost.
    app.add_middleware(Head)
    app.add_middleware(Readers, settings=service.settings, doorkeeper=app.state.doorkeeper)
    app.add_middleware(Guard, settings=service.settings)
    app.add_middleware(Gate, doorkeeper=app.state.doorkeeper, settings=service.settings)
    app.add_middleware(Sharing, settings=service.settings)
    app.add_middleware(Encrypted, settings=service.settings)
    app.add_middleware(Edge, metrics=service.metrics)
    if telemetry is not None:
        app.add_middleware(Traced, telemetry=telemetry)
    app.exception_handler(HTTPException)(problems.on_http_exception)
    app.exception_handler(RequestValidationError)(problems.on_invalid_request)
    app.exception_handler(BadQuestion)(problems.on_bad_question)
    routers = (
        *(chat, completions, responses, options, feedback, feed, documents, health, description),
        *(admin, admin_pages, sign_in_pages, pages, embed, teams),
    )
    for router in (each.router for each in routers):
        app.include_router(router)
    # Nothing is kept of a client between its requests, so there is nothing to listen to or to end: POST alone.
    app.router.routes.append(Route(MCP_PATH, McpOverHttp(service), methods=["POST"]))
    app.mount("/static", StaticFiles(directory=WEB / "static"), name="static")
    return app


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop. Raises SystemExit(1) when the chatbot cannot be opened or the port is taken."""
    for name in ("api", "uvicorn"):  # of all other libraries only warnings
        logging.getLogger(name).setLevel(logging.INFO)
    settings = with_public_names(with_local_names(settings, host))
    server = uvicorn.Server(server_config(create_app(settings), settings, host, port))
    with suppress(KeyboardInterrupt):  # told to stop; it has stopped in order
        server.run()
    if not server.started:
        raise SystemExit(1)


def with_local_names(settings: Settings, host: str) -> Settings:
    """Who serves on the own machine alone, with no web server before it, is called by the names of that machine alone:
    else a page of another name that leads here could ask as if it were ours (DNS rebinding)."""
    if host not in LOCAL or settings.host_names or settings.proxies or settings.public_url:
        return settings
    return settings.model_copy(update={"allowed_hosts": ",".join(LOCAL_NAMES)})


def with_public_names(settings: Settings) -> Settings:
    """Who has a public address is called by its name, and by those of this machine, unless other names are set."""
    public = urlsplit(settings.public_url).hostname
    if public is None or settings.host_names:
        return settings
    return settings.model_copy(update={"allowed_hosts": ",".join((public, *LOCAL_NAMES))})


def server_config(app: ASGIApp, settings: Settings, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Config:
    """How the service is served: with limits, for a server that says nothing of itself."""
    return uvicorn.Config(
        app,
        host,
        port,
        http=connection_with(Share(settings.connections_of_client, settings.proxies)),
        ws="none",
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        limit_concurrency=MAX_CONNECTIONS,
        backlog=BACKLOG,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=STOPPING_S,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        server_header=False,
        log_config=None,
        access_log=False,  # it would hold the questions of searches; the middleware writes one without
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    if left := await asyncio.to_thread(sweep):
        _log.info("%d folders that killed processes have left are removed", left)
    known = [each for each in (app.state.doorkeeper.provider, app.state.teams) if each is not None]
    running = asyncio.create_task(service.run())
    fresh = [asyncio.create_task(each.keep_fresh()) for each in known]
    fresh += [asyncio.create_task(app.state.doorkeeper.keep_telling())]
    fresh += [asyncio.create_task(each.run()) for each in (service.sources, service.telling)]
    # A SystemExit in run() ends the loop, which cancels us here: the reason is logged, a traceback would bury it.
    with suppress(asyncio.CancelledError):
        yield
    for task in (running, *fresh):
        task.cancel()
    await asyncio.to_thread(service.stop)
    await asyncio.gather(running, *fresh, return_exceptions=True)
