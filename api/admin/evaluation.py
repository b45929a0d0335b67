"""The last evaluation that `make eval` has stored: its figures, and its report as a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel

from api.auth import Reader
from api.problems import Refused
from api.service import Service, TheService

router = APIRouter(prefix="/evaluation")

FOLDER = "eval"  # of the data folder; where the Makefile has it written
COMMAND = "make eval"


class Evaluation(BaseModel):
    """What eval/full.py has written to evaluation.json, without the folders of the machine that ran it.

    questions: the names of the question files; files: by name, the metrics over all questions and by_… group;
    components: what each part was measured at; report: GET …/report gives a page with every wrong case.
    """

    made: datetime
    index_versions: list[str]
    model: str
    commit: str | None
    questions: list[str]
    files: dict[str, dict[str, Any]]
    components: dict[str, Any]
    report: bool


@router.get("")
def shown(_: Reader, service: TheService) -> Evaluation:
    path = _stored(service, "evaluation.json")
    try:
        found = json.loads(path.read_bytes())
        config = found["config"]
        return Evaluation(
            made=datetime.fromtimestamp(path.stat().st_mtime, UTC),
            index_versions=config["index_versions"],
            model=config["model"],
            commit=config["commit"],
            questions=[Path(each).name for each in config["questions"]],
            files=found["files"],
            components=found["components"],
            report=(path.parent / "report.html").is_file(),
        )
    except (ValueError, KeyError, TypeError):  # half of it is there, or another version has written it
        raise Refused(404, "admin.error.evaluation_unreadable", command=COMMAND) from None


@router.get("/report", response_class=FileResponse)
def report(_: Reader, service: TheService) -> FileResponse:
    """The report to be kept as a file. It has styles of its own, which the pages of the service do not permit."""
    return FileResponse(
        _stored(service, "report.html"),
        media_type="text/html",
        filename="ohjenuora-evaluation.html",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"},
    )


def _stored(service: Service, name: str) -> Path:
    """Raises Refused where nothing has been evaluated yet."""
    path = service.settings.data_dir / FOLDER / name
    if not path.is_file():
        raise Refused(404, "admin.error.no_evaluation", command=COMMAND)
    return path
