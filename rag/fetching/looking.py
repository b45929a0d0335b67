"""A source looked at, of whichever kind it is."""

from __future__ import annotations

from collections.abc import Iterator

from rag.curated.watched import SourceKind
from rag.fetching.folder import look_at_folder
from rag.fetching.found import Found, Look, LookAt
from rag.fetching.git import look_at_git
from rag.fetching.web import look_at_page, look_at_sitemap
from rag.fetching.webdav import look_at_webdav

_KINDS: dict[SourceKind, LookAt] = {
    "folder": look_at_folder,
    "page": look_at_page,
    "sitemap": look_at_sitemap,
    "git": look_at_git,
    "webdav": look_at_webdav,
}


def look_at(look: Look) -> Iterator[Found]:
    """All that the source holds now, one after another. Raises SourceUnavailable, also in the middle, where it cannot
    be told what is there: then nothing has vanished."""
    yield from _KINDS[look.source.kind](look)
