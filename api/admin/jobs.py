"""Builds under way and past."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException

from api.auth import Administrator, Reader
from api.jobs import Job
from api.problems import Refused
from api.service import TheJobs

router = APIRouter(prefix="/jobs")


@router.get("")
def listed(_: Reader, jobs: TheJobs, limit: Annotated[int, Query(ge=1, le=1000)] = 20) -> list[Job]:
    """The latest first."""
    return jobs.listed(limit)


@router.get("/{job_id}")
def one(job_id: str, _: Reader, jobs: TheJobs) -> Job:
    found = jobs.find(job_id)
    if found is None:
        raise HTTPException(404)
    return found


@router.post("/{job_id}/cancel", status_code=202)
def cancel(job_id: str, who: Administrator, jobs: TheJobs) -> Job:
    """End a build: the version in use stays, and so does the draft. 409 if it does not run."""
    found = one(job_id, who, jobs)
    if not jobs.cancel(job_id, who):
        raise Refused(409, "admin.error.not_running")
    return found
