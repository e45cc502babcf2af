from __future__ import annotations

from pathlib import Path

import pytest
import typer

from rules.target import Target
from tocsin.commands import drafts

A, B = "+15145550101", "+15145550102"


def test_numbers_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "numbers.txt"
    file.write_bytes(b"\xef\xbb\xbf514 555-0101\r\n\r\n5145550102\r\n")
    assert Target.parse(drafts.terms([f"numbers:{file}"])) == Target(numbers=(A, B))


@pytest.mark.parametrize(
    ("term", "held", "said"),
    [
        ("numbers:{}/f.txt", b"5145550101\nBont\xe9\n", "f.txt is no text in UTF-8: save it again"),
        ("numbers:{}/f.txt", b"5145550101\n5145550102 sector:Nord\n", "f.txt, line 2:"),
        ("numbers:{}/f.txt", b"sector:Nord\n", "f.txt, line 1:"),
        ("polygon:{}/f.geojson", b"\xff\xfe{}", "f.geojson is no text in UTF-8: save it again"),
        ("polygon:{}/f.geojson", b'{"type": "Polygon", "coordinates": []}', "f.geojson is no polygon: each ring"),
        ("polygon:{}/f.geojson", b'{"type": "MultiPolygon", "coordinates": []}', "f.geojson holds no polygon: draw"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    term: str, held: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    term = term.format(tmp_path)
    Path(term.partition(":")[2]).write_bytes(held)
    with pytest.raises(typer.Exit) as stopped:
        drafts.terms([term])
    complaint = capsys.readouterr().err
    assert stopped.value.exit_code == 2
    assert said in complaint
    assert complaint.count("\n") == 1
