"""Somebody who has signed in, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from rag.types import Access

Role = Literal["administrator", "editor", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Identity:
    """name: what the audit log shows; credential: what they signed in with, as a session keeps it; session: the id of
    the browser session that says so, None where a token does; groups: those that documents may be for."""

    name: str
    roles: frozenset[Role]
    credential: str = ""
    session: str | None = None
    groups: frozenset[str] = frozenset()

    @property
    def access(self) -> Access:
        """What they may read: administrators everything, the others what is for everybody or for their groups."""
        everything = "administrator" in self.roles
        return Access(who=self.name, groups=self.groups, everything=everything, prepared=bool(self.roles))


def roles_of(names: Collection[object]) -> frozenset[Role]:
    """Those of the names that are roles."""
    return frozenset(role for role in ROLES if role in names)
