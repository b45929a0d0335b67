"""Who may use /api/admin: the token, and a real OpenID Connect provider."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from fastapi.testclient import TestClient

from api import oidc
from api.admin_pages import ATTEMPT_COOKIE
from api.app import create_app
from api.auth import PAGE_HEADER, Doorkeeper
from api.identity import Identity
from api.sessions import SECURE_COOKIE
from api.sign_in import Attempt, SignIn, SignInFailed
from api.store import Store
from api.tries import FREE_TRIES, Tries
from rag.language.messages import messages, say
from rag.settings import Settings
from rag.tokens import hashed_token
from rag.types import LANGUAGES
from tests.support.fakes import FakeChatbot
from tests.support.provider import CLIENT_ID, running_provider, sign_in
from tests.support.waiting import WAIT_S

TOKEN = "a-long-token-of-a-small-installation"
SECRET = "a-secret-of-the-client"
ATTEMPT = ATTEMPT_COOKIE["https"]
PAGE = {PAGE_HEADER: "admin"}
PATHS = [
    "/api/admin",
    "/api/admin/",
    "/api/admin/documents",
    "/api/admin/audit",
    "/api/admin/%2e%2e/x",
    "/api/%61dmin/x",
]

Client = Callable[..., TestClient]


@pytest.fixture
def client(tmp_path: Path) -> Client:
    def make(**given: Any) -> TestClient:
        app = create_app(Settings.model_validate({"data_dir": tmp_path, **given}), FakeChatbot())
        return TestClient(app, base_url="https://testserver")

    return make


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# The token


@pytest.mark.parametrize("given", [{}, {"admin_token": TOKEN}], ids=["no way to sign in", "a token"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_without_a_token_there_is_nothing_but_401(client: Client, given: Any, path: str, method: str) -> None:
    asked = client(**given)
    for headers in ({}, bearer(""), bearer("wrong"), bearer(TOKEN + "x"), {"Authorization": f"Basic {TOKEN}"}):
        response = asked.request(method, path, headers=headers, content=b'{"half": ')
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.headers["content-type"] == "application/problem+json"


def test_a_body_of_a_stranger_is_not_read(client: Client) -> None:
    def endless() -> Iterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    asked = client(admin_token=TOKEN)
    assert asked.post("/api/admin/documents", headers={"Content-Length": "40000000"}).status_code == 401


def test_with_the_token_one_is_in(client: Client) -> None:
    asked = client(admin_token=TOKEN)
    assert asked.get("/api/admin/no-such-thing", headers=bearer(TOKEN)).status_code == 404
    assert asked.get("/api/admin/audit", headers={"Authorization": f"bearer  {TOKEN}"}).status_code == 200


def test_tokens_are_changed_one_after_the_other(client: Client) -> None:
    new = "another-long-token-for-the-next-year"
    both = client(admin_token=f"{hashed_token(TOKEN)},{new}")
    assert {both.get("/api/admin/audit", headers=bearer(each)).status_code for each in (TOKEN, new)} == {200}
    assert both.get("/api/admin/audit", headers=bearer(hashed_token(TOKEN))).status_code == 401
    later = client(admin_token=new)
    assert [later.get("/api/admin/audit", headers=bearer(each)).status_code for each in (TOKEN, new)] == [401, 200]


def test_the_other_routes_need_no_token(client: Client) -> None:
    asked = client(admin_token=TOKEN)
    assert asked.get("/healthz").status_code == 200
    assert asked.get("/api/administrators").status_code == 404


# OpenID Connect


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with running_provider() as issuer:
        yield issuer


def test_a_user_of_the_provider_has_the_roles_of_the_claim(client: Client, provider: str) -> None:
    asked = client(oidc_issuer=provider, oidc_audience=CLIENT_ID)
    auditor = sign_in(provider, "u1", preferred_username="aino", roles=["auditor", "unknown"])
    assert asked.get("/api/admin/audit", headers=bearer(auditor)).status_code == 200
    editor = sign_in(provider, "u2", roles="editor")
    refused = asked.get("/api/admin/audit", headers={**bearer(editor), "Accept-Language": "en"})
    assert refused.status_code == 403
    assert refused.json()["detail"].endswith("You need one of these roles: administrator, auditor.")
    nobody = sign_in(provider, "u3")
    assert asked.get("/api/admin/audit", headers=bearer(nobody)).status_code == 403
    administrator = sign_in(provider, "u4", realm_access={"roles": ["administrator"]})
    nested = client(oidc_issuer=provider, oidc_audience=CLIENT_ID, oidc_role_claim="realm_access.roles")
    assert nested.get("/api/admin/audit", headers=bearer(administrator)).status_code == 200
    # Without a token configured, an empty one is still none.
    assert asked.get("/api/admin/audit", headers=bearer("")).status_code == 401


def test_one_is_told_who_one_is(client: Client, provider: str) -> None:
    asked = client(admin_token=TOKEN, oidc_issuer=provider, oidc_audience=CLIENT_ID)
    assert asked.get("/api/admin/me").status_code == 401
    me = asked.get("/api/admin/me", headers=bearer(TOKEN)).json()
    assert me == {"name": "OHJENUORA_ADMIN_TOKEN", "role": "administrator", "roles": ["administrator"]}
    both = sign_in(provider, "u8", roles=["auditor", "editor"])
    me = asked.get("/api/admin/me", headers=bearer(both)).json()
    assert me == {"name": "u8", "role": "editor", "roles": ["editor", "auditor"]}
    me = asked.get("/api/admin/me", headers=bearer(sign_in(provider, "u9"))).json()
    assert me["role"] is None


# Signing in with a browser


def begin(asked: TestClient) -> dict[str, str]:
    """What the provider is asked for; the client has the cookie."""
    response = asked.get("/admin/login", follow_redirects=False)
    assert response.status_code == 303
    address = urlsplit(response.headers["location"])
    cookie = response.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/;", "max-age=600"))
    assert cookie.startswith("__host-ohjenuora-sign-in=")
    assert "; secure" in cookie
    assert "domain" not in cookie
    return {"at": f"{address.scheme}://{address.netloc}{address.path}"} | dict(parse_qsl(address.query))


def authorized(wanted: dict[str, str], user: str, **claims: object) -> dict[str, str]:
    """What the provider sends the browser back with."""
    issuer = wanted["at"].removesuffix("/oauth2/authorize")
    httpx.put(f"{issuer}/users/{user}", json={"sub": user, **claims}, timeout=WAIT_S).raise_for_status()
    asked = {name: value for name, value in wanted.items() if name != "at"}
    redirect = httpx.post(wanted["at"], params=asked, data={"sub": user}, timeout=WAIT_S)
    assert redirect.headers["location"].startswith(wanted["redirect_uri"])
    return dict(parse_qsl(urlsplit(redirect.headers["location"]).query))


def test_the_code_of_the_provider_becomes_a_session(client: Client, provider: str) -> None:
    asked = client(oidc_issuer=provider, oidc_audience=CLIENT_ID, oidc_client_secret=SECRET)
    wanted = begin(asked)
    assert (wanted["client_id"], wanted["redirect_uri"]) == (CLIENT_ID, "https://testserver/admin/callback")
    _, _, verifier = asked.cookies[ATTEMPT].split(".")
    digest = hashlib.sha256(verifier.encode()).digest()
    assert wanted["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert wanted["code_challenge_method"] == "S256"
    assert asked.get("/api/admin/me", headers=PAGE).status_code == 401
    back = asked.get("/admin/callback", params=authorized(wanted, "b1", roles=["editor"]))
    assert back.status_code == 200
    assert back.headers["cache-control"] == "no-store"
    assert not re.search(r"ey[\w-]{20}", back.text)  # no token goes to the page
    assert ATTEMPT not in asked.cookies
    me = asked.get("/api/admin/me", headers=PAGE).json()
    assert me == {"name": "b1", "role": "editor", "roles": ["editor"]}


def test_a_sign_in_that_was_not_begun_here_is_refused(client: Client, provider: str) -> None:
    asked = client(oidc_issuer=provider, oidc_audience=CLIENT_ID, oidc_client_secret=SECRET)

    def came_back(given: dict[str, str], cookie: str | None) -> tuple[int, str]:
        asked.cookies.clear()
        if cookie:
            asked.cookies.set(ATTEMPT, cookie)
        response = asked.get("/admin/callback", params={"lang": "en", **given})
        assert SECURE_COOKIE not in asked.cookies
        return response.status_code, response.text

    doorkeeper: Doorkeeper = asked.app.state.doorkeeper  # type: ignore[attr-defined]  # it is a FastAPI application
    doorkeeper.tries = Tries(free=100)
    wanted = begin(asked)
    state, nonce, verifier = asked.cookies[ATTEMPT].split(".")
    for cookie in (None, "x", "..", f"other.{nonce}.{verifier}"):
        status, page = came_back(authorized(wanted, "b2", roles=["editor"]), cookie)
        assert status == 400
        assert say("en", "page.admin.shell.failed.state") in page
    status, page = came_back(authorized(wanted, "b2", roles=["editor"]), f"{state}.other.{verifier}")
    assert status == 400
    assert say("en", "page.admin.shell.failed.token") in page
    status, page = came_back({"code": "made-up", "state": state}, f"{state}.{nonce}.{verifier}")
    assert status == 502
    assert say("en", "page.admin.shell.failed.provider") in page
    status, page = came_back({"error": "access_denied", "state": state}, f"{state}.{nonce}.{verifier}")
    assert status == 400
    assert say("en", "page.admin.shell.failed.denied") in page


def test_made_up_codes_are_tried_no_oftener_than_tokens(client: Client, provider: str) -> None:
    asked = client(oidc_issuer=provider, oidc_audience=CLIENT_ID, oidc_client_secret=SECRET)
    asked.cookies.set(ATTEMPT, "s.n.v")
    given = {"code": "made-up", "state": "s"}
    statuses = [asked.get("/admin/callback", params=given).status_code for _ in range(FREE_TRIES + 3)]
    assert statuses == [502] * FREE_TRIES + [429] * 3


def test_a_token_of_another_audience_is_not_handed_out(client: Client, provider: str) -> None:
    asked = client(
        oidc_issuer=provider, oidc_audience="the-interface", oidc_client_id=CLIENT_ID, oidc_client_secret=SECRET
    )
    wanted = begin(asked)
    assert wanted["client_id"] == CLIENT_ID
    back = asked.get("/admin/callback", params=authorized(wanted, "b3", roles=["editor"]))
    assert (back.status_code, SECURE_COOKIE in asked.cookies) == (400, False)


def test_without_a_provider_there_is_no_sign_in_and_one_that_is_away_is_told(client: Client) -> None:
    assert client(admin_token=TOKEN).get("/admin/login").status_code == 404
    assert client(admin_token=TOKEN).get("/admin/callback?code=x").status_code == 404
    away = client(oidc_issuer="http://127.0.0.1:9", oidc_audience=CLIENT_ID)
    response = away.get("/admin/login?lang=en")
    assert response.status_code == 502
    assert say("en", "page.admin.shell.failed.provider") in response.text


def test_a_token_for_somebody_else_and_a_changed_one_are_refused(client: Client, provider: str) -> None:
    asked = client(oidc_issuer=provider, oidc_audience=CLIENT_ID)
    foreign = sign_in(provider, "u5", audience="another-service", roles=["administrator"])
    assert asked.get("/api/admin/audit", headers=bearer(foreign)).status_code == 401
    head, body, signature = sign_in(provider, "u6", roles=["administrator"]).split(".")
    broken = signature[:-10] + ("A" * 10)
    assert asked.get("/api/admin/audit", headers=bearer(f"{head}.{body}.{broken}")).status_code == 401


def test_an_issuer_that_calls_itself_otherwise_gives_no_keys(client: Client, provider: str) -> None:
    token = sign_in(provider, "u7", roles=["administrator"])
    other = client(oidc_issuer=provider.replace("127.0.0.1", "localhost"), oidc_audience=CLIENT_ID)
    assert other.get("/api/admin/audit", headers=bearer(token)).status_code == 401


# A provider whose keys the test holds: what a real one never signs


class Keys:
    """Answers what a provider's two addresses answer; counts how often."""

    def __init__(self) -> None:
        self.private: dict[str, Any] = {"one": rsa.generate_private_key(65537, 2048)}
        self.asked = 0
        self.broken = False

    async def json(self, _client: httpx.AsyncClient, url: str) -> dict[str, Any]:
        if self.broken:
            raise httpx.ConnectError("no network")
        if url.endswith("openid-configuration"):
            self.asked += 1
            return {"issuer": "https://login.example.fi", "jwks_uri": "https://login.example.fi/keys"}
        listed = []
        for name, key in self.private.items():
            kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
            listed.append({**kind.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig"})
        listed.append(
            {"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "kid": "symmetric", "alg": "HS256"}
        )
        listed.append({**listed[0], "kid": "encryption", "use": "enc"})
        return {"keys": listed}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    made = Keys()
    monkeypatch.setattr(oidc, "_json", made.json)
    return made


@pytest.fixture
def doorkeeper(keys: Keys, tmp_path: Path) -> Doorkeeper:
    given = {"data_dir": tmp_path, "oidc_issuer": "https://login.example.fi", "oidc_audience": CLIENT_ID}
    settings = Settings.model_validate(given)
    return Doorkeeper(settings, Store(settings))


def identify(doorkeeper: Doorkeeper, token: str) -> Identity | None:
    return asyncio.run(doorkeeper.identify_asking(token))


def signed(
    keys: Keys, key_id: str = "one", algorithm: str = "RS256", header: dict[str, Any] | None = None, **claims: object
) -> str:
    now = int(time.time())
    said = {"iss": "https://login.example.fi", "aud": CLIENT_ID, "sub": "u", "exp": now + 300, "roles": ["editor"]}
    said |= claims
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, keys.private[key_id], algorithm, headers={"kid": key_id, **(header or {})})


def test_a_good_token_is_good(doorkeeper: Doorkeeper, keys: Keys) -> None:
    identity = identify(doorkeeper, signed(keys, preferred_username="aino"))
    assert identity is not None
    assert identity.name == "aino (u)"
    assert identity.roles == frozenset({"editor"})


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_000_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://login.example.fi.evil.example"},
        {"iss": None},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_out_of_its_time_or_place_is_refused(doorkeeper: Doorkeeper, keys: Keys, claims: Any) -> None:
    assert identify(doorkeeper, signed(keys)) is not None
    assert identify(doorkeeper, signed(keys, **claims)) is None


def test_only_asymmetric_signatures_count(doorkeeper: Doorkeeper, keys: Keys) -> None:
    claims = {"iss": "https://login.example.fi", "aud": CLIENT_ID, "sub": "u", "exp": int(time.time()) + 300}
    secret = b"secretsecretsecretsecretsecretsecret"[:32]
    assert identify(doorkeeper, jwt.encode(claims, "", "none", headers={"kid": "one"})) is None
    assert identify(doorkeeper, jwt.encode(claims, secret, "HS256", headers={"kid": "one"})) is None
    assert identify(doorkeeper, jwt.encode(claims, secret, "HS256", headers={"kid": "symmetric"})) is None
    assert identify(doorkeeper, jwt.encode(claims, keys.private["one"], "RS256", headers={"kid": "encryption"})) is None
    deep = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 20_000).rstrip(b"=").decode()
    for rubbish in ("x", "a.b.c", "e30.e30.e30", "\x00", "🙂", f"{deep}.e30.e30"):
        assert identify(doorkeeper, rubbish) is None


@pytest.mark.parametrize("kept", ["one", "unknown"])
def test_a_key_that_a_token_brings_along_is_not_taken(doorkeeper: Doorkeeper, keys: Keys, kept: str) -> None:
    theirs = rsa.generate_private_key(65537, 2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(theirs.public_key(), as_dict=True)
    claims = {"iss": "https://login.example.fi", "aud": CLIENT_ID, "sub": "u", "exp": int(time.time()) + 300}
    for brought in (
        {"jwk": public},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/chain.pem"},
        {"x5c": ["MIIB"]},
        {"kid": "../../../../dev/null"},
        {"kid": "https://evil.example/keys"},
    ):
        header = {"kid": kept, **brought}
        assert identify(doorkeeper, jwt.encode(claims, theirs, "RS256", headers=header)) is None, brought
    assert keys.asked <= 1  # nobody else was asked, and the provider once


@pytest.mark.parametrize("critical", [["b64"], ["exp"], ["unknown"], [], "b64", [5]])
def test_a_token_with_rules_that_we_do_not_know_is_refused(
    doorkeeper: Doorkeeper, keys: Keys, critical: object
) -> None:
    """RFC 7515, 4.1.11: what a header calls critical has to be understood."""
    claims = {"iss": "https://login.example.fi", "aud": CLIENT_ID, "sub": "u", "exp": int(time.time()) + 300}

    def well_signed(**more: object) -> str:
        header = {"alg": "RS256", "kid": "one", "typ": "JWT", **more}
        parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims)]
        signature = keys.private["one"].sign(b".".join(parts), padding.PKCS1v15(), hashes.SHA256())
        return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()

    assert identify(doorkeeper, well_signed(unknown=1)) is not None
    assert identify(doorkeeper, well_signed(unknown=1, b64=False, crit=critical)) is None


