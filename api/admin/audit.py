"""The audit log, for administrators and auditors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api import audit
from api.auth import Auditor
from api.service import TheStore

router = APIRouter()


@router.get("/audit")
def log(
    _: Auditor,
    store: TheStore,
    before: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    action: Annotated[str | None, Query(max_length=40)] = None,
    who: Annotated[str | None, Query(max_length=200)] = None,
) -> list[audit.AuditEntry]:
    """The latest entries first; before: only such with a lower number, for the next page.

    action: only such; who: only of people whose name holds this text.
    """
    with store.engine.connect() as connection:
        return audit.entries(connection, before, limit, action, who)
