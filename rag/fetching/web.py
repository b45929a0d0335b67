"""Sources on the web: one page, or the pages of a sitemap. What robots.txt forbids is not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from urllib.robotparser import RobotFileParser

from lxml import etree

from rag.errors import SourceUnavailable
from rag.fetching.found import Fetched, Found, Look, Mark, Unfetched, counted, has_known_ending
from rag.fetching.outgoing import AGENT, Answered, Outgoing, outgoing_of
from rag.sources.formats import BY_MEDIA_TYPE

MAX_ROBOTS_BYTES = 500_000  # RFC 9309, 2.5: at least that many are read
MAX_SITEMAP_BYTES = 50_000_000  # https://www.sitemaps.org/protocol.html
MAX_SITEMAPS = 50  # below one that lists others; chosen by judgement
LONGEST_PAUSE_S = 10.0  # that robots.txt may ask for between two requests
GONE = frozenset({404, 410})


def look_at_page(look: Look) -> Iterator[Found]:
    """The page; nothing where the server says that there is none any more."""
    with outgoing_of(look) as outgoing:
        yield from _pages(_Site.of(outgoing, look.source.place), look, [look.source.place])


def look_at_sitemap(look: Look) -> Iterator[Found]:
    """The pages that it lists, those of its own host alone."""
    with outgoing_of(look) as outgoing:
        site = _Site.of(outgoing, look.source.place)
        listed = _listed(site, look.source.place)
        own = {each for each in listed if _origin(each) == _origin(look.source.place)}
        wanted = [each for each in own if urlsplit(each).path.startswith(look.source.below)]
        yield from _pages(site, look, counted(wanted, look.source.place))


@dataclass(frozen=True)
class _Site:
    """A host with what it asks of programs."""

    outgoing: Outgoing
    robots: RobotFileParser

    @classmethod
    def of(cls, outgoing: Outgoing, address: str) -> _Site:
        """Raises SourceUnavailable where robots.txt cannot be had: then everything is forbidden (RFC 9309, 2.3.1.4)."""
        statuses = frozenset(range(400, 500))  # there is none
        answered = outgoing.request(f"{_origin(address)}/robots.txt", MAX_ROBOTS_BYTES, also=statuses)
        robots = RobotFileParser()
        robots.parse(answered.content.decode("utf-8", "replace").splitlines())
        return cls(outgoing, robots)

    @property
    def pause_s(self) -> float:
        return min(float(self.robots.crawl_delay(AGENT) or 0), LONGEST_PAUSE_S)

    def get(self, address: str, max_bytes: int, mark: Mark = Mark()) -> Answered:  # noqa: B008  # frozen
        """Raises SourceUnavailable."""
        if not self.robots.can_fetch(AGENT, address):
            raise SourceUnavailable("robots", address)
        asked = {"If-None-Match": mark.etag, "If-Modified-Since": mark.modified}
        headers = {key: value for key, value in asked.items() if value}
        return self.outgoing.request(address, max_bytes, headers, also=GONE)


def _pages(site: _Site, look: Look, addresses: list[str]) -> Iterator[Found]:
    for number, address in enumerate(addresses):
        if number and site.pause_s:
            look.stop.wait(site.pause_s)
        look.goes_on()
        try:
            answered = site.get(address, look.settings.max_file_bytes, look.known.get(address, Mark()))
            if answered.status not in GONE:
                yield _fetched(address, answered)
        except SourceUnavailable as failure:
            yield Unfetched(address, failure)


def _fetched(address: str, answered: Answered) -> Fetched:
    said = (answered.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    mark = Mark(*(each if each.isascii() else "" for each in said))  # what cannot be sent back is of no use
    content = None if answered.status == 304 else answered.content
    return Fetched(address, _file_name(str(answered.url), answered), content, mark, address)


def _file_name(address: str, answered: Answered) -> str:
    """The last part of the address, with an ending that tells the format: what the server says goes before its own."""
    said = Message()
    said["Content-Type"] = answered.headers.get("Content-Type", "application/octet-stream")
    name = PurePosixPath(unquote(urlsplit(address).path)).name or "index"
    form = BY_MEDIA_TYPE.get(said.get_content_type())
    if has_known_ending(name) and (form is None or ".txt" in form.suffixes):  # much is sent as plain text that is more
        return name
    if form is not None and name.endswith(form.suffixes):
        return name
    return f"{PurePosixPath(name).stem}{form.suffixes[0] if form is not None else ''}"


def _listed(site: _Site, address: str) -> list[str]:
    """The pages of a sitemap, and of those that it lists. Raises SourceUnavailable."""
    root = _parsed(site, address)
    found = _locations(root)
    if etree.QName(root).localname != "sitemapindex":
        return found
    own = [each for each in found if _origin(each) == _origin(address)]
    if len(own) > MAX_SITEMAPS:
        raise SourceUnavailable("too_many", f"{address}: {len(own)} sitemaps > {MAX_SITEMAPS}")
    return [page for each in own for page in _locations(_parsed(site, each))]


def _parsed(site: _Site, address: str) -> etree._Element:
    answered = site.get(address, MAX_SITEMAP_BYTES)
    if answered.status in GONE:  # its pages have not vanished with it
        raise SourceUnavailable("status", f"{address}: {answered.status}")
    # Nothing that it refers to is read, and no entity multiplies.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(answered.content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise SourceUnavailable("no_sitemap", address) from None


def _locations(root: etree._Element) -> list[str]:
    said = (str(each.text or "").strip() for each in root.iter("{*}loc"))
    return [each.partition("#")[0] for each in said if each.startswith(("http://", "https://"))]


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc.lower()}"
    except ValueError:
        return ""
