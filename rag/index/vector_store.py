"""Chroma: a collection for each version, on a server or in the version's own folder; mended where it is damaged.

A version's vectors lie in a file of their own as well. From that, a folder that Chroma cannot read (any more) is made
again beside the damaged one, without the model: chroma, chroma-1, chroma-2, … the last one counts.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from filelock import FileLock

from rag.errors import ChromaUnavailable
from rag.models.embedding import Vectors
from rag.settings import Settings
from rag.sources.chunking import Entry

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI

BATCH = 1000  # of entries; Chroma refuses more than about 5,400 at once

_log = logging.getLogger(__name__)


def open_collection(
    settings: Settings, folder: Path, version: str, entries: Sequence[Entry], vectors: Vectors
) -> Collection:
    """The collection of a version, with all its entries. Raises ChromaUnavailable."""
    from chromadb.errors import ChromaError

    damaged = _latest(folder)
    try:
        return _whole(settings, damaged, version, vectors)
    except (ChromaError, _Incomplete) as error:
        _log.warning("The vectors of the index %s are damaged (%s): made anew from its files.", version, error)
    with FileLock(folder / ".mending"):
        if _latest(folder) != damaged:  # another process has mended it in the meantime
            return _whole(settings, _latest(folder), version, vectors)
        number = int(damaged.name.partition("-")[2] or 0) + 1
        if settings.chroma_url:
            delete_collection(settings, version)
        made = folder / f".chroma-{number}.unfinished"
        mended = folder / f"chroma-{number}"
        if made.exists():  # somebody was interrupted
            shutil.rmtree(made)
        # Imported here: who mends nothing need not carry llama-index.
        from rag.index.ingestion import ingest

        known = {entry.content: vector for entry, vector in zip(entries, vectors, strict=True)}
        ingest(entries, known, _create(settings, made, version))
        if not settings.chroma_url:
            made.rename(mended)
        return _whole(settings, mended, version, vectors)


def metadata_of(entry: Entry) -> dict[str, str]:
    """What is stored with an entry. Questions are asked within documents."""
    return {
        "chunk": entry.chunk_id,
        "document": entry.chunk_id.rsplit(":", 1)[0],
        "content": entry.content,
    }


def create_collection(settings: Settings, folder: Path, version: str) -> Collection:
    """An empty collection for a new version. Raises ChromaUnavailable."""
    return _create(settings, folder / "chroma", version)


def continue_collection(
    settings: Settings, earlier: Path, folder: Path, version: str, vectors: Vectors
) -> Collection | None:
    """A new version's collection that begins with all that an earlier version has; the earlier one stays as it is.

    earlier: the folder of that version, vectors: its. None where that cannot be done: a server has no way to copy a
    collection, and a damaged one is not worth it. To place a vector among its neighbours takes Chroma some twenty
    times as long as to copy it.
    """
    from chromadb.errors import ChromaError

    if settings.chroma_url:
        return None
    try:
        _whole(settings, _latest(earlier), earlier.name, vectors)
        shutil.copytree(_latest(earlier), folder / "chroma")
        collection = _whole(settings, folder / "chroma", earlier.name, vectors)
        collection.modify(name=_name(version))
    except (ChromaError, _Incomplete, OSError) as error:
        _log.warning("The vectors of the index %s cannot be used again (%s).", earlier.name, error)
        shutil.rmtree(folder / "chroma", ignore_errors=True)
        return None
    return collection


def delete_collection(settings: Settings, version: str) -> None:
    """Remove a version's collection from the server; one in a folder goes with its folder. Raises ChromaUnavailable."""
    if settings.chroma_url:
        client = _connect(settings, Path())
        if _name(version) in {collection.name for collection in client.list_collections()}:
            client.delete_collection(_name(version))


class _Incomplete(Exception):
    """A collection has not all entries, or cannot be opened."""


def _create(settings: Settings, chroma: Path, version: str) -> Collection:
    client = _connect(settings, chroma)
    return client.create_collection(_name(version), metadata={"hnsw:space": "cosine"}, embedding_function=None)


def _whole(settings: Settings, chroma: Path, version: str, vectors: Vectors) -> Collection:
    """The collection, if it holds everything and answers."""
    if not settings.chroma_url and not (chroma / "chroma.sqlite3").is_file():
        raise _Incomplete("no chroma.sqlite3")  # before Chroma makes an empty one
    collection = _connect(settings, chroma).get_collection(_name(version), embedding_function=None)
    if collection.count() != len(vectors):
        raise _Incomplete(f"{collection.count()} of {len(vectors)} entries")
    if len(vectors):
        first: Any = [vectors[0]]
        collection.query(query_embeddings=first, n_results=1, include=[])
    return collection


def _latest(folder: Path) -> Path:
    """The Chroma folder that counts."""
    numbered = [path for path in folder.glob("chroma-*") if path.name.removeprefix("chroma-").isdecimal()]
    return max(numbered, key=lambda path: int(path.name.removeprefix("chroma-")), default=folder / "chroma")


def _connect(settings: Settings, chroma: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    _forget_embedding_functions()
    if settings.chroma_url:
        return _server(settings.chroma_url, settings.chroma_token.get_secret_value())
    chroma.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(chroma, settings=ChromaSettings(anonymized_telemetry=False))
    except (ValueError, AttributeError) as error:  # what Chroma makes of a file that is no database of its own
        raise _Incomplete(f"Chroma cannot open '{chroma}'") from error


@cache  # a client has connections of its own, and nobody closes them
def _server(address: str, token: str) -> ClientAPI:
    import chromadb
    import httpx
    from chromadb.config import Settings as ChromaSettings
    from chromadb.errors import ChromaError

    url = urlsplit(address)
    ssl = url.scheme == "https"
    port = url.port or (443 if ssl else 8000)
    options = ChromaSettings(anonymized_telemetry=False)
    headers = {"Authorization": f"Bearer {token}"} if token else None
    try:
        return chromadb.HttpClient(host=url.hostname or "", port=port, ssl=ssl, headers=headers, settings=options)
    except (ValueError, httpx.HTTPError, ChromaError) as error:  # Chroma makes a refused connection a ValueError
        raise ChromaUnavailable(
            f"The Chroma server at {url.scheme}://{url.hostname}:{port} cannot be reached, or does not let us in. "
            "Check that it runs, and the settings OHJENUORA_CHROMA_URL and OHJENUORA_CHROMA_TOKEN."
        ) from error


def _forget_embedding_functions() -> None:
    """A collection may name what Chroma's client is to embed texts with, and the client makes it, code that a model
    brings with it included (docs/security/supply-chain.md, chromadb). We give vectors and need none of these."""
    from chromadb.utils import embedding_functions

    embedding_functions.known_embedding_functions.clear()
    embedding_functions.sparse_known_embedding_functions.clear()


def _name(version: str) -> str:
    return f"ohjenuora-{version}"
