"""What the service writes to the log, as lines to read or as JSON: times in UTC, each line with its request's id."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from rag.settings import COMMAND, LogFormat

ID_HEADER = "X-Request-ID"
_TOLD = frozenset({"api", "rag", "uvicorn", COMMAND})  # whose lines below a warning are told
# Made here and never taken from a header: what a client sends may hold anything, and lines of the log hold nothing of
# a question.
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def new_id() -> str:
    """For a request, or for an error outside of all requests."""
    return secrets.token_hex(8)


@contextmanager
def as_request() -> Iterator[str]:
    """What is logged within belongs to one request; its id."""
    token = _request_id.set(new_id())
    try:
        yield _request_id.get()
    finally:
        _request_id.reset(token)


def request_id() -> str:
    """The id of the request that is being served, empty outside of all."""
    return _request_id.get()


@contextmanager
def logging_as(form: LogFormat) -> Iterator[None]:
    """All that is logged within goes to the standard error in this form, Python's warnings too; of libraries warnings
    alone."""
    root, handler = logging.getLogger(), handler_of(form)
    handler.addFilter(_is_for_the_log)
    root.addHandler(handler)
    logging.getLogger(COMMAND).setLevel(logging.INFO)
    logging.captureWarnings(form == "json")
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)


def _is_for_the_log(record: logging.LogRecord) -> bool:
    """Some libraries (bm25s) set the level of their own loggers, whatever the root's is."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in _TOLD


def handler_of(form: LogFormat) -> logging.Handler:
    """To the standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    return handler


class _Text(logging.Formatter):
    """Logs of several machines are read side by side: their times say that they are in UTC."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:
        if record.name == COMMAND:
            return record.getMessage()
        line = super().formatMessage(record)
        return f"{line} [{request_id()}]" if request_id() else line


class _Json(logging.Formatter):
    """One object a line, whatever breaks of lines its message has."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id() or None,
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)
