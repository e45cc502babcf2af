"""The check of the log of live tests sees what it should."""

from __future__ import annotations

import pytest

from tests.live import clear_log

KNOWN = {"+15145550101", "4185550102"}


@pytest.mark.parametrize(
    "line",
    [
        "call_in caller=+15145550101",
        "x 15145550101 y",
        "PJSIP/town/sip:5145550101@127.0.0.1",
        "to=514-555-0101",
        "(514) 555-0101",
        "514.555.0101",
        '"418 555 0102"',
    ],
)
def test_a_number_in_clear_is_seen(line: str) -> None:
    assert clear_log.numbers_in(f"well\n{line}\nwell", KNOWN) == [line]


@pytest.mark.parametrize(
    "line", ["caller=+1514•••0101", "again=2026-11-29T07:37:08.839478+00:00", "id=95145550101234", "+15145550199"]
)
def test_what_is_masked_or_is_no_number_is_none(line: str) -> None:
    assert clear_log.numbers_in(line, KNOWN) == []


def test_a_code_in_clear_is_seen() -> None:
    log = "2026-11-29 07:37:08.123456 well\ncode=123456"
    assert clear_log.codes_in(log, ["123456"]) == ["code=123456"]
