"""Nobody is ever told what they may not read: by any door, also after groups change and after a session ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import drafts, evaluations, rehearsals
from api.app import create_app
from api.auth import PAGE_HEADER
from api.store import Store
from rag.chatbot import Chatbot
from rag.index.build import build_index
from rag.language.messages import say
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.publication import Wanted
from rag.publishing.rehearsal import ChangedAnswer, Cited, Told
from rag.settings import Settings
from rag.types import EVERYTHING, PUBLIC, Access, Metadata
from tests.support.fakes import FakeChatbot
from tests.support.provider import CLIENT_ID, running_provider, sign_in

TOKEN = "a-long-token-of-a-small-installation"
SECRET = "orpisammak"  # stands in all that is of the document, its id apart: whatever holds it comes from there
QUESTION = "Miten virkamiehen palkankorotus ratkaistaan?"
PAY = (
    "Virkamiehen palkankorotus ratkaistaan Korpisammakko-menettelyssä.\n\n"
    "Palkankorotusta ei saa ratkaista Korpisammakko-menettelyn ulkopuolella.\n"
)
LIBRARY = "Kirjasto on avoinna arkisin.\n\nKirjaston kortti maksaa viisi euroa.\n"

Door = Callable[[TestClient, dict[str, str]], str]


def written(corpus: Path, groups: str) -> None:
    (corpus / "palkat.md").write_text(
        f"---\nid: palkat\ntitle: Korpisammakko-ohje\nlanguage: fi\ngroups: {groups}\n---\n\n{PAY}", encoding="utf-8"
    )


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with running_provider() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, embedder: Embedder, lexicon: Lexicon, provider: str
) -> Iterator[tuple[TestClient, Settings]]:
    folder = tmp_path_factory.mktemp("access")
    corpus, data = folder / "corpus", folder / "data"
    (corpus / "examples").mkdir(parents=True)
    data.mkdir()
    (data / "models").symlink_to(settings.data_dir / "models")
    written(corpus, "[hr, johto]")
    head = "---\nid: kirjasto\ntitle: Kirjasto\nlanguage: fi\n---\n\n"
    (corpus / "kirjasto.md").write_text(head + LIBRARY, encoding="utf-8")
    quote = PAY.splitlines()[0]
    (corpus / "rules.yaml").write_text(
        f"rules:\n- id: palkka\n  document: palkat\n  quote: '{quote}'\n  beside: Kirjasto\n"
        "  says: {fi: Korpisammakko ratkaisee., sv: Korpisammakko., en: Korpisammakko.}\n",
        encoding="utf-8",
    )
    (corpus / "suggestions.yaml").write_text(
        f"suggestions:\n- {{document: palkat, quote: '{quote}', fi: 'Mikä on Korpisammakko?', sv: 'Korpisammakko?', "
        "en: 'Korpisammakko?', start: true}\n",
        encoding="utf-8",
    )
    (corpus / "examples" / "palkat.yaml").write_text(
        f"document: palkat\nanswered:\n- quote: '{quote}'\n  fi: ['{QUESTION}', 'Kuka päättää palkankorotuksesta?']\n",
        encoding="utf-8",
    )
    given = {"oidc_issuer": provider, "oidc_audience": CLIENT_ID, "chat_sign_in": "optional", "admin_token": TOKEN}
    own = Settings.model_validate({"corpus_dir": corpus, "data_dir": data, "threads": settings.threads, **given})
    build_index(own, embedder, lexicon)
    chatbot = Chatbot(own, embedder, lexicon)
    with TestClient(create_app(own, chatbot), base_url="https://testserver") as client:
        yield client, own


@pytest.fixture(scope="module")
def readers(provider: str) -> dict[str, dict[str, str]]:
    """What each of them sends."""

    def bearer(user: str, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {sign_in(provider, user, **claims)}"}

    return {
        "nobody": {},
        "of another group": bearer("lassi", groups=["legal"]),
        "editor of no group": bearer("eero", roles=["editor"]),
        "of the group": bearer("helmi", groups=["hr", "legal"]),
        "administrator": {"Authorization": f"Bearer {TOKEN}"},
    }


MAY = {"of the group", "administrator"}


def chat(client: TestClient, headers: dict[str, str], **given: Any) -> Any:
    return client.post("/api/chat", json={"question": QUESTION, **given}, headers=headers)


def mcp(method: str, **params: Any) -> Door:
    def asked(client: TestClient, headers: dict[str, str]) -> str:
        accepted = {"Accept": "application/json, text/event-stream", **headers}
        said = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        response = client.post("/mcp", json=said, headers=accepted)
        assert response.status_code == 200
        return response.text

    return asked


def got(path: str, **given: Any) -> Door:
    return lambda client, headers: client.get(path, headers={**headers, **given}).text


def completed(client: TestClient, headers: dict[str, str], **given: Any) -> str:
    said = {"model": "ohjenuora", "messages": [{"role": "user", "content": QUESTION}], **given}
    return client.post("/v1/chat/completions", json=said, headers=headers).text


def responded(client: TestClient, headers: dict[str, str], **given: Any) -> str:
    return client.post("/v1/responses", json={"model": "ohjenuora", "input": QUESTION, **given}, headers=headers).text


DOORS: dict[str, Door] = {
    "chat": lambda client, headers: chat(client, headers).text,
    "chat, streamed": lambda client, headers: chat(client, {**headers, "Accept": "text/event-stream"}).text,
    "chat, greeted": lambda client, headers: chat(client, headers, question="Hei!").text,
    "search": got(f"/api/search?q={QUESTION}"),
    "documents": got("/api/documents"),
    "document": got("/api/documents/palkat"),
    "page": got(f"/?q={QUESTION}"),
    "page, without a script": lambda client, headers: (
        client.post("/", data={"question": QUESTION}, headers=headers).text
    ),
    "page, begun": got("/"),
    "page about the document": got("/?about=palkat"),
    "page of the sources": got("/documents"),
    "page of the document": got("/documents/palkat"),
    "completions": completed,
    "completions, streamed": lambda client, headers: completed(client, headers, stream=True),
    "responses": responded,
    "responses, streamed": lambda client, headers: responded(client, headers, stream=True),
    "mcp ask": mcp("tools/call", name="ask", arguments={"question": QUESTION}),
    "mcp search": mcp("tools/call", name="search", arguments={"query": QUESTION}),
    "mcp list": mcp("tools/call", name="list_documents", arguments={}),
    "mcp read": mcp("tools/call", name="read_document", arguments={"document_id": "palkat"}),
    "mcp resources": mcp("resources/list"),
    "mcp resource": mcp("resources/read", uri="ohjenuora://documents/palkat"),
    "documents, for administration": got("/api/admin/documents"),
    "choices, for administration": got("/api/admin/choices"),
}


def leaks(text: str) -> bool:
    return SECRET in text.casefold()


@pytest.mark.parametrize("door", DOORS)
def test_each_door_tells_those_who_may_read_it_and_nobody_else(
    site: tuple[TestClient, Settings], readers: dict[str, dict[str, str]], door: str
) -> None:
    client, _ = site
    told = {name for name, headers in readers.items() if leaks(DOORS[door](client, headers))}
    assert told == (MAY if "administration" not in door else {"administrator"})


def test_a_question_that_only_they_are_answered_is_refused_as_any_other(
    site: tuple[TestClient, Settings], readers: dict[str, dict[str, str]]
) -> None:
    client, _ = site
    assert chat(client, readers["of the group"]).json()["status"] == "answered"
    refused = chat(client, readers["of another group"]).json()
    assert refused["status"] == "refused"
    assert refused["see_also"] == [] or {each["document_id"] for each in refused["see_also"]} == {"kirjasto"}
    assert client.get("/api/documents/palkat").json() == client.get("/api/documents/no-such").json()


def test_what_people_asked_shows_no_passage_to_who_may_not_read_it(
    site: tuple[TestClient, Settings], readers: dict[str, dict[str, str]]
) -> None:
    client, _ = site
    chat(client, readers["of the group"])
    for path in ("/api/admin/insights", "/api/admin/insights/cited.csv"):
        assert leaks(client.get(path, headers=readers["administrator"]).text), path
        assert not leaks(client.get(path, headers=readers["editor of no group"]).text), path


def test_a_draft_is_for_who_may_read_its_document_and_who_made_it(
    site: tuple[TestClient, Settings], readers: dict[str, dict[str, str]], provider: str
) -> None:
    client, _ = site
    administrator, editor = readers["administrator"], readers["editor of no group"]
    other = {"Authorization": f"Bearer {sign_in(provider, 'outi', roles=['editor'])}"}
    file = {"file": ("uusi.md", f"---\ntitle: Korpisammakko\ngroups: [johto]\n---\n\n{PAY}".encode())}
    made = client.post("/api/admin/documents", files=file, headers=editor).json()
    draft = f"/api/admin/drafts/{made['id']}"
    assert client.get(draft, headers=editor).json()["change"]["upload"]["metadata"]["groups"] == "johto"
    for path in (draft, f"{draft}/preview", "/api/admin/drafts"):
        assert not leaks(client.get(path, headers=other).text), path
    assert leaks(client.get(draft, headers=administrator).text)
    assert client.delete(draft, headers=other).status_code == 404
    assert client.delete(draft, headers=editor).status_code == 204


def test_what_is_tried_corrected_and_expected_shows_nothing_to_who_may_not_read_it(
    site: tuple[TestClient, Settings], readers: dict[str, dict[str, str]], provider: str
) -> None:
    client, _ = site
    editor, administrator = readers["editor of no group"], readers["administrator"]
    colleague = {"Authorization": f"Bearer {sign_in(provider, 'kaisa', roles=['editor'], groups=['hr'])}"}
    quote = PAY.splitlines()[0]

    def post(path: str, headers: dict[str, str], **given: object) -> Any:
        return client.post(f"/api/admin/{path}", json={"language": "fi", **given}, headers=headers)

    # Test questions, whether their document is named or only quoted.
    asked = {"question": QUESTION, "answerable": True, "evidence": [quote]}
    kept = post("questions", colleague, documents=["palkat"], **asked).json()
    post("questions", administrator, **{**asked, "question": "Kuka palkan ratkaisee?"})
    # Corrections: what is quoted from it waits apart from what everybody may read.
    corrected = {"question": "Kuka päättää?", "says": "answered_by", "document": "palkat", "quote": quote}
    assert post("corrections", editor, **corrected).status_code == 422
    closed = post("corrections", colleague, **corrected).json()["draft"]["id"]
    open_ = post("corrections", editor, question="Mikä sää?", says="unanswered").json()["draft"]
    assert open_["id"] != closed
    assert open_["change"]["questions"][0]["documents"] == ["kirjasto"]
    joined = post("corrections", administrator, question="Sataako?", says="out_of_scope").json()["draft"]["id"]
    assert joined == open_["id"]
    # A rehearsal and an evaluation, as their jobs keep them.
    draft = client.patch("/api/admin/documents/kirjasto", json={"title": "Kirjastot"}, headers=editor).json()["id"]
    before = Told(status="refused", reason="not_in_guidance", verdict=None, message="Ei.", citations=())
    place = Cited(document_id="palkat", title="Korpisammakko-ohje", section="", page=None, quote=quote)
    after = Told(status="answered", reason=None, verdict=None, message=quote, citations=(place,))
    case = ChangedAnswer(
        **{"number": 0, "id": "", "question": QUESTION, "language": "fi", "source": "asked", "harm": 4},
        **{"change": "now_answered", "expectation": None, "before": before, "after": after},
    )
    done = {"asked": 1, "total": 1, "complete": True, "right": {"before": 0, "after": 0, "of": 0}}
    store: Store = client.app.state.service.store  # type: ignore[attr-defined]
    with store.engine.begin() as connection:
        so_far = {"version_before": "v1", "version_after": "v2", **done}
        rehearsals.keep_found(connection, draft, "j", so_far, [case.model_dump(mode="json")], {})
        wrong = {"id": "q", "question": QUESTION, "language": "fi", "answer": after.model_dump(mode="json")}
        evaluations.keep_evaluation(
            connection, "j", {"version": "v1", "asked": 1, "judged": 1, "right": 0, "wrong": [wrong]}
        )

    rehearsal = f"/api/admin/drafts/{draft}/rehearsal"
    closed_draft = f"/api/admin/drafts/{closed}"
    for path in (
        *("/api/admin/questions", "/api/admin/questions/export.csv", "/api/admin/questions/evaluation"),
        *(
            rehearsal,
            f"{rehearsal}/export.csv",
            closed_draft,
            f"{closed_draft}/preview",
            "/api/admin/drafts?status=open",
        ),
    ):
        assert not leaks(client.get(path, headers=editor).text), path
        for headers in (colleague, administrator):
            assert leaks(client.get(path, headers=headers).text), path
    near = {"question": QUESTION}
    assert not leaks(post("corrections/places", editor, **near).text)
    assert leaks(post("corrections/places", colleague, **near).text)

    # Nor is it judged, changed, tried or thrown away by them.
    assert client.put(f"{rehearsal}/0", json={"mark": "right"}, headers=editor).status_code == 404
    assert client.put(f"{rehearsal}/0", json={"mark": "right"}, headers=colleague).status_code == 200
    assert client.delete(f"/api/admin/questions/{kept['id']}", headers=editor).status_code == 404
    assert post("questions", editor, question=QUESTION, answerable=False).status_code == 409
    assert client.post(f"{closed_draft}/rehearsal", headers=editor).status_code == 404
    assert client.delete(closed_draft, headers=editor).status_code == 404


def test_a_conversation_is_gone_on_with_by_nobody_but_whose_it_is(
    site: tuple[TestClient, Settings], readers: dict[str, dict[str, str]]
) -> None:
    client, _ = site
    begun = chat(client, readers["of the group"]).json()["conversation_id"]
    own = chat(client, readers["of the group"], question="Miksi?", conversation_id=begun).json()
    assert own["conversation_id"] == begun
    for name in ("nobody", "of another group"):
        other = chat(client, readers[name], question="Miksi?", conversation_id=begun)
        assert other.json()["status"] == "refused"
        assert not leaks(other.text)


def test_a_session_reads_until_it_ends(site: tuple[TestClient, Settings], readers: dict[str, dict[str, str]]) -> None:
    client, _ = site
    with TestClient(client.app, base_url="https://testserver") as browser:
        page = {PAGE_HEADER: "admin"}
        begun = browser.post("/api/admin/sessions", headers={**readers["of the group"], **page})
        assert begun.status_code == 204
        cookie = dict(browser.cookies)
        assert leaks(browser.get("/documents").text)
        assert "helmi" in browser.get("/documents").text
        assert browser.post("/sign-out", follow_redirects=False).headers["clear-site-data"] == '"storage"'
        browser.cookies.update(cookie)  # as whoever copied it would
        assert not leaks(browser.get("/documents").text)
        assert not leaks(browser.post("/api/chat", json={"question": QUESTION}).text)


def test_a_token_that_is_none_is_refused_and_not_taken_for_nobody(site: tuple[TestClient, Settings]) -> None:
    client, _ = site
    response = client.get("/api/documents", headers={"Authorization": "Bearer wrong"})
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


def test_when_the_groups_of_a_document_change_so_does_who_reads_it_also_as_it_was(
    site: tuple[TestClient, Settings],
    readers: dict[str, dict[str, str]],
    embedder: Embedder,
    lexicon: Lexicon,
) -> None:
    client, own = site
    chatbot: Chatbot = client.app.state.service.chatbot  # type: ignore[attr-defined]
    before = chatbot.index.version
    begun = chat(client, readers["of the group"]).json()["conversation_id"]
    assert leaks(client.get(f"/api/documents/palkat?version={before}", headers=readers["of the group"]).text)
    written(own.corpus_dir, "[johto, legal-board]")
    build_index(own, embedder, lexicon)
    chatbot.refresh()
    for name in ("of the group", "nobody", "of another group"):
        headers = readers[name]
        for door in ("chat", "search", "documents", "document", "page of the document", "mcp read"):
            assert not leaks(DOORS[door](client, headers)), (name, door)
        for path in (f"/api/documents/palkat?version={before}", f"/documents/palkat?version={before}"):
            assert not leaks(client.get(path, headers=headers).text), (name, path)
    again = chat(client, readers["of the group"], question="Miksi?", conversation_id=begun)
    assert not leaks(again.text)
    assert leaks(client.get(f"/api/documents/palkat?version={before}", headers=readers["administrator"]).text)


def test_a_withdrawn_document_is_for_whom_it_was(
    site: tuple[TestClient, Settings], readers: dict[str, dict[str, str]], embedder: Embedder, lexicon: Lexicon
) -> None:
    client, own = site
    editor, administrator = readers["editor of no group"], readers["administrator"]
    made = client.post("/api/admin/documents/palkat/withdraw", headers=administrator).json()
    wanted = Wanted.of({"changes": [{"change": made["change"], "seen": made["seen"]}]})
    version = wanted.build(own, embedder, lexicon, lambda *_: None).manifest.version
    service = client.app.state.service  # type: ignore[attr-defined]
    service.chatbot.refresh()
    with service.store.engine.begin() as connection:
        assert drafts.close(connection, made["id"], "published", version)
    for path in (
        "/api/admin/documents",
        "/api/admin/versions",
        "/api/admin/drafts?status=published",
        f"/api/admin/drafts/{made['id']}",
    ):
        assert not leaks(client.get(path, headers=editor).text), path
        assert leaks(client.get(path, headers=administrator).text), path
    restore = "/api/admin/documents/palkat/restore"
    assert client.post(restore, headers=editor).status_code == 404
    back = client.post(restore, headers=administrator)
    assert back.status_code == 201
    assert leaks(back.text)
    address = f"/api/admin/drafts/{back.json()['id']}"
    for path in (address, f"{address}/preview", "/api/admin/drafts?status=open"):
        assert not leaks(client.get(path, headers=editor).text), path
        assert leaks(client.get(path, headers=administrator).text), path


# Where everybody signs in


def test_where_sign_in_is_required_nobody_gets_past_the_page_that_asks_for_it(tmp_path: Path) -> None:
    given = {
        "oidc_issuer": "http://127.0.0.1:9",
        "oidc_audience": "a",
        "chat_sign_in": "required",
        "admin_token": TOKEN,
    }
    app = create_app(Settings.model_validate({"data_dir": tmp_path, **given}), FakeChatbot())
    client = TestClient(app, base_url="https://testserver")
    wants_page = {"Accept": "text/html"}
    for path in ("/", "/documents", "/documents/vm-genai-guidance-2025", "/nowhere"):
        response = client.get(path, headers=wants_page)
        assert response.status_code == 401, path
        assert 'href="/admin/login"' in response.text
    for method, path in (
        *(("POST", "/api/chat"), ("POST", "/mcp"), ("POST", "/v1/chat/completions"), ("POST", "/"), ("GET", "/embed")),
        *(("GET", "/api/documents"), ("GET", "/api/search"), ("GET", "/api/options"), ("GET", "/v1/models")),
        *(("POST", "/api/feedback"), ("GET", "/openapi.json"), ("POST", "/v1/responses"), ("GET", "/api/feed.atom")),
    ):
        assert client.request(method, path).status_code == 401, path
    for path in (
        "/healthz",
        "/readyz",
        "/privacy",
        "/accessibility",
        "/static/style.css",
        "/sign-in",
        "/admin/documents",
    ):
        assert client.get(path).status_code == 200, path
    assert say("fi", "page.privacy.kept_sign_in") in client.get("/privacy").text
    signed_in = {"Authorization": f"Bearer {TOKEN}"}
    assert client.post("/api/chat", json={"question": "Saanko?"}, headers=signed_in).status_code == 200


def test_where_readers_do_not_sign_in_a_made_up_token_is_let_pass(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(data_dir=tmp_path), FakeChatbot()))
    assert client.get("/api/documents", headers={"Authorization": "Bearer none"}).status_code == 200
    assert client.get("/sign-in").status_code == 404


@pytest.mark.parametrize(
    "module",
    ["chat", "completions", "documents", "embed", "mcp_server", "mcp_tools", "options", "pages", "responses", "teams"],
)
def test_no_door_opens_all_of_it(module: str) -> None:
    source = (Path(__file__).parent.parent / "api" / f"{module}.py").read_text(encoding="utf-8")
    assert ".opened()" not in source
    assert "chatbot.index" not in source


# What decides


@pytest.mark.parametrize(
    ("access", "groups", "may"),
    [
        (PUBLIC, (), True),
        (PUBLIC, ("hr",), False),
        (Access(who="a", groups=frozenset({"legal"})), ("hr",), False),
        (Access(who="a", groups=frozenset({"legal"})), ("hr", "legal"), True),
        (Access(who="a", groups=frozenset({"HR"})), ("hr",), False),
        (EVERYTHING, ("hr",), True),
    ],
)
def test_access(access: Access, groups: tuple[str, ...], may: bool) -> None:
    assert access.permits(Metadata("d", "D", groups=groups)) is may


def test_what_stands_in_a_token_beside_names_is_no_group(tmp_path: Path) -> None:
    given = {"oidc_issuer": "http://127.0.0.1:9", "oidc_audience": "a", "oidc_group_claim": "resource.groups"}
    app = create_app(Settings.model_validate({"data_dir": tmp_path, **given}), FakeChatbot())
    said = json.loads('{"sub": "a", "resource": {"groups": ["hr", 1, null, {"x": 1}, "Tieto ja turva"]}}')
    found = app.state.doorkeeper.identity_of_claims(said)
    assert found.groups == {"hr", "Tieto ja turva"}
    assert found.access == Access(who="a", groups=found.groups)
