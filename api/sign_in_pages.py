"""Where readers sign in and out. The way to the provider and back is the administrators': api.admin_pages."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from api import views
from api.auth import TheDoorkeeper, address_of, of_session, secret_of
from api.cookies import forget_session
from api.service import TheService

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def sign_in_page(request: Request, service: TheService) -> HTMLResponse:
    """404 where readers do not sign in."""
    if service.settings.chat_sign_in == "off":
        raise HTTPException(404)
    return views.page(request, "sign_in.html")


@router.post("/sign-out")
async def sign_out(request: Request, doorkeeper: TheDoorkeeper) -> Response:
    """The session ends, and with it what this browser keeps of conversations."""
    who = await of_session(doorkeeper, secret_of(request))
    if who is not None and who.session is not None:
        await to_thread.run_sync(doorkeeper.end, who.session, who, address_of(request))
    response = RedirectResponse("/", 303, {"Clear-Site-Data": '"storage"'})
    forget_session(response, request.url.scheme)
    return response
