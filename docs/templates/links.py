"""A hook of MkDocs: links to files of the project outside docs/ are named, since the site does not hold them."""

from __future__ import annotations

import re
from typing import Any

_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)#]+)(?:#[^)]*)?\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    def named(link: re.Match[str]) -> str:
        text, path = link.groups()
        return f"`{path}`" if text.endswith(path) else f"{text} (`{path}`)"

    return _OUTSIDE.sub(named, markdown)
