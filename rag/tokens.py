"""The administrators' tokens as the setting has them: plain or hashed, and until when each is good."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from pydantic_core import PydanticCustomError

# 128 bits where they are hexadecimal digits: beyond all guessing, so that a fast hash is enough to keep them by.
ADMIN_TOKEN_MIN_CHARS = 32
_HASHED_TOKEN = re.compile(r"sha256:([0-9a-f]{64})")
# What a header can hold, without the comma between tokens and the semicolon before what is said of one.
_PLAIN_TOKEN = re.compile(r"[\x21-\x2b\x2d-\x3a\x3c-\x7e]+")
_UNTIL = "until="


@dataclass(frozen=True, slots=True)
class AdminToken:
    """number: which of the setting's tokens it is, from 1; digest: its SHA-256; until: the last day on which it is
    good, None for one without an end."""

    number: int
    digest: bytes
    until: date | None

    def good_on(self, day: date) -> bool:
        return self.until is None or day <= self.until


def hashed_token(token: str) -> str:
    """A token as the setting may hold it, so that whoever reads the setting cannot sign in with it."""
    return f"sha256:{hashlib.sha256(token.encode()).hexdigest()}"


def admin_tokens(listed: tuple[str, ...]) -> tuple[AdminToken, ...]:
    """Each as it is, or as sha256:<its hash>, with ;until=2027-01-31 behind it where it has an end.

    Raises PydanticCustomError for one that could be guessed, could never be sent, or has an end that is no day.
    """
    return tuple(_admin_token(number, each) for number, each in enumerate(listed, 1))


def _admin_token(number: int, given: str) -> AdminToken:
    token, semicolon, said = (part.strip() for part in given.partition(";"))
    until = _day(number, said) if semicolon else None
    if not token.lower().startswith("sha256:"):
        if len(token) < ADMIN_TOKEN_MIN_CHARS or not _PLAIN_TOKEN.fullmatch(token):
            raise PydanticCustomError(
                "weak_token",
                "token {number} must have at least {least} characters, without blanks, semicolons and letters beyond "
                "a–z. Make one with 'ohjenuora token' or with 'openssl rand -hex 32'",
                {"number": number, "least": ADMIN_TOKEN_MIN_CHARS},
            )
        return AdminToken(number, hashlib.sha256(token.encode()).digest(), until)
    hashed = _HASHED_TOKEN.fullmatch(token)
    if hashed is None:
        raise PydanticCustomError(
            "no_hash",
            "what follows 'sha256:' in token {number} is not 64 hexadecimal digits in small letters. "
            "'ohjenuora token' makes a token with its hash",
            {"number": number},
        )
    return AdminToken(number, bytes.fromhex(hashed[1]), until)


def _day(number: int, said: str) -> date:
    if said.startswith(_UNTIL):
        try:
            return date.fromisoformat(said.removeprefix(_UNTIL))
        except ValueError:
            pass
    raise PydanticCustomError(
        "no_end",
        "write the last day of token {number} as ;until=2027-01-31. 'ohjenuora token' makes a token",
        {"number": number},
    )
