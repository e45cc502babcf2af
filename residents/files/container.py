"""What is in the container of a workbook, before its sheets are read: that it is one, that it is no bomb, and cells
that hold an error or a formula without a value."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from residents.files import failed_cells

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The beginning of Microsoft's older files, and of newer ones that are encrypted ([MS-CFB])."""

REFUSED = 3
"""Exit status of the program that reads workbooks: its standard error says why."""

MOST_ENTRIES = 5000
MOST_BYTES = 400_000_000
"""Of all entries, unpacked: a sheet of 100,000 residents is 50 MB."""

LOCKED = "this workbook is protected by a password: open it, remove the password, save it, then import it again"
BOMB = "this workbook unpacks to more than {} MB: copy the residents into a new one, or save the sheet as “CSV UTF-8”"
NO_ERRORS_TOLD = "Errors of formulas (#REF!) look like empty cells in this workbook: save it as .xlsx if it has any."
SAVE_AS = "save the list as an Excel workbook (.xlsx) or “CSV UTF-8”, and import that file"

_OTHERS = {
    "word/": "a Word document",
    "ppt/": "a PowerPoint presentation",
    "Index/": "an Apple Numbers document",
    "xl/workbook.bin": "",
    "xl/": "",
}
_ERRORS = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.DOTALL)
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)><(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>)?</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')


class Oddities(NamedTuple):
    """Of one sheet. `cells`: row and column, from 0, -> what to show in the place of its value."""

    cells: Mapping[tuple[int, int], str]
    notes: list[str]


NO_ODDITIES = Oddities({}, [])


class Unfit(ValueError):
    """It is no workbook that can be read; the message says what it is and what to do."""


def check(path: str) -> dict[str, Oddities]:
    """Sheet -> what is odd in it. Raises Unfit."""
    with Path(path).open("rb") as file:
        if file.read(8) == OLE:
            file.seek(0)
            _check_ole(file.read(MOST_BYTES))
            return _older(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _check_zip(archive)
    except (zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise Unfit(
            f"this file is damaged ({error}): get it again, or open it in its program and save it again"
        ) from None


def _check_ole(data: bytes) -> None:
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        raise Unfit(LOCKED)
    if has("WordDocument"):
        raise Unfit(f"this is a Word document: {SAVE_AS}")
    if not has("Workbook") and not has("Book"):
        raise Unfit(f"this is no workbook: {SAVE_AS}")


def _older(path: str) -> dict[str, Oddities]:
    """Of an XLS file."""
    try:
        return {sheet: Oddities(cells, []) for sheet, cells in failed_cells.of_xls(path).items()}
    except MemoryError:
        raise
    except Exception:  # xlrd raises whatever a structure that it does not know makes of its own code
        return {"": Oddities({}, [NO_ERRORS_TOLD])}


def _check_zip(archive: zipfile.ZipFile) -> dict[str, Oddities]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Unfit(BOMB.format(MOST_BYTES // 1_000_000))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unfit(LOCKED)
    names = {entry.filename for entry in entries}
    _check_kind(archive, names)
    _unpack_all(archive, entries)
    if "content.xml" in names:
        return _open_document(archive, names)
    return dict(_sheets(archive, names)) if "xl/workbook.xml" in names else {}


def _check_kind(archive: zipfile.ZipFile, names: set[str]) -> None:
    kind = next((what for start, what in _OTHERS.items() if any(name.startswith(start) for name in names)), None)
    if kind is None and "content.xml" in names:
        spreadsheet = b"opendocument.spreadsheet" in (archive.read("mimetype") if "mimetype" in names else b"")
        kind = "" if spreadsheet else "an OpenDocument file that is no spreadsheet"
    if kind is None:
        raise Unfit("this is a ZIP archive: unpack it, and import the file in it")
    if kind:
        raise Unfit(f"this is {kind}: {SAVE_AS}")


def _unpack_all(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """What an archive says of its sizes may be a lie: unpack it, to nowhere, and count."""
    left = MOST_BYTES
    for entry in entries:
        for piece in _unpacked(archive, entry):
            left -= len(piece)
            if left < 0:
                raise Unfit(BOMB.format(MOST_BYTES // 1_000_000))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        if entry.compress_type != zipfile.ZIP_STORED:
            raise Unfit("this workbook is packed in an unusual way: open it in its program and save it again")
        return
    packed = archive.fp
    assert packed is not None
    packed.seek(entry.header_offset + 26)
    lengths = packed.read(4)  # of the name and of the extra field (APPNOTE.TXT 4.3.7)
    packed.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
    left, unpacker = entry.compress_size, zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (piece := packed.read(min(left, 1 << 16))):
        left -= len(piece)
        while piece:
            yield unpacker.decompress(piece, 1 << 20)
            piece = unpacker.unconsumed_tail


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> dict[str, Oddities]:
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Unfit(LOCKED)
    if b'value-type="error"' not in archive.read("content.xml"):
        return {}
    with archive.open("content.xml") as content:
        return {sheet: Oddities(cells, []) for sheet, cells in failed_cells.of_ods(content).items()}


def _sheets(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, Oddities]]:
    """Office Open XML (ECMA-376): where each sheet is, its workbook and the relations of it say."""
    if "xl/_rels/workbook.xml.rels" not in names:
        return
    places = dict(_relations(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")))
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        name, relation = _attribute(tag, "name"), _attribute(tag, r"\w+:id")
        place = places.get(relation, "").removeprefix("/")
        place = place if place.startswith("xl/") else f"xl/{place}"
        if place in names:
            yield name, _oddities(archive.read(place))


def _relations(text: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", text):
        yield _attribute(tag, "Id"), _attribute(tag, "Target")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}=(?:"([^"]*)"|'([^']*)')""", tag)
    return unescape(found[1] or found[2] or "", {"&quot;": '"', "&apos;": "'"}) if found else ""


def _oddities(xml: bytes) -> Oddities:
    cells = {}
    if b't="e"' in xml:
        for attributes, inside in _ERRORS.findall(xml):
            value = re.search(rb"<(?:\w+:)?v>([^<]*)<", inside)
            cells[_place(attributes)] = value[1].decode("utf-8", "replace") if value else "#ERR"
    if b"<f" in xml or b":f" in xml:
        cells |= {_place(attributes): "=" for attributes in _UNCOMPUTED.findall(xml)}
    hidden = len(_HIDDEN_ROW.findall(xml))
    rows = "row is" if hidden == 1 else "rows are"
    return Oddities(cells, [f"{hidden} hidden {rows} read as well."] if hidden else [])


def _place(attributes: bytes) -> tuple[int, int]:
    found = _PLACE.search(attributes)
    if found is None:
        return -1, -1
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(found[2]) - 1, column - 1
