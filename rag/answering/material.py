"""The material that a may-I question names where no concept of the corpus does: protected or public by what it is
called ("savusukeltajan kuntotesti", "förlikningsutkastet", "vaccination coverage figures")."""

from __future__ import annotations

from dataclasses import replace

from rag.answering.question import ENTERING, Question
from rag.answering.rule_matching import PUBLIC, asks_whether
from rag.curated.concepts import Concepts
from rag.language.answer_types import asks_whether_acceptable
from rag.models.embedding import Embedder
from rag.models.material import MaterialModel


def name_of_material(question: Question, concepts: Concepts) -> str:
    """What of a question may name the material: its content words but the service and what is done with it. Nothing
    where it says of some data that there is none."""
    if any(word.denies_data for word in question.words):
        return ""
    kinds = [(word, concepts.kinds_of(word.concepts)) for word in question.words]
    return " ".join(word.text for word, named in kinds if "tool" not in named and named != {"action"})


def hands_over(question: Question, concepts: Concepts) -> bool:
    """Whether the question asks if something may be done with material, and names no class of data: not whether AI may
    be of use ("Saako tekoälyllä suunnitella työvuoroja?")."""
    if question.classes or not asks_whether(question):
        return False
    uses = "use_case" in concepts.kinds_of(question.named)
    return ENTERING in question.named or (not uses and asks_whether_acceptable(question.text))


class MaterialReader:
    """Reads the name of the material. embedder: the one that the model was trained on."""

    def __init__(self, model: MaterialModel, embedder: Embedder, concepts: Concepts) -> None:
        self._model = model
        self._embedder = embedder
        self._concepts = concepts

    def read(self, question: Question) -> Question:
        """The question, with what its material is, as far as its name tells."""
        name = name_of_material(question, self._concepts) if hands_over(question, self._concepts) else ""
        kinds = self._model.kinds(self._embedder.embed_query(name)) if name else frozenset()
        if kinds == {"protected"}:
            return replace(question, protected=True)
        if kinds == {"public"} and PUBLIC in self._concepts.by_id:
            return replace(question, classes=frozenset({PUBLIC}))
        return question
