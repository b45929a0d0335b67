"""What people ask and what the guidance does not answer; as JSON, and as CSV for a spreadsheet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.audit import note
from api.auth import Reader
from api.identity import Identity
from api.insights import ChangedVerdict, CitedPassage, Insights, Table, as_csv, changed_verdicts, insights
from api.schemas import Day
from api.service import Service, TheService, TheStore
from api.store import Store
from rag.types import Language, Verdict

router = APIRouter(prefix="/insights")

Since = Annotated[Day | None, Query()]


@router.get("")
def shown(who: Reader, service: TheService, store: TheStore, since: Since = None, until: Since = None) -> Insights:
    """All that is kept, or what was asked from since to until. Who looks is on record."""
    found = _insights(who, service, store, since, until)
    with store.engine.begin() as connection:
        note(connection, who, "view", "insights", since=str(found.since), until=str(found.until))
    return found.model_copy(update={"cited": [_linked(each, service, who) for each in found.cited]})


@router.get("/verdicts")
def verdicts(
    who: Reader, service: TheService, store: TheStore, since: Since = None, until: Since = None
) -> list[ChangedVerdict]:
    """The questions whose verdict is another than when they were asked: what a publication has changed for people.
    Who looks is on record."""
    chatbot = service.opened_for(who.access)
    since, until = _period(service, since, until)

    def decide(text: str, language: Language) -> Verdict | None:
        return chatbot.ask(text, language).verdict

    with store.engine.connect() as connection:
        changed = changed_verdicts(connection, since, until, chatbot.index.version, decide)
    with store.engine.begin() as connection:
        note(connection, who, "view", "verdicts", since=str(since), until=str(until))
    return changed


@router.get("/{table}.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def exported(
    table: Table, who: Reader, service: TheService, store: TheStore, since: Since = None, until: Since = None
) -> Response:
    """One table. Who exports is on record."""
    found = _insights(who, service, store, since, until)
    with store.engine.begin() as connection:
        note(connection, who, "export", table, since=str(found.since), until=str(found.until))
    headers = {"Content-Disposition": f'attachment; filename="ohjenuora-{table}.csv"'}
    return Response(as_csv(found, table), media_type="text/csv; charset=utf-8", headers=headers)


def _linked(cited: CitedPassage, service: Service, who: Identity) -> CitedPassage:
    document = service.document(cited.document_id, who.access)
    if document is None:
        return cited
    start = document.text.find(cited.quote)
    place = f"{start}-{start + len(cited.quote)}"
    href = f"/documents/{document.id}" + (f"?c={place}#c{place}" if start >= 0 else "")
    return cited.model_copy(update={"title": document.metadata.title, "href": href})


def _insights(who: Identity, service: Service, store: Store, since: date | None, until: date | None) -> Insights:
    """Without the passages of documents that they may not read; of one that is gone, nobody knows whom it was for."""
    since, until = _period(service, since, until)
    chatbot = service.opened_for(who.access)
    with store.engine.connect() as connection:
        found = insights(connection, since, until, lambda texts: chatbot.embedder.embed_queries(texts))
    readable = {each.id for each in chatbot.documents()}
    cited = [each for each in found.cited if who.access.everything or each.document_id in readable]
    return found.model_copy(update={"cited": cited})


def _period(service: Service, since: date | None, until: date | None) -> tuple[date, date]:
    """All that is kept, where no other is asked for."""
    until = until or date.today()
    return since or until - timedelta(days=service.settings.retention_days), until
