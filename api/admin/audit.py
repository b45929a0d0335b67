"""The audit log, for administrators and auditors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api import audit
from api.audit_keeping import Verified, lines, verify
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


@router.get(
    "/audit/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {}}}},
)
def exported(who: Auditor, store: TheStore) -> StreamingResponse:
    """All entries, the oldest first, each a line of JSON with its hash. That it was exported is the last of them."""
    with store.engine.begin() as connection:
        audit.note(connection, who, "export", "audit")

    def read() -> Iterator[str]:
        with store.engine.connect() as connection:
            yield from lines(connection)

    headers = {"Content-Disposition": 'attachment; filename="ohjenuora-audit.jsonl"'}
    return StreamingResponse(read(), media_type="application/jsonl", headers=headers)


@router.get("/audit/verified")
def verified(_: Auditor, store: TheStore) -> Verified:
    """Whether all entries are as they were written."""
    with store.engine.connect() as connection:
        return verify(connection)
