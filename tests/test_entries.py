"""Tools, rules and the organisation, entry by entry: what an edit leaves as it is, and what is wrong with a field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from fastapi.testclient import TestClient

from api.app import create_app
from rag.chatbot import Chatbot
from rag.curated.changed_corpus import content_of
from rag.curated.yaml_entries import NotEditable, with_entry, with_fields, without_entry
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings
from tests.support.curated import ORGANISATION, QUOTE, RULES, SECOND_QUOTE, TABLE, TOKEN, TOOLS

SAYS = {"fi": "Kyllä.", "sv": "Ja.", "en": "Yes."}
NEW_TOOL = {"name": "Uusi", "data": ["confidential"], "decision": "Päätös 3/2026"}
NEW_RULE = {"id": "new", "document": "ohje", "quote": SECOND_QUOTE, "beside": TABLE, "says": SAYS}


@pytest.fixture(scope="module")
def client(curated: Settings, embedder: Embedder, lexicon: Lexicon) -> Iterator[TestClient]:
    app = create_app(curated, Chatbot(curated, embedder, lexicon))
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}", "Accept-Language": "en"}) as client:
        yield client


def listed(client: TestClient, kind: str) -> dict[str, Any]:
    return {each.get("name") or each["id"]: each for each in client.get(f"/api/admin/{kind}/entries").json()["entries"]}


def edited_lines(client: TestClient, draft: Any) -> tuple[list[str], list[str]]:
    """The lines that a draft takes away from its file, and those that it adds."""
    assert draft.status_code == 201, draft.text
    change, settings = draft.json()["change"], client.app.state.service.settings  # type: ignore[attr-defined]
    before, after = (content_of(settings, change[name]).decode().splitlines() for name in ("base", "object"))
    lines = list(unified_diff(before, after, lineterm=""))[2:]
    return [each[1:] for each in lines if each[0] == "-"], [each[1:] for each in lines if each[0] == "+"]


def errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return {each["field"]: each["detail"] for each in response.json()["errors"]}


def of(entry: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A form with the entry as it was listed, in which something was changed."""
    kept = {key: value for key, value in entry.items() if key not in ("state", "suspended")}
    return {"entry": kept | changed}


# Editing


def test_a_changed_tool_changes_its_lines_alone(client: TestClient) -> None:
    tools = listed(client, "tools")
    assert {name: tool["state"] for name, tool in tools.items()} == {"Apuri": "in_force", "Kääntäjä": "in_force"}
    form = of(tools["Apuri"], name="Apuri 3", data=["personal_data", "confidential"], valid_until="2027-12-31")
    removed, added = edited_lines(client, client.put("/api/admin/tools/entries/Apuri", json=form))
    assert removed == [
        "  - name: Apuri   # the old one",
        "    data:",
        "      - personal_data   # after the assessment",
        "    valid_until: 2026-12-31   # or earlier",
    ]
    assert added == [
        "  - name: Apuri 3   # the old one",
        "    data: [personal_data, confidential]   # after the assessment",
        "    valid_until: 2027-12-31   # or earlier",
    ]


def test_what_is_left_empty_is_taken_out_and_what_is_new_comes_last(client: TestClient) -> None:
    form = of(listed(client, "tools")["Apuri"], other_names=[], valid_until="", valid_from="2026-02-01")
    removed, added = edited_lines(client, client.put("/api/admin/tools/entries/Apuri", json=form))
    assert removed == [
        '    other_names: [Kirjaamon apuri, "Apuri 2"]',
        "    valid_until: 2026-12-31   # or earlier",
    ]
    assert added == ["    valid_from: 2026-02-01"]


def test_a_tool_is_added_and_removed(client: TestClient) -> None:
    given = {"entry": NEW_TOOL, "sha256": client.get("/api/admin/tools/entries").json()["sha256"]}
    removed, added = edited_lines(client, client.post("/api/admin/tools/entries", json=given))
    assert (removed, added) == ([], ["", "  - name: Uusi", "    data: [confidential]", "    decision: Päätös 3/2026"])
    removed, added = edited_lines(client, client.delete(f"/api/admin/tools/entries/{quote('Kääntäjä')}"))
    assert removed == ["", '  - {name: Kääntäjä, data: [confidential], decision: "Päätös 2/2026"}']
    assert added == []


