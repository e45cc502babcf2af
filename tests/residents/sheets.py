"""Workbooks for the tests, written by hand: what other programs write, and what none should."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def cell(place: str, value: object) -> str:
    """A text, a number, or XML as it is to stand in the cell (`<c…`)."""
    if isinstance(value, str) and value.startswith("<c"):
        return value
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def rows(table: Sequence[Sequence[object]]) -> str:
    lines = []
    for number, cells in enumerate(table, start=1):
        inside = "".join(cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(cells) if value != "")
        lines.append(f'<row r="{number}">{inside}</row>')
    return "".join(lines)


def sheet(inside: str, after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData>{after}</worksheet>'


def xlsx(path: Path, sheets: Mapping[str, str], hidden: Sequence[str] = ()) -> Path:
    """`sheets`: name -> XML of the sheet."""
    state = {name: ' state="hidden"' if name in hidden else "" for name in sheets}
    tags = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}"{state[name]} r:id="rId{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{tags}</sheets></workbook>'
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>')
        office = f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{office}</Relationships>')
        for n, xml in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", xml)
    return path


def ods(path: Path, content: str, manifest: str = "") -> Path:
    """`content`: XML of the rows of one sheet."""
    names = "office:1.0 table:1.0 text:1.0".replace(":1.0", "").split()
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    body = f'<office:spreadsheet><table:table table:name="Citoyens">{content}</table:table></office:spreadsheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return path


def ods_error(shown: str, repeated: int = 1) -> str:
    """A formula that failed, as LibreOffice writes it."""
    return (
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string" '
        f'office:string-value="" table:formula="of:=A9" '
        f'xmlns:calcext="urn:calcext" calcext:value-type="error"><text:p>{shown}</text:p></table:table-cell>'
    )


def ods_row(*cells: str, repeated: int = 1) -> str:
    inside = "".join(
        each
        if each.startswith("<table")
        else f'<table:table-cell office:value-type="string"><text:p>{escape(each)}</text:p></table:table-cell>'
        for each in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{inside}</table:table-row>'
