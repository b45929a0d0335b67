"""The folder of one run: what is needed to score it again, and what it was run with.

outputs.jsonl    one Output a line              documents.json   the texts that they cite, by id
config.json      settings without secrets, index version, model, commit, the question files' hashes
metrics.json     report.md   wrong.md           what came of it
<component>.json                                what a component did, to be measured again (eval/components.py)
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr, TypeAdapter, ValidationError

from eval.metrics import Outcome
from eval.report import render_report, render_wrong
from eval.run import Output
from eval.summary import Summary
from rag.errors import OhjenuoraError
from rag.settings import Settings

_OUTPUT = TypeAdapter(Output)
_TEXTS = TypeAdapter(dict[str, str])


class UnreadableRun(OhjenuoraError):
    """A run's folder that cannot be read."""


def write_outputs(folder: Path, outputs: Sequence[Output], documents: Mapping[str, str]) -> None:
    """Store the outputs, and of the documents those that they cite."""
    lines = "".join(_OUTPUT.dump_json(output).decode() + "\n" for output in outputs)
    (folder / "outputs.jsonl").write_text(lines, encoding="utf-8")
    cited = {each.document_id for output in outputs for each in (*output.answer.citations, *output.answer.see_also)}
    write_json(folder / "documents.json", {name: documents[name] for name in sorted(cited & documents.keys())})


def read_outputs(folder: Path) -> tuple[list[Output], dict[str, str]]:
    """The stored outputs, and the texts of the documents that they cite. Raises UnreadableRun."""
    outputs: list[Output] = []
    try:
        documents = _TEXTS.validate_json((folder / "documents.json").read_bytes())
        lines = (folder / "outputs.jsonl").read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines, start=1):
            if line:
                outputs.append(_read_output(line, folder / "outputs.jsonl", number))
    except OSError as error:
        what = f"{error.filename}: {error.strerror}; name the folder that a run wrote with --out"
        raise UnreadableRun(what) from error
    except ValidationError as error:
        raise UnreadableRun(f"{folder / 'documents.json'}: {error.errors()[0]['msg']}; run again") from error
    return outputs, documents


def _read_output(line: str, path: Path, number: int) -> Output:
    try:
        return _OUTPUT.validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise UnreadableRun(f"{path}:{number}: key '{key}': {first['msg']}; run again") from error


def write_report(folder: Path, outcomes: Sequence[Outcome], summary: Summary) -> None:
    """Store the metrics, as JSON and as a text, and the wrong cases."""
    write_json(folder / "metrics.json", summary.as_json())
    (folder / "report.md").write_text(render_report(summary), encoding="utf-8")
    (folder / "wrong.md").write_text(render_wrong(outcomes), encoding="utf-8")


def write_config(
    folder: Path, settings: Settings, questions: Sequence[Path], versions: Iterable[str]
) -> dict[str, Any]:
    """Store, and return, what the run was made with; no secret, and of an address neither user name nor password nor
    query. versions: the index's."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    shown = {name: _shown(value) for name, value in values.items() if not isinstance(value, SecretStr)}
    config = {
        "questions": {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in questions},
        "index_versions": sorted(set(versions)),
        "model": settings.embedding_model,
        "commit": _commit(),
        "settings": shown,
    }
    write_json(folder / "config.json", config)
    return config


def _shown(value: object) -> object:
    if isinstance(value, str) and "://" in value:
        parts = urlsplit(value)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _commit() -> str | None:
    """The commit that the code is at, with "-dirty" if files differ from it; None outside a repository."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None


def write_stored(folder: Path, name: str, kind: TypeAdapter[Any], stored: Any) -> None:
    """What a component did."""
    (folder / f"{name}.json").write_bytes(kind.dump_json(stored, indent=1))


def read_stored(folder: Path, name: str, kind: TypeAdapter[Any]) -> Any:
    """Raises UnreadableRun."""
    path = folder / f"{name}.json"
    try:
        return kind.validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableRun(f"{path}: {error.strerror}; name the folder that was written with --out") from error
    except ValidationError as error:
        raise UnreadableRun(f"{path}: {error.errors()[0]['msg']}; run again") from error


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")
