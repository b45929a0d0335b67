"""The service as parts that llama-index knows: a retriever for its pipelines, a query engine for its agents.

Needs nothing of llama-index's global settings, and no language model of its own.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.chatbot import Chatbot
from rag.types import Answer, Citation, Language, Passage


class OhjenuoraRetriever(BaseRetriever):
    """The k passages that most likely answer a query, the most likely first, as Chatbot.search() finds them.

    The score is the probability that the passage answers. Raises BadQuestion for text that is no question.
    """

    def __init__(self, chatbot: Chatbot, k: int = 5, language: Language | None = None) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._chatbot = chatbot
        self._k = k
        self._language = language

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._chatbot.search(query_bundle.query_str, self._k, self._language)
        return [NodeWithScore(node=_node(each, each.text), score=each.score) for each in found]


class OhjenuoraQueryEngine(CustomQueryEngine):
    """The answer of Chatbot.ask(), not worded anew: its text, its citations as source nodes, and, in the metadata, the
    fields of the Answer. A refusal has no source nodes. Raises BadQuestion for text that is no question."""

    chatbot: Chatbot
    language: Language | None = None
    tool: str | None = None

    def custom_query(self, query_str: str) -> Response:
        answer = self.chatbot.ask(query_str, self.language, tool=self.tool)
        return Response(response=answer.message, source_nodes=_cited(answer), metadata=asdict(answer))


def _cited(answer: Answer) -> list[NodeWithScore]:
    return [NodeWithScore(node=_node(each, each.quote), score=answer.confidence) for each in answer.citations]


def _node(place: Passage | Citation, text: str) -> TextNode:
    """metadata: all that is known of the place, so that whoever has the node can find it again."""
    known: dict[str, Any] = {name: value for name, value in asdict(place).items() if name not in ("text", "quote")}
    return TextNode(id_=f"{place.document_id}#c{place.start}-{place.end}", text=text, metadata=known)
