"""What an operator's machines ask: alive? ready? how is it going?"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from api.auth import address_of
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


@router.get("/metrics", response_class=PlainTextResponse, responses={404: PROBLEM_RESPONSES[404]})
def metrics(request: Request, service: TheService) -> Response:
    """404 for whoever asks from a network that the setting does not name."""
    if not _is_within(address_of(request), service.settings.metrics_from):
        raise HTTPException(404)
    documents = len(service.chatbot.documents()) if service.chatbot else 0
    return Response(service.metrics.text(documents), media_type=CONTENT_TYPE_LATEST)


def _is_within(address: str, networks: str) -> bool:
    """Also what comes by no network at all, as over a socket of this machine."""
    try:
        asked_from = ip_address(address)
    except ValueError:
        return True
    asked_from = getattr(asked_from, "ipv4_mapped", None) or asked_from
    return any(asked_from in ip_network(each.strip()) for each in networks.split(",") if each.strip())
