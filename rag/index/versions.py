"""The versions that are kept: which there are, what stood in them, and the return to an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from rag.curated.changed_corpus import changes_named, latest, note_latest
from rag.curated.changes import Changes
from rag.errors import IndexBusy, IndexMismatch, IndexMissing
from rag.index.lexical import analysis
from rag.index.opening import DOCUMENTS, FORMAT, Manifest, current_version, index_folder, read_manifest
from rag.index.pointer import write_current
from rag.settings import Settings
from rag.types import EVERYTHING, Access, Document

# A file in the folder of a version that was never in use: built to look at the answers it would give.
REHEARSED = "REHEARSED"
_READ_VERSIONS = 4  # versions whose documents are kept in memory for old citations


@dataclass(frozen=True, slots=True)
class Kept:
    """A complete version. usable: this version of the service can answer from it."""

    manifest: Manifest
    current: bool
    usable: bool


def changes_in_use(settings: Settings) -> Changes:
    """The administrators' changes that the current version was built with. Raises ChangesLost, DatabaseUnavailable."""
    version = current_version(settings)
    manifest = read_manifest(index_folder(settings) / version) if version else None
    return changes_named(settings, manifest.changes if manifest else latest(settings))


def kept_versions(settings: Settings) -> list[Kept]:
    """All complete versions that are or were in use, the newest first."""
    root = index_folder(settings)
    current = current_version(settings)
    folders = sorted((path for path in root.iterdir() if path.is_dir()), reverse=True) if root.is_dir() else []
    folders = [folder for folder in folders if folder.name == current or not (folder / REHEARSED).exists()]
    manifests = [manifest for folder in folders if (manifest := read_manifest(folder)) is not None]
    return [Kept(each, each.version == current, _usable(each)) for each in manifests]


def documents_of(settings: Settings, version: str, access: Access = EVERYTHING) -> dict[str, Document] | None:
    """The documents as they stood in a version, those that may be read; None if it is not kept, or was only rehearsed
    and what is being prepared may not be read."""
    root = index_folder(settings)
    # Compared with the names that there are: a version that somebody writes never becomes a path.
    if not root.is_dir() or version not in {path.name for path in root.iterdir() if path.is_dir()}:
        return None
    folder = root / version
    if read_manifest(folder) is None:
        return None
    rehearsed = version != current_version(settings) and (folder / REHEARSED).exists()
    if rehearsed and not access.prepared:
        return None
    found = _documents(folder)
    return {name: found[name] for name in access.readable(found.values())}


def activate(settings: Settings, version: str, fingerprint: str) -> Manifest:
    """Take an earlier version into use, with the changes it was built with. fingerprint: the present model's.

    Raises IndexMissing for a version that is not kept, IndexMismatch for one that cannot be answered from, IndexBusy
    while another one is being built, ChangesLost.
    """
    found = next((kept for kept in kept_versions(settings) if kept.manifest.version == version), None)
    if found is None:
        raise IndexMissing(f"There is no version {version}.")
    if not found.usable or found.manifest.fingerprint != fingerprint:
        raise IndexMismatch(f"The version {version} was built by another model or another version of the service.")
    changes_named(settings, found.manifest.changes)  # the next build will need them
    with building(settings):
        take_into_use(settings, found.manifest)
    return found.manifest


def take_into_use(settings: Settings, manifest: Manifest) -> None:
    """The switch to a complete version. Only within building()."""
    root = index_folder(settings)
    (root / manifest.version / REHEARSED).unlink(missing_ok=True)
    write_current(settings, root, manifest.version)
    note_latest(settings, manifest.changes)


@contextmanager
def building(settings: Settings, wait: bool = False) -> Iterator[None]:
    """A context in which no other process builds or switches. Raises IndexBusy, unless it is to wait for the other."""
    folder = index_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=-1 if wait else 0)
    try:
        lock.acquire()
    except Timeout:
        raise IndexBusy(
            f"Another process is building the index in '{settings.data_dir}'. Try again when it is done."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _usable(manifest: Manifest) -> bool:
    return manifest.format == FORMAT and manifest.analysis == analysis()


@lru_cache(maxsize=_READ_VERSIONS)
def _documents(folder: Path) -> dict[str, Document]:
    return {each.id: each for each in DOCUMENTS.validate_json((folder / "documents.json").read_bytes())}
