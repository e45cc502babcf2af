"""What Asterisk complains about in its log, in words that begin with the place."""

from __future__ import annotations

import re
from pathlib import Path

TROUBLE = re.compile(r"\] (?:WARNING|ERROR)\[\d+\](?:\[[^]]*\])? (?P<source>[\w.]+): (?P<text>.*)")
LINE = re.compile(r",? (?:at|in)?,? ?line (?P<line>\d+) of (?P<file>\S*)")
CONSEQUENCE = re.compile(
    r"Some non-required modules failed|declined to load|Error loading module|Could not create an object"
)
"""What it adds to a fault that has a line of its own."""

BY_CHANCE = re.compile(r"Enable PJSIP_SAFE_MODULE")
"""PJSIP's own, when two of its modules are loaded at the same moment: no file is at fault."""

PLAINER = (
    (r"Could not find option suitable for category '\S+' named '(\S+)'", r"there is no option \1; check its spelling"),
    (r"Inheritance requested, but category '(\S+)' does not exist", r"it needs the template [\1](!), which is missing"),
)


def complaints(log: Path, since: int = 0) -> list[str]:
    """Warnings and errors that were written after the first `since` octets, each once."""
    if not log.exists():
        return []
    lines = log.read_bytes()[since:].decode(errors="replace").splitlines()
    texts = [match["text"].strip() for line in lines if (match := TROUBLE.search(line))]
    found = [_readable(text) for text in texts if not BY_CHANCE.search(text)]
    told = [text for text in found if not CONSEQUENCE.search(text)]
    return list(dict.fromkeys(told or found))


def _readable(text: str) -> str:
    """`… at line 16 of /home/…/etc/extensions.conf` -> `extensions.conf line 16: …`; pjsip.conf is not named there."""
    for pattern, plainer in PLAINER:
        text = re.sub(pattern, plainer, text)
    found = LINE.search(f"{text} ")
    if not found:
        return text
    file = found["file"].rpartition("/etc/")[2].rstrip(".") or "pjsip.conf"
    return f"{file} line {found['line']}: {LINE.sub('', f'{text} ').strip()}"
