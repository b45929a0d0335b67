"""The guides: a site that stands by itself, and no command, setting, address or button in them that is not there."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from mkdocs.commands.build import build
from mkdocs.config import load_config
from pydantic import SecretStr
from starlette.routing import Match

from api.app import create_app
from eval.__main__ import _parser as eval_parser
from rag.chatbot import Chatbot
from rag.cli import _parser as ohjenuora_parser
from rag.language.messages import messages
from rag.settings import PREFIX, SECRET_FILES, Settings
from rag.types import Language
from tests.support.browser import serving
from tests.support.fakes import FakeChatbot
from tests.support.microsoft import microsoft

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GUIDES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), ROOT / "eval" / "README.md", ROOT / "corpus" / "README.md"])
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
OF_TESTS = {"OHJENUORA_TEST_DATA_DIR"}
OF_MAKE = {"PORT", "HOST", "PYTHON", "WORKERS", "TORCH_INDEX", "DATA", "MARKED", "BENCH", "MINUTES"}
_CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_EMPHASISED = re.compile(r"(?<![*\w])\*([^*\n]+)\*(?![*\w])")
READERS_GUIDES: list[tuple[str, Language]] = [
    ("user.md", "en"),
    ("administrator.md", "en"),
    ("kayttajan-opas.md", "fi"),
    ("toimittajan-opas.md", "fi"),
]


def code(text: str) -> Iterator[str]:
    """Each line of code and each span of code."""
    for block, span in _CODE.findall(text):
        yield from (block or span).splitlines()


def commands(text: str, name: str) -> Iterator[list[str]]:
    """What follows a command's name wherever it stands in code and a word follows it, up to what ends a command."""
    for line in code(text):
        for said in re.findall(rf"(?:^|[\s/]){re.escape(name)} +([a-z][^#;&|`()]*)", line):
            try:
                yield shlex.split(said)
            except ValueError:  # a quote that another line closes
                yield said.split()


