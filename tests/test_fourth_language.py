"""A language more: its pack and texts, and a name in two places; what has to be written in it is then asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ASKED = """
from pathlib import Path
from rag.curated.concepts import Concepts, load_concepts
from rag.errors import BadCorpusFile
from rag.language.detection import detect_language
from rag.language.meanings import Meanings
from rag.language.messages import say
from rag.language.words import Lexicon
from rag.types import LANGUAGES
import api.app, rag.chatbot, rag.index.build

print(detect_language("Kan jeg bruke dette verktøyet på jobb i dag?"))
print(say("nb", "page.title") != "")
Meanings.load()
lexicon = Lexicon(Path("var"))
print(lexicon.read("skjema", "nb").stem)
corpus = Path("given")
corpus.mkdir()
given = "concepts:\\n- {id: hund, kind: topic, nb: [hund]}\\n"
(corpus / "concepts.yaml").write_text(given)
print(Concepts(load_concepts(corpus), lexicon).find(["hunden"], LANGUAGES))
named = "concepts:\\n- {id: hund, kind: data_class, nb: [hund], name: {fi: koira, sv: hund, en: dog}}\\n"
(corpus / "concepts.yaml").write_text(named)
try:
    load_concepts(corpus)
except BadCorpusFile as error:
    print(error)
"""


@pytest.mark.slow
def test_norwegian_is_a_pack_its_texts_and_a_name_in_two_places(tmp_path: Path) -> None:
    weights = shutil.ignore_patterns("*.npz", "*.xz", "__pycache__")
    for folder in ("rag", "api"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=weights)
    written(tmp_path / "rag/types.py", 'Literal["fi", "sv", "en"]', 'Literal["fi", "sv", "en", "nb"]')
    written(tmp_path / "rag/language/packs.py", "import en, fi, sv", "import en, fi, nb, sv")
    written(tmp_path / "rag/language/packs.py", "en.ENGLISH)", "en.ENGLISH, nb.NORWEGIAN)")
    stub = (
        "from dataclasses import replace\n"
        "from rag.language.sv import SWEDISH\n\n"
        'NORWEGIAN = replace(SWEDISH, language="nb")\n'
    )
    (tmp_path / "rag/language/nb.py").write_text(stub, encoding="utf-8")
    shutil.copy(tmp_path / "rag/language/texts/sv.yaml", tmp_path / "rag/language/texts/nb.yaml")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    spoken, texts, stem, found, told = done.stdout.splitlines()
    assert (spoken, texts) == ("nb", "True")
    assert stem
    assert "hund" in found
    assert told.endswith("concepts.0.name.nb: Field required")


def written(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text, before
    file.write_text(text.replace(before, after), encoding="utf-8")