def test_a_rule_is_changed_added_and_removed(client: TestClient) -> None:
    rules = listed(client, "rules")
    assert {name: rule["suspended"] for name, rule in rules.items()} == {
        "personal": False,
        "check": False,
        "gone": True,
    }
    form = of(rules["personal"], says={**rules["personal"]["says"], "sv": 'Nej: "inte".'}, unless=["identity_number"])
    removed, added = edited_lines(client, client.put("/api/admin/rules/entries/personal", json=form))
    assert removed == ["      sv: Inte utan godkännande."]
    assert added == ["      sv: 'Nej: \"inte\".'", "    unless: [identity_number]"]
    removed, added = edited_lines(client, client.post("/api/admin/rules/entries", json={"entry": NEW_RULE}))
    assert removed == []
    assert yaml.safe_load("\n".join(added)) == [NEW_RULE]
    removed, added = edited_lines(client, client.delete("/api/admin/rules/entries/gone"))
    assert (removed[1].strip(), added) == ("- id: gone", [])


def test_the_organisation_is_changed_field_by_field(client: TestClient) -> None:
    present = client.get("/api/admin/organisation/fields").json()
    assert present["fields"]["name"]["fi"] == "Kunta"
    contact = {"fi": "Kysy.", "sv": "Fråga.", "en": "Ask."}
    form = {"entry": {**present["fields"], "contact": contact}, "sha256": present["sha256"]}
    removed, added = edited_lines(client, client.put("/api/admin/organisation/fields", json=form))
    assert (removed, added) == ([], ["contact:", "  fi: Kysy.", "  sv: Fråga.", "  en: Ask."])


def test_an_edit_of_what_somebody_else_has_changed_is_refused(client: TestClient) -> None:
    for response in (
        client.post("/api/admin/tools/entries", json={"entry": NEW_TOOL, "sha256": "0" * 64}),
        client.delete("/api/admin/tools/entries/Apuri", params={"sha256": "0" * 64}),
        client.put("/api/admin/organisation/fields", json={"entry": {}, "sha256": "0" * 64}),
    ):
        assert (response.status_code, response.json()["title"]) == (409, "Conflict")


def test_what_is_not_there_is_not_found_and_what_is_not_changed_is_refused(client: TestClient) -> None:
    form = of(listed(client, "tools")["Apuri"], other_names=["Apuri 2", "Kirjaamon apuri"])  # in any order
    assert client.put("/api/admin/tools/entries/Nobody", json=form).status_code == 404
    assert client.delete("/api/admin/rules/entries/nothing").status_code == 404
    assert client.get("/api/admin/concepts/entries").status_code == 404
    same = client.put("/api/admin/tools/entries/Apuri", json=form)
    assert (same.status_code, same.json()["detail"]) == (422, "Nothing has changed.")


