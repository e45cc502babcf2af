"""Asterisk's complaints, the place first."""

from pathlib import Path

import pytest

from telephony import asterisk_log

BEFORE = "[2026-11-22 00:08:44.044] "


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "WARNING[1] pbx_config.c: No closing parenthesis found? 'Answer(500' at line 16 of extensions.conf",
            "extensions.conf line 16: No closing parenthesis found? 'Answer(500'",
        ),
        (
            "ERROR[1] config.c: parse error: no closing ']', line 12 of /home/x/etc/extensions.conf",
            "extensions.conf line 12: parse error: no closing ']'",
        ),
        (
            "ERROR[1] config_options.c: Could not find option suitable for category 'a' named 'alow' at line 19 of ",
            "pjsip.conf line 19: there is no option alow; check its spelling",
        ),
        (
            "WARNING[1][C-0001] config.c: Inheritance requested, but category 'trunk' does not exist, line 6 of "
            "/home/x/etc/site/trunks.conf",
            "site/trunks.conf line 6: it needs the template [trunk](!), which is missing",
        ),
        ('ERROR[1] netsock2.c: getaddrinfo("nowhere"): unknown', 'getaddrinfo("nowhere"): unknown'),
    ],
)
def test_one_complaint(line: str, told: str, tmp_path: Path) -> None:
    log = tmp_path / "messages.log"
    log.write_text(f"{BEFORE}NOTICE[1] loader.c: 71 modules will be loaded.\n{BEFORE}{line}\n{BEFORE}{line}\n")
    assert asterisk_log.complaints(log) == [told]


def test_consequences_are_told_only_when_there_is_nothing_else(tmp_path: Path) -> None:
    log = tmp_path / "messages.log"
    log.write_text(f"{BEFORE}WARNING[1] loader.c: Some non-required modules failed to load.\n")
    assert asterisk_log.complaints(log) == ["Some non-required modules failed to load."]
    log.write_text(log.read_text() + f"{BEFORE}ERROR[1] x.c: a cause\n")
    assert asterisk_log.complaints(log) == ["a cause"]


def test_what_an_earlier_start_said_is_passed_over(tmp_path: Path) -> None:
    log = tmp_path / "messages.log"
    assert asterisk_log.complaints(log) == []
    log.write_text(f"{BEFORE}ERROR[1] x.c: old\n")
    since = log.stat().st_size
    log.write_text(log.read_text() + f"{BEFORE}ERROR[1] x.c: new\n")
    assert asterisk_log.complaints(log, since) == ["new"]


def test_what_pjsip_says_by_chance_is_no_complaint(tmp_path: Path) -> None:
    log = tmp_path / "messages.log"
    said = 'Module "Message Filtering Transport" registered during operation. Enable PJSIP_SAFE_MODULE to prevent race'
    log.write_text(f"{BEFORE}WARNING[7] pjproject: sip_endpoint.c Warning: {said} condition.\n")
    assert asterisk_log.complaints(log) == []
