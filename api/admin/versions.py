"""The versions of the index that are kept, and the return to one of them."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from api.activation import activate_noted
from api.auth import Administrator, Reader
from api.problems import Refused, log_failure
from api.service import TheService, TheStore
from rag.errors import IndexBusy, IndexMismatch, IndexMissing
from rag.index.versions import Kept, kept_versions

router = APIRouter(prefix="/versions")


class Version(BaseModel):
    """usable: it can be activated. changes: the fingerprint of the administrators' changes that it was built with."""

    version: str
    created: str
    documents: int
    chunks: int
    changes: str
    current: bool
    usable: bool


@router.get("")
def listed(_: Reader, service: TheService) -> list[Version]:
    """The newest first."""
    return [_shown(kept) for kept in kept_versions(service.settings)]


@router.post("/{version}/activate")
def take_into_use(version: str, who: Administrator, service: TheService, store: TheStore) -> Version:
    """Return to a version and to the changes it was built with. Every process follows within two seconds."""
    try:
        manifest = activate_noted(service.settings, store, who, version, service.opened().embedder.fingerprint)
    except IndexMissing:
        raise HTTPException(404) from None
    except IndexMismatch:
        raise Refused(409, "admin.error.unusable") from None
    except IndexBusy:
        raise Refused(409, "admin.error.busy") from None
    except SQLAlchemyError as error:
        log_failure(error)
        raise HTTPException(503, headers={"Retry-After": "5"}) from None
    return _shown(Kept(manifest, current=True, usable=True))


def _shown(kept: Kept) -> Version:
    manifest = kept.manifest
    return Version(
        version=manifest.version,
        created=manifest.created,
        documents=manifest.documents,
        chunks=manifest.chunks,
        changes=manifest.changes,
        current=kept.current,
        usable=kept.usable,
    )