def test_keys_that_are_too_short_do_not_count(
    keys: Keys, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signs(bits: int, **given: int) -> bool:
        keys.private = {"one": rsa.generate_private_key(65537, bits), "two": ec.generate_private_key(ec.SECP256R1())}
        known = {"data_dir": tmp_path, "oidc_issuer": "https://login.example.fi", "oidc_audience": CLIENT_ID}
        settings = Settings.model_validate({**known, **given})
        doorkeeper = Doorkeeper(settings, Store(settings))
        monkeypatch.setattr("api.oidc.FETCH_AT_MOST_EVERY_S", 0.0)
        assert identify(doorkeeper, signed(keys, "two", "ES256")) is not None  # elliptic keys are short and strong
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
            return identify(doorkeeper, signed(keys)) is not None

    assert signs(2048)
    assert not signs(1024)
    assert "RSA keys of less than 2048 bits" in caplog.text
    assert not signs(2048, oidc_rsa_bits=3072)
    assert "OHJENUORA_OIDC_RSA_BITS" in caplog.text
    assert signs(3072, oidc_rsa_bits=3072)


def test_a_provider_does_not_lead_to_keys_in_clear_text(
    doorkeeper: Doorkeeper, keys: Keys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def lead(_client: httpx.AsyncClient, url: str) -> dict[str, Any]:
        told = await keys.json(_client, url)
        return told | {"jwks_uri": "http://login.example.fi/keys"} if "jwks_uri" in told else told

    monkeypatch.setattr(oidc, "_json", lead)
    assert identify(doorkeeper, signed(keys)) is None
    assert "not encrypted" in caplog.text


def test_new_keys_are_fetched_when_they_are_met_but_not_for_every_made_up_one(
    doorkeeper: Doorkeeper, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("api.oidc.time.monotonic", lambda: now)
    assert identify(doorkeeper, signed(keys)) is not None
    keys.private["two"] = ec.generate_private_key(ec.SECP256R1())  # the provider has changed its key
    assert identify(doorkeeper, signed(keys, "two", "ES256")) is None  # asked a moment ago
    now += oidc.FETCH_AT_MOST_EVERY_S
    assert identify(doorkeeper, signed(keys, "two", "ES256")) is not None
    assert keys.asked == 2
    keys.private["made up"] = rsa.generate_private_key(65537, 2048)
    for _ in range(20):
        assert identify(doorkeeper, signed(keys, "made up")) is None
    assert keys.asked == 2
    del keys.private["one"], keys.private["made up"]
    old = keys.private["two"]
    now += oidc.FETCH_AT_MOST_EVERY_S
    keys.private["three"] = old
    assert identify(doorkeeper, signed(keys, "three", "ES256")) is not None
    keys.private["one"] = rsa.generate_private_key(65537, 2048)
    assert identify(doorkeeper, signed(keys, "one")) is None  # a key that was taken back


def test_a_key_that_was_taken_back_is_noticed_without_anybody_signing_in(
    doorkeeper: Doorkeeper, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.oidc.FETCH_AT_MOST_EVERY_S", 0.0)
    monkeypatch.setattr("api.oidc.FETCH_EVERY_S", 0.01)
    token = signed(keys)
    provider = doorkeeper.provider
    assert provider is not None

    async def withdrawn() -> None:
        keeping = asyncio.create_task(provider.keep_fresh())
        while doorkeeper.identify(token) is None:
            await asyncio.sleep(0)
        keys.private = {"two": rsa.generate_private_key(65537, 2048)}
        async with asyncio.timeout(WAIT_S):
            while doorkeeper.identify(token) is not None:
                await asyncio.sleep(0)
        keeping.cancel()

    asyncio.run(withdrawn())


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "logout+jwt"}, {}),
        ({"typ": "application/secevent+jwt"}, {}),
        ({"typ": ["JWT"]}, {}),
        ({}, {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
        ({}, {"typ": "Refresh"}),
        ({}, {"typ": "Offline"}),
        ({}, {"cnf": {"jkt": "x"}}),
        ({}, {"exp": 5_000_000_000}),  # in the year 2128; a time of now would be another test in each process
    ],
    ids=str,
)
def test_only_identity_and_access_tokens_sign_in(doorkeeper: Doorkeeper, keys: Keys, header: Any, claims: Any) -> None:
    for good in ({}, {"typ": "at+jwt"}, {"typ": "application/at+jwt"}, {"typ": None}):
        assert identify(doorkeeper, signed(keys, header=good, typ="Bearer")) is not None
    assert identify(doorkeeper, signed(keys, header=header, **claims)) is None


def test_a_sign_in_must_be_as_strong_as_is_asked_for(keys: Keys, tmp_path: Path) -> None:
    def admitted(claims: dict[str, Any], **given: str) -> bool:
        known = {"oidc_issuer": "https://login.example.fi", "oidc_audience": CLIENT_ID}
        settings = Settings.model_validate({"data_dir": tmp_path, **known, **given})
        return identify(Doorkeeper(settings, Store(settings)), signed(keys, **claims)) is not None

    level = {"oidc_acr": "http://ftn.ficora.fi/2017/loa3, http://ftn.ficora.fi/2017/loa2"}
    assert admitted({"acr": "http://ftn.ficora.fi/2017/loa2"}, **level)
    for weak in ("0", "", None, ["http://ftn.ficora.fi/2017/loa2"], {"a": 1}):
        assert not admitted({"acr": weak}, **level)
    way = {"oidc_amr": "mfa,hwk"}
    assert admitted({"amr": ["pwd", "mfa"]}, **way)
    for weaker in (["pwd"], [], None, "mfa", [["mfa"]]):
        assert not admitted({"amr": weaker}, **way)
    assert not admitted({"amr": ["mfa"]}, **level, **way)


def test_a_provider_that_is_away_does_not_lock_out_those_whose_key_is_known(
    doorkeeper: Doorkeeper, keys: Keys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = signed(keys)
    assert identify(doorkeeper, token) is not None
    keys.broken = True
    monkeypatch.setattr("api.oidc.FETCH_AT_MOST_EVERY_S", 0.0)
    keys.private["two"] = keys.private["one"]
    assert identify(doorkeeper, signed(keys, "two")) is None
    assert re.search("login.example.fi' cannot be fetched: no network", caplog.text)
    assert token not in caplog.text
    assert identify(doorkeeper, token) is not None


def test_a_token_that_names_no_key_is_checked_by_the_only_one(
    doorkeeper: Doorkeeper, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.oidc.FETCH_AT_MOST_EVERY_S", 0.0)
    claims = {"iss": "https://login.example.fi", "aud": CLIENT_ID, "sub": "u", "exp": int(time.time()) + 300}

    def unnamed() -> str:
        return jwt.encode(claims, keys.private["one"], "RS256")

    old = unnamed()
    assert identify(doorkeeper, old) is not None
    keys.private["one"] = rsa.generate_private_key(65537, 2048)
    assert identify(doorkeeper, unnamed()) is not None
    assert identify(doorkeeper, old) is None
    keys.private["two"] = rsa.generate_private_key(65537, 2048)
    assert identify(doorkeeper, jwt.encode(claims, keys.private["two"], "RS256")) is None


@pytest.mark.parametrize(
    ("secret", "known", "basic", "form"),
    [
        ("", None, False, {"client_id"}),
        (SECRET, None, True, set()),
        (SECRET, ["client_secret_post"], False, {"client_id", "client_secret"}),
    ],
    ids=["a public client", "basic", "in the form"],
)
def test_the_code_is_exchanged_as_the_provider_wants_it(
    keys: Keys,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    secret: str,
    known: list[str] | None,
    basic: bool,
    form: set[str],
) -> None:
    given = {"oidc_issuer": "https://login.example.fi", "oidc_audience": CLIENT_ID, "oidc_client_secret": secret}
    settings = Settings.model_validate({"data_dir": tmp_path, **given})
    doorkeeper = Doorkeeper(settings, Store(settings))
    provider = doorkeeper.provider
    assert provider is not None
    metadata = {"token_endpoint": "https://login.example.fi/token", "token_endpoint_auth_methods_supported": known}

    async def known_metadata() -> dict[str, Any]:
        return {name: value for name, value in metadata.items() if value}

    monkeypatch.setattr(provider, "metadata", known_metadata)
    attempt = Attempt.new()
    asked: list[httpx.Request] = []
    # The identity token has no role here; the access token has, and is for us, too.
    tokens = {"id_token": signed(keys, nonce=attempt.nonce, roles=None), "access_token": signed(keys)}

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=tokens)

    asyncio.run(provider.refresh())
    client = partial(httpx.AsyncClient, transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "AsyncClient", client)
    sign_in = SignIn(settings, doorkeeper, provider)
    identity = asyncio.run(sign_in.finish(attempt, attempt.state, "code", "https://us.example.fi/back"))
    assert identity.roles == {"editor"}
    sent = dict(parse_qsl(asked[0].content.decode()))
    assert ("authorization" in asked[0].headers) is basic
    assert sent.keys() == {"grant_type", "code", "redirect_uri", "code_verifier"} | form
    assert sent["code_verifier"] == attempt.verifier


@pytest.mark.parametrize(
    ("minutes", "ago_s", "refused"),
    [
        (0, None, None),
        (0, 10**8, None),
        (60, 0, None),
        (60, 3500, None),
        (60, 3700, "old"),
        (60, -600, "old"),
        (60, None, "old"),
    ],
)
def test_a_sign_in_at_the_provider_must_be_as_recent_as_is_asked_for(
    keys: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, minutes: int, ago_s: int | None, refused: str | None
) -> None:
    known = {"oidc_issuer": "https://login.example.fi", "oidc_audience": CLIENT_ID, "oidc_max_age_minutes": minutes}
    settings = Settings.model_validate({"data_dir": tmp_path, **known})
    doorkeeper = Doorkeeper(settings, Store(settings))
    provider = doorkeeper.provider
    assert provider is not None
    attempt = Attempt.new()

    async def known_metadata() -> dict[str, Any]:
        return {f"{name}_endpoint": f"https://login.example.fi/{name}" for name in ("authorization", "token")}

    monkeypatch.setattr(provider, "metadata", known_metadata)
    asyncio.run(provider.refresh())
    when = None if ago_s is None else int(time.time()) - ago_s
    tokens = {"id_token": signed(keys, nonce=attempt.nonce, auth_time=when)}
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json=tokens))
    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=answer))
    sign_in = SignIn(settings, doorkeeper, provider)
    asked = dict(parse_qsl(urlsplit(asyncio.run(sign_in.begin(attempt, "https://us.example.fi/back"))).query))
    assert asked.get("max_age") == (str(minutes * 60) if minutes else None)
    finishing = sign_in.finish(attempt, attempt.state, "code", "https://us.example.fi/back")
    if refused is None:
        assert asyncio.run(finishing).roles == {"editor"}
        return
    with pytest.raises(SignInFailed) as failed:
        asyncio.run(finishing)
    assert failed.value.reason == refused
    assert all(f"page.admin.shell.failed.{refused}" in messages(language) for language in LANGUAGES)


