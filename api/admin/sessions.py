"""The browser sessions of whoever asks, and for administrators those of all: begun, listed, ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.auth import Anyone, TheDoorkeeper, address_of
from api.cookies import forget_session, keep_session
from api.identity import ROLES
from api.problems import Refused
from api.service import TheStore

router = APIRouter(prefix="/sessions")


class BrowserSession(BaseModel):
    """client: the network address that it was begun from; ends_at: unless it is used until then; current: it is the one
    that asks."""

    id: str
    who: str
    client: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    current: bool


@router.post("", status_code=204)
def begin(who: Anyone, request: Request, response: Response, doorkeeper: TheDoorkeeper) -> None:
    """A session for the browser that brings a token: it gets a cookie, and sends the token no more.

    403 for a session: its end would never come if it could begin another.
    """
    if who.session is not None:
        raise Refused(403, "admin.error.session_has_begun")
    secret = doorkeeper.begin_session(who, address_of(request))
    keep_session(response, request.url.scheme, secret, doorkeeper.sessions.longest)


@router.get("")
def listed(
    who: Anyone, _: TheStore, doorkeeper: TheDoorkeeper, everybody: Annotated[bool, Query()] = False
) -> list[BrowserSession]:
    """One's own sessions, that used last first. everybody: those of all, for administrators."""
    if everybody and "administrator" not in who.roles:
        raise Refused(403, "admin.error.role", roles=ROLES[0])
    now = datetime.now(UTC)
    return [
        BrowserSession(
            id=each.id,
            who=each.who,
            client=each.client,
            began_at=each.began_at,
            seen_at=each.seen_at,
            ends_at=each.ends_at,
            current=each.id == who.session,
        )
        for each in doorkeeper.sessions.of(None if everybody else who.name, now)
    ]


@router.delete("", status_code=204)
def sign_out_everywhere(
    who: Anyone, _: TheStore, request: Request, response: Response, doorkeeper: TheDoorkeeper
) -> None:
    """End all of one's own sessions."""
    doorkeeper.end_all(who, address_of(request))
    forget_session(response, request.url.scheme)


@router.delete("/current", status_code=204)
def sign_out(who: Anyone, _: TheStore, request: Request, response: Response, doorkeeper: TheDoorkeeper) -> None:
    """End the session that asks; nothing where a token does."""
    if who.session is not None:
        doorkeeper.end(who.session, who, address_of(request))
    forget_session(response, request.url.scheme)


@router.delete("/{session_id}", status_code=204)
def end(session_id: str, who: Anyone, _: TheStore, request: Request, doorkeeper: TheDoorkeeper) -> None:
    """End one of one's own sessions; administrators, anybody's. 404 where there is no such."""
    if not doorkeeper.end(session_id, who, address_of(request)):
        raise HTTPException(404)
