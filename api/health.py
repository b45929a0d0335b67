"""What an operator's machines ask: alive? ready? how is it going?"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from api.auth import address_of
from api.problems import PROBLEM_RESPONSES
from api.service import TheService
from rag.addresses import is_within

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process runs; it may still be loading."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: PROBLEM_RESPONSES[503]})
async def readyz(service: TheService) -> dict[str, str]:
    """The index is open and the model loaded; else 503."""
    service.opened()
    return {"status": "ready"}


@router.get("/metrics", response_class=PlainTextResponse, responses={404: PROBLEM_RESPONSES[404]})
def metrics(request: Request, service: TheService) -> Response:
    """404 for whoever asks from a network that the setting does not name."""
    if not is_within(address_of(request), service.settings.metrics_networks):
        raise HTTPException(404)
    documents = len(service.chatbot.documents()) if service.chatbot else 0
    return Response(service.metrics.text(documents), media_type=CONTENT_TYPE_LATEST)