# What is wrong with a field


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"name": "  "}, "name", "This is missing."),
        ({"name": "kirjaamon APURI"}, "name", "already used for the service Apuri"),
        ({"other_names": ["Toinen", "Kääntäjä"]}, "other_names", "already used for the service Kääntäjä"),
        ({"data": []}, "data", "This is missing."),
        ({"data": ["moon_data"]}, "data", "does not know these classes of data: moon_data"),
        ({"data": "confidential"}, "data", "cannot be used"),
        ({"decision": None}, "decision", "This is missing."),
        ({"decision": "x\x07"}, "decision", "control characters"),
        ({"decision": "x" * 5000}, "decision", "at most 4000"),
        ({"valid_from": "2026-02-30"}, "valid_from", "There is no such day."),
        ({"valid_until": "tomorrow"}, "valid_until", "There is no such day."),
        ({"valid_until": 20261231}, "valid_until", "There is no such day."),
        ({"valid_from": "2027-01-01", "valid_until": "2026-01-01"}, "valid_until", "ends before it begins"),
        ({"price": "1"}, "price", "does not know this field"),
    ],
)
def test_what_is_wrong_with_a_tool(client: TestClient, changed: Any, field: str, told: str) -> None:
    found = errors(client.post("/api/admin/tools/entries", json={"entry": NEW_TOOL | changed}))
    assert list(found) == [field]
    assert told in found[field]


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"id": "Not this"}, "id", "small letters"),
        ({"id": "personal"}, "id", "Another rule has the id personal already."),
        ({"document": "nowhere"}, "document", "No document with this id"),
        ({"quote": "Kuu on juustoa."}, "quote", "Copy it from the document"),
        ({"beside": ""}, "verdict", "Choose when the rule is said"),
        ({"supplements": "personal"}, "beside", "only one of these"),
        ({"beside": "", "supplements": "new"}, "supplements", "no other rule"),
        ({"beside": "", "verdict": "maybe"}, "verdict", "cannot be used"),
        ({"unless": ["moon_data"]}, "unless", "moon_data"),
        ({"tools": ["hammer"]}, "tools", "hammer"),
        ({"says": {"fi": " "}}, "says.fi", "This is missing."),
        ({"conditions": ["jos kuu on täysi"]}, "conditions", "does not stand like this"),
        ({"column": "Kuu"}, "column", "not a table row"),
        ({"says_of_tool": {**SAYS, "en": "{name}"}}, "says_of_tool.en", "Only tool or data"),
        ({"says_of_tool": {**SAYS, "fi": "{tool"}}, "says_of_tool.fi", "Only tool or data"),
    ],
)
def test_what_is_wrong_with_a_rule(client: TestClient, changed: Any, field: str, told: str) -> None:
    found = errors(client.post("/api/admin/rules/entries", json={"entry": NEW_RULE | changed}))
    assert told in found.pop(field)
    assert not found or field == "verdict"  # a verdict also asks for data and tools


def test_a_rule_with_a_verdict_says_what_it_is_about(client: TestClient) -> None:
    entry = {key: value for key, value in NEW_RULE.items() if key != "beside"} | {"verdict": "not_allowed"}
    assert "what the rule is about" in errors(client.post("/api/admin/rules/entries", json={"entry": entry}))["data"]
    about = entry | {"words": ["DeepSeek"], "says": {"sv": "Nej."}}
    assert client.post("/api/admin/rules/entries", json={"entry": about}).status_code == 201


def test_all_mistakes_are_told_at_once_in_the_readers_language(client: TestClient) -> None:
    wrong = {"entry": NEW_TOOL | {"name": "", "valid_until": "31.12.2026"}}
    response = client.post("/api/admin/tools/entries", json=wrong, headers={"Accept-Language": "fi"})
    assert errors(response) == {
        "name": "Tämä tieto puuttuu.",
        "valid_until": "Päivää ei ole olemassa. Kirjoita se muodossa VVVV-KK-PP, esimerkiksi 2026-12-31.",
    }
    assert response.json()["detail"] == "Tietoja ei voi tallentaa. Korjattavia kenttiä: 2."
    assert set(response.json()) == {"type", "title", "status", "detail", "errors"}


def test_a_misquoted_passage_is_offered_as_it_stands(client: TestClient) -> None:
    wrong = QUOTE.replace("ei saa syöttää", "ei saisi syöttää").removesuffix(".")
    response = client.post("/api/admin/rules/entries", json={"entry": NEW_RULE | {"quote": wrong}})
    assert "quote" in errors(response)
    [error] = response.json()["errors"]
    assert error["suggestion"] == QUOTE


def test_a_rule_that_another_one_needs_keeps_its_name(client: TestClient) -> None:
    renamed = of(listed(client, "rules")["personal"], id="renamed")
    assert "check" in errors(client.put("/api/admin/rules/entries/personal", json=renamed))["id"]
    response = client.delete("/api/admin/rules/entries/personal")
    assert (response.status_code, "check" in response.json()["detail"]) == (409, True)


