"""Errors as a client sees them: application/problem+json, a page for a browser, or as OpenAI has them below /v1. They
never repeat what was sent."""

from __future__ import annotations

import asyncio
import errno
import logging
import math
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api import openai_form, views
from api.logs import new_id, request_id
from api.negotiation import is_for_programs, prefers_html
from api.schemas import ChatRequest, FieldError, Problem
from rag.errors import BadQuestion, ChromaUnavailable, DatabaseUnavailable
from rag.language.messages import say
from rag.types import Language

MAX_BODY_KB = 64

_log = logging.getLogger(__name__)

_NAMES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    409: "conflict",
    412: "changed",
    413: "too_large",
    414: "address_too_long",
    422: "invalid",
    429: "too_many",
    431: "headers_too_large",
    500: "internal",
    503: "unavailable",
    507: "no_room",
}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
RETRY_AFTER_S = "5"
# What pydantic calls it → the text under error.field
_FIELD_ERRORS = {
    "missing": "missing",
    "string_too_long": "too_long",
    "string_too_short": "blank",
    "blank": "blank",
    "control_characters": "control_characters",
    "string_unicode": "control_characters",  # half a surrogate pair
    "literal_error": "unknown_language",
    "string_type": "not_text",
    "date_form": "not_a_day",
    "date_from_datetime_parsing": "not_a_day",
    "int_parsing": "not_a_number",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
}


