"""How the service is: what an administrator looks at first when something seems wrong. Nothing of it is secret."""

from __future__ import annotations

import shutil
import time
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from api.auth import Reader
from api.jobs import Job
from api.service import Service, TheService
from api.tables import drafts
from rag.answering.language_model import Reached
from rag.errors import BadSetting
from rag.index.versions import kept_versions

router = APIRouter(prefix="/health")

_STATUS = Path("/proc/self/status")


class IndexHealth(BaseModel):
    """The version that answers come from. versions: how many are kept; model: what it was built with."""

    version: str
    created: datetime
    documents: int
    passages: int
    examples: int
    model: str
    versions: int
    vectors: Literal["embedded", "server"]
    bytes: int


class LanguageModelHealth(BaseModel):
    """host: of its address. reached: whether the last calls were answered; spared: it failed and is left alone."""

    configured: bool
    model: str | None
    host: str | None
    reached: Reached | None


class DatabaseHealth(BaseModel):
    kind: Literal["sqlite", "postgresql"]
    reachable: bool


class DiskHealth(BaseModel):
    """Of the disk that holds the data folder, in bytes."""

    free: int
    total: int


class Retention(BaseModel):
    """carried_out: the day on which this process last deleted what is older; null before the first time."""

    days: int
    carried_out: date | None


class Health(BaseModel):
    """uptime_s: seconds since the process began; memory: bytes that it holds now, null where that cannot be told.

    What the database would tell is null while it cannot be reached.
    """

    index: IndexHealth
    language_model: LanguageModelHealth
    database: DatabaseHealth
    disk: DiskHealth
    job: Job | None
    drafts_open: int | None
    retention: Retention
    uptime_s: float
    memory: int | None


@router.get("")
def health(_: Reader, service: TheService) -> Health:
    settings = service.settings
    reachable, open_drafts, job = _asked_of_database(service)
    disk = shutil.disk_usage(settings.data_dir)
    return Health(
        index=_index(service),
        language_model=_language_model(service),
        database=DatabaseHealth(
            kind="postgresql" if settings.database_url.get_secret_value() else "sqlite", reachable=reachable
        ),
        disk=DiskHealth(free=disk.free, total=disk.total),
        job=job,
        drafts_open=open_drafts,
        retention=Retention(days=settings.retention_days, carried_out=service.store.forgotten_on),
        uptime_s=round(time.monotonic() - service.started, 1),
        memory=_memory(),
    )


def _index(service: Service) -> IndexHealth:
    settings, index = service.settings, service.opened().index
    manifest = index.manifest
    folder = settings.data_dir / "index" / manifest.version
    return IndexHealth(
        version=manifest.version,
        created=datetime.fromisoformat(manifest.created),
        documents=manifest.documents,
        passages=manifest.chunks,
        examples=len(index.examples.examples),
        model=manifest.model,
        versions=len(kept_versions(settings)),
        vectors="server" if settings.chroma_url else "embedded",
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
    )


def _language_model(service: Service) -> LanguageModelHealth:
    settings, writer = service.settings, service.opened().writer
    if not settings.llm_base_url:
        return LanguageModelHealth(configured=False, model=None, host=None, reached=None)
    return LanguageModelHealth(
        configured=True,
        model=settings.llm_model,
        host=urlsplit(settings.llm_base_url).hostname,
        reached=writer.reached if writer else "not_asked",
    )


def _asked_of_database(service: Service) -> tuple[bool, int | None, Job | None]:
    """Whether it answers, the number of open drafts, the running job."""
    try:
        service.store.prepare()
        with service.store.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            count = select(func.count()).select_from(drafts).where(drafts.c.status == "open")
            open_drafts = int(connection.execute(count).scalar_one())
        running = [job for job in service.jobs.listed(1) if job.status == "running"]
    except (SQLAlchemyError, BadSetting):
        return False, None, None
    return True, open_drafts, running[0] if running else None


def _memory() -> int | None:
    """What Linux tells of the process."""
    if not _STATUS.is_file():
        return None
    lines = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="utf-8").splitlines())
    return int(lines["VmRSS"].split()[0]) * 1024
