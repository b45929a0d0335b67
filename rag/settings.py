"""The settings of one installation: environment variables with the prefix OHJENUORA_, or the same in a .env file."""

from __future__ import annotations

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from rag.addresses import NEAR_NETWORKS, is_sure_of_tls, may_be_called
from rag.errors import BadSetting
from rag.tokens import AdminToken, admin_tokens

PREFIX = "OHJENUORA_"
BUNDLED_MODEL = "bundled"
LogFormat = Literal["text", "json"]
# The logger by which a command speaks to whoever called it, at a terminal: there without a time and a level.
COMMAND = "ohjenuora"

_HOST_NAME = re.compile(r"[a-z0-9_.-]+|\[[0-9a-f:.]+\]")
_ORIGIN = re.compile(rf"https?://(?:{_HOST_NAME.pattern})(?::\d{{1,5}})?")
WEBHOOK_SECRET_MIN_CHARS = 32
WEBHOOK_BASE64 = "whsec_"  # what a secret begins with whose rest is base64 (Standard Webhooks)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
# What the service calls, which is encrypted wherever it is not near.
_CALLED = ("chroma_url", "llm_base_url", "oidc_issuer", "otlp_endpoint", "teams_login_url", "teams_metadata_url")


def _corpus() -> Path:
    """The folder of this name where one stands, else the delivered corpus beside this package."""
    here = Path("corpus")
    return here if here.is_dir() else Path(__file__).parent.parent / "corpus"