class Refused(HTTPException):
    """A request that cannot be served. key: the text that tells why, filled in with values; title: the key of another
    title than the status has."""

    def __init__(
        self,
        status: int,
        key: str,
        *,
        title: str | None = None,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(status, headers=headers)
        self.key = key
        self.title = title
        self.values = values


def too_many(wait_s: float) -> Refused:
    """Of one client within a time."""
    after = {"Retry-After": str(math.ceil(wait_s)), "Connection": "close"}
    return Refused(429, "error.detail.too_many", headers=after)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field, as long as nobody knows in which language to say it. key, values: as of Refused."""

    field: str
    key: str
    values: Mapping[str, object] = dataclass_field(default_factory=dict)
    suggestion: str | None = None
    line: int | None = None

    def said(self, language: Language) -> FieldError:
        return FieldError(
            field=self.field,
            detail=say(language, self.key, **self.values),
            suggestion=self.suggestion,
            line=self.line,
        )


class WrongFields(Refused):
    """A form with mistakes, all of which are told at once. key: what is said of the whole, with their number."""

    def __init__(self, errors: Sequence[Wrong], key: str = "admin.field.wrong_fields", **values: object) -> None:
        super().__init__(422, key, title=None, headers=None, **{"count": len(errors)} | values)
        self.errors = tuple(errors)


class Replaces(Refused):
    """A request that would take the place of what somebody else has said. there: that, as values of JSON; seen: what
    to name to do so all the same."""

    def __init__(self, key: str, there: Sequence[dict[str, Any]], seen: str, **values: object) -> None:
        super().__init__(409, key, title=None, headers=None, **values)
        self.there = list(there)
        self.seen = seen


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": name, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}
    for status, name in _NAMES.items()
}


def problem(
    language: Language, status: int, detail: str | None = None, errors: Sequence[Wrong] = (), **values: object
) -> Problem:
    """detail defaults to the usual text of that status, with values filled in."""
    name = _NAMES.get(status, "internal")
    return Problem(
        type="about:blank",
        title=say(language, f"error.title.{name}"),
        status=status,
        detail=say(language, f"error.detail.{name}", **values) if detail is None else detail,
        errors=[each.said(language) for each in errors],
    )


def answer_with(request: Request, shown: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as a page where a browser asked for one, else as JSON, in the form that the address speaks."""
    path = request.url.path
    if path.startswith(openai_form.PREFIX):
        failure = openai_form.Failure.from_problem(shown)
        return Response(failure.model_dump_json(), openai_form.status_of(shown), headers, "application/json")
    if not is_for_programs(path) and prefers_html(request.headers.get("accept", "")):
        page = views.render("error.html", views.language_for(request), views.theme_for(request), problem=shown)
        return HTMLResponse(page, shown.status, headers)
    said = shown.model_dump_json(exclude_defaults=True)  # without errors where there is no form
    return Response(said, shown.status, headers, "application/problem+json")


async def on_http_exception(request: Request, error: HTTPException) -> Response:
    headers = error.headers if error.status_code != 405 else {"Allow": ", ".join(_methods_of(request))}
    return answer_with(request, told(views.language_for(request), error), headers)


def _methods_of(request: Request) -> list[str]:
    """All that the address accepts. Starlette names those of the first of its routes alone."""
    routes = request.app.router.routes
    found = [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return [*found[:1], "HEAD", *found[1:]] if "GET" in found else found  # see api.middleware.Head


def told(language: Language, error: HTTPException) -> Problem:
    """The problem that an HTTPException stands for."""
    if isinstance(error, Refused):
        errors = error.errors if isinstance(error, WrongFields) else ()
        shown = problem(language, error.status_code, say(language, error.key, **error.values), errors)
        if isinstance(error, Replaces):
            shown = shown.model_copy(update={"there": error.there, "replaces": error.seen})
        return shown if error.title is None else shown.model_copy(update={"title": say(language, error.title)})
    if error.status_code == 400:  # FastAPI's word for a body that cannot be decoded
        return problem(language, 422, say(language, "error.field.not_json"))
    return problem(language, error.status_code, error_id="")


async def on_invalid_request(request: Request, error: RequestValidationError) -> Response:
    language = views.language_for(request)
    return answer_with(request, problem(language, 422, explain(error.errors(), language, known=_fields_of(request))))


async def on_bad_question(request: Request, error: BadQuestion) -> Response:
    return answer_with(request, problem(views.language_for(request), 422, str(error)))


def failed(request: Request, error: Exception) -> Response:
    """The answer to an exception that no route foresaw, which is logged here."""
    shown = unforeseen(views.language_for(request), error)
    return answer_with(request, shown, {"Retry-After": RETRY_AFTER_S} if shown.status == 503 else None)


def unforeseen(language: Language, error: Exception) -> Problem:
    """The problem that an exception nobody foresaw stands for, which is logged here: a fault of what we store in is not
    ours."""
    error_id = log_failure(error)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return problem(language, 507, error_id=error_id)
    if _is_away(error):
        shown = problem(language, 503, say(language, "error.detail.storage_away", error_id=error_id))
        return shown.model_copy(update={"title": say(language, "error.title.storage_away")})
    return problem(language, 500, error_id=error_id)


def _is_away(error: Exception) -> bool:
    """Whether a server or a file that we store in cannot be used; a statement that is wrong is our own fault."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, ProgrammingError | IntegrityError | DataError)
    return isinstance(error, DatabaseUnavailable | ChromaUnavailable)


def log_failure(error: BaseException) -> str:
    """Log an unforeseen exception; the id under which the log shows it: the request's, where one is being served.

    Types and places only: an exception's message may hold what somebody asked (a KeyError does, or a parser's).
    """
    error_id = request_id() or new_id()
    chain: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        frames = "".join(traceback.format_tb(cause.__traceback__)).rstrip()
        chain.append(f"{type(cause).__module__}.{type(cause).__qualname__}\n{frames}")
        cause = cause.__cause__ or cause.__context__
    _log.error("Unforeseen error %s: %s", error_id, "\ncaused by ".join(chain))
    return error_id


class LoggedOnce:
    """Work that is done again and again: what fails is logged the first time, and again when it has not failed
    between."""

    def __init__(self) -> None:
        self._failing = False

    async def do(self, work: Callable[[], object]) -> None:
        """In a thread of its own."""
        try:
            await asyncio.to_thread(work)
            self._failing = False
        except Exception as error:
            if not self._failing:
                log_failure(error)
            self._failing = True


def explain(
    errors: Sequence[Any],
    language: Language,
    names: Mapping[str, str] | None = None,
    known: Sequence[str] = tuple(ChatRequest.model_fields),
) -> str:
    """What is wrong with a request, in whole sentences.

    errors: pydantic's; names: what to call its fields; known: the names of the fields that it may have.
    """
    sentences: dict[str, None] = {}
    for error in errors:
        place = [str(part) for part in error["loc"] if part not in ("body", "query")]
        field = place[0] if place else ""
        if error["type"] == "extra_forbidden":  # the name of an unknown field is the sender's text
            key = "unknown_field"
        elif error["type"] == "json_invalid" or field not in known:
            key = "not_json"
        else:
            key = _FIELD_ERRORS.get(error["type"], "wrong")
            key = "wrong" if key == "unknown_language" and field != "language" else key
        limits = error.get("ctx", {})
        limit = limits.get("max_length") or limits.get("ge") or limits.get("le")
        sentences[
            say(
                language,
                f"error.field.{key}",
                field=(names or {}).get(field, field),
                limit=limit,
                known=", ".join(known),
            )
        ] = None
    return " ".join(sentences)


def _fields_of(request: Request) -> list[str]:
    """The names that the request's route reads, in its address and its body."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    names: list[str] = []
    for each in (*dependant.path_params, *dependant.query_params, *dependant.body_params) if dependant else ():
        annotation = each.field_info.annotation
        fields = getattr(annotation, "model_fields", None)
        names += fields if isinstance(fields, dict) else [each.alias]
    return names