def test_an_organisation_in_two_languages_is_told_the_third(client: TestClient) -> None:
    form = {"entry": {"contact": {"fi": "Kysy.", "en": "Ask."}}}
    assert errors(client.put("/api/admin/organisation/fields", json=form)) == {"contact.sv": "This is missing."}


def test_a_mistake_in_the_whole_text_has_its_line(client: TestClient) -> None:
    broken = RULES.replace("  - id: check", "  - id: [check")
    for name, text, line in (("tools", TOOLS.replace("2026-12-31", "soon"), 10), ("rules", broken, 16)):
        response = client.put(f"/api/admin/{name}", json={"text": text})
        assert list(errors(response)) == ["text"]
        assert response.json()["errors"][0]["line"] == line


def test_who_only_reads_changes_nothing(client: TestClient) -> None:
    assert client.get("/api/admin/tools/entries", headers={"Authorization": "Bearer wrong"}).status_code == 401


# What the forms offer


def test_what_may_be_chosen(client: TestClient) -> None:
    found = client.get("/api/admin/choices", headers={"Accept-Language": "sv"}).json()
    assert found["documents"] == [{"id": "ohje", "title": "Tekoälyohje", "language": "fi", "tables": [TABLE]}]
    assert [(each["id"], each["label"], each["named"]) for each in found["data"]] == [
        ("personal_data", "personuppgifter", True),
        ("confidential", "sekretessbelagt", True),
        ("identity_number", "identity_number", False),
    ]
    assert [(each["id"], each["label"]) for each in found["tools"]] == [("ai_service", "AI-tjänst")]
    assert found["verdicts"] == ["allowed", "not_allowed", "only_if_approved"]


# Whatever the form of the text


@pytest.mark.parametrize("text", [TOOLS, TOOLS.replace("\n", "\r\n"), TOOLS.removesuffix("# The end.\n").rstrip("\n")])
@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    "changed", [{"name": "Toinen: nimi"}, {"decision": "a\nb # c"}, {"data": ["x", "yes", "1"]}, {"other_names": None}]
)
def test_all_other_entries_keep_every_byte(text: str, number: int, changed: dict[str, Any]) -> None:
    entries = yaml.safe_load(text)["tools"]
    entry = {key: value for key, value in (entries[number] | changed).items() if value is not None}
    new = with_entry(text, "tools", number, entry)
    assert yaml.safe_load(new)["tools"][number] == entry
    at = text.index("  - {name")
    assert new.endswith(text[at:]) if number == 0 else new.startswith(text[:at])
    assert ("\r\n" in new) == ("\r\n" in text)
    assert "\n" not in new.replace("\r\n", "") or "\r\n" not in text


@pytest.mark.parametrize(
    "text", ["", "# Nothing yet.\n", "tools:\n", "# None.\ntools: []\n# The end.\n", "tools: [{name: a}]\n", "other: 1"]
)
def test_the_first_entry_of_a_list(text: str) -> None:
    before = yaml.safe_load(text) or {}
    new = with_entry(text, "tools", None, NEW_TOOL)
    assert yaml.safe_load(new) == before | {"tools": [*(before.get("tools") or []), NEW_TOOL]}
    assert all(line in new for line in text.splitlines() if line.startswith("#"))
    assert yaml.safe_load(without_entry(new, "tools", -1 + len(yaml.safe_load(new)["tools"]))) in (
        before | {"tools": before.get("tools") or []},
        before,
    )


def test_fields_come_and_go() -> None:
    without = with_fields(ORGANISATION, {})
    assert yaml.safe_load(without) in ({}, None)
    assert without.startswith("# Whose installation this is.\n")
    assert yaml.safe_load(with_fields(without, {"national_publisher": "OM"})) == {"national_publisher": "OM"}


def test_entries_that_share_parts_are_not_taken_apart() -> None:
    shared = "tools:\n- &a {name: a, data: &d [x]}\n- {name: b, data: *d}\n"
    with pytest.raises(NotEditable):
        with_entry(shared, "tools", 0, {"name": "c", "data": ["y"]})
    assert json.dumps(yaml.safe_load(shared))  # it is valid all the same
