"""What the usual way would have answered: the same passages, asked without judging.

    dense   llama-index over Chroma with the service's embedding model: the nearest passages, whatever their cosine
    bm25    bm25s over Snowball stems of the question's language: the passages with the most of the question's words

Both always answer, by quoting their TOP_K first passages; neither knows rules, so neither gives a verdict. Passages can
be found by their translations, as in the service.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence

import bm25s
import chromadb
import Stemmer
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from eval.questions import Question
from eval.run import Output
from rag.index.opening import Index
from rag.models.embedding import Embedder
from rag.sources.chunking import versions_of
from rag.types import Answer, Chunk, Citation, Language, Statement

TOP_K = 3
_STEMMERS = {"fi": "finnish", "sv": "swedish", "en": "english"}
Ranker = Callable[[str, Language], Sequence[str]]  # question, language → ids of passages, best first, with repeats


class ServiceEmbedding(BaseEmbedding):
    """The service's model as llama-index wants one."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.name)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(x) for x in self._embedder.embed_query(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(x) for x in self._embedder.embed_passages([text])[0]]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in vector] for vector in self._embedder.embed_passages(texts)]


def dense(index: Index, embedder: Embedder) -> Ranker:
    """llama-index's retriever over a Chroma of its own."""
    model = ServiceEmbedding(embedder)
    collection = chromadb.EphemeralClient().create_collection(f"baseline-{uuid.uuid4().hex}", embedding_function=None)
    storage = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    nodes = [TextNode(text=text, metadata={"chunk": chunk.id}) for chunk, _, text in _texts(index)]
    built = VectorStoreIndex(nodes, storage_context=storage, embed_model=model)
    retriever = built.as_retriever(similarity_top_k=TOP_K * 3)  # a passage stands there in three languages
    return lambda question, _: [found.node.metadata["chunk"] for found in retriever.retrieve(question)]


def bm25(index: Index) -> Ranker:
    """One BM25 index of all texts, each stemmed in its language."""
    texts = _texts(index)
    retriever = bm25s.BM25()
    retriever.index([_stems(text, language) for _, language, text in texts], show_progress=False)

    def rank(question: str, language: Language) -> list[str]:
        known = [stem for stem in _stems(question, language) if stem in retriever.vocab_dict]
        if not known:
            return []
        scores = retriever.get_scores(known)
        return [texts[number][0].id for number in (-scores).argsort(kind="stable")[: TOP_K * 3]]

    return rank


def generate_baseline(rank: Ranker, index: Index, questions: Sequence[Question]) -> list[Output]:
    """The answers of a baseline; one that finds no word of the question in any passage refuses."""
    chunks = {chunk.id: chunk for chunk in index.chunks}
    outputs = []
    for question in questions:
        started = time.perf_counter()
        found = list(dict.fromkeys(rank(question.question, question.language)))[:TOP_K]
        answer = _answer([chunks[name] for name in found], index, question.language)
        outputs.append(Output(question.id, question.question, 1000 * (time.perf_counter() - started), answer))
    return outputs


def _texts(index: Index) -> list[tuple[Chunk, Language, str]]:
    return [
        (chunk, version.language, f"{version.context}\n{version.text}")
        for chunk in index.chunks
        if chunk.kind != "gap"
        for version in versions_of(chunk, index.documents[chunk.document_id])
    ]


def _stems(text: str, language: Language) -> list[str]:
    tokens = bm25s.tokenize([text], stemmer=Stemmer.Stemmer(_STEMMERS[language]), stopwords=[], return_ids=False,
                            show_progress=False)  # fmt: skip
    return list(tokens[0]) or [""]


def _answer(chunks: Sequence[Chunk], index: Index, language: Language) -> Answer:
    citations = tuple(_cite(number, chunk, index) for number, chunk in enumerate(chunks, start=1))
    return Answer(
        id=uuid.uuid4().hex,
        conversation_id="",
        language=language,
        status="answered" if citations else "refused",
        reason=None if citations else "not_in_guidance",
        verdict=None,
        message="\n\n".join(each.quote for each in citations),
        statements=tuple(Statement(each.quote, "quote", (each.number,)) for each in citations),
        citations=citations,
        see_also=(),
        notices=(),
        follow_ups=(),
        confidence=1.0,
        index_version=index.version,
    )


def _cite(number: int, chunk: Chunk, index: Index) -> Citation:
    document = index.documents[chunk.document_id]
    about = document.metadata
    return Citation(
        number, document.id, about.title, about.publisher, about.published, about.language, chunk.section, chunk.page,
        chunk.span.of(document.text), chunk.span.start, chunk.span.end, "", False,
    )  # fmt: skip
