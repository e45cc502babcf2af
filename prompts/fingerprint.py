"""Names what audio is made from."""

from __future__ import annotations

import hashlib

MASTERING = "2"
"""Part of every fingerprint: raise it when prompts.sound makes something else of the same file."""


def fingerprint(kind: str, content: str | bytes) -> str:
    """Names what a file of audio is made from: the same again for the same content, 32 hexadecimal digits."""
    raw = content.encode() if isinstance(content, str) else content
    return _hash(f"{MASTERING}\n{kind}\n".encode() + raw)


def version(said: bytes) -> str:
    """Names a wording that people agree to, 8 hexadecimal digits: the same however its audio is mastered."""
    return _hash(b"1\nwording\n" + said)[:8]


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]
