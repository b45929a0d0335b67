"""Two editors say otherwise of one question: whoever comes second is told what is there, and replaces it knowingly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.admin_site import OPEN_HOURS, TOKEN, small_corpus
from tests.support.provider import CLIENT_ID, running_provider, sign_in

CARD = "Kortti maksaa viisi euroa."
ASKED = {"question": "Mistä kortin saa?", "language": "fi"}
HERE = {**ASKED, "says": "answered_by", "document": "kirjasto", "quote": CARD}
NOWHERE = {**ASKED, "says": "unanswered"}


class Editors:
    """The first signs in at the provider, the second with the shared token."""

    def __init__(self, client: TestClient, first: str) -> None:
        self._client = client
        self._headers = {"first": {"Authorization": f"Bearer {first}"}, "second": {"Authorization": f"Bearer {TOKEN}"}}

    def ask(self, who: str, method: str, path: str, language: str = "en", **given: Any) -> Any:
        headers = self._headers[who] | {"Accept-Language": language}
        return self._client.request(method, f"/api/admin/{path}", headers=headers, **given)

    def kept(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("first", "GET", "questions").json()
        return found


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon
) -> Iterator[Editors]:
    with running_provider() as issuer:
        given = {"oidc_issuer": issuer, "oidc_audience": CLIENT_ID}
        small = small_corpus(tmp_path_factory.mktemp("two"), settings.data_dir / "models", **given)
        build_index(small, embedder, lexicon)
        with TestClient(create_app(small, Chatbot(small, embedder, lexicon))) as client:
            yield Editors(client, sign_in(issuer, "u1", preferred_username="aino", roles=["editor"]))


@pytest.fixture
def editors(site: Editors) -> Editors:
    for each in site.kept():
        assert site.ask("first", "DELETE", f"questions/{each['id']}").status_code == 204
    for draft in site.ask("first", "GET", "drafts?status=open").json():
        assert site.ask("first", "DELETE", f"drafts/{draft['id']}").status_code == 204
    return site


def test_a_second_correction_asks_before_it_takes_the_place_of_anothers(editors: Editors) -> None:
    first = editors.ask("first", "POST", "corrections", json=HERE).json()
    same = {**HERE, "question": "mistä  KORTIN saa?"}  # one question, however it is written
    assert editors.ask("second", "POST", "corrections", json=same).status_code == 201

    # Who agreed is asked nothing by whoever was first; who says otherwise is shown what is there.
    editors.ask("first", "POST", "corrections", json=HERE)
    refused = editors.ask("second", "POST", "corrections", json=NOWHERE)
    told = refused.json()
    assert (refused.status_code, [each["evidence"] for each in told["there"]]) == (409, [[CARD]])
    assert CARD in told["detail"]
    draft = editors.ask("first", "GET", f"drafts/{first['draft']['id']}").json()
    assert [each["quote"] for each in draft["change"]["questions"]] == [CARD]
    assert [each["answerable"] for each in editors.kept()] == [True]

    # What has been seen is replaced; something else would be asked about again.
    other = editors.ask("second", "POST", "corrections?replaces=0123456789abcdef", json=NOWHERE)
    assert other.status_code == 409
    knowingly = editors.ask("second", "POST", f"corrections?replaces={told['replaces']}", json=NOWHERE)
    assert knowingly.status_code == 201
    assert [each["reason"] for each in knowingly.json()["draft"]["change"]["questions"]] == ["not_in_guidance"]
    assert [(each["answerable"], each["made_by"]) for each in editors.kept()] == [(False, "OHJENUORA_ADMIN_TOKEN")]
    # One's own word is taken back without a question.
    assert editors.ask("second", "POST", "corrections", json=HERE).status_code == 201


def test_a_correction_that_waits_is_kept_where_its_test_question_is_gone(editors: Editors) -> None:
    editors.ask("first", "POST", "corrections", json=HERE)
    [question] = editors.kept()
    editors.ask("second", "DELETE", f"questions/{question['id']}")
    refused = editors.ask("second", "POST", "corrections", json=NOWHERE)
    assert (refused.status_code, editors.kept()) == (409, [])
    replaces = refused.json()["replaces"]
    assert editors.ask("second", "POST", f"corrections?replaces={replaces}", json=NOWHERE).status_code == 201


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "vastaa kohta"), ("sv", "besvaras av"), ("en", "is answered by")]
)
def test_a_test_question_written_or_read_from_a_file_asks_too(editors: Editors, language: str, said: str) -> None:
    expected = {**ASKED, "answerable": True, "documents": ["kirjasto"], "evidence": [CARD], "why": "Hinta"}
    editors.ask("first", "POST", "questions", json=expected)
    for given in ({"answerable": False}, {"evidence": [OPEN_HOURS]}, {"why": "Jokin muu"}):
        refused = editors.ask("second", "POST", "questions", language, json=expected | given)
        assert (refused.status_code, said in refused.json()["detail"]) == (409, True)
    # Whoever expects the same without a note keeps the note that is there.
    assert editors.ask("second", "POST", "questions", json=expected | {"why": None}).json()["why"] == "Hinta"
    editors.ask("first", "POST", "questions", json=expected)
    file = {"file": ("omat.csv", editors.ask("first", "GET", "questions/export.csv").content)}
    assert editors.ask("second", "POST", "questions/import", files=file).status_code == 201
    editors.ask("first", "POST", "questions", json=expected | {"evidence": [OPEN_HOURS]})
    refused = editors.ask("first", "POST", "questions/import", files=file)
    assert refused.status_code == 201  # the first one's own word
