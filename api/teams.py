"""POST /api/teams/messages: the service as a bot in Microsoft Teams, where settings name one.

What comes is signed by Microsoft and checked; what is answered goes to the address that the message came from.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from api import views
from api.negotiation import language_of
from api.oidc import Provider
from api.problems import Refused, explain, told, unforeseen
from api.rates import Buckets
from api.reading import Asker
from api.schemas import ChatRequest, FeedbackRequest
from api.service import Service, TheService
from api.teams_activity import MESSAGE, PATH, Activity, card_reply, plain_reply, typing
from api.teams_card import card, verdict_words
from api.teams_connector import Connector
from rag.errors import BadQuestion
from rag.language.messages import say
from rag.settings import Settings
from rag.types import Access, Language

CHANNEL = "msteams"
# Who signs what Teams sends, and what its tokens must say: they speak for a service, not for a person.
ISSUER = "https://api.botframework.com"
OF_A_SERVICE = ("exp", "iss", "aud", "serviceurl")
# Microsoft asks for a day at most; a key that is not known yet is asked for at once.
KEYS_EVERY_S = 3600.0

router = APIRouter(include_in_schema=False)


class Teams:
    """What the bot knows: whose requests are Microsoft's, where replies may go, and how much each person may ask."""

    def __init__(self, settings: Settings) -> None:
        self.provider = Provider(
            ISSUER, settings.teams_app_id, settings.teams_metadata_url, OF_A_SERVICE, settings.plain_hosts
        )
        self.connector = Connector(settings)
        self._tenant = settings.teams_tenant.lower()
        self._secret = settings.teams_app_secret.get_secret_value().encode()
        self._buckets = Buckets(settings.requests_per_minute, settings.requests_at_once)

    async def keep_fresh(self) -> None:
        await self.provider.keep_fresh(KEYS_EVERY_S)

    async def received(self, request: Request) -> Activity:
        """What has been sent. Raises HTTPException 401 for what Microsoft has not signed for this bot, 403 for what
        comes from elsewhere than the tenant's Teams, 422 for what cannot be read."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        claims = await self._claims(token.strip()) if scheme.lower() == "bearer" else None
        if claims is None:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        try:
            activity = Activity.model_validate_json(await request.body())
        except ValidationError:
            raise Refused(422, "error.field.not_json") from None
        if activity.channel_id != CHANNEL or CHANNEL not in self.provider.endorsements(token.strip()):
            raise HTTPException(403)
        if claims["serviceurl"] != activity.service_url or not self.connector.may_send_to(activity.service_url):
            raise HTTPException(403)
        if activity.tenant != self._tenant:
            raise HTTPException(403)
        return activity

    async def answer(self, activity: Activity, service: Service, home: str) -> None:
        """Answer a message, or take note of a button. home: what links begin with."""
        language = language_of(activity.locale or "")
        try:
            if self._buckets.wait_s(self._hidden(activity.sender.id)):
                raise HTTPException(429)
            if activity.value is not None:
                reply = await self._rated(activity, service, language)
            else:
                reply = await self._answered(activity, service, home, language)
        except Exception as error:
            reply = plain_reply(activity, _what_went_wrong(error, language))
        await self.connector.send(activity, reply)

    async def _answered(self, activity: Activity, service: Service, home: str, language: Language) -> dict[str, Any]:
        conversation = self._hidden(activity.tenant, activity.conversation.id)
        asked = ChatRequest(
            question=activity.question,
            conversation_id=conversation,
        )
        await self.connector.send(activity, typing(activity))
        asker = Asker(Access(who=conversation), self._hidden(activity.sender.id))
        answer = await service.ask(asked, asker, language)
        words = verdict_words(answer.verdict, answer.conditions, answer.language)
        return card_reply(activity, answer, card(answer, home), words)

    async def _rated(self, activity: Activity, service: Service, language: Language) -> dict[str, Any]:
        given = FeedbackRequest.model_validate(activity.value)
        known = await to_thread.run_sync(service.store.rate, given.answer_id, given.rating, given.comment, date.today())
        return plain_reply(activity, say(language, f"page.answer.{'thanks' if known else 'no_feedback'}"))

    async def _claims(self, token: str) -> dict[str, Any] | None:
        claims = self.provider.claims(token)
        if claims is None and self.provider.may_know_more(token):
            await self.provider.refresh()
            claims = self.provider.claims(token)
        return claims

    def _hidden(self, *ids: str) -> str:
        """A name for a person or a conversation that nobody can guess or read theirs from: only we have the secret."""
        return hmac.new(self._secret, "\n".join(ids).encode(), hashlib.sha256).hexdigest()


@router.post(PATH)
async def messages(request: Request, service: TheService) -> Response:
    """Takes what Teams has sent; the answer comes afterwards, by itself: Teams waits for no more than 15 seconds.

    404 without a bot.
    """
    teams: Teams | None = request.app.state.teams
    if teams is None:
        raise HTTPException(404)
    activity = await teams.received(request)
    if activity.type != MESSAGE:  # somebody has come or gone, or is typing
        return Response(status_code=200)
    home = views.home(request, service.settings.public_url)
    return Response(status_code=200, background=BackgroundTask(teams.answer, activity, service, home))


def _what_went_wrong(error: Exception, language: Language) -> str:
    if isinstance(error, ValidationError):
        return explain(error.errors(), language)
    if isinstance(error, BadQuestion):
        return str(error)
    if isinstance(error, HTTPException):
        return told(language, error).detail
    return unforeseen(language, error).detail
