"""The administrators' pages: HTML without data. What they show comes from /api/admin, by the browser's session."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from api import views
from api.auth import Doorkeeper, TheDoorkeeper, address_of, refuse_early
from api.cookies import keep_session
from api.service import TheService
from api.sign_in import Attempt, SignIn, SignInFailed
from rag.language.messages import messages
from rag.sources.formats import FORMATS, SUFFIXES
from rag.types import Language

# In the order of the navigation. A page is there when its template is: see templates/admin.html.
PAGES = tuple(
    name
    for name in (
        "documents",
        "drafts",
        "sources",
        "versions",
        "rules",
        "insights",
        "questions",
        "evaluation",
        "audit",
        "health",
        "sessions",
    )
    if (views.WEB / "templates" / f"admin_{name}.html").is_file()
)
# What holds an Attempt from setting out to coming back: by https under a name that no neighbour can set.
ATTEMPT_COOKIE = {"https": "__Host-ohjenuora-sign-in", "http": "ohjenuora-sign-in"}
ATTEMPT_S = 600

router = APIRouter(prefix="/admin", include_in_schema=False)


def _sign_in(service: TheService, doorkeeper: TheDoorkeeper) -> SignIn:
    """Raises HTTPException 404 where there is no provider to sign in at."""
    if doorkeeper.provider is None:
        raise HTTPException(404)
    return SignIn(service.settings, doorkeeper, doorkeeper.provider)


TheSignIn = Annotated[SignIn, Depends(_sign_in)]


@router.get("")
async def front() -> Response:
    return RedirectResponse(f"/admin/{PAGES[0]}", 303)


@router.get("/login")
async def login(request: Request, sign_in: TheSignIn) -> Response:
    """To the provider, and back to /admin/callback."""
    attempt = Attempt.new()
    try:
        address = await sign_in.begin(attempt, _back(request))
    except SignInFailed as failure:
        return await _came_back(request, error=failure.reason, status=502)
    response = RedirectResponse(address, 303)
    scheme = request.url.scheme
    # Lax: the way back from the provider begins at another site.
    response.set_cookie(
        ATTEMPT_COOKIE[scheme], attempt.as_cookie(), ATTEMPT_S, httponly=True, samesite="lax", secure=scheme == "https"
    )
    return response


@router.get("/callback")
async def callback(
    request: Request,
    sign_in: TheSignIn,
    doorkeeper: TheDoorkeeper,
    state: str = "",
    code: str = "",
    error: str = "",
) -> Response:
    """Back from the provider: a session begins. The page's script goes on to the page that was asked for."""
    name = ATTEMPT_COOKIE[request.url.scheme]
    attempt = Attempt.from_cookie(request.cookies.get(name, ""))
    address = address_of(request)
    refuse_early(doorkeeper.tries, address)  # codes may be tried like tokens, and each would be asked for
    try:
        if error or not code:
            raise SignInFailed("denied")
        identity = await sign_in.finish(attempt, state, code, _back(request))
        secret = await to_thread.run_sync(doorkeeper.begin_session, identity, address)
        response = await _came_back(request)
        keep_session(response, request.url.scheme, secret, doorkeeper.sessions.longest)
    except SignInFailed as failure:
        if failure.reason != "denied":  # who changes their mind has tried nothing
            await to_thread.run_sync(doorkeeper.refuse, address)
        status = 502 if failure.reason == "provider" else 400
        response = await _came_back(request, error=failure.reason, status=status)
    # A code is used once, and so is what belongs to it.
    response.delete_cookie(name, secure=request.url.scheme == "https", httponly=True, samesite="lax")
    return response


@router.get("/drafts/{draft_id}")
def draft_page(draft_id: str, request: Request) -> HTMLResponse:
    """One draft: its preview, publishing it. The script takes the id from the address."""
    return _page(request, "draft", "page.admin.documents.", within="drafts")


@router.get("/{name}")
def page(name: str, request: Request) -> HTMLResponse:
    if name not in PAGES:
        raise HTTPException(404)
    return _page(request, name, within=name)


def _page(request: Request, name: str, *more_texts: str, within: str) -> HTMLResponse:
    """A page of templates/admin_<name>.html. more_texts: sections of texts that its scripts need, too; within: the
    entry of the navigation that it belongs to."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    issuer = doorkeeper.provider.issuer if doorkeeper.provider else ""
    return views.page(
        request,
        f"admin_{name}.html",
        script_sections=("page.admin.shell.", *more_texts, f"page.admin.{name}."),
        name=name,
        within=within,
        pages=PAGES,
        provider=urlsplit(issuer).netloc,
        with_token=doorkeeper.knows_a_token,
        endings=" ".join(SUFFIXES),
        formats=formats_told(views.language_for(request)),
    )


def formats_told(language: Language) -> str:
    """What an uploaded file may be, for people: PDF (.pdf), Word (.docx), …"""
    endings: dict[str, list[str]] = {}
    for each in FORMATS:
        endings.setdefault(messages(language).get(f"format.{each.name}", each.name), []).extend(each.suffixes)
    return ", ".join(f"{name} ({', '.join(suffixes)})" for name, suffixes in endings.items())


async def _came_back(request: Request, *, error: str = "", status: int = 200) -> HTMLResponse:
    used = ("code", "state", "session_state", "iss")
    shown = partial(views.page, request, "admin_callback.html", status, left_behind=used, error=error)
    return await to_thread.run_sync(shown)


def _back(request: Request) -> str:
    return str(request.url_for("callback").replace(query=""))