class Settings(BaseModel):
    """Everything an installation can choose. Built once at the edge (CLI, app factory, evaluation) and passed down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    corpus_dir: Path = Field(default_factory=_corpus, description="folder with the sources")
    data_dir: Path = Field(Path("var"), description="folder for the index, the unpacked model and the word cache")
    embedding_model: str = Field(
        BUNDLED_MODEL, min_length=1, description="'bundled', or the name or folder of a sentence-transformers model"
    )
    chroma_url: str = Field("", pattern=r"^$|^https?://", description="a Chroma server; empty: Chroma in the process")
    chroma_token: SecretStr = Field(
        SecretStr(""), description="what the gate before the Chroma server wants as Authorization: Bearer; empty: none"
    )
    max_file_mb: int = Field(50, ge=1, le=2000, description="largest source file that is read, in megabytes")
    threads: int = Field(0, ge=0, le=256, description="processor threads of the model; 0: as many as there are cores")
    llm_base_url: str = Field("", pattern=r"^$|^https?://", description="an OpenAI-compatible endpoint; empty: none")
    llm_model: str = Field("", description="the language model's name at that endpoint")
    llm_api_key: SecretStr = Field(SecretStr(""), description="the endpoint's key")
    llm_context_tokens: int = Field(
        4096, ge=512, le=2_000_000, description="the language model's window, in tokens; small ones get fewer passages"
    )
    llm_answer_tokens: int = Field(300, ge=20, le=4000, description="the longest text the language model may write")
    llm_first_token_s: float = Field(10.0, gt=0, le=600, description="seconds to wait for the model's first token")
    llm_last_token_s: float = Field(30.0, gt=0, le=600, description="seconds after which the model's text is over")
    database_url: SecretStr = Field(
        SecretStr(""), description="a PostgreSQL database; empty: SQLite in the data folder"
    )  # secret: it may hold a password
    admin_token: SecretStr = Field(
        SecretStr(""), description="the administrators' tokens, with commas: each as it is, or as sha256:<its hash>"
    )
    oidc_issuer: str = Field("", pattern=r"^$|^https?://", description="an OpenID Connect provider; empty: none")
    oidc_audience: str = Field("", description="whom its tokens must be meant for: this service's client id")
    oidc_client_id: str = Field("", description="this service's client id at the provider; empty: the audience")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="its secret there; empty: a public client")
    oidc_role_claim: str = Field("roles", min_length=1, description="the claim with the roles; dots lead into objects")
    oidc_group_claim: str = Field(
        "groups", min_length=1, description="the claim with the groups; dots lead into objects"
    )
    chat_sign_in: Literal["off", "optional", "required"] = Field(
        "off", description="whether readers sign in at the provider: off, optional (for documents of groups), required"
    )
    oidc_rsa_bits: int = Field(
        2048,
        ge=2048,
        le=16_384,
        description="the least length of the provider's RSA keys; 3072 has 128 bits of security",
    )
    oidc_max_age_minutes: int = Field(
        0, ge=0, le=43_200, description="how long ago a sign-in at the provider may have been; 0: any time"
    )
    oidc_acr: str = Field("", description="levels of sign-in, with commas, of which a token must name one; empty: any")
    oidc_amr: str = Field("", description="ways of sign-in, with commas, of which a token must name one; empty: any")
    session_idle_minutes: int = Field(30, ge=1, le=1440, description="after which an unused browser session ends")
    session_hours: int = Field(12, ge=1, le=168, description="after which a browser session ends, used or not")
    sources_every_minutes: int = Field(
        0, ge=0, le=43_200, description="minutes between looks at the sources of sources.yaml; 0: only when asked"
    )
    sources_netrc: Path | None = Field(
        None, description="a netrc file with names and passwords for sources, by host; none: nobody's"
    )
    reachable_networks: str = Field(
        "", description="private addresses or networks, with commas, that the service may call; empty: none"
    )
    webhook_url: str = Field("", pattern=r"^$|^https://", description="where publications are told of; empty: nowhere")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="the key that what is told there is signed with, of 32 characters at least"
    )
    plain_http_hosts: str = Field(
        "", description="hosts beyond private networks, with commas, that may be called without encryption; empty: none"
    )
    plain_http_from: str = Field(
        "", description="networks, with commas, that may come by http where public_url has https; empty: this machine"
    )
    retention_days: int = Field(90, ge=1, le=3650, description="days after which answers and feedback are deleted")
    audit_days: int = Field(0, ge=0, le=36500, description="days after which entries of the audit log go; 0: never")
    audit_export_dir: Path | None = Field(
        None, description="folder that new entries of the audit log are written to daily"
    )
    allowed_hosts: str = Field("", description="names that the service may be called by, with commas; empty: any")
    embed_origins: str = Field(
        "", description="websites, with commas, whose pages may show the chat, as https://intra.example.fi; empty: none"
    )
    teams_app_id: str = Field("", description="the app id of a bot in Microsoft Teams; empty: none")
    teams_app_secret: SecretStr = Field(SecretStr(""), description="the bot's client secret")
    teams_tenant: str = Field("", description="the id of the Microsoft 365 tenant whose people may ask the bot")
    teams_login_url: str = Field(
        "https://login.microsoftonline.com", pattern=r"^https?://", description="where the bot gets its tokens"
    )
    teams_metadata_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        pattern=r"^https?://",
        description="where Microsoft tells the keys that its requests are signed with",
    )
    teams_services: str = Field(
        "https://smba.trafficmanager.net", description="origins, with commas, that the bot's replies may be sent to"
    )
    public_url: str = Field(
        "", pattern=r"^$|^https?://", description="the service's address as its readers know it; empty: as it is asked"
    )
    trusted_proxies: str = Field(
        "", description="addresses or networks, with commas, whose X-Forwarded-For and -Proto are believed; empty: none"
    )
    metrics_from: str = Field(
        ",".join(NEAR_NETWORKS),
        description="addresses or networks, with commas, that may read /metrics; private ones if not set",
    )
    # Two cores answer 14 to 18 questions a second (docs/measurements.md): one client may have as many as the smaller of
    # them. At once: a file of 500 questions that somebody has asked goes through.
    requests_per_minute: int = Field(900, ge=0, le=1_000_000, description="of one client, on average; 0: no limit")
    requests_at_once: int = Field(600, ge=1, le=1_000_000, description="of one client, after a while without any")
    connections_of_client: int = Field(
        128, ge=0, le=100_000, description="that one client may have open; trusted proxies any number; 0: no limit"
    )
    # Thirty times what 10,000 passages take (docs/measurements.md): what still works is not to be ended.
    job_minutes: int = Field(
        360, ge=1, le=10_080, description="after which a publication, a rehearsal or an evaluation is ended"
    )
    log_format: LogFormat = Field("text", description="'text' to read, or 'json': one object a line")
    otlp_endpoint: str = Field(
        "", pattern=r"^$|^https?://", description="an OpenTelemetry collector (OTLP over gRPC); empty: none"
    )
    waiting_questions: int = Field(64, ge=0, le=10_000, description="questions that may wait for their turn, of all")

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_mb * 1_000_000

    @property
    def recognised_dir(self) -> Path:
        """What was recognised in pictures, so that it need not be again."""
        return self.data_dir / "recognised"

    @property
    def host_names(self) -> tuple[str, ...]:
        return _listed(self.allowed_hosts.lower())

    @property
    def origins(self) -> tuple[str, ...]:
        """The websites whose pages may show the chat."""
        return _listed(self.embed_origins.lower())

    @property
    def teams_origins(self) -> tuple[str, ...]:
        """Where the replies to Teams may be sent."""
        return _listed(self.teams_services.lower())

    @property
    def proxies(self) -> tuple[str, ...]:
        return _listed(self.trusted_proxies)

    @property
    def admin_tokens(self) -> tuple[AdminToken, ...]:
        """Also those whose end is over."""
        return admin_tokens(_listed(self.admin_token.get_secret_value()))

    @property
    def metrics_networks(self) -> tuple[str, ...]:
        """Networks that may read /metrics."""
        return _listed(self.metrics_from)

    @property
    def plain_hosts(self) -> tuple[str, ...]:
        """Hosts that are called without encryption wherever they are."""
        return _listed(self.plain_http_hosts.lower())

    @property
    def plain_clients(self) -> tuple[str, ...]:
        """Networks that come without encryption although readers come with it."""
        return _listed(self.plain_http_from)

    @property
    def strong_levels(self) -> frozenset[str]:
        """Values of a token's acr, one of which it must have; empty: any will do."""
        return frozenset(_listed(self.oidc_acr))

    @property
    def strong_ways(self) -> frozenset[str]:
        """Values of a token's amr, one of which must be there; empty: any will do."""
        return frozenset(_listed(self.oidc_amr))

    @property
    def reachable(self) -> tuple[str, ...]:
        """Private networks that the service may call."""
        return _listed(self.reachable_networks)

    @field_validator("trusted_proxies", "metrics_from", "reachable_networks", "plain_http_from")
    @classmethod
    def _known_networks(cls, proxies: str) -> str:
        for each in _listed(proxies):
            try:
                ip_network(each)
            except ValueError:
                raise PydanticCustomError("no_network", "write each as 10.0.0.1 or as 10.0.0.0/24") from None
        return proxies

    @field_validator("allowed_hosts", "plain_http_hosts")
    @classmethod
    def _names_alone(cls, hosts: str) -> str:
        if not all(_HOST_NAME.fullmatch(each) for each in _listed(hosts.lower())):
            raise PydanticCustomError("no_name", "write names alone, without https:// and without a port")
        return hosts

    @field_validator("embed_origins", "teams_services")
    @classmethod
    def _origins_alone(cls, origins: str) -> str:
        if not all(_ORIGIN.fullmatch(each) for each in _listed(origins.lower())):
            raise PydanticCustomError("no_origin", "write each as https://intra.example.fi, without a path")
        return origins

    @field_validator("admin_token")
    @classmethod
    def _beyond_guessing(cls, tokens: SecretStr) -> SecretStr:
        admin_tokens(_listed(tokens.get_secret_value()))
        return tokens

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not url.get_secret_value().startswith(("postgresql://", "postgresql+psycopg://")):
            raise PydanticCustomError("no_postgresql", "write it as postgresql://user:password@host/name")
        return url

    @model_validator(mode="after")
    def _encrypted_where_it_is_far(self) -> Settings:
        called = [(name, str(getattr(self, name))) for name in _CALLED]
        for name, url in [*called, *(("teams_services", each) for each in self.teams_origins)]:
            if url and not may_be_called(url, self.plain_hosts):
                raise PydanticCustomError(
                    "not_encrypted",
                    "write it as https://…: without encryption only this machine and private networks are called. "
                    "Name '{host}' in OHJENUORA_PLAIN_HTTP_HOSTS if it is in one",
                    {"host": urlsplit(url).hostname or "", "setting": name},
                )
        database = self.database_url.get_secret_value()
        if database and not is_sure_of_tls(database, self.plain_hosts):
            raise PydanticCustomError(
                "database_not_encrypted",
                "add ?sslmode=verify-full: without encryption only databases of this machine and of private networks "
                "are used. Name its host in OHJENUORA_PLAIN_HTTP_HOSTS if it is in one",
                {"setting": "database_url"},
            )
        return self

    @model_validator(mode="after")
    def _whole_provider(self) -> Settings:
        if self.oidc_issuer and not self.oidc_audience:
            raise PydanticCustomError(
                "no_audience",
                "set OHJENUORA_OIDC_AUDIENCE too, or any token of the provider would do",
                {"setting": "oidc_issuer"},
            )
        if self.chat_sign_in != "off" and not self.oidc_issuer:
            raise PydanticCustomError(
                "no_provider",
                "set it to where readers are to sign in, or OHJENUORA_CHAT_SIGN_IN to off",
                {"setting": "oidc_issuer"},
            )
        return self

    @model_validator(mode="after")
    def _whole_bot(self) -> Settings:
        for name in ("teams_app_secret", "teams_tenant"):
            if self.teams_app_id and not getattr(self, name):
                raise PydanticCustomError(
                    "no_whole_bot", "set {needed} too", {"needed": PREFIX + name.upper(), "setting": "teams_app_id"}
                )
        return self

    @model_validator(mode="after")
    def _signed_webhook(self) -> Settings:
        if self.webhook_url and len(self.webhook_secret.get_secret_value()) < WEBHOOK_SECRET_MIN_CHARS:
            raise PydanticCustomError(
                "no_webhook_secret",
                "set OHJENUORA_WEBHOOK_SECRET to {least} characters or more. Make one with 'openssl rand -hex 32'",
                {"least": WEBHOOK_SECRET_MIN_CHARS, "setting": "webhook_url"},
            )
        secret = self.webhook_secret.get_secret_value()
        if secret.startswith(WEBHOOK_BASE64) and not _BASE64.fullmatch(secret.removeprefix(WEBHOOK_BASE64)):
            raise PydanticCustomError("no_base64", "is no base64 after 'whsec_'", {"setting": "webhook_secret"})
        return self

    def environment(self) -> dict[str, str]:
        """The variables that another process of this installation needs; without the keys that it does not need, and
        without what needs them."""
        keys = ("admin_token", "llm_api_key", "oidc_client_secret", "teams_app_secret", "webhook_secret")
        left_out = {*keys, "teams_app_id", "webhook_url"}
        given = {name: getattr(self, name) for name in Settings.model_fields if name not in left_out}
        kept = {name: value for name, value in given.items() if value is not None}
        plain = {k: v.get_secret_value() if isinstance(v, SecretStr) else str(v) for k, v in kept.items()}
        return {PREFIX + name.upper(): value for name, value in plain.items()}


