"""Question files: one JSON object a line, each a question and what a right answer to it must show."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from rag.errors import OhjenuoraError
from rag.settings import Settings
from rag.types import Language, Verdict

SHOWN_PROBLEMS = 20
QUESTIONS = Path(__file__).parent / "questions"
HELD_OUT = QUESTIONS / "heldout.jsonl"
TUNED_ON = QUESTIONS / "dev.jsonl"


class BadQuestionFile(OhjenuoraError):
    """A question file that cannot be used. str() has one line a problem: file, line, key, and what mends it."""


class Part(BaseModel):
    """What is expected of the answer to one of several questions in a message."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    answerable: bool
    evidence: tuple[str, ...] = ()


class Question(BaseModel):
    """One question and what is expected of its answer.

    evidence: one of the strings must be cited; facts: regular expressions that must all be found in the message.
    cluster names the questions that ask the same thing in other words or languages; concepts: what a reader sees named
    in it, None where nobody looked. after: the messages of the conversation before it; parts: where it asks several
    things, what is expected of each, in their order. held_out: to look at as rates only, in a file that holds both.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=r"\S")
    question: str = Field(pattern=r"\S")
    language: Language
    answerable: bool
    documents: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    verdict: Verdict | None = None
    why: str | None = None
    cluster: str | None = None
    category: str | None = None
    style: str | None = None
    concepts: tuple[str, ...] | None = None
    after: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    held_out: bool = False

    @property
    def group(self) -> str:
        """The cluster; a question without one is a cluster of its own."""
        return self.cluster or self.id

    @field_validator("facts")
    @classmethod
    def _compiles(cls, facts: tuple[str, ...]) -> tuple[str, ...]:
        for fact in facts:
            try:
                re.compile(fact)
            except re.error as error:
                raise ValueError(f"'{fact}' is no regular expression ({error})") from error
        return facts

    @field_validator("evidence")
    @classmethod
    def _has_words(cls, evidence: tuple[str, ...]) -> tuple[str, ...]:
        if any(not re.search(r"\w", text) for text in evidence):
            raise ValueError("a string without a word would count as cited by every quote")
        return evidence

    @model_validator(mode="after")
    def _can_be_checked(self) -> Question:
        if self.answerable and not (self.evidence or self.facts or self.verdict):
            raise ValueError("answerable, but nothing tells a right answer; add 'evidence'")
        return self


def own_files(settings: Settings) -> list[Path]:
    """The organisation's question files: corpus/questions/*.jsonl."""
    return sorted((settings.corpus_dir / "questions").glob("*.jsonl"))


def load_questions(path: Path) -> list[Question]:
    """The questions of a JSONL file in its order; empty lines are skipped.

    Raises BadQuestionFile, which names every line that cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadQuestionFile(f"{path}: {error.strerror or error}; name a readable question file") from error
    except UnicodeDecodeError as error:
        raise BadQuestionFile(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
    questions: list[Question] = []
    problems: list[str] = []
    first_line: dict[str, int] = {}
    # Not splitlines(): JSON strings may hold U+2028 and other characters that it takes for line ends.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            question = Question.model_validate_json(line)
        except ValidationError as error:
            problems += [f"{path}:{number}: {_problem(dict(each))}" for each in error.errors()]
            continue
        if question.id in first_line:
            what = f"id '{question.id}' stands on line {first_line[question.id]} already; give one of them another id"
            problems.append(f"{path}:{number}: key 'id': {what}")
        first_line.setdefault(question.id, number)
        questions.append(question)
    if not questions and not problems:
        problems.append(f"{path}: no questions in it; write one JSON object a line")
    if problems:
        more = [f"… and {len(problems) - SHOWN_PROBLEMS} more"] if len(problems) > SHOWN_PROBLEMS else []
        raise BadQuestionFile("\n".join(problems[:SHOWN_PROBLEMS] + more))
    return questions


def _problem(error: dict[str, object]) -> str:
    """pydantic's error in one line: the key, what is wrong and the value."""
    location = error["loc"]
    key = ".".join(str(part) for part in location) if isinstance(location, tuple) else ""
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "json_invalid":
        return f"not JSON ({message.removeprefix('Invalid JSON: ').replace(' at line 1 column', ' at column')})"
    if error["type"] == "extra_forbidden":
        return f"key '{key}' is unknown; use {', '.join(Question.model_fields)}"
    if error["type"] == "missing":
        return f"key '{key}' is missing"
    if not key:
        return message
    if error["type"] == "value_error":
        return f"key '{key}': {message}"
    return f"key '{key}' has value {error['input']!r}: {message}"
