"""The chat on other websites' pages: a script with an element, or a page for a frame; only where a setting allows."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api import views
from api.middleware import HEADERS
from api.service import Service, TheService
from rag.language.messages import messages
from rag.settings import Settings
from rag.types import LANGUAGES

ASK = "/api/chat"
SCRIPT = "/embed.js"
# What a script of another website may send: a question, and whether the answer was of use.
SENT = frozenset({ASK, "/api/feedback"})
# What it may call: those, itself, and what may be chosen where an answer leaves it open.
SHARED = SENT | {SCRIPT, "/api/options"}
_KEPT_S = 600  # how long a browser keeps the script, and that it may ask
# The texts that the element shows, by its own names for them.
_TEXTS = {
    **{key: f"page.{key}" for key in ("question", "ask", "no_personal_data", "machine", "check")},
    **{key: f"page.embed.{key}" for key in ("heading", "open")},
    **{
        key: f"page.answer.{key}"
        for key in (
            *("you_asked", "searching", "ready", "failed", "service_failed", "stop", "stopped", "retry", "new_tab"),
            *("allowed", "not_allowed", "only_if_approved", "allowed_if", "not_allowed_if", "only_if_approved_if"),
            *("sources", "see_also", "historical", "page", "source_number", "follow_ups"),
            *("choose", "choose_one", "tool", "data", "approved", "ask_again"),
            *("helpful", "helped", "not_helped", "thanks", "no_feedback"),
        )
    },
}

router = APIRouter(include_in_schema=False)


class Sharing:
    """Lets the scripts of the pages that may embed the chat read what they ask for. Stands before the guard, so that
    they can read its refusals, too."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        origins = settings.origins
        self._shared = CORSMiddleware(
            app, origins, allow_methods=("GET", "POST"), allow_headers=("Content-Type",), max_age=_KEPT_S
        )
        self._paths = SHARED if origins else frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and scope["path"] in self._paths
        await (self._shared if shared else self._app)(scope, receive, send)


@router.get(SCRIPT)
def script(service: TheService) -> Response:
    """The element <ohjenuora-chat>, without dependencies. 404 where nobody may embed it."""
    _allowed(service)
    texts = {language: {name: messages(language)[key] for name, key in _TEXTS.items()} for language in LANGUAGES}
    code = (views.WEB / "static" / "embed.js").read_text(encoding="utf-8")
    call = f"define({json.dumps(texts, ensure_ascii=False)}, new URL(import.meta.url).origin);\n"
    return Response(
        f"{code}\n{call}",
        media_type="text/javascript",
        headers={"Cache-Control": f"max-age={_KEPT_S}", "Vary": "Origin"},
    )


@router.get("/embed")
def framed(request: Request, service: TheService) -> HTMLResponse:
    """A page with the element alone, for an iframe. 404 where nobody may embed it. It sets no cookies."""
    origins = _allowed(service)
    policy = HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}"
    )
    page = views.render("embed.html", views.language_for(request), views.theme_for(request))
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _allowed(service: Service) -> tuple[str, ...]:
    if not service.settings.origins:
        raise HTTPException(404)
    return service.settings.origins
