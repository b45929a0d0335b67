"""GET /api/options: what a reader may choose where a question leaves it open."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.problems import PROBLEM_RESPONSES
from api.service import TheChatbot
from rag.types import Language

router = APIRouter(prefix="/api", tags=["chat"], responses=PROBLEM_RESPONSES)


class ToolOption(BaseModel):
    """An AI service by its name. approved: for some kind of data, and in force today."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    name: str
    approved: bool


class Options(BaseModel):
    """Values for `tool` and `data` of POST /api/chat."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    tools: tuple[ToolOption, ...]
    data: tuple[str, ...]


@router.get("/options")
def options(chatbot: TheChatbot, language: Language = "fi") -> Options:
    """The services and the kinds of data that the service knows by name, in that language."""
    return Options.model_validate(chatbot.choices(language))
