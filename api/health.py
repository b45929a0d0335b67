"""What an operator's machines ask: alive? ready? how is it going?"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.problems import PROBLEM_RESPONSES
from api.service import TheService

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


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(service: TheService) -> Response:
    documents = len(service.chatbot.documents()) if service.chatbot else 0
    return Response(service.metrics.text(documents), media_type=CONTENT_TYPE_LATEST)
