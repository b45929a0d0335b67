"""The return to an earlier version, never without its entry in the audit log."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from api.audit import note
from api.identity import Identity
from api.store import Store
from rag.index.opening import Manifest, current_version
from rag.index.versions import activate
from rag.settings import Settings


def activate_noted(settings: Settings, store: Store, who: Identity | str, version: str, fingerprint: str) -> Manifest:
    """Take a version into use. fingerprint: the present model's. Every process follows within two seconds.

    The entry is written first and counts once the switch is made; where it cannot be kept then, the switch is undone.
    Raises what rag.index.versions.activate raises, and SQLAlchemyError, with which nothing has changed.
    """
    before = current_version(settings)
    switched = False
    try:
        with store.engine.begin() as connection:
            note(connection, who, "activate", version, before=before)
            manifest = activate(settings, version, fingerprint)
            switched = True
    except SQLAlchemyError:
        if switched and before is not None:
            activate(settings, before, fingerprint)
        raise
    return manifest
