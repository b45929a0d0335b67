"""What the other side would like, by its Accept and Accept-Language headers (RFC 9110, section 12.5)."""

from __future__ import annotations

from collections.abc import Iterator

from rag.types import LANGUAGES, Language

DEFAULT_LANGUAGE: Language = "fi"
# Where programs ask: no cookie tells the language there, and no error is a page.
_OF_PROGRAMS = ("/api/", "/v1/", "/mcp")


def language_of(accept_language: str) -> Language:
    """The language with the highest q, the first named one among equals; Finnish where none of ours is wanted."""
    wanted: dict[str, tuple[float, int]] = {}
    for position, (tag, quality) in enumerate(_entries(accept_language)):
        wanted.setdefault(tag.partition("-")[0], (quality, -position))
    rest = wanted.get("*", (0.0, 0))
    best = max(LANGUAGES, key=lambda language: wanted.get(language, rest))  # the first of equals: Finnish
    return best if wanted.get(best, rest)[0] > 0 else DEFAULT_LANGUAGE


def is_for_programs(path: str) -> bool:
    """Whether the address is an interface, not a page."""
    return path.startswith(_OF_PROGRAMS)


def prefers_html(accept: str) -> bool:
    """Whether a web page is wanted rather than JSON; a client that takes anything gets JSON."""
    return _quality(accept, "text/html") > _quality(accept, "application/json")


def wants_events(accept: str) -> bool:
    """Whether a stream of events is asked for by name, and no less than JSON is."""
    named = dict(_entries(accept))
    return named.get("text/event-stream", 0.0) > 0 and named["text/event-stream"] >= named.get("application/json", 0.0)


def _quality(accept: str, media_type: str) -> float:
    named = dict(_entries(accept))
    for pattern in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        if pattern in named:
            return named[pattern]
    return 0.0


def _entries(header: str) -> Iterator[tuple[str, float]]:
    """(name in lower case, q) in the order of the header; an entry with a malformed q is not wanted."""
    for entry in header.split(","):
        name, *parameters = (part.strip().lower() for part in entry.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        if name:
            yield name, quality if 0 <= quality <= 1 else 0.0
