"""Every route of /api/admin asked by nobody, by a stranger and in each role: as docs/administrator.md says who may do
what, whatever routes there are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from rag.settings import Settings
from tests.support.fakes import FakeChatbot
from tests.support.provider import CLIENT_ID, running_provider, sign_in

ADMIN = "/api/admin"
EDITORS, AUDITORS = {"administrator", "editor"}, {"administrator", "auditor"}
ALL = EDITORS | AUDITORS
WITHOUT_ROLE = "none"
# "publish, return to an earlier version": nobody else.
ADMINISTRATORS_ALONE = {
    ("POST", f"{ADMIN}/drafts/{{draft_id}}/publish"),
    ("POST", f"{ADMIN}/versions/{{version}}/activate"),
}
# Looks for what a correction would be made of; a question is too long for an address, and should stand in none.
LOOKS = {("POST", f"{ADMIN}/corrections/places")}
VALUES = {"kind": "tools", "name": "tools", "table": "weeks", "form": "csv", "number": "1"}


def permitted(method: str, path: str) -> set[str]:
    """The roles that may, by the words of the guide."""
    if path == f"{ADMIN}/me" or path.startswith(f"{ADMIN}/sessions"):
        return {*ALL, WITHOUT_ROLE}  # who one is, and one's own browsers
    if path.startswith(f"{ADMIN}/audit"):
        return AUDITORS
    if (method, path) in ADMINISTRATORS_ALONE:
        return {"administrator"}
    return ALL if method == "GET" or (method, path) in LOOKS else EDITORS


@pytest.fixture(scope="module")
def tokens() -> Iterator[dict[str, str]]:
    """A token of a real provider for each role, with its address as 'issuer'."""
    with running_provider() as issuer:
        made = {role: sign_in(issuer, role, roles=[role]) for role in sorted(ALL)}
        yield made | {WITHOUT_ROLE: sign_in(issuer, WITHOUT_ROLE, roles=["reader"]), "issuer": issuer}


@pytest.fixture(scope="module")
def app(tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    given = {"oidc_issuer": tokens["issuer"], "oidc_audience": CLIENT_ID, "requests_per_minute": 0}
    settings = Settings.model_validate({"data_dir": tmp_path_factory.mktemp("roles"), **given})
    return create_app(settings, FakeChatbot())


def routes(app: FastAPI) -> list[tuple[str, str]]:
    paths = app.openapi()["paths"].items()
    return [(method.upper(), path) for path, of_path in paths if path.startswith(ADMIN) for method in of_path]


Asking = Callable[[str, str, str | None], int]


@pytest.fixture(scope="module")
def asked(app: FastAPI) -> Asking:
    """The status of a request. Each comes from another client, so that wrong tokens are not made to wait."""
    addresses = (f"10.0.{number // 250}.{number % 250}" for number in itertools.count())

    def ask(method: str, path: str, token: str | None) -> int:
        filled = re.sub(r"\{(\w+)\}", lambda found: VALUES.get(found[1], "nope"), path)
        client = TestClient(app, client=(next(addresses), 1))
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return client.request(method, filled, headers=headers).status_code

    return ask


def test_nobody_and_no_stranger_gets_anywhere(app: FastAPI, asked: Asking, tokens: dict[str, str]) -> None:
    altered = tokens["administrator"][:-6] + "AAAAAA"
    for method, path in routes(app):
        for token in (None, "", "wrong", altered, tokens["issuer"]):
            assert asked(method, path, token) == 401, f"{method} {path}"


@pytest.mark.parametrize("role", [*sorted(ALL), WITHOUT_ROLE])
def test_each_role_does_what_the_guide_says_and_nothing_else(
    app: FastAPI, asked: Asking, tokens: dict[str, str], role: str
) -> None:
    """What is permitted may fail for other reasons, as there is nothing to do it with."""
    found = {(method, path): asked(method, path, tokens[role]) for method, path in routes(app)}
    let_in = {each for each, status in found.items() if status not in (401, 403)}
    assert let_in == {each for each in found if role in permitted(*each)}
    refused = {status for each, status in found.items() if each not in let_in}
    assert refused <= {403}
    # A route by a method that it has not, and one that is not there, tell those without a role nothing.
    expected = {403} if role == WITHOUT_ROLE else {404, 405}
    assert {asked("PATCH", f"{ADMIN}/audit", tokens[role]), asked("GET", f"{ADMIN}/a/b/c", tokens[role])} <= expected


def test_the_exceptions_are_routes(app: FastAPI) -> None:
    found = set(routes(app))
    assert len(found) > 50
    assert found >= ADMINISTRATORS_ALONE | LOOKS
