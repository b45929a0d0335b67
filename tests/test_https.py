"""Nothing in clear text: a real nginx with TLS as deploy/ has it, what the service refuses, and what it calls."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi.testclient import TestClient

from api.app import create_app, with_public_names
from rag.errors import BadSetting
from rag.language.messages import say
from rag.settings import Settings, load_settings
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot
from tests.support.tls_front import NAME, Front, tls_front
from tests.support.waiting import WAIT_S

DEPLOY = Path(__file__).parent.parent / "deploy"
NO_FILE = Path("no.env")
PUBLIC = "https://ohjenuora.example.fi"
TOKEN = "a-long-token-of-a-small-installation"
QUESTION = {"question": "Saanko?"}
HSTS = "strict-transport-security"


# The web server of deploy/


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    settings = Settings.model_validate({"data_dir": folder, "trusted_proxies": "127.0.0.1", "public_url": PUBLIC})
    with (
        serving(create_app(settings, FakeChatbot()), settings) as address,
        tls_front(folder, address.removeprefix("http://")) as made,
    ):
        yield made


def shaken_hands(front: Front, version: ssl.TLSVersion, ciphers: str = "ALL:@SECLEVEL=0") -> tuple[str, str]:
    """The protocol and the cipher that are agreed on. Raises ssl.SSLError."""
    context = ssl.create_default_context(cafile=front.certificate)
    context.set_ciphers(ciphers)
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", front.encrypted), WAIT_S) as plain,
        context.wrap_socket(plain, server_hostname=NAME) as encrypted,
    ):
        cipher = encrypted.cipher()
        assert cipher is not None
        return str(encrypted.version()), cipher[0]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_only_the_versions_of_tls_that_are_recommended_are_spoken(front: Front) -> None:
    assert shaken_hands(front, ssl.TLSVersion.TLSv1_3)[0] == "TLSv1.3"
    assert shaken_hands(front, ssl.TLSVersion.TLSv1_2) == ("TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384")
    for old in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1):
        with pytest.raises(ssl.SSLError, match=r"(?i)alert protocol version"):
            shaken_hands(front, old)


@pytest.mark.parametrize("weak", ["ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-CCM8"])
def test_weak_ciphers_are_not_agreed_on(front: Front, weak: str) -> None:
    with pytest.raises(ssl.SSLError, match=r"(?i)handshake failure"):
        shaken_hands(front, ssl.TLSVersion.TLSv1_2, f"{weak}:@SECLEVEL=0")


def test_a_page_in_clear_text_leads_to_https_and_a_program_is_refused(front: Front) -> None:
    plain = f"http://127.0.0.1:{front.plain}"
    led = httpx.get(f"{plain}/documents/x?lang=sv", timeout=WAIT_S)
    assert (led.status_code, led.headers["location"]) == (308, f"https://{NAME}/documents/x?lang=sv")
    assert "nginx/" not in led.headers["server"]
    for path in ("/api/chat", "/api/admin/me", "/v1/chat/completions", "/mcp"):
        assert httpx.post(f"{plain}{path}", json=QUESTION, timeout=WAIT_S).status_code == 403


def test_by_https_one_is_answered_and_told_once_to_stay_there(front: Front) -> None:
    context = ssl.create_default_context(cafile=front.certificate)
    # What a client says of where it comes from is not passed on: else it could be this machine.
    forged = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http"}
    with httpx.Client(base_url=front.address, verify=context, headers=forged, timeout=WAIT_S) as client:
        assert client.post("/api/chat", json=QUESTION).status_code == 200
        for path in ("/", "/api/documents", "/nowhere"):
            assert client.get(path).headers.get_list(HSTS) == ["max-age=31536000"]
        assert "; secure" in client.get("/?lang=sv").headers["set-cookie"].lower()


def test_the_compose_file_sets_up_both_sides_of_it() -> None:
    compose = yaml.safe_load((DEPLOY / "compose-tls.yaml").read_text(encoding="utf-8"))
    front, service = compose["services"]["tls-front"], compose["services"]["ohjenuora"]
    assert service["environment"]["OHJENUORA_TRUSTED_PROXIES"] == front["networks"]["front"]["ipv4_address"]
    assert service["environment"]["OHJENUORA_PUBLIC_URL"].startswith("https://${SERVER_NAME")
    assert "front" in service["networks"]
    assert (front["read_only"], front["cap_drop"]) == (True, ["ALL"])


# What the service itself refuses


def asking(tmp_path: Path, client: str, scheme: str = "http", **given: Any) -> TestClient:
    settings = Settings.model_validate({"data_dir": tmp_path, "public_url": PUBLIC, **given})
    app = create_app(settings, FakeChatbot())
    return TestClient(app, base_url=f"{scheme}://ohjenuora.example.fi", client=(client, 1), follow_redirects=False)


def test_where_readers_come_by_https_pages_lead_there(tmp_path: Path) -> None:
    asked = asking(tmp_path, "203.0.113.7")
    for path in ("/", "/documents/x?lang=sv", "/admin", "/static/style.css", "/a%2Fb?q=%C3%A4"):
        for method in ("GET", "HEAD"):
            led = asked.request(method, path)
            assert (led.status_code, led.headers["location"]) == (308, f"{PUBLIC}{path}"), path


def test_what_is_asked_in_clear_text_by_a_program_is_refused_unread(tmp_path: Path) -> None:
    def unread() -> Iterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    asked = asking(tmp_path, "203.0.113.7", admin_token=TOKEN)
    for path in ("/api/chat", "/api/admin/documents", "/v1/chat/completions", "/mcp", "/", "/embed"):
        refused = asked.post(path, content=unread(), headers={"Accept-Language": "en"})
        assert refused.status_code == 403, path
        assert say("en", "error.detail.https_only", address=PUBLIC) in refused.text
    assert asked.get("/api/documents").status_code == 403
    # Neither a right nor a wrong token is looked at.
    for token in ("wrong", TOKEN):
        assert asked.get("/api/admin/me", headers={"Authorization": f"Bearer {token}"}).status_code == 403


@pytest.mark.parametrize(
    ("client", "scheme", "given"),
    [
        ("203.0.113.7", "https", {}),
        ("127.0.0.1", "http", {}),
        ("::1", "http", {}),
        ("::ffff:127.0.0.1", "http", {}),
        ("203.0.113.7", "http", {"public_url": "http://ohjenuora.example.fi"}),
        ("203.0.113.7", "http", {"public_url": ""}),
        ("10.1.2.3", "http", {"plain_http_from": "10.1.0.0/16"}),
    ],
)
def test_encrypted_local_and_permitted_requests_are_served(
    tmp_path: Path, client: str, scheme: str, given: dict[str, str]
) -> None:
    assert asking(tmp_path, client, scheme, **given).post("/api/chat", json=QUESTION).status_code == 200


def test_health_is_told_to_whoever_watches(tmp_path: Path) -> None:
    asked = asking(tmp_path, "10.1.2.3")
    assert [asked.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]


def test_a_web_server_that_is_not_named_makes_no_endless_redirects(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked = asking(tmp_path, "10.1.2.3")
    statuses = [asked.get("/", headers={"X-Forwarded-Proto": "https"}).status_code for _ in range(3)]
    assert statuses == [403] * 3
    assert caplog.text.count("OHJENUORA_TRUSTED_PROXIES") == 1


@pytest.mark.parametrize("target", ["@evil.example/", "evil.example", "http://evil.example/", ".evil.example/x"])
def test_no_redirect_leads_to_another_host(target: str, tmp_path: Path) -> None:
    """As a browser never sends it, but whoever makes it."""
    settings = Settings.model_validate({"data_dir": tmp_path, "public_url": PUBLIC, "trusted_proxies": "127.0.0.1"})
    with serving(create_app(settings, FakeChatbot()), settings) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), WAIT_S) as connection:
            head = f"GET {target} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.7\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            told = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    status = told.split(" ", 2)[1]
    location = next((line for line in told.splitlines() if line.lower().startswith("location:")), None)
    assert (status, location) in {("308", f"location: {PUBLIC}/"), ("400", None)}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, ()),
        ({"public_url": PUBLIC}, ("ohjenuora.example.fi", "localhost", "127.0.0.1", "[::1]")),
        ({"public_url": PUBLIC, "allowed_hosts": "other.example.fi"}, ("other.example.fi",)),
    ],
)
def test_the_service_is_called_by_its_public_name_unless_others_are_set(
    given: dict[str, str], names: tuple[str, ...]
) -> None:
    assert with_public_names(Settings.model_validate(given)).host_names == names


# What it calls


CALLED = {
    "OHJENUORA_CHROMA_URL": "",
    "OHJENUORA_LLM_BASE_URL": "/v1",
    "OHJENUORA_OIDC_ISSUER": "/realms/x",
    "OHJENUORA_OTLP_ENDPOINT": ":4317",
    "OHJENUORA_TEAMS_LOGIN_URL": "",
    "OHJENUORA_TEAMS_METADATA_URL": "/keys",
}
MORE = {"OHJENUORA_OIDC_AUDIENCE": "ohjenuora"}


@pytest.mark.parametrize("name", CALLED)
@pytest.mark.parametrize(
    ("host", "is_near"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("[::1]", True),
        ("10.20.30.40", True),
        ("172.31.0.1", True),
        ("192.168.1.1", True),
        ("[fd00::1]", True),
        ("chroma", True),
        ("vllm.ohjenuora.svc.cluster.local", True),
        ("models.internal", True),
        ("model.example.fi", False),
        ("MODEL.EXAMPLE.FI", False),
        ("example.local.evil.example", False),
        ("172.32.0.1", False),
        ("8.8.8.8", False),
        ("[2001:db8::1]", False),
        ("10.0.0.1@evil.example", False),
    ],
)
def test_far_servers_are_called_with_encryption_alone(name: str, host: str, is_near: bool) -> None:
    address = f"{host}{CALLED[name]}"
    load_settings({name: f"https://{address}", **MORE}, NO_FILE)
    if is_near:
        load_settings({name: f"http://{address}", **MORE}, NO_FILE)
        return
    with pytest.raises(BadSetting, match=rf"^Setting '{name}' .*https://….*OHJENUORA_PLAIN_HTTP_HOSTS") as raised:
        load_settings({name: f"http://{address}", **MORE}, NO_FILE)
    assert "\n" not in str(raised.value)


def test_a_host_that_is_named_may_be_called_without_it() -> None:
    named = {"OHJENUORA_PLAIN_HTTP_HOSTS": "models.example.fi, chroma.example.fi"}
    load_settings({"OHJENUORA_LLM_BASE_URL": "http://Models.example.fi/v1", **named}, NO_FILE)
    with pytest.raises(BadSetting, match=r"'other\.example\.fi'"):
        load_settings({"OHJENUORA_LLM_BASE_URL": "http://other.example.fi/v1", **named}, NO_FILE)


def test_what_a_bot_answers_to_is_called_with_encryption_alone() -> None:
    name = "OHJENUORA_TEAMS_SERVICES"
    load_settings({name: "https://smba.example.com, http://localhost:9000"}, NO_FILE)
    with pytest.raises(BadSetting, match=rf"^Setting '{name}' .*https://….*'smba\.example\.com'"):
        load_settings({name: "http://localhost:9000, http://smba.example.com"}, NO_FILE)


@pytest.mark.parametrize("where", ["?host=db.example.fi", "?hostaddr=8.8.8.8"])
def test_a_far_database_that_its_address_names_at_the_end_is_used_with_tls_alone(where: str) -> None:
    name = "OHJENUORA_DATABASE_URL"
    load_settings({name: "postgresql://me@/x?host=/var/run/postgresql"}, NO_FILE)
    load_settings({name: f"postgresql://me@/x{where}&sslmode=verify-full"}, NO_FILE)
    with pytest.raises(BadSetting, match=rf"^Setting '{name}' .*sslmode=verify-full"):
        load_settings({name: f"postgresql://me@/x{where}"}, NO_FILE)


def test_a_far_database_is_used_with_tls_alone() -> None:
    name = "OHJENUORA_DATABASE_URL"
    for near in ("postgresql", "10.0.0.5:5432", "localhost", ""):
        load_settings({name: f"postgresql://me:hunter2@{near}/x"}, NO_FILE)
    far = "postgresql://me:hunter2@db.example.fi/x"
    for sure in ("require", "verify-ca", "verify-full"):
        load_settings({name: f"{far}?sslmode={sure}"}, NO_FILE)
    load_settings({name: far, "OHJENUORA_PLAIN_HTTP_HOSTS": "db.example.fi"}, NO_FILE)
    for unsure in ("", "?sslmode=prefer", "?sslmode=disable", "?sslmode=verify-full&sslmode=disable"):
        with pytest.raises(BadSetting, match=r"sslmode=verify-full") as raised:
            load_settings({name: far + unsure}, NO_FILE)
        assert "hunter2" not in str(raised.value)
