"""A source that is a folder of this server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from rag.errors import SourceUnavailable
from rag.fetching.found import Fetched, Found, Look, Mark, Unfetched, counted, has_known_ending


def look_at_folder(look: Look) -> Iterator[Found]:
    """The files below it. Hidden ones and links are left out: a link may lead anywhere."""
    root = Path(look.source.place)
    if not root.is_dir():
        raise SourceUnavailable("no_folder", str(root))
    for path in counted(_paths(root), str(root)):
        look.goes_on()
        try:
            yield _fetched(root, path, look)
        except OSError as error:
            yield Unfetched(path, SourceUnavailable("unreadable", error.strerror or type(error).__name__))
        except SourceUnavailable as failure:
            yield Unfetched(path, failure)


def _paths(root: Path) -> list[str]:
    """Raises SourceUnavailable for a folder below that cannot be listed: its files have not vanished."""

    def refuse(error: OSError) -> None:
        raise SourceUnavailable("no_folder", f"{error.filename}: {error.strerror}")

    found: list[str] = []
    for parent, folders, names in os.walk(root, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if has_known_ending(name) and not name.startswith(".") and not path.is_symlink():
                found.append(path.relative_to(root).as_posix())
    return found


def _fetched(root: Path, path: str, look: Look) -> Fetched:
    """Raises OSError, SourceUnavailable."""
    descriptor = os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # not a pipe that never ends
    with os.fdopen(descriptor, "rb") as file:
        told = os.fstat(file.fileno())
        mark = Mark(etag=f"{told.st_size}-{told.st_mtime_ns}-{told.st_ino}")
        if mark == look.known.get(path):
            return Fetched(path, path, None, mark)
        content = file.read(look.settings.max_file_bytes + 1)
    if len(content) > look.settings.max_file_bytes:
        raise SourceUnavailable("too_large", f"> {look.settings.max_file_mb} MB")
    return Fetched(path, path, content, mark)
