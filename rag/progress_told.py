"""What a command tells of its progress: at a terminal in one line that is written over, elsewhere now and then."""

from __future__ import annotations

import logging
import sys
import time

from rag.settings import COMMAND, LogFormat

BAR_WIDTH = 79  # what is left of a longer line is written over
EVERY_S = 10.0  # a log that nobody watches stays short: six lines a minute of work

_said = logging.getLogger(COMMAND)


class ProgressTold:
    """From its making on. at_terminal: whether each line is written over the one before."""

    def __init__(self, form: LogFormat) -> None:
        self.at_terminal = form == "text" and sys.stderr.isatty()
        self._last = ""
        self._told_s = time.monotonic()

    def tell(self, line: str) -> None:
        self._last = line
        if self.at_terminal:
            print(f"\r{line:<{BAR_WIDTH}}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self._told_s >= EVERY_S:
            self._told_s = time.monotonic()
            _said.info("%s", line)

    def end(self, last: str = "") -> None:
        """last: what is said where nothing else stands there at the end, empty for nothing."""
        if self.at_terminal:
            print(file=sys.stderr)
        elif last:
            _said.info("%s", self._last or last)
