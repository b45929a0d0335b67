"""The bot in Microsoft Teams, against a stand-in of Microsoft's login and connector that signs and checks for real."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from PIL import Image

from api.app import create_app
from api.teams_activity import PATH
from api.teams_card import MAX_BYTES, card
from api.teams_connector import Connector
from rag.errors import BadSetting
from rag.language.messages import say
from rag.settings import Settings, load_settings
from rag.types import Answer
from tests.support import microsoft as stand_in
from tests.support.browser import serving
from tests.support.fakes import HOSTILE, RULE, FakeChatbot, answered, cite, guidance, hostile, parted, refused
from tests.support.microsoft import Microsoft
from tests.support.waiting import WAIT_S

ROOT = Path(__file__).parent.parent
QUESTION = "saako-hetun-131052-308T-syottaa"
HOME = "https://ohjenuora.example.fi"


@pytest.fixture(scope="module")
def running() -> Iterator[Microsoft]:
    with stand_in.microsoft() as microsoft:
        yield microsoft


@pytest.fixture
def microsoft(running: Microsoft) -> Iterator[Microsoft]:
    yield running
    assert not running.has_more()
    assert running.statuses == []


@pytest.fixture
def fake() -> FakeChatbot:
    return FakeChatbot()


@pytest.fixture
def bot(microsoft: Microsoft, fake: FakeChatbot, tmp_path: Path) -> Iterator[str]:
    settings = microsoft.settings(data_dir=tmp_path, public_url=HOME)
    with serving(create_app(settings, fake)) as address:
        yield f"{address}{PATH}"


def send(bot: str, activity: Any, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(bot, json=activity, headers=headers, timeout=WAIT_S).status_code


def said(microsoft: Microsoft) -> dict[str, Any]:
    """The next reply that is no sign of typing."""
    while (reply := microsoft.next_reply()[1])["type"] == "typing":
        pass
    return reply


def shown(card: Any) -> str:
    """All text of a card, as a reader sees it."""
    if isinstance(card, dict):
        own = [str(card[name]) for name in ("text", "title") if name in card]
        return "\n".join([*own, *(shown(each) for name, each in card.items() if name not in ("data", "fallbackText"))])
    return "\n".join(filter(None, map(shown, card))) if isinstance(card, list) else ""


# The answer


def test_a_question_is_answered_with_a_card_where_it_was_asked(
    bot: str, microsoft: Microsoft, fake: FakeChatbot
) -> None:
    assert send(bot, microsoft.activity(), microsoft.token()) == 200
    path, typing = microsoft.next_reply()
    assert (path, typing["type"]) == ("v3/conversations/a%3A17I0kl9EkpE1O9/activities", "typing")
    path, reply = microsoft.next_reply()
    assert path == "v3/conversations/a%3A17I0kl9EkpE1O9/activities/1485983408511"
    assert (reply["type"], reply["replyToId"], reply["locale"]) == ("message", "1485983408511", "fi")
    assert (reply["from"]["id"], reply["recipient"]["id"]) == ("28:5a1d-app", "29:1XJKJMvc5GBtc")
    assert reply["summary"] == say("fi", "page.answer.only_if_approved")
    [attachment] = reply["attachments"]
    assert attachment == {"contentType": "application/vnd.microsoft.card.adaptive", "content": card(fake.answer, HOME)}
    assert [asked[0] for asked in fake.asked] == ["Saanko syöttää henkilötietoja?"]


def test_the_memory_is_of_the_conversation_and_cannot_be_guessed(
    bot: str, microsoft: Microsoft, fake: FakeChatbot
) -> None:
    elsewhere = {"id": "19:ja0cu120i1jod12j@thread.tacv2", "tenantId": stand_in.TENANT}
    for more in ({}, {"text": "Entä Copilotiin?"}, {"conversation": elsewhere}):
        assert send(bot, microsoft.activity(**more), microsoft.token()) == 200
        said(microsoft)
    first, second, third = (str(asked[2]) for asked in fake.asked)
    assert first == second != third
    assert "17I0kl9" not in first


def test_in_a_group_the_bots_own_name_is_no_part_of_the_question(
    bot: str, microsoft: Microsoft, fake: FakeChatbot
) -> None:
    called = {"type": "mention", "text": "<at>Ohjenuora</at>", "mentioned": {"id": "28:5a1d-app", "name": "Ohjenuora"}}
    other = {"type": "mention", "text": "<at>Maija</at>", "mentioned": {"id": "29:2"}}
    text = "<at>Ohjenuora</at>\xa0Saako <at>Maija</at> tehdä sen?"
    assert send(bot, microsoft.activity(text=text, entities=[called, other]), microsoft.token()) == 200
    said(microsoft)
    assert fake.asked[0][0] == "Saako <at>Maija</at> tehdä sen?"


def test_a_button_rates_the_answer(bot: str, microsoft: Microsoft, fake: FakeChatbot) -> None:
    assert send(bot, microsoft.activity(), microsoft.token()) == 200
    content = said(microsoft)["attachments"][0]["content"]
    data = [action["data"] for action in content["body"][-1]["actions"]]
    assert [each["rating"] for each in data] == ["up", "down"]
    for value, key in ((data[1], "thanks"), ({"answer_id": "none", "rating": "up"}, "no_feedback")):
        pressed = microsoft.activity(text=None, value=value, locale="sv-FI")
        assert send(bot, pressed, microsoft.token()) == 200
        assert said(microsoft)["text"] == say("sv", f"page.answer.{key}")
    assert len(fake.asked) == 1


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("", "error.field.blank", {"field": "question"}),
        (None, "error.field.blank", {"field": "question"}),
        ("a" * 2001, "error.field.too_long", {"field": "question", "limit": 2000}),
    ],
)
def test_what_cannot_be_answered_is_told(
    bot: str, microsoft: Microsoft, fake: FakeChatbot, text: str | None, key: str, values: dict[str, object]
) -> None:
    assert send(bot, microsoft.activity(text=text, locale="en-GB"), microsoft.token()) == 200
    assert said(microsoft)["text"] == say("en", key, **values)
    assert fake.asked == []


def test_a_failure_is_told_and_no_question_is_logged(
    bot: str, microsoft: Microsoft, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for text in ("huono", f"kaadu {QUESTION}"):
        assert send(bot, microsoft.activity(text=text), microsoft.token()) == 200
        assert QUESTION not in json.dumps(said(microsoft))
    microsoft.statuses = [200, 400]  # typing, then the reply
    assert send(bot, microsoft.activity(text=QUESTION), microsoft.token()) == 200
    said(microsoft)
    # The next is answered; by then the log has the one before.
    assert send(bot, microsoft.activity(), microsoft.token()) == 200
    said(microsoft)
    assert "A reply is not taken by Teams: status 400" in caplog.text
    for secret in (QUESTION, "Meikäläinen", "29:1XJ", stand_in.SECRET, "token-1"):
        assert secret not in caplog.text


def test_one_person_may_not_ask_without_end(microsoft: Microsoft, fake: FakeChatbot, tmp_path: Path) -> None:
    few = microsoft.settings(data_dir=tmp_path, requests_per_minute=1, requests_at_once=3)
    with serving(create_app(few, fake)) as address:
        for _ in range(3):
            assert send(f"{address}{PATH}", microsoft.activity(), microsoft.token()) == 200
            said(microsoft)
        assert send(f"{address}{PATH}", microsoft.activity(), microsoft.token()) == 429
    assert len(fake.asked) == 3


def test_what_is_no_message_is_taken_without_a_word(bot: str, microsoft: Microsoft, fake: FakeChatbot) -> None:
    for kind in ("conversationUpdate", "messageReaction", "installationUpdate", "typing"):
        assert send(bot, microsoft.activity(type=kind), microsoft.token()) == 200
    assert fake.asked == []


# The connector


def test_the_token_is_asked_for_once_and_a_busy_connector_is_asked_again(bot: str, microsoft: Microsoft) -> None:
    before = microsoft.tokens
    microsoft.statuses = [200, 429, 503]  # typing, and the reply twice
    assert send(bot, microsoft.activity(), microsoft.token()) == 200
    replies = [said(microsoft) for _ in range(3)]
    assert replies[0] == replies[1] == replies[2]
    assert microsoft.tokens == before + 1


def test_no_redirect_is_followed(bot: str, microsoft: Microsoft) -> None:
    microsoft.statuses = [200, 302]
    assert send(bot, microsoft.activity(), microsoft.token()) == 200
    said(microsoft)
    assert send(bot, microsoft.activity(), microsoft.token()) == 200
    assert microsoft.next_reply()[0].startswith("v3/")
    said(microsoft)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://SMBA.trafficmanager.net/teams", True),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://smba.trafficmanager.net:8443/", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://smba.trafficmanager.net\\@evil.example/", False),
        ("https://smba.trafficmanager.net/?x=", False),
        ("https://smba.trafficmanager.net/#", True),  # an empty fragment is none
        ("https://169.254.169.254/latest/meta-data/", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_replies_go_to_the_origins_of_the_settings_alone(address: str, may: bool) -> None:
    assert Connector(Settings()).may_send_to(address) is may


# Who may send


def test_what_microsoft_has_not_signed_for_this_bot_is_refused(
    bot: str, microsoft: Microsoft, fake: FakeChatbot
) -> None:
    sign, now = microsoft.token, int(time.time())
    tokens = {
        "no token": "abc",
        "no parts": "a.b.c",
        "another signature": sign()[:-6] + "AAAAAA",
        "no signature": sign().rpartition(".")[0] + ".",
        "a symmetric key": sign(algorithm="HS256"),
        "an unknown key": sign(key="made-up"),
        "another issuer": sign(iss="https://sts.windows.net/x/"),
        "no issuer": sign(iss=None),
        "another bot": sign(aud="another-bot"),
        "no bot": sign(aud=None),
        "no address": sign(serviceurl=None),
        "too late": sign(exp=now - 600),
        "no end": sign(exp=None),
        "too early": sign(nbf=now + 600),
    }
    taken = {what: send(bot, microsoft.activity(), token) for what, token in tokens.items()}
    assert taken == dict.fromkeys(tokens, 401)
    assert httpx.post(bot, content=b'{"half": ', timeout=WAIT_S).status_code == 401
    assert fake.asked == []


def test_what_comes_from_elsewhere_is_refused(bot: str, microsoft: Microsoft, fake: FakeChatbot) -> None:
    evil = "https://evil.example/"
    elsewhere: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "another channel": ({"channelId": "webchat"}, {}),
        "a key that may not speak for Teams": ({}, {"key": "other"}),
        "an address that is not signed": ({"serviceUrl": evil}, {}),
        "an address that is not allowed": ({"serviceUrl": evil}, {"serviceurl": evil}),
        "another tenant": ({"channelData": {"tenant": {"id": "another"}}}, {}),
        "no tenant": ({"channelData": None, "conversation": {"id": "a:1"}}, {}),
    }
    taken = {
        what: send(bot, microsoft.activity(**activity), microsoft.token(**claims))
        for what, (activity, claims) in elsewhere.items()
    }
    assert taken == dict.fromkeys(elsewhere, 403)
    assert fake.asked == []


def test_what_cannot_be_read_is_refused(bot: str, microsoft: Microsoft) -> None:
    headers = {"Authorization": f"Bearer {microsoft.token()}"}
    for content in (b"", b"{", b"[]", b"\xff", b"[" * 50_000, json.dumps({"type": "message"}).encode()):
        assert httpx.post(bot, content=content, headers=headers, timeout=WAIT_S).status_code == 422


def test_without_a_bot_there_is_no_such_address(fake: FakeChatbot, microsoft: Microsoft, tmp_path: Path) -> None:
    with serving(create_app(Settings(data_dir=tmp_path), fake)) as address:
        assert send(f"{address}{PATH}", microsoft.activity(), microsoft.token()) == 404


@pytest.mark.parametrize("missing", ["APP_SECRET", "TENANT"])
def test_half_a_bot_stops_the_start(missing: str) -> None:
    given = {f"OHJENUORA_TEAMS_{name}": "x" for name in ("APP_ID", "APP_SECRET", "TENANT") if name != missing}
    with pytest.raises(BadSetting, match=rf"^Setting 'OHJENUORA_TEAMS_APP_ID' .*OHJENUORA_TEAMS_{missing}"):
        load_settings(given, Path("no.env"))
    assert "hunter2" not in str(Settings.model_validate({"teams_app_secret": "hunter2"}).environment())


# The card


@cache
def _schema() -> Any:
    """Microsoft's own, as the package has it."""
    return json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text(encoding="utf-8"))


