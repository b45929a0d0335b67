"""Questions that editors verified: one entry each in a file of their own, which goes before the other examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.curated.examples import VERIFIED, load_examples
from rag.curated.verified import Verified, with_verified
from rag.errors import BadCorpusFile
from rag.sources.canonical import Canonical
from tests.support.versions import document_of

WHO = Verified(question="Kuka hyväksyy: palvelun?", language="fi", document="ohje", quote="Johtaja hyväksyy.")
PRICE = Verified(question="Mitä se maksaa?", language="fi", reason="not_in_guidance", documents=("ohje",))
ELSEWHERE = Verified(question="Vad blir det för väder?", language="sv", reason="out_of_scope")


def test_what_is_verified_anew_takes_the_place_of_what_was_said_before(tmp_path: Path) -> None:
    page = Canonical()
    page.paragraph("Johtaja hyväksyy. Kurssi on pakollinen.")
    documents = {"ohje": document_of(page)}
    (tmp_path / "examples").mkdir()
    # An example of the project, and the editors' later word on the same question.
    (tmp_path / "examples" / "ohje.yaml").write_text(
        "document: ohje\nanswered:\n- quote: Kurssi on pakollinen.\n"
        "  fi: ['Kuka hyväksyy: palvelun?', 'Onko kurssi pakollinen?']\n",
        encoding="utf-8",
    )
    wrong = WHO.model_copy(update={"quote": "Kurssi on pakollinen."})
    text = with_verified("", [wrong, PRICE, ELSEWHERE], VERIFIED)
    (tmp_path / VERIFIED).write_text(with_verified(text, [WHO], VERIFIED), encoding="utf-8")
    found = load_examples(tmp_path, documents)
    said = {
        (each.text, each.language): [span.of(documents[name].text) for name, span in found.targets[each.target].places]
        for each in found.examples
    }
    assert said == {
        (WHO.question, "fi"): ["Johtaja hyväksyy."],
        (PRICE.question, "fi"): [],
        (ELSEWHERE.question, "sv"): [],
        ("Onko kurssi pakollinen?", "fi"): ["Kurssi on pakollinen."],
    }
    assert len(found.examples) == len(said)
    reasons = {each.text: found.targets[each.target] for each in found.examples}
    assert (reasons[PRICE.question].reason, reasons[PRICE.question].documents) == ("not_in_guidance", ("ohje",))
    assert (reasons[ELSEWHERE.question].reason, reasons[ELSEWHERE.question].documents) == ("out_of_scope", ())


def test_a_file_that_is_none_of_ours_is_told_with_its_line() -> None:
    with pytest.raises(BadCorpusFile, match=r"organisation.yaml:2"):
        with_verified("answered: []\nelse: 1\n", [WHO], VERIFIED)


@pytest.mark.parametrize(
    "given", [{}, {"document": "ohje"}, {"document": "ohje", "quote": "x", "reason": "out_of_scope"}, {"quote": "x"}]
)
def test_a_question_is_answered_by_a_place_or_refused_with_a_reason(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either 'document' and 'quote', or 'reason'"):
        Verified.model_validate({"question": "Kuka?", "language": "fi", **given})
