"""Pictures for the guides, as small as they can be told from the screen."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image


def save_picture(taken: bytes, file: Path, colours: int) -> None:
    """What a browser has taken (PNG), in so many colours."""
    Image.open(BytesIO(taken)).convert("RGB").quantize(colours).save(file, optimize=True)