# Where each secret may lie in a file: the setting that names the file → the secret's own.
SECRET_FILES = {
    f"{PREFIX}{name.upper()}_FILE": f"{PREFIX}{name.upper()}"
    for name, field in Settings.model_fields.items()
    if field.annotation is SecretStr
}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def load_settings(environ: dict[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Settings from the environment, which wins, and the .env file. A secret may lie in a file that is named instead,
    as OHJENUORA_ADMIN_TOKEN_FILE: so systemd, containers and vaults hand them over.

    Raises BadSetting with one line that names the first unknown or malformed setting, or file that cannot be read.
    """
    given = _given(environ, env_file)
    values = {key: value for key, value in given.items() if key.upper().startswith(PREFIX)}
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    for key in SECRET_FILES.keys() & values.keys():
        path = values.pop(key)
        if path.strip():
            values[SECRET_FILES[key]] = _mounted(key, path, values.get(SECRET_FILES[key], ""))
    for key in values:
        if key not in known:
            raise BadSetting(f"Setting '{key}' is unknown. Known settings: {', '.join(sorted(known))}.")
    try:
        # An empty value means "not set", as in a .env file with the line OHJENUORA_CHROMA_URL=
        return Settings.model_validate({known[key]: value for key, value in values.items() if value.strip()})
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0] if first["loc"] else first["ctx"]["setting"]).upper()
        shown = "(hidden)" if name in SECRET_FILES.values() else f"'{values.get(name, '')}'"
        raise BadSetting(f"Setting '{name}' has value {shown}: {first['msg']}.") from None


def _mounted(key: str, path: str, beside: str) -> str:
    """The secret in a file, without blanks around it. beside: what the setting itself says. Raises BadSetting."""
    if beside.strip():
        raise BadSetting(f"Setting '{key}' names a file, and '{SECRET_FILES[key]}' is set too: take one of them away.")
    try:
        secret = Path(path.strip()).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise BadSetting(f"Setting '{key}' has value '{path}': the file cannot be read: {what}.") from None
    if not secret:
        raise BadSetting(f"Setting '{key}' has value '{path}': the file is empty.")
    return secret


def log_format_given(environ: dict[str, str] | None = None, env_file: Path = Path(".env")) -> LogFormat:
    """The form of the log that is wished for, also where another setting stops the start."""
    return "json" if _given(environ, env_file).get(f"{PREFIX}LOG_FORMAT") == "json" else "text"


def _given(environ: dict[str, str] | None, env_file: Path) -> dict[str, str]:
    given = {k: v for k, v in dotenv_values(env_file).items() if v is not None} if env_file.is_file() else {}
    return given | (dict(os.environ) if environ is None else environ)
