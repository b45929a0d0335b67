"""The cookie of a browser session: given when it begins, taken back when it ends."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Response

from api.sessions import cookie_name


def keep_session(response: Response, scheme: str, secret: str, longest: timedelta) -> None:
    """No script reads it, and no page of another site sends it, not even by a link."""
    response.set_cookie(
        cookie_name(scheme),
        secret,
        int(longest.total_seconds()),
        path="/",
        secure=scheme == "https",
        httponly=True,
        samesite="strict",
    )


def forget_session(response: Response, scheme: str) -> None:
    response.delete_cookie(cookie_name(scheme), path="/", secure=scheme == "https", httponly=True, samesite="strict")
