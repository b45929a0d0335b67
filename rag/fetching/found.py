"""What is found when a source is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from rag.curated.watched import Watched
from rag.errors import SourceUnavailable
from rag.settings import Settings
from rag.sources.formats import SUFFIXES

MAX_FILES = 2000  # of one source; chosen by judgement: as many as the service answers well from
MAX_PATH_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a source tells that a file is as it was: of the web, its ETag and Last-Modified as they were sent; of
    others, one word of their own. Empty where it tells nothing."""

    etag: str = ""
    modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.modified)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is there. path: within its source, an address for the web; file_name: what its ending, which tells
    the format, is taken from; content: None where it is as the mark that was known says; address: where readers find
    it."""

    path: str
    file_name: str
    content: bytes | None
    mark: Mark = Mark()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Unfetched:
    """A file that is there, or may be, and cannot be fetched now."""

    path: str
    failure: SourceUnavailable


Found = Fetched | Unfetched


@dataclass(frozen=True)
class Look:
    """One look at a source. known: the marks of its files when they were read last; stop: set when the service ends."""

    source: Watched
    settings: Settings
    known: Mapping[str, Mark]
    stop: Event

    @property
    def kept_dir(self) -> Path:
        """For what is kept between looks."""
        return self.settings.data_dir / "sources"

    def goes_on(self) -> None:
        """Raises SourceUnavailable when the service ends meanwhile: what was not seen then has not vanished."""
        if self.stop.is_set():
            raise SourceUnavailable("too_slow", "the service was stopped")


# All files of a source, one after another. What it does not name is gone, unless it raises SourceUnavailable.
LookAt = Callable[[Look], Iterator[Found]]


def is_plain(path: str) -> bool:
    """Whether a path can be kept: no longer than one may be, and text, which a file's name need not be."""
    return len(path) <= MAX_PATH_CHARS and "\0" not in path and path == path.encode("utf-8", "replace").decode()


def shown_path(path: str) -> str:
    """A path as it can be kept and shown."""
    return path.encode("utf-8", "replace").decode().replace("\0", "?")[:MAX_PATH_CHARS]


def has_known_ending(path: str) -> bool:
    return path.lower().endswith(SUFFIXES)


def counted(paths: list[str], place: str) -> list[str]:
    """The paths in order. Raises SourceUnavailable for none, which rather is a disk that is not there than a source
    that has lost all its files, and for too many."""
    if not paths:
        raise SourceUnavailable("empty", place)
    if len(paths) > MAX_FILES:
        raise SourceUnavailable("too_many", f"{len(paths)} > {MAX_FILES}")
    return sorted(paths)
