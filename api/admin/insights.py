"""What people ask and what the guidance does not answer; as JSON, and as CSV for a spreadsheet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.audit import note
from api.auth import Reader
from api.insights import CitedPassage, Insights, Table, as_csv, insights
from api.schemas import Day
from api.service import Service, TheService, TheStore
from api.store import Store

router = APIRouter(prefix="/insights")

Since = Annotated[Day | None, Query()]


@router.get("")
def shown(_: Reader, service: TheService, store: TheStore, since: Since = None, until: Since = None) -> Insights:
    """All that is kept, or what was asked from since to until."""
    found = _insights(service, store, since, until)
    return found.model_copy(update={"cited": [_linked(each, service) for each in found.cited]})


@router.get("/{table}.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def exported(
    table: Table, who: Reader, service: TheService, store: TheStore, since: Since = None, until: Since = None
) -> Response:
    """One table. Who exports is on record."""
    found = _insights(service, store, since, until)
    with store.engine.begin() as connection:
        note(connection, who, "export", table, since=str(found.since), until=str(found.until))
    headers = {"Content-Disposition": f'attachment; filename="ohjenuora-{table}.csv"'}
    return Response(as_csv(found, table), media_type="text/csv; charset=utf-8", headers=headers)


def _linked(cited: CitedPassage, service: Service) -> CitedPassage:
    document = service.document(cited.document_id)
    if document is None:
        return cited
    start = document.text.find(cited.quote)
    place = f"{start}-{start + len(cited.quote)}"
    href = f"/documents/{document.id}" + (f"?c={place}#c{place}" if start >= 0 else "")
    return cited.model_copy(update={"title": document.metadata.title, "href": href})


def _insights(service: Service, store: Store, since: date | None, until: date | None) -> Insights:
    until = until or date.today()
    since = since or until - timedelta(days=service.settings.retention_days)
    with store.engine.connect() as connection:
        return insights(connection, since, until, lambda texts: service.opened().embedder.embed_queries(texts))
