"""What administrators have changed: documents added, replaced, withdrawn or described anew, and edited curated files.

The corpus folder itself is never written to. A version of the index is built from the folder and one set of changes,
which it names in its manifest: to activate an earlier version is to return to its changes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from rag.curated.rules import Rule
from rag.curated.verified import Verified
from rag.sources.formats import known_suffix
from rag.types import LANGUAGES

Value = TypeVar("Value")

CuratedFile = Literal[
    "rules.yaml", "tools.yaml", "concepts.yaml", "organisation.yaml", "suggestions.yaml", "examples/organisation.yaml"
]
MetadataKey = Literal[
    "title",
    "publisher",
    "published",
    "edition",
    "language",
    "kind",
    "url",
    "valid_from",
    "valid_until",
    "supersedes",
    "groups",
]
# An id becomes a file's name: nothing that leads elsewhere, is hidden, or looks like a translation.
DOCUMENT_ID = re.compile(rf"(?!.*\.(?:{'|'.join(LANGUAGES)})\Z)[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}", re.IGNORECASE)
Object = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # the SHA-256 of a stored content
Description = Mapping[MetadataKey, str | None]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Upload(_Frozen):
    """A document as it was uploaded: its content, the ending that tells its format, and what it says of itself."""

    object: Object
    suffix: Annotated[str, AfterValidator(known_suffix)]
    metadata: Description


class PutDocument(_Frozen):
    """A new document, or another in the place of the one with this id, with the rules that were made of what it
    decides."""

    kind: Literal["document"] = "document"
    id: str
    upload: Upload
    rules: tuple[Rule, ...] = ()


class WithdrawDocument(_Frozen):
    kind: Literal["withdraw"] = "withdraw"
    id: str


class DescribeDocument(_Frozen):
    """Other metadata; a key whose value is null is removed."""

    kind: Literal["describe"] = "describe"
    id: str
    metadata: Description


class EditFile(_Frozen):
    """base: the text that was edited. With it the edit can be made of what others have made of the file since: see
    rag.curated.merging."""

    kind: Literal["file"] = "file"
    name: CuratedFile
    object: Object
    base: Object | None = None


class RestoreDocument(_Frozen):
    """A withdrawn document comes back. upload, metadata: where it was uploaded or described, as it was in use last."""

    kind: Literal["restore"] = "restore"
    id: str
    upload: Upload | None = None
    metadata: Description = {}


OfDocument = PutDocument | WithdrawDocument | RestoreDocument | DescribeDocument


class PublishTogether(_Frozen):
    """Drafts that are previewed, tried, published and thrown away as one, in this order."""

    kind: Literal["set"] = "set"
    drafts: tuple[str, ...]


class VerifyQuestions(_Frozen):
    """Questions whose right answer an editor has told. Unlike an edit of their file, it undoes nobody else's."""

    kind: Literal["questions"] = "questions"
    questions: tuple[Verified, ...]


# What one draft changes; and what a draft may hold, which also is several of them.
Change = Annotated[
    PutDocument | WithdrawDocument | RestoreDocument | DescribeDocument | EditFile | VerifyQuestions,
    Field(discriminator="kind"),
]
Drafted = Annotated[
    PutDocument | WithdrawDocument | RestoreDocument | DescribeDocument | EditFile | VerifyQuestions | PublishTogether,
    Field(discriminator="kind"),
]
CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
DRAFTED: TypeAdapter[Drafted] = TypeAdapter(Drafted)


class Changes(_Frozen):
    """All changes together, as one version of the index was built with them."""

    documents: Mapping[str, Upload] = {}
    withdrawn: tuple[str, ...] = ()
    described: Mapping[str, Description] = {}
    files: Mapping[CuratedFile, Object] = {}

    @property
    def fingerprint(self) -> str:
        """Empty where nothing is changed; else sixteen hex digits that differ for every other set of changes."""
        return "" if self == Changes() else hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def objects(self) -> set[str]:
        """The contents that are needed."""
        return {upload.object for upload in self.documents.values()} | set(self.files.values())

    def with_change(self, change: Change) -> Changes:
        """These and one more. What is put, withdrawn or restored takes the place of all that was said of its id before.
        Of verified questions nothing is known here: see rag.publishing.publication.with_applied."""
        if isinstance(change, VerifyQuestions):
            return self
        if isinstance(change, EditFile):
            return self.model_copy(update={"files": _sorted({**self.files, change.name: change.object})})
        if isinstance(change, DescribeDocument):
            said = {**self.described.get(change.id, {}), **change.metadata}
            return self.model_copy(update={"described": _sorted({**self.described, change.id: said})})
        documents = {name: upload for name, upload in self.documents.items() if name != change.id}
        described = {name: said for name, said in self.described.items() if name != change.id}
        withdrawn = set(self.withdrawn) - {change.id}
        if isinstance(change, WithdrawDocument):
            withdrawn.add(change.id)
        elif change.upload is not None:
            documents[change.id] = change.upload
        if isinstance(change, RestoreDocument) and change.metadata:
            described[change.id] = change.metadata
        update = {
            "documents": _sorted(documents),
            "described": _sorted(described),
            "withdrawn": tuple(sorted(withdrawn)),
        }
        return self.model_copy(update=update)


def _sorted(mapping: Mapping[Any, Value]) -> dict[Any, Value]:
    return dict(sorted(mapping.items()))  # so that the same changes have the same fingerprint
