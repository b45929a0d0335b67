"""The organisation's test questions: listed, written, taken from and to a spreadsheet, evaluated at a press."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from fastapi import APIRouter, Body, File, Query, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api import drafts, evaluations, own_questions, question_files
from api.admin.documents import unreadable
from api.audit import note
from api.auth import Editor, Reader
from api.evaluations import KeptEvaluation
from api.identity import Identity
from api.jobs import Job
from api.own_questions import HeldQuestions, HiddenQuestion, KeptQuestion, Origin, TooManyQuestions
from api.problems import Refused, Replaces, Wrong, WrongFields
from api.readable import Readable
from api.service import Service, TheJobs, TheService, TheStore
from api.store import Store
from api.views import language_for
from rag.errors import IndexBusy, UnreadableSource
from rag.index.opening import current_version
from rag.publishing.questions import MOST, Expected

router = APIRouter(prefix="/questions")

_EXAMPLE = {
    "question": "Saako Copilotiin syöttää henkilötietoja?",
    "language": "fi",
    "answerable": True,
    "documents": ["oma-ohje"],
    "evidence": ["Henkilötietoja ei saa syöttää tekoälypalveluihin."],
    "verdict": "not_allowed",
}
_FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


Seen = Annotated[str, Query(max_length=16, description="What is there, as the refusal named it.")]


class Imported(BaseModel):
    """How many questions a file held."""

    count: int


@router.get("")
def listed(who: Reader, service: TheService, store: TheStore) -> list[KeptQuestion]:
    """All that rest on documents which they may read, the latest first."""
    readable = readable_by(who, service, store)
    with store.engine.connect() as connection:
        return list(filter(readable.question, own_questions.listed(connection)))


@router.post("", status_code=201)
def add(
    given: Annotated[Expected, Body(examples=[_EXAMPLE])],
    who: Editor,
    service: TheService,
    store: TheStore,
    replaces: Seen = "",
) -> KeptQuestion:
    """Keep a question with what is expected of its answer, in the place of what was expected of it before. 409 where
    somebody else expects something else; replaces: of that refusal, to do so all the same.

    answerable: null where the document that would answer it is missing; evidence: quotes, one of which must be cited.
    """
    [kept] = keep(service, store, who, [given], "page", replaces)
    return kept


@router.delete("/{question_id}", status_code=204)
def remove(question_id: str, who: Editor, service: TheService, store: TheStore) -> None:
    readable = readable_by(who, service, store)
    with store.engine.begin() as connection:
        found = own_questions.find(connection, question_id)
        if found is None or not readable.question(found) or not own_questions.remove(connection, who, question_id):
            raise HTTPException(404)


@router.get(
    "/export.{form}", response_class=Response, responses={200: {"content": {each: {} for each in _FORMATS.values()}}}
)
def exported(
    form: Literal["csv", "xlsx"], who: Reader, service: TheService, store: TheStore, request: Request
) -> Response:
    """What the list has as a spreadsheet, which can be read in again. Who exports is on record."""
    language = language_for(request)
    questions = listed(who, service, store)
    with store.engine.begin() as connection:
        note(connection, who, "export", "own_questions")
    content = (question_files.as_csv if form == "csv" else question_files.as_xlsx)(questions, language)
    headers = {"Content-Disposition": f'attachment; filename="ohjenuora-questions.{form}"'}
    return Response(content, media_type=_FORMATS[form], headers=headers)


@router.post("/import", status_code=201)
def imported(
    who: Editor, service: TheService, store: TheStore, file: Annotated[UploadFile, File()], replaces: Seen = ""
) -> Imported:
    """Keep the questions of a spreadsheet (.csv, .xlsx, .ods) with the columns of the export, all or none.

    Each is kept in the place of what was expected of it before. 422 names each row that cannot be used. 409
    where somebody else expects something else of one; replaces: of that refusal, to do so all the same.
    """
    try:
        questions = question_files.read_questions(service.settings, file.filename or "", file.file.read())
    except UnreadableSource as failure:
        raise unreadable(failure, question_files.ENDINGS) from failure
    if not questions:
        raise WrongFields([Wrong("file", "admin.field.no_questions")])
    return Imported(count=len(keep(service, store, who, questions, "file", replaces)))


@router.post("/evaluation", status_code=202)
def evaluate(who: Editor, store: TheStore, jobs: TheJobs) -> Job:
    """Begin to ask the version in use all test questions. 409 while another job runs, and where there is none."""
    with store.engine.connect() as connection:
        if not own_questions.asked_by_jobs(connection):
            raise Refused(409, "admin.error.no_questions")
    try:
        return jobs.start(None, who, "evaluation")
    except IndexBusy:
        raise Refused(409, "admin.error.busy_job") from None


@router.get("/evaluation")
def evaluated(who: Reader, service: TheService, store: TheStore) -> KeptEvaluation:
    """What the last evaluation found: the questions that are not answered as expected. 404 before the first one."""
    with store.engine.connect() as connection:
        found = evaluations.last_evaluation(connection, current_version(service.settings))
    if found is None:
        raise HTTPException(404)
    return found.of(readable_by(who, service, store))


def readable_by(who: Identity, service: Service, store: Store) -> Readable:
    """Also what a draft brings: a question may be of a document that is not in use yet."""
    with store.engine.connect() as connection:
        return Readable(who, service, tuple(drafts.listed(connection, None, MOST)))


def keep(
    service: Service, store: Store, who: Identity, questions: list[Expected], origin: Origin, replaces: str
) -> list[KeptQuestion]:
    """Without personal data, as nothing that is asked is kept with it. Raises Refused."""
    clean = service.opened().without_personal_data
    kept = [
        each.model_copy(update={"question": clean(each.question), "why": clean(each.why) if each.why else None})
        for each in questions
    ]
    readable = readable_by(who, service, store)
    with refusing(), store.engine.begin() as connection:
        put = own_questions.put(connection, who, kept, origin, readable.question, replaces)
        own_questions.note_kept(connection, who, put)
    return put


@contextmanager
def refusing() -> Iterator[None]:
    """Raises Refused where a question cannot be kept."""
    try:
        yield
    except TooManyQuestions:
        raise Refused(409, "admin.error.too_many_questions", most=MOST) from None
    except HeldQuestions as held:
        there = [each.model_dump(mode="json") for each in held.there]
        first = held.there[0]
        if len(there) > 1:
            key = "many"
        elif first.answerable is None:
            key = "missing"
        elif first.answerable:
            key = "place" if first.evidence else "answered"
        else:
            key = "refused"
        told = {"count": len(there), "who": first.made_by, "question": first.question}
        told["quote"] = "".join(first.evidence[:1])
        raise Replaces(f"admin.error.held.{key}", there, held.seen, **told) from None
    except HiddenQuestion:
        raise Refused(409, "admin.error.hidden_question") from None
