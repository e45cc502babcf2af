"""What a file is, by its first bytes, and how it is opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from records.imports import MOST_OCTETS
from residents.files import container, delimited, workbook
from residents.files.table import Table, refused

BEGINNINGS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"II*\0": "an image",
    b"MM\0*": "an image",
    b"{\\rtf": "a text document (RTF)",
    b"\x1f\x8b": "a packed file (gzip)",
    b"7z\xbc\xaf": "a packed file (7-Zip)",
    b"Rar!": "a packed file (RAR)",
    b"SQLite format 3\0": "an SQLite database",
    b"\0\x01\0\0Standard": "an Access database",
    b"BEGIN:VCARD": "a file of contacts (vCard)",
    b"PAR1": "a Parquet file",
    b"ID;P": "a SYLK file",
    b"{": "a JSON file",
    b"[": "a JSON file",
}
_HTML = re.compile(rb"(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|table|meta|body|style|div)\b", re.IGNORECASE)


@contextmanager
def opened(path: Path, sheet: str = "", encoding: str = "") -> Iterator[Table]:
    """`sheet`: of a workbook, by name. `encoding`: of a text file, where it is known. Raises BadFile, OSError."""
    size = path.stat().st_size
    if size > MOST_OCTETS:
        most = f"{MOST_OCTETS // 1_000_000} at most"
        raise refused(f"the file has {size // 1_000_000} MB, {most}: import it in several parts")
    with path.open("rb") as file:
        beginning = file.read(4096)
    if beginning.startswith((b"PK\x03\x04", b"PK\x05\x06", container.OLE)):
        if encoding:
            raise refused("--encoding is for text files, and this is a workbook: leave it out")
        with workbook.table(path, sheet) as found:
            yield found
        return
    if what := _other(beginning):
        raise refused(f"this is {what}: {container.SAVE_AS}")
    if sheet:
        raise refused("--sheet is for workbooks, and this is a text file: leave it out")
    yield delimited.table(path.read_bytes(), encoding)


def _other(beginning: bytes) -> str:
    """Empty for what may be text."""
    bare = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(bare):
        return "a web page (HTML), whatever its name ends in"
    if bare.startswith(b"<?xml") or bare.startswith(b"<Workbook"):
        return "an XML file"
    return next((what for start, what in BEGINNINGS.items() if bare.startswith(start)), "")
