"""Builds under way and past."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException

from api.auth import Editor, Reader
from api.jobs import Job, Jobs
from api.problems import Refused
from api.service import TheJobs
from api.views import language_for
from rag.language.messages import messages, say
from rag.types import Language

router = APIRouter(prefix="/jobs")


@router.get("")
def listed(_: Reader, jobs: TheJobs, request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 20) -> list[Job]:
    """The latest first."""
    return [told(job, language_for(request)) for job in jobs.listed(limit)]


@router.get("/{job_id}")
def one(job_id: str, _: Reader, jobs: TheJobs, request: Request) -> Job:
    return told(_found(jobs, job_id), language_for(request))


@router.post("/{job_id}/cancel", status_code=202)
def cancel(job_id: str, who: Editor, jobs: TheJobs, request: Request) -> Job:
    """End a build: the version in use stays, and so does the draft. 409 if it does not run.

    Whoever may start it may end it: an editor a rehearsal, an administrator a publication too.
    """
    found = _found(jobs, job_id)
    if found.kind == "publication" and "administrator" not in who.roles:
        raise Refused(403, "admin.error.role", roles="administrator")
    if not jobs.cancel(job_id, who):
        raise Refused(409, "admin.error.not_running")
    return told(found, language_for(request))


def told(job: Job, language: Language) -> Job:
    """The job with its error in the reader's language."""
    if job.error is None:
        return job
    key = f"admin.job.{job.error_name}"
    key = key if key in messages(language) else "admin.job.other"
    return job.model_copy(update={"error": say(language, key), "exact": job.error})


def _found(jobs: Jobs, job_id: str) -> Job:
    found = jobs.find(job_id)
    if found is None:
        raise HTTPException(404)
    return found
