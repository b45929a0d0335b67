"""Example questions: which questions a passage is known to answer, and which none of the sources answers.

`examples/*.yaml` in the corpus folder lists them, bound to the words of the sources. They are data that an editor
writes and changes: a question that was refused although a passage answers it becomes an example, and is found from then
on.
A corpus without the folder has none, and everything works without. `organisation.yaml` of the folder holds what editors
verified on the pages (rag.curated.verified); a question in it is taken from there alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rag.curated.in_languages import Lists, written_in
from rag.curated.yaml_files import Wording, load_yaml
from rag.errors import BadCorpusFile
from rag.sources.quotes import locate
from rag.types import LANGUAGES, Document, Language, Reason, Span

FOLDER = "examples"
VERIFIED = f"{FOLDER}/organisation.yaml"  # see rag.curated.verified


class _Questions(Lists):
    def texts(self) -> list[tuple[Language, str]]:
        return [(language, text) for language in LANGUAGES for text in written_in(self, language)]


class _Elsewhere(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    quote: str = Field(min_length=1)


class _Answered(_Questions):
    """Questions that the quoted words answer; also: other places that answer them as well. document: where it is not
    the file's."""

    document: str | None = None
    quote: str = Field(min_length=1)
    also: tuple[_Elsewhere, ...] = ()


class _Unanswered(_Questions):
    """Questions of one kind that the sources do not answer. missing: what they do not tell, as "who may use it";
    documents: where they are others than the file's."""

    documents: tuple[str, ...] = ()
    topic: str | None = None
    reason: Reason = "not_in_guidance"
    missing: Wording | None = None
    register_: bool = Field(False, alias="register")


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str | None = None
    documents: tuple[str, ...] = ()
    answered: tuple[_Answered, ...] = ()
    unanswered: tuple[_Unanswered, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> _File:
        if not self.document and any(each.document is None for each in self.answered):
            raise ValueError("'answered' needs 'document': the id of the document that is quoted")
        return self


@dataclass(frozen=True, slots=True)
class Target:
    """What becomes of a question like the examples: it is answered by places of documents, or it is refused.

    places: (document id, span); without any it is refused for the reason. documents: those that were read when it was
    found that they do not answer; a passage of another document is not affected. register: the question is about the
    organisation's approvals.
    """

    places: tuple[tuple[str, Span], ...]
    reason: Reason | None = None
    missing: Mapping[Language, str] | None = None
    documents: tuple[str, ...] = ()
    register: bool = False

    def holds(self, in_force: Collection[str]) -> bool:
        """Whether it says anything of these documents."""
        if self.places:
            return any(document_id in in_force for document_id, _ in self.places)
        return not self.documents or any(name in in_force for name in self.documents)


@dataclass(frozen=True, slots=True)
class Example:
    """One example question; target is its number among the targets."""

    text: str
    language: Language
    target: int


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An entry whose quote does not stand in its document (any more); its questions are left out."""

    file: str
    document_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """All example questions of a corpus, in the order of the files."""

    targets: tuple[Target, ...] = ()
    examples: tuple[Example, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    frequencies: Mapping[str, int] = field(default_factory=dict)  # of lemmas, stems and concepts; the build counts them

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with any example or place."""
        return hashlib.sha256(repr((self.targets, self.examples)).encode()).hexdigest()[:16]


def load_examples(corpus_dir: Path, documents: Mapping[str, Document]) -> ExampleSet:
    """The example questions of a corpus.

    Raises BadCorpusFile, which names the file and the entry.
    """
    targets: list[Target] = []
    examples: list[Example] = []
    unplaced: list[Unplaced] = []
    folder = corpus_dir / FOLDER
    verified: set[tuple[Language, str]] = set()
    paths = sorted(folder.glob("*.yaml"), key=lambda path: (path.name != Path(VERIFIED).name, path.name))
    for path in paths if folder.is_dir() else ():
        file = load_yaml(path, _File)
        name = f"{FOLDER}/{path.name}"
        for entry in file.answered:
            quotes = [
                (entry.document or file.document or "", entry.quote),
                *((each.document, each.quote) for each in entry.also),
            ]
            places: list[tuple[str, Span]] = []
            for document_id, quote in quotes:
                document = documents.get(document_id)
                span = locate(quote, document) if document else None
                if span is None:
                    unplaced.append(Unplaced(name, document_id, quote))
                else:
                    places.append((document_id, span))
            if not places:
                continue
            examples += [
                Example(text, each, len(targets)) for each, text in entry.texts() if (each, text) not in verified
            ]
            targets.append(Target(tuple(places)))
        for topic in file.unanswered:
            of_documents = topic.documents or file.documents
            if topic.reason == "not_in_guidance" and not of_documents:
                raise BadCorpusFile(f"{path}: 'documents' is missing: the ids of those that do not answer")
            examples += [
                Example(text, each, len(targets)) for each, text in topic.texts() if (each, text) not in verified
            ]
            missing = {each: topic.missing.of(each) for each in LANGUAGES} if topic.missing else None
            read = of_documents if topic.reason == "not_in_guidance" else ()
            targets.append(Target((), topic.reason, missing, read, topic.register_))
        if name == VERIFIED:  # it is the first
            verified = {(each.language, each.text) for each in examples}
    return ExampleSet(tuple(targets), tuple(examples), tuple(unplaced))
