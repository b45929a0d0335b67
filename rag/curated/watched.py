"""Where guidance is kept elsewhere, to be looked at again and again: sources.yaml.

Whoever may write to the corpus folder decides what this server reads, so the file is edited there and on no page.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from rag.curated.yaml_files import load_yaml
from rag.errors import BadCorpusFile
from rag.types import Kind, Language

FILE = "sources.yaml"
SourceKind = Literal["folder", "page", "sitemap", "git", "webdav"]
_KINDS: tuple[SourceKind, ...] = ("folder", "page", "sitemap", "git", "webdav")
# What a branch may be called here: nothing that git would take for an option, a range or another refspec.
_BRANCH = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|[./](?=[A-Za-z0-9_-]))*")


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or parts.fragment:
        raise ValueError("write it as https://example.fi/guidance, without a name, a password or a #")
    return address


def _absolute(path: str) -> str:
    if not path.startswith("/") or not path.isprintable():
        raise ValueError("write the whole path, from / on")
    return path


def _repository(place: str) -> str:
    """A path on this server, or an address by https: git has other ways, which run programs."""
    if place.startswith("/"):
        return _absolute(place)
    if not place.startswith("https://"):
        raise ValueError("write the whole path, from / on, or an address that begins with https://")
    return _web_address(place)


WebAddress = Annotated[str, AfterValidator(_web_address)]


class SaidOfAll(BaseModel):
    """What the documents of a source say of themselves where they do not say it. groups: who alone may read them, in
    any case: what a file says cannot open it to others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: str | None = Field(None, min_length=1)
    kind: Kind | None = None
    language: Language | None = None
    groups: Annotated[tuple[str, ...], Field(min_length=1)] | None = None

    def written(self) -> dict[str, str]:
        """As metadata of an upload, without groups."""
        said = {"publisher": self.publisher, "kind": self.kind, "language": self.language}
        return {key: value for key, value in said.items() if value is not None}


class Watched(BaseModel):
    """One source: exactly one of the kinds. below: of a repository, the folder within it; of a sitemap, what the path
    of a page begins with; publish: whether what has changed is published by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
    folder: Annotated[str, AfterValidator(_absolute)] | None = None
    page: WebAddress | None = None
    sitemap: WebAddress | None = None
    git: Annotated[str, AfterValidator(_repository)] | None = None
    webdav: WebAddress | None = None
    branch: str | None = None
    below: str = ""
    publish: bool = False
    says: SaidOfAll = SaidOfAll()

    @field_validator("branch")
    @classmethod
    def _named_plainly(cls, branch: str | None) -> str | None:
        if branch is not None and not _BRANCH.fullmatch(branch):
            raise ValueError("use letters, digits, dots, hyphens, underscores and slashes")
        return branch

    @model_validator(mode="after")
    def _of_one_kind(self) -> Watched:
        if sum(getattr(self, kind) is not None for kind in _KINDS) != 1:
            raise ValueError(f"give one of {', '.join(_KINDS)}")
        if self.branch is not None and self.git is None:
            raise ValueError("only a source of the kind git has a branch")
        if self.below and self.git is None and self.sitemap is None:
            raise ValueError("only a source of the kind git or sitemap has below")
        return self

    @property
    def kind(self) -> SourceKind:
        return next(kind for kind in _KINDS if getattr(self, kind) is not None)

    @property
    def place(self) -> str:
        """The path or address."""
        place: str = getattr(self, self.kind)
        return place


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[Watched, ...] = ()


def load_watched(corpus_dir: Path) -> tuple[Watched, ...]:
    """In the order of the file; none without one. Raises BadCorpusFile."""
    path = corpus_dir / FILE
    found = load_yaml(path, _File).sources if path.exists() else ()
    names = [each.name for each in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadCorpusFile(f"{path}: two sources are called '{twice}'; rename one")
    return found