def _long() -> Answer:
    cited = [cite(guidance(), RULE, number) for number in range(1, 200)]
    return replace(answered(), citations=tuple(cited))


@pytest.mark.parametrize(
    "answer", [answered(), refused(), parted(), _long()], ids=["answer", "refusal", "parts", "long"]
)
def test_a_card_is_as_microsoft_defines_it(answer: Answer) -> None:
    made = card(answer, HOME)
    jsonschema_rs.validate(_schema(), made)
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(_schema(), made | {"body": [{"type": "RichTextBlock"}]})


def test_a_card_shows_what_the_page_shows_in_its_order() -> None:
    answer = answered()
    text = shown(card(answer, HOME))
    wanted = [
        say("fi", "page.answer.only_if_approved"),
        answer.statements[0].text,
        "[1]",
        answer.statements[1].text,
        answer.notices[0].text,
        say("fi", "page.answer.sources"),
        answer.citations[0].title,
        answer.citations[0].quote,
        say("fi", "page.answer.follow_ups"),
        answer.follow_ups[0],
        say("fi", "page.answer.helped"),
    ]
    places = [text.index(each) for each in wanted]
    assert places == sorted(places)
    assert f'"url": "{HOME}/documents/{guidance().id}?' in json.dumps(card(answer, HOME))
    assert {"msteams": {"type": "imBack", "value": answer.follow_ups[0]}} in [
        action["data"] for element in card(answer, HOME)["body"] for action in element.get("actions", [])
    ]


