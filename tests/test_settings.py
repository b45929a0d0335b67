"""Settings from the environment and a .env file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rag.errors import BadSetting
from rag.settings import SECRET_FILES, Settings, load_settings
from rag.tokens import ADMIN_TOKEN_MIN_CHARS, hashed_token

NO_FILE = Path("no.env")


def test_without_anything_given_the_defaults_hold() -> None:
    assert load_settings({}, NO_FILE) == Settings()


def test_settings_come_from_the_environment_and_the_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OHJENUORA_CORPUS_DIR=/from/file\nOHJENUORA_THREADS=3\nOTHER=ignored\n")
    settings = load_settings({"OHJENUORA_CORPUS_DIR": "/from/environment", "PATH": "/bin"}, file)
    assert settings.corpus_dir == Path("/from/environment")
    assert settings.threads == 3


def test_the_process_environment_is_read_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OHJENUORA_DATA_DIR", "/elsewhere")
    assert load_settings(env_file=NO_FILE).data_dir == Path("/elsewhere")


def test_an_empty_value_means_not_set(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OHJENUORA_CHROMA_URL=\nOHJENUORA_THREADS\n")
    assert load_settings({"OHJENUORA_EMBEDDING_MODEL": " "}, file) == Settings()


@pytest.mark.parametrize(
    "name", ["OHJENUORA_CORPUSDIR", "OHJENUORA_", "ohjenuora_corpus_dir", "OHJENUORA_TEST_DATA_DIR"]
)
def test_an_unknown_setting_is_named_with_those_that_there_are(name: str) -> None:
    with pytest.raises(BadSetting, match=rf"^Setting '{name}' is unknown\. .*OHJENUORA_DATA_DIR") as raised:
        load_settings({name: "secret-value"}, NO_FILE)
    assert "\n" not in str(raised.value)
    assert "secret-value" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADS", "many"),
        ("THREADS", "-1"),
        ("MAX_FILE_MB", "0"),
        ("MAX_FILE_MB", "1e9"),
        ("CHROMA_URL", "localhost:8000"),
        ("LLM_BASE_URL", "ftp://models"),
    ],
)
def test_a_malformed_value_is_named_with_its_setting(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^Setting 'OHJENUORA_{name}' has value '{value}': ") as raised:
        load_settings({f"OHJENUORA_{name}": value}, NO_FILE)
    assert "\n" not in str(raised.value)


def test_secrets_are_in_no_message_and_no_repr() -> None:
    given = {"OHJENUORA_LLM_API_KEY": "hunter2", "OHJENUORA_ADMIN_TOKEN": "hunter3-" * 4}
    settings = load_settings(given, NO_FILE)
    assert settings.llm_api_key.get_secret_value() == "hunter2"
    assert "hunter" not in repr(settings)
    assert "hunter" not in settings.model_dump_json()
    with pytest.raises(BadSetting) as raised:
        load_settings({**given, "OHJENUORA_THREADS": "many"}, NO_FILE)
    assert "hunter" not in str(raised.value)


def test_where_readers_sign_in_there_is_a_provider() -> None:
    with pytest.raises(BadSetting, match=r"^Setting 'OHJENUORA_OIDC_ISSUER' has value '': .*OHJENUORA_CHAT_SIGN_IN"):
        load_settings({"OHJENUORA_CHAT_SIGN_IN": "optional"}, NO_FILE)


def test_another_process_has_the_same_settings() -> None:
    for given in ({}, {"OHJENUORA_AUDIT_EXPORT_DIR": "/srv/audit", "OHJENUORA_AUDIT_DAYS": "730"}):
        settings = load_settings(given, NO_FILE)
        assert load_settings(settings.environment(), NO_FILE) == settings


def test_what_needs_a_key_that_another_process_is_not_given_does_not_stop_it() -> None:
    teams = {"teams_app_id": "a", "teams_app_secret": "b", "teams_tenant": "c"}
    hook = {"webhook_url": "https://example.fi/", "webhook_secret": "a secret of thirty-two characters"}
    settings = Settings.model_validate(teams | hook)
    other = load_settings(settings.environment(), NO_FILE)
    assert (other.teams_app_id, other.webhook_url) == ("", "")


def test_a_provider_without_an_audience_would_let_any_of_its_tokens_in() -> None:
    with pytest.raises(BadSetting, match=r"^Setting 'OHJENUORA_OIDC_ISSUER' .*OHJENUORA_OIDC_AUDIENCE"):
        load_settings({"OHJENUORA_OIDC_ISSUER": "https://login.example.fi"}, NO_FILE)


def test_a_databases_password_is_not_shown() -> None:
    with pytest.raises(BadSetting, match="OHJENUORA_DATABASE_URL") as raised:
        load_settings({"OHJENUORA_DATABASE_URL": "mysql://me:hunter2@localhost/x"}, NO_FILE)
    assert "hunter" not in str(raised.value)


# Secrets that are handed over as files


@pytest.mark.parametrize("name", SECRET_FILES)
def test_a_secret_may_lie_in_a_file(name: str, tmp_path: Path) -> None:
    file, own = tmp_path / "secret", SECRET_FILES[name]
    secret = "postgresql://me:hunter2@localhost/x" if "URL" in name else "hunter2-" * 4
    file.write_text(f"{secret}\n", encoding="utf-8")
    read, given = load_settings({name: str(file)}, NO_FILE), load_settings({own: secret}, NO_FILE)
    assert read == given
    assert "hunter" not in repr(read)
    assert load_settings({name: "", own: secret}, NO_FILE) == given
    with pytest.raises(BadSetting, match=f"'{name}' names a file, and '{own}' is set too"):
        load_settings({name: str(file), own: secret}, NO_FILE)


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe\xfa"], ids=["none", "empty", "blank", "no text"])
def test_a_file_without_a_secret_stops_the_start(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(
        BadSetting, match=rf"^Setting 'OHJENUORA_ADMIN_TOKEN_FILE' has value '{file}': the file "
    ) as raised:
        load_settings({"OHJENUORA_ADMIN_TOKEN_FILE": str(file)}, NO_FILE)
    assert "\n" not in str(raised.value)


def test_what_is_no_secret_has_no_file() -> None:
    assert "OHJENUORA_ADMIN_TOKEN_FILE" in SECRET_FILES
    with pytest.raises(BadSetting, match="'OHJENUORA_OIDC_ISSUER_FILE' is unknown"):
        load_settings({"OHJENUORA_OIDC_ISSUER_FILE": "/x"}, NO_FILE)


# The administrators' tokens


LONG = "a-long-token-of-a-small-installation"


@pytest.mark.parametrize(
    "given",
    [
        "a",
        "x" * (ADMIN_TOKEN_MIN_CHARS - 1),
        f"{LONG},short",
        f"{LONG};until=2026-02-30",
        f"{LONG};until=",
        f"{LONG};",
        f"{LONG};from=2026-01-01",
        f"{hashed_token(LONG)};until=2027-01-01;until=2028-01-01",
        f"{LONG} {LONG}",
        "ä" * 40,
        "sha256:",
        f"sha256:{LONG}",
        hashed_token(LONG).upper(),
    ],
)
def test_a_token_that_could_be_guessed_or_never_be_sent_stops_the_start_with_how_to_make_one(given: str) -> None:
    with pytest.raises(BadSetting, match=r"^Setting 'OHJENUORA_ADMIN_TOKEN' .*'ohjenuora token'") as raised:
        load_settings({"OHJENUORA_ADMIN_TOKEN": given}, NO_FILE)
    assert "\n" not in str(raised.value)
    assert LONG not in str(raised.value)


def test_several_tokens_are_in_force_each_plain_or_hashed() -> None:
    digest = hashlib.sha256(LONG.encode()).digest()
    other = "x" * ADMIN_TOKEN_MIN_CHARS
    settings = load_settings({"OHJENUORA_ADMIN_TOKEN": f"{hashed_token(LONG)}, {other},"}, NO_FILE)
    assert [each.digest for each in settings.admin_tokens] == [digest, hashlib.sha256(other.encode()).digest()]
    assert Settings().admin_tokens == ()
    assert "ADMIN_TOKEN" not in str(settings.environment())
