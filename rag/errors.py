"""The exceptions of the service. Each message says what failed, with which value, and what mends it.

OhjenuoraError
├── BadSetting          a setting that is unknown or malformed
├── BadQuestion         a text that is no question; the message is in the asker's language
├── ModelUnavailable    the embedding model cannot be loaded
├── IndexUnusable       the index cannot answer
│   ├── IndexMissing    there is none yet
│   ├── IndexMismatch   it was built by another model or another version of the service
│   └── IndexDamaged    its files cannot be read
├── ChromaUnavailable   the Chroma server cannot be reached
├── IndexBusy           another process is building the index
├── DatabaseUnavailable the database cannot be reached
├── ChangesLost         a content of an administrator's change is gone
├── ChangeOutdated      what a change would replace is not what it was made for
├── QuestionsUnreadable a file of questions that cannot be read
├── ServiceRefused      a running service does not take a question
├── ServiceUnreachable  a running service cannot be asked
├── SourceUnavailable   a source that keeps itself current cannot be looked at, or a file in it
├── SourcesBusy         sources are being looked at already
├── BadCorpusFile       a file beside the documents (concepts) that is malformed
└── UnreadableSource    a file of the corpus that cannot be read, or not be inspected
"""

from __future__ import annotations

from typing import Literal

UnreadableReason = Literal[
    "encrypted",
    "empty",
    "no_text_layer",
    "damaged",
    "too_large",
    "too_hard",
    "wrong_type",
    "bad_encoding",
    "bad_metadata",
    "duplicate_id",
    "unreadable",
]


class OhjenuoraError(Exception):
    """Root of everything that this project raises on purpose."""


class BadSetting(OhjenuoraError):
    """A setting that is unknown or malformed."""


class BadQuestion(OhjenuoraError):
    """A text that is no question. str() is a message for the asker; code names what is wrong."""

    def __init__(self, code: Literal["empty", "too_long", "control_characters"], message: str) -> None:
        super().__init__(message)
        self.code = code


class ModelUnavailable(OhjenuoraError):
    """The embedding model cannot be loaded."""


class IndexUnusable(OhjenuoraError):
    """The index cannot answer; the message names the command that mends it."""


class IndexMissing(IndexUnusable):
    """There is no index yet."""


class IndexMismatch(IndexUnusable):
    """The index was built by another model or another version of the service."""


class IndexDamaged(IndexUnusable):
    """Files of the index are missing or cannot be read."""


class ChromaUnavailable(OhjenuoraError):
    """The Chroma server cannot be reached."""


class IndexBusy(OhjenuoraError):
    """Another process is building the index."""


class DatabaseUnavailable(OhjenuoraError):
    """The database cannot be reached, or not be used."""


class ChangesLost(OhjenuoraError):
    """A content of an administrator's change is gone."""


class ChangeOutdated(OhjenuoraError):
    """What a change would replace is not what it was made for: somebody else has changed it since."""


class QuestionsUnreadable(OhjenuoraError):
    """A file of questions that cannot be read."""


class ServiceRefused(OhjenuoraError):
    """A running service does not take a question; the message is what it says."""


class ServiceUnreachable(OhjenuoraError):
    """A running service cannot be asked."""


SourceReason = Literal[
    "no_folder",
    "empty",
    "unreachable",
    "private_address",
    "elsewhere",
    "too_large",
    "too_slow",
    "too_many",
    "status",
    "robots",
    "no_sitemap",
    "no_listing",
    "no_git",
    "git",
    "unreadable",
]


class SourceUnavailable(OhjenuoraError):
    """A source that keeps itself current cannot be looked at, or a file in it cannot be fetched.

    reason: a code to branch on; detail: what it is about: an address, a status, what a program said.
    """

    def __init__(self, reason: SourceReason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason: SourceReason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class SourcesBusy(OhjenuoraError):
    """Sources are being looked at already, by this process or another one."""


class BadCorpusFile(OhjenuoraError):
    """A file beside the documents that is malformed; the message names the file and the entry, line its line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class UnreadableSource(OhjenuoraError):
    """A file of the corpus that cannot be read, or (too_hard) not be inspected.

    file: its path within the corpus; reason: a code to branch on; detail: "what is wrong; what mends it", one line;
    field: of bad_metadata, the key whose value will not do.
    """

    def __init__(self, file: str, reason: UnreadableReason, detail: str, field: str | None = None) -> None:
        super().__init__(file, reason, detail, field)
        self.file = file
        self.reason = reason
        self.detail = detail
        self.field = field

    def __str__(self) -> str:
        return f"{self.file}: {self.detail}"