def options(parser: argparse.ArgumentParser) -> dict[str, set[str]]:
    """The options of each subcommand."""
    (subcommands,) = (each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    return {
        name: {option for action in each._actions for option in action.option_strings} | _below(each)
        for name, each in subcommands.choices.items()
    }


def _below(parser: argparse.ArgumentParser) -> set[str]:
    """Of a subcommand's own subcommands, as `ohjenuora audit verify`."""
    nested = any(isinstance(each, argparse._SubParsersAction) for each in parser._actions)
    return set().union(*options(parser).values()) if nested else set()


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(Settings(data_dir=Path("var")))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_settings_that_are_named_are_there(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for name, known in (("ohjenuora", options(ohjenuora_parser())), ("python -m eval", options(eval_parser()))):
        for command, *rest in commands(text, name):
            assert command in known, f"{name} {command}"
            given = {word.strip("[]").partition("=")[0] for word in rest if word.strip("[").startswith("--")}
            assert given <= known[command], f"{name} {command}"
    for words in commands(text, "make"):
        assert words[0] in targets, words
        assert {word.partition("=")[0] for word in words[1:] if "=" in word} <= OF_MAKE, words
    assert set(re.findall(r"\bOHJENUORA_[A-Z_]+[A-Z]", text)) <= SETTINGS | SECRET_FILES.keys() | OF_TESTS


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_addresses_that_are_named_are_there(guide: Path, app: FastAPI) -> None:
    """Those below which there is something count, too, as `/api/admin`."""
    described = [_shape(each) for each in app.openapi()["paths"]]
    for said in code(guide.read_text(encoding="utf-8")):
        for address in re.findall(r"(?:^|\s|\$HOST|<address>)(/(?:api|admin|v1|documents|embed)\b[\w/{}.]*)", said):
            path = address.rstrip("/.")
            asked = {"type": "http", "path": path, "root_path": "", "method": "GET", "headers": []}
            served = any(route.matches(asked)[0] is not Match.NONE for route in app.router.routes)
            assert served or any(f"{each}/".startswith(f"{_shape(path)}/") for each in described), address


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_every_command_target_and_setting_is_documented() -> None:
    text = "\n".join(each.read_text(encoding="utf-8") for each in GUIDES)
    named = {words[0] for words in commands(text, "ohjenuora")}
    assert options(ohjenuora_parser()).keys() <= named
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) - {"setup-dev"} <= {words[0] for words in commands(text, "make")}
    operator = (DOCS / "operator.md").read_text(encoding="utf-8")
    assert [name for name in sorted(SETTINGS) if f"| `{name}` |" not in operator] == []


# What the guide says in words of its own.
IN_WORDS = {"oidc_client_id": "the audience", "corpus_dir": "corpus"}


def test_the_defaults_that_the_guide_tells_are_those_of_the_settings() -> None:
    operator = (DOCS / "operator.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| `{PREFIX}(\w+)` \|([^|]*)\|", operator, re.MULTILINE)
    told = {name.lower(): shown.strip().strip("`") for name, shown in rows}
    defaults = Settings()
    for name, shown in told.items():
        value = getattr(defaults, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else "" if value is None else str(value)
        plain = plain.removesuffix(".0") if isinstance(value, float) else plain
        assert shown == IN_WORDS.get(name, plain), name
    assert told.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("guide", [each for each in GUIDES if "```python" in each.read_text(encoding="utf-8")], ids=str)
def test_the_python_of_the_guides_runs(
    guide: Path, chatbot: Chatbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A guide's blocks one after the other, as somebody reads them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Chatbot, "open", staticmethod(lambda _: chatbot))
    blocks = re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    with serving(create_app(Settings(data_dir=tmp_path), chatbot)) as address:
        for block in blocks:
            exec(block.replace("https://<address>", address), names)  # noqa: S102  # it is ours
    assert "only_if_approved" in capsys.readouterr().out
    if "passages" in names:  # what is not printed
        assert len(names["passages"]) == 3
        assert len(names["nodes"]) == 5
        assert str(names["response"]) == names["answer"].message


@pytest.mark.parametrize(("guide", "language"), READERS_GUIDES)
def test_what_a_guide_calls_a_button_or_a_page_is_written_there(guide: str, language: Language) -> None:
    said = {word.casefold() for word in _EMPHASISED.findall((DOCS / guide).read_text(encoding="utf-8"))}
    shown = [value.casefold() for value in messages(language).values()]
    assert said
    assert [each for each in sorted(said) if not any(each in value for value in shown)] == []


class _Page(HTMLParser):
    """What a page is made of: languages of the document, and addresses that it loads by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language = ""
        self.loaded: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag in ("script", "link", "img", "iframe"):
            self.loaded.append(given.get("src") or given.get("href") or "inline")


def test_the_site_is_whole_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    """Strict: a page that is in no menu, a link or a place in a page that is not there stop it."""
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path)))
    pages = {path.relative_to(tmp_path).as_posix(): _Page(path.read_text("utf-8")) for path in tmp_path.rglob("*.html")}
    assert {f"{guide.stem}.html" for guide in DOCS.glob("*.md")} <= pages.keys()
    assert {name for name, page in pages.items() if page.language == "fi"} == {
        "kayttajan-opas.html",
        "toimittajan-opas.html",
    }
    for name, page in pages.items():
        assert all((tmp_path / name).parent.joinpath(each).is_file() for each in page.loaded), name


def test_links_out_of_the_site_lead_to_files_of_the_project() -> None:
    found = 0
    for guide in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\((\.\./[^)#]+)", guide.read_text(encoding="utf-8")):
            assert (guide.parent / target).is_file(), f"{guide}: {target}"
            found += 1
    assert found


CURL = shutil.which("curl")


@pytest.mark.skipif(CURL is None, reason="no curl")
def test_each_door_is_seen_to_work_as_the_guide_says(tmp_path: Path) -> None:
    """The commands of "Does it work?", run as they stand."""
    assert CURL is not None
    _, _, rest = (DOCS / "integrations.md").read_text(encoding="utf-8").partition("## Does it work?")
    rows = re.findall(r"^\| [^|]+ \| `curl ([^|]+)` \| `([^`]+)`", rest.partition("\n## ")[0], re.MULTILINE)
    assert len(rows) == 7
    with microsoft() as stand_in:
        settings = stand_in.settings(data_dir=tmp_path, embed_origins="https://intra.example.fi")
        with serving(create_app(settings, FakeChatbot())) as address:
            for given, comes in rows:
                words = shlex.split(given.replace("https://<address>", address))
                command = [CURL, "--silent", "--write-out", "\n%{http_code}", *words]
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
                assert comes in done.stdout, given
                assert done.stdout.endswith("\n401" if comes == "401" else "\n200"), given
