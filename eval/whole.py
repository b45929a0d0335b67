"""`python -m eval.whole`: everything that `python -m eval all` measures, as a job of the service.

Tells of its progress as rag.publishing.publication does, and last {"version": …}. What it finds lies in the data folder
once it is complete: an evaluation that was ended leaves the one before as it was.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from typing import Any

from rag.chatbot import Chatbot
from rag.errors import OhjenuoraError
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.publishing.progress import WHOLE_EVALUATION
from rag.publishing.publication import Given, Say, Tell, work_off
from rag.settings import Settings


class NotInstalled(OhjenuoraError):
    """What draws and reckons is an extra that is not there."""


def evaluate_all(settings: Settings, _: Given, tell: Tell, __: Say) -> Mapping[str, Any]:
    """Raises NotInstalled, BadQuestionFile."""
    try:
        from eval.full import evaluate
        from eval.gate import LIMITS
    except ModuleNotFoundError as error:
        raise NotInstalled(f"No module '{error.name}': install ohjenuora[eval].") from None

    tell("load", 0, 1)
    chatbot = Chatbot(settings, Embedder.load(settings), Lexicon(settings.data_dir))
    tell("load", 1, 1)
    under_way = settings.data_dir / "eval.new"
    shutil.rmtree(under_way, ignore_errors=True)  # of one that was ended
    under_way.mkdir()
    evaluate(chatbot, settings, LIMITS, under_way, tell=tell)
    shutil.copytree(under_way, settings.data_dir / "eval", dirs_exist_ok=True)
    shutil.rmtree(under_way)
    return {"version": chatbot.index.version}


if __name__ == "__main__":
    sys.exit(work_off(evaluate_all, WHOLE_EVALUATION))
