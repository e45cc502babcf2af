"""Names what audio is made from."""

from __future__ import annotations

import hashlib

MASTERING = "1"
"""Part of every fingerprint: raise it when prompts.sound makes something else of the same file."""


def fingerprint(kind: str, content: str | bytes) -> str:
    """Names a content: the same again for the same content, 32 hexadecimal digits."""
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(f"{MASTERING}\n{kind}\n".encode() + raw).hexdigest()[:32]
