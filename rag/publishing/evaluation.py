"""What an evaluation over an organisation's test questions finds. Made by eval.own, shown by the service."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from rag.publishing.rehearsal import Told
from rag.types import Language


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Evaluated(_Frozen):
    """A test question and its answer. id: of the question as it is kept, or as a question file has it."""

    id: str
    question: str
    language: Language
    answer: Told


class OwnEvaluation(_Frozen):
    """Of asked questions something is expected of judged, and right are answered so; wrong are the others."""

    version: str
    asked: int
    judged: int
    right: int
    wrong: tuple[Evaluated, ...]
