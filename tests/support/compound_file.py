"""A compound file (OLE), as Outlook and the old Office programs write it; source: [MS-CFB]."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR, _FREE, _END, _TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LEAST = 4096  # of a stream in sectors of its own; smaller ones would need a table of their own


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A file with these streams, each filled up with zeros; one of no length is a folder."""
    entries: list[bytes] = []
    sectors: list[bytes] = []
    chains: list[int] = []

    def put(data: bytes) -> int:
        first = len(chains)
        count = -(-len(data) // _SECTOR)
        chains.extend([*range(first + 1, first + count), _END])
        sectors.append(data.ljust(count * _SECTOR, b"\0"))
        return first

    def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
        said = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<BBIII", kind, 1, _FREE, right, child)
        return (
            said.ljust(64, b"\0") + struct.pack("<H", len(said)) + links + bytes(36) + struct.pack("<IQ", start, size)
        )

    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    for number, name in enumerate(names, start=1):
        data = streams[name]
        right = number + 1 if number < len(names) else _FREE
        kind, start, size = (2, put(data.ljust(_LEAST, b"\0")), len(data)) if data else (1, 0, 0)
        entries.append(entry(name, kind, right, _FREE, start, max(size, _LEAST) if data else 0))
    root = entry("Root Entry", 5, _FREE, 1 if names else _FREE, _END, 0)
    folder = b"".join([root, *entries])
    first = put(folder.ljust(-(-len(folder) // _SECTOR) * _SECTOR, b"\0"))
    chains.append(_TABLE)
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(_SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, first, 0, _LEAST, _END, 0, _END, 0)
    head += struct.pack("<I", len(chains) - 1).ljust(436, b"\xff")
    return head + b"".join(sectors) + table
