"""The administrators' pages: HTML without data. What they show comes from /api/admin, with the token that they hold."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from api import views
from api.auth import Doorkeeper
from api.service import TheService
from api.sign_in import Attempt, SignIn, SignInFailed
from rag.sources.formats import SUFFIXES

# In the order of the navigation. A page is there when its template is: see templates/admin.html.
PAGES = tuple(
    name
    for name in ("documents", "drafts", "versions", "rules", "insights", "evaluation", "audit", "health")
    if (views.WEB / "templates" / f"admin_{name}.html").is_file()
)
# What holds an Attempt from setting out to coming back.
ATTEMPT_COOKIE = "sign_in"
ATTEMPT_S = 600

router = APIRouter(prefix="/admin", include_in_schema=False)


def _sign_in(request: Request, service: TheService) -> SignIn:
    """Raises HTTPException 404 where there is no provider to sign in at."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    if doorkeeper.provider is None:
        raise HTTPException(404)
    return SignIn(service.settings, doorkeeper, doorkeeper.provider)


TheSignIn = Annotated[SignIn, Depends(_sign_in)]


@router.get("")
async def front() -> Response:
    return RedirectResponse(f"/admin/{PAGES[0]}", 303)


@router.get("/login")
def login(request: Request, sign_in: TheSignIn) -> Response:
    """To the provider, and back to /admin/callback."""
    attempt = Attempt.new()
    try:
        address = sign_in.begin(attempt, _back(request))
    except SignInFailed as failure:
        return _came_back(request, error=failure.reason, status=502)
    response = RedirectResponse(address, 303)
    secure = request.url.scheme == "https"
    # Lax: the way back from the provider begins at another site.
    response.set_cookie(
        ATTEMPT_COOKIE, attempt.as_cookie(), ATTEMPT_S, path="/admin", httponly=True, samesite="lax", secure=secure
    )
    return response


@router.get("/callback")
def callback(request: Request, sign_in: TheSignIn, state: str = "", code: str = "", error: str = "") -> Response:
    """Back from the provider. The page's script keeps the token and goes on to the page that was asked for."""
    attempt = Attempt.from_cookie(request.cookies.get(ATTEMPT_COOKIE, ""))
    try:
        if error or not code:
            raise SignInFailed("denied")
        response = _came_back(request, token=sign_in.finish(attempt, state, code, _back(request)))
    except SignInFailed as failure:
        response = _came_back(request, error=failure.reason, status=502 if failure.reason == "provider" else 400)
    response.delete_cookie(ATTEMPT_COOKIE, path="/admin")  # a code is used once, and so is what belongs to it
    return response


@router.get("/drafts/{draft_id}")
async def draft_page(draft_id: str, request: Request) -> HTMLResponse:
    """One draft: its preview, publishing it. The script takes the id from the address."""
    return _page(request, "draft", within="drafts")


@router.get("/{name}")
async def page(name: str, request: Request) -> HTMLResponse:
    if name not in PAGES:
        raise HTTPException(404)
    return _page(request, name, within=name)


def _page(request: Request, name: str, within: str) -> HTMLResponse:
    """A page of templates/admin_<name>.html. within: the entry of the navigation that it belongs to."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    issuer = doorkeeper.provider.issuer if doorkeeper.provider else ""
    return views.page(
        request,
        f"admin_{name}.html",
        script_sections=("page.admin.shell.", f"page.admin.{name}."),
        name=name,
        within=within,
        pages=PAGES,
        provider=urlsplit(issuer).netloc,
        with_token=doorkeeper.knows_a_token,
        endings=" ".join(SUFFIXES),
    )


def _came_back(request: Request, *, token: str = "", error: str = "", status: int = 200) -> HTMLResponse:
    used = ("code", "state", "session_state", "iss")
    return views.page(request, "admin_callback.html", status, left_behind=used, token=token, error=error)


def _back(request: Request) -> str:
    return str(request.url_for("callback").replace(query=""))
