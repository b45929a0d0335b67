"""/api/admin: for whoever the gate (api.auth) has let in. Each route names the roles that may use it."""

from __future__ import annotations

from fastapi import APIRouter, Security
from fastapi.security import HTTPBearer

from api.admin import (
    audit,
    choices,
    corrections,
    curated,
    documents,
    drafts,
    entries,
    evaluation,
    health,
    insights,
    jobs,
    me,
    questions,
    rehearsals,
    sessions,
    sources,
    together,
    versions,
)
from api.problems import PROBLEM_RESPONSES

# The gate has seen to it already; this says so in the OpenAPI document.
_SIGNED_IN = Security(HTTPBearer(auto_error=False))

router = APIRouter(prefix="/api/admin", tags=["admin"], responses=PROBLEM_RESPONSES, dependencies=[_SIGNED_IN])
_PARTS = (
    audit,
    choices,
    corrections,
    documents,
    drafts,
    evaluation,
    health,
    insights,
    jobs,
    me,
    questions,
    rehearsals,
    sessions,
    sources,
    together,
    versions,
    entries,
    curated,
)
for _part in _PARTS:
    router.include_router(_part.router)