def test_a_long_answer_leaves_its_quotes_to_the_links() -> None:
    answer = replace(_long(), citations=_long().citations[:40])
    made = card(answer, HOME)
    assert RULE not in shown(made)
    assert "40. " in shown(made)
    assert len(json.dumps(made).encode()) <= MAX_BYTES


def test_what_a_document_holds_is_text_and_nothing_else() -> None:
    quote = cite(hostile(), HOSTILE)
    made = card(replace(answered(), citations=(quote,), statements=()), HOME)
    assert HOSTILE in shown(made)
    for element in made["body"]:
        assert element["type"] in ("RichTextBlock", "Container", "ActionSet")  # no TextBlock, which reads Markdown


def test_the_package_for_teams_is_whole_once_it_is_filled_in_as_the_guide_says(tmp_path: Path) -> None:
    """What Microsoft's schema 1.19 requires, and the limits it sets; it is not at hand here."""
    guide = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```sh\ncd deploy/teams\n(.*?)```", guide, re.DOTALL)
    shutil.copytree(ROOT / "deploy" / "teams", tmp_path, dirs_exist_ok=True)
    app_id = str(uuid.uuid4())
    given = (
        shown.replace("<application id>", app_id)
        .replace("<organisation>", "Virasto")
        .replace("python3", sys.executable)
    )
    subprocess.run(["/bin/sh", "-ec", given], cwd=tmp_path, check=True)
    with zipfile.ZipFile(tmp_path / "ohjenuora-teams.zip") as package:
        assert sorted(package.namelist()) == ["color.png", "manifest.json", "outline.png"]
        text = package.read("manifest.json").decode("utf-8")
        icons = {name: Image.open(BytesIO(package.read(name))) for name in ("color.png", "outline.png")}
    manifest = json.loads(text)
    assert re.findall("APPLICATION_ID|ADDRESS|ORGANISATION", text) == []
    required = ("manifestVersion", "version", "id", "developer", "name", "description", "icons", "accentColor")
    assert set(required) <= manifest.keys()
    assert manifest["$schema"].endswith(f"/v{manifest['manifestVersion']}/MicrosoftTeams.schema.json")
    assert {"name", "websiteUrl", "privacyUrl", "termsOfUseUrl"} == manifest["developer"].keys()
    assert all(url.startswith("https://ohjenuora.example.fi") for url in list(manifest["developer"].values())[1:])
    assert (manifest["id"], manifest["bots"][0]["botId"]) == (app_id, app_id)
    assert set(manifest["bots"][0]["scopes"]) <= {"personal", "team", "groupChat"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert re.fullmatch(r"#[0-9a-f]{6}", manifest["accentColor"])
    for field, part, most in (
        ("name", "short", 30),
        ("name", "full", 100),
        ("description", "short", 80),
        ("description", "full", 4000),
    ):
        assert 0 < len(manifest[field][part]) <= most
    assert manifest["validDomains"] == ["ohjenuora.example.fi"]
    assert manifest["icons"] == {"color": "color.png", "outline": "outline.png"}
    assert (icons["color.png"].size, icons["outline.png"].size) == ((192, 192), (32, 32))
    pixels = {icons["outline.png"].getpixel((x, y)) for x in range(32) for y in range(32)}
    assert {pixel[:3] for pixel in pixels if isinstance(pixel, tuple)} == {(255, 255, 255)}
    assert {0, 255} <= {pixel[3] for pixel in pixels if isinstance(pixel, tuple)}
