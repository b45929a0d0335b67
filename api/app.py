"""The application: routes, errors and what runs beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from api import admin, admin_pages, chat, documents, feedback, health, options, pages, problems
from api.auth import Doorkeeper, Gate
from api.middleware import Edge
from api.problems import MAX_BODY_KB
from api.service import Service
from api.views import WEB
from rag.chatbot import Chatbot
from rag.errors import BadQuestion
from rag.settings import Settings, load_settings


def create_app(settings: Settings | None = None, chatbot: Chatbot | None = None) -> FastAPI:
    """The service. Without settings they come from the environment, without a chatbot one is opened while serving.

    Raises BadSetting. When the chatbot cannot be opened, one line is logged and the process ends with status 1.
    """
    service = Service(settings or load_settings(), chatbot)
    app = FastAPI(
        title="Ohjenuora",
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # spans would hold the question of a search
        lifespan=_lifespan,
    )
    app.state.service = service
    app.state.doorkeeper = Doorkeeper(service.settings)
    app.add_middleware(Gate, doorkeeper=app.state.doorkeeper)
    # A file with its form around it.
    app.add_middleware(Edge, metrics=service.metrics, admin_body_kb=service.settings.max_file_mb * 1000 + MAX_BODY_KB)
    app.exception_handler(HTTPException)(problems.on_http_exception)
    app.exception_handler(RequestValidationError)(problems.on_invalid_request)
    app.exception_handler(BadQuestion)(problems.on_bad_question)
    routers = (chat, options, feedback, documents, health, admin, admin_pages, pages)
    for router in (each.router for each in routers):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=WEB / "static"), name="static")
    return app


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop. Raises SystemExit(1) when the chatbot cannot be opened or the port is taken."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("api", "uvicorn"):  # of all other libraries only warnings
        logging.getLogger(name).setLevel(logging.INFO)
    # The server's own access log would hold the questions of searches; the middleware writes one without.
    uvicorn.run(create_app(settings), host=host, port=port, log_config=None, access_log=False)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    running = asyncio.create_task(service.run())
    # A SystemExit in run() ends the loop, which cancels us here: the reason is logged, a traceback would bury it.
    with suppress(asyncio.CancelledError):
        yield
    running.cancel()
    await asyncio.to_thread(service.jobs.stop)
    await asyncio.gather(running, return_exceptions=True)
