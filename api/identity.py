"""Somebody who has signed in, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["administrator", "editor", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Identity:
    """name: what the audit log shows; credential: what they signed in with, as a session keeps it; session: the id of
    the browser session that says so, None where a token does."""

    name: str
    roles: frozenset[Role]
    credential: str = ""
    session: str | None = None


def roles_of(names: Collection[object]) -> frozenset[Role]:
    """Those of the names that are roles."""
    return frozenset(role for role in ROLES if role in names)