# Tokens with an end


def test_a_token_is_good_until_its_last_day_and_its_sessions_with_it(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    other = "another-long-token-for-the-next-year"
    with time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC), tick=False) as clock:
        asked = client(admin_token=f"{TOKEN};until=2026-12-31, {hashed_token(other)} ; until=2027-12-31")
        caplog.clear()
        with asked:  # what is told at the start
            assert asked.post("/api/admin/sessions", headers=bearer(TOKEN)).status_code == 204
        assert "Token 1 of OHJENUORA_ADMIN_TOKEN ends on 2026-12-31" in caplog.text
        assert "Token 2" not in caplog.text
        assert asked.get("/api/admin/me", headers=PAGE).status_code == 200
        clock.move_to(datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC))
        assert asked.get("/api/admin/me", headers=PAGE).status_code == 401
        assert [asked.get("/api/admin/me", headers=bearer(each)).status_code for each in (TOKEN, other)] == [401, 200]
        caplog.clear()
        asked.app.state.doorkeeper.tell_of_ends(date.today())  # type: ignore[attr-defined]
        assert "Token 1 of OHJENUORA_ADMIN_TOKEN has ended on 2026-12-31" in caplog.text
    assert TOKEN not in caplog.text


# Who has signed in and has no role


def test_who_has_no_role_is_limited_like_anybody_and_named_in_the_log(
    client: Client, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    given = {"oidc_issuer": provider, "oidc_audience": CLIENT_ID, "requests_per_minute": 1, "requests_at_once": 4}
    asked = client(**given)
    nobody, editor = bearer(sign_in(provider, "n1")), bearer(sign_in(provider, "n2", roles=["editor"]))
    with caplog.at_level("INFO", logger="api.access"):
        assert asked.get("/api/admin/audit", headers=nobody).status_code == 403
    assert re.search(r"GET /api/admin/?\S* 403 .*'n1' from", caplog.text)
    assert [asked.get("/api/admin/me", headers=nobody).status_code for _ in range(4)] == [200] * 3 + [429]
    refused = asked.get("/api/admin/documents", headers=nobody)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert {asked.get("/api/admin/me", headers=editor).status_code for _ in range(9)} == {200}
