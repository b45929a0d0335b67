"""What the README says of the project is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rag.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


@pytest.fixture
def readme() -> str:
    assert README.is_file(), "there is no README.md"
    return README.read_text(encoding="utf-8")


def test_every_setting_is_documented(readme: str) -> None:
    names = [PREFIX + field.upper() for field in Settings.model_fields]
    assert [name for name in names if not re.search(rf"\b{name}\b", readme)] == []


def test_every_relative_link_leads_somewhere(readme: str) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", readme, flags=re.DOTALL))
    files = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [file for file in files if not (ROOT / file).exists()] == []
