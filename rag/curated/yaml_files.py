"""The YAML files beside the documents, read into checked types; a mistake is named with file, line and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError, model_validator

from rag.curated.in_languages import AnyLanguage, EachLanguage, written_in
from rag.errors import BadCorpusFile
from rag.types import LANGUAGES, Language

Model = TypeVar("Model", bound=BaseModel)

_TEXT = "tag:yaml.org,2002:str"
# Of a number or a day: YAML reads 1:1:1:… as one of base 60, in the square of its length.
MAX_VALUE_CHARS = 100
MAX_DEPTH = 20  # the files of the corpus have five levels at most


# libyaml's loader, where it was built in, is ten times faster; a corpus has tens of thousands of lines of examples.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[misc]
    """Safe YAML that refuses a key given twice, which would silently lose the first, and names what is no value: a day
    that does not exist, a key that is a list, a number without end."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        what = str(node.value)[:40]
        if isinstance(node, yaml.ScalarNode) and node.tag != _TEXT and len(node.value) > MAX_VALUE_CHARS:
            raise yaml.constructor.ConstructorError(None, None, f"'{what}…' is too long a number", node.start_mark)
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, OverflowError):
            raise yaml.constructor.ConstructorError(None, None, f"'{what}' is no value", node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is a list or a mapping", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key '{key.value}' stands twice", key.start_mark)
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


class Wording(EachLanguage):
    """One text in each of the service's languages."""

    def of(self, language: Language) -> str:
        text: str = written_in(self, language)
        return text


class SomeWording(AnyLanguage):
    """One text in some of the service's languages, in one at least."""

    @model_validator(mode="after")
    def _says_something(self) -> SomeWording:
        if len(self.missing) == len(LANGUAGES):
            raise ValueError(f"give the text in one language at least: {', '.join(LANGUAGES[:-1])} or {LANGUAGES[-1]}")
        return self

    def of(self, language: Language) -> str:
        """In this language, or in the first that there is."""
        said: list[str | None] = [written_in(self, each) for each in (language, *LANGUAGES)]
        return next(filter(None, said), "")

    @property
    def missing(self) -> tuple[Language, ...]:
        """The languages that it is not there in."""
        return tuple(each for each in LANGUAGES if written_in(self, each) is None)


def load_yaml(path: Path, model: type[Model]) -> Model:
    """The file's content; an empty file is an empty mapping. Raises BadCorpusFile."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadCorpusFile(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    return parse_yaml(text, model, str(path))


def parse_yaml(text: str, model: type[Model], file: str) -> Model:
    """The same of a text; file: how a mistake's message calls it. Raises BadCorpusFile."""
    try:
        _refuse_what_multiplies(text)
        raw: Any = yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise BadCorpusFile(f"{file}: not YAML: {' '.join(str(error).split())}", line) from error
    try:
        return model.model_validate({} if raw is None else raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        message = first["msg"].removeprefix("Value error, ")
        value = f" (it is {first['input']!r:.80})" if first["type"] != "missing" else ""
        line = line_of(text, first["loc"])
        raise BadCorpusFile(f"{file}:{line}: {place}: {message}{value}", line) from error


def _refuse_what_multiplies(text: str) -> None:
    """Depth that would overflow the loader's stack, which ends the process, and aliases, which unfold without an end.

    Raises YAMLError.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise yaml.YAMLError(f"more than {MAX_DEPTH} levels{_where(event)}")
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"an alias{_where(event)}; write out what it stands for")


def _where(event: yaml.Event) -> str:
    return f" in line {event.start_mark.line + 1}" if event.start_mark else ""


def line_of(text: str, place: tuple[int | str, ...]) -> int:
    """The line, from 1, of a place in a YAML text: keys and list numbers from the outside in, as far as they exist."""
    node = yaml.compose(text, Loader=_Loader)
    line = node.start_mark.line + 1 if node else 1
    for step in place:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
