"""Who one is here, and what one may therefore be offered."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from api.auth import Anyone
from api.identity import ROLES, Role

router = APIRouter(prefix="/me")


class Me(BaseModel):
    """role: the one that may most, null for somebody without any; roles: all of them."""

    name: str
    role: Role | None
    roles: list[Role]


@router.get("")
def me(who: Anyone) -> Me:
    roles = [role for role in ROLES if role in who.roles]
    return Me(name=who.name, role=roles[0] if roles else None, roles=roles)
