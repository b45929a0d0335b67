"""What the curated files say in the service's languages: a field for each language that there is.

Their names come from types.LANGUAGES, so a new language needs no change here: where it has to be written and is not,
the file's mistake names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from rag.types import LANGUAGES, Language


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _fields(kind: Any, default: Any) -> Any:
    return dict.fromkeys(LANGUAGES, (kind, default))


if TYPE_CHECKING:
    # The type checker cannot know the fields' names: to it, any may be given.
    class _Open(BaseModel):
        model_config = ConfigDict(frozen=True, extra="allow")

    class EachLanguage(_Open): ...

    class AnyLanguage(_Open): ...

    class Lists(_Open): ...

else:
    # A text in each language; in some; a list in each, empty where there is none.
    EachLanguage = create_model("EachLanguage", __base__=_Frozen, **_fields(str, Field(min_length=1)))
    AnyLanguage = create_model("AnyLanguage", __base__=_Frozen, **_fields(str | None, Field(None, min_length=1)))
    Lists = create_model("Lists", __base__=_Frozen, **_fields(tuple[str, ...], ()))


def written_in(model: EachLanguage | AnyLanguage | Lists, language: Language) -> Any:
    """What its field of this language holds: a text, None, or a list."""
    return getattr(model, language)
