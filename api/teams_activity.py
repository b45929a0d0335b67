"""What Microsoft Teams sends to a bot, as far as it is read, and what is sent back (Bot Framework's activities).

Source: https://github.com/microsoft/botframework-sdk, specs/botframework-activity/botframework-activity.md.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from rag.types import Answer, Language

PATH = "/api/teams/messages"
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE, TYPING = "message", "typing"
# What a notification shows of an answer.
SUMMARY_CHARS = 120


class _Received(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel)


class Account(_Received):
    """Somebody in a conversation: a person or the bot."""

    id: str = ""


class Tenant(_Received):
    id: str = ""


class ChannelData(_Received):
    tenant: Tenant | None = None


class Conversation(_Received):
    id: str = Field(min_length=1)
    tenant_id: str | None = None


class Entity(_Received):
    """What stands out in a text. Of the type mention: text is how the text has it."""

    type: str = ""
    text: str | None = None
    mentioned: Account | None = None


class Activity(_Received):
    """One thing that happened in a conversation. value: what a button of a card brings."""

    type: str
    id: str = ""
    channel_id: str
    service_url: str
    sender: Account = Field(Account(), alias="from")
    recipient: Account = Account()
    conversation: Conversation
    text: str | None = None
    value: dict[str, Any] | None = None
    entities: tuple[Entity, ...] | None = None
    locale: str | None = None
    channel_data: ChannelData | None = None

    @property
    def tenant(self) -> str:
        """The id of the Microsoft 365 tenant that it comes from."""
        tenant = self.channel_data.tenant if self.channel_data else None
        return (tenant.id if tenant else self.conversation.tenant_id or "").lower()

    @property
    def question(self) -> str:
        """The text without the bot's own name, by which it is called in a group."""
        text = self.text or ""
        for entity in self.entities or ():
            if entity.type == "mention" and entity.text and entity.mentioned == self.recipient:
                text = text.replace(entity.text, " ")
        return text.replace("\xa0", " ").strip()


def typing(asked: Activity) -> dict[str, Any]:
    """That an answer is being written."""
    return _reply(asked, TYPING)


def plain_reply(asked: Activity, text: str) -> dict[str, Any]:
    return _reply(asked, MESSAGE) | {"text": text, "textFormat": "plain"}


def card_reply(asked: Activity, answer: Answer, card: dict[str, Any], verdict: str) -> dict[str, Any]:
    """verdict: its words, "" where there is none."""
    language: Language = answer.language
    return _reply(asked, MESSAGE) | {
        "locale": language,
        "summary": (verdict or answer.message)[:SUMMARY_CHARS],
        "attachments": [{"contentType": CARD, "content": card}],
    }


def _reply(asked: Activity, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "from": {"id": asked.recipient.id},
        "recipient": {"id": asked.sender.id},
        "conversation": {"id": asked.conversation.id},
        "replyToId": asked.id,
    }
