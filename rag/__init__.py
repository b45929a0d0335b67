"""Ohjenuora in a program of one's own, over an index that `ohjenuora index` has built:

    from rag import Chatbot, load_settings

    chatbot = Chatbot.open(load_settings())  # the model and the index: seconds, once
    answer = chatbot.ask("Saanko liittää henkilötietoja Copilotiin?")
    passages = chatbot.search("henkilötiedot", k=3)

Whatever else is in rag may change with the next release. docs/integrations.md tells more.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rag.errors import OhjenuoraError
from rag.types import Answer, Citation, Passage, Statement

__all__ = [
    "Answer",
    "Chatbot",
    "Citation",
    "OhjenuoraError",
    "Passage",
    "Settings",
    "Statement",
    "load_settings",
]

# onnxruntime keeps an id of the machine and tells Microsoft of its use, unless it is told not to before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# numpy's threads wait for each other by running in circles: on two cores an answer took twice the processor time
# (176 ms instead of 101), and not one millisecond less. Read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from rag.chatbot import Chatbot
    from rag.settings import Settings, load_settings
else:

    def __getattr__(name: str) -> object:
        """What takes long to import waits until it is used: the modules of rag are imported one by one, too."""
        if name == "Chatbot":
            from rag.chatbot import Chatbot

            return Chatbot
        if name in ("Settings", "load_settings"):
            from rag import settings

            return getattr(settings, name)
        raise AttributeError(f"module 'rag' has no attribute '{name}'")
