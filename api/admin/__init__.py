"""/api/admin: for whoever the gate (api.auth) has let in. Each route names the roles that may use it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from api.admin import (
    audit,
    choices,
    curated,
    documents,
    drafts,
    entries,
    evaluation,
    health,
    insights,
    jobs,
    me,
    versions,
)
from api.problems import PROBLEM_RESPONSES

router = APIRouter(prefix="/api/admin", tags=["admin"], responses=PROBLEM_RESPONSES)
# The curated files come last: their route is for every name that no other has.
for _part in (audit, choices, documents, drafts, evaluation, health, insights, jobs, me, versions, entries, curated):
    router.include_router(_part.router)


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
async def nothing_else(path: str) -> None:
    raise HTTPException(404)
