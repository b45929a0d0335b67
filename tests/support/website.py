"""A local website and WebDAV server, of files that a test puts there and takes away again."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.support.browser import serving

MODIFIED = "Sun, 01 Mar 2026 08:00:00 GMT"
_PIECE = b"x" * 65_536


@dataclass
class Website:
    """files: content and type by path; redirects: where else a path leads; statuses: of paths that fail; asked: method,
    path and status of each request, the host it was for, its Authorization and its
    If-Modified-Since;
    etags: other ones than those of contents."""

    address: str = ""
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    since: list[str] = field(default_factory=list)
    etags: dict[str, str] = field(default_factory=dict)

    def put(self, path: str, text: str, kind: str = "text/html; charset=utf-8") -> None:
        self.files[path] = (text.encode(), kind)

    def sitemap(self, *paths: str, path: str = "/sitemap.xml") -> None:
        listed = "".join(f"<url><loc>{self.address}{each}</loc></url>" for each in paths)
        self.put(path, f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>', "text/xml")

    def statuses_of(self, path: str) -> list[int]:
        return [status for _, asked, status in self.asked if asked == path]

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        response = self._answer(request, path)
        self.asked.append((request.method, path, response.status_code))
        self.hosts.append(request.headers["host"])
        self.signed_in.append(request.headers.get("authorization", ""))
        self.since.append(request.headers.get("if-modified-since", ""))
        return response

    def _answer(self, request: Request, path: str) -> Response:
        if path in self.statuses:
            return Response(status_code=self.statuses[path])
        if path in self.redirects:
            return RedirectResponse(self.redirects[path], 302)
        if path == "/endless":
            return StreamingResponse(_endless(), media_type="text/html")
        if request.method == "PROPFIND":
            return self._listing(path)
        if path not in self.files:
            return Response(status_code=404)
        content, kind = self.files[path]
        etag = self.etags.get(path, f'"{hashlib.sha256(content).hexdigest()[:16]}"')
        headers = {"ETag": etag, "Last-Modified": MODIFIED, "Content-Type": kind}
        unchanged = request.headers.get("if-none-match") == etag
        return Response(b"" if unchanged else content, 304 if unchanged else 200, headers)

    def _listing(self, path: str) -> Response:
        below = [each for each in self.files if each.startswith(path)]
        inside = {path + each.removeprefix(path).split("/")[0] for each in below}
        shown = [self._listed(path, folder=True)]
        shown += [self._listed(each, folder=each not in self.files) for each in sorted(inside)]
        body = f'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">{"".join(shown)}</d:multistatus>'
        return Response(body, 207, {"Content-Type": "application/xml"})

    def _listed(self, path: str, folder: bool) -> str:
        kind = "<d:collection/>" if folder else ""
        etag = "" if folder else f"<d:getetag>{hashlib.sha256(self.files[path][0]).hexdigest()}</d:getetag>"
        properties = f"<d:prop><d:resourcetype>{kind}</d:resourcetype>{etag}</d:prop>"
        return f"<d:response><d:href>{path}</d:href><d:propstat>{properties}</d:propstat></d:response>"


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield _PIECE
        await asyncio.sleep(0)  # lets the server hear that nobody listens any more


@contextmanager
def website() -> Iterator[Website]:
    """Served as long as the context."""
    site = Website()
    app = Starlette(routes=[Route("/{path:path}", site.answer, methods=["GET", "PROPFIND", "POST"])])
    with serving(app) as address:
        site.address = address
        yield site
