"""The log on a full disk, and what it never shows."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from service import logs


@pytest.fixture(autouse=True)
def _as_before() -> object:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_line_that_can_not_be_written_stops_nobody(form: str) -> None:
    program = f"import structlog; from service import logs; logs.configure('info', {form!r}); "
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", program + "structlog.get_logger().info('call_out'); print('on')"],
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            check=False,
        )
    assert done.stdout == "on\n"


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize(
    "written",
    [
        "5145550101",
        "+15145550101",
        "1 514 555 0101",
        "(514) 555-0101",
        "514.555.0101",
        "PJSIP/5145550101@a",
        "+33142685300",
    ],
)
def test_a_number_is_never_in_clear(form: str, written: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", form)
    log = structlog.get_logger()
    log.info("raw", message=f'{{"caller": {{"number": "{written}"}}}}', numbers=[written])
    try:
        raise LookupError(f"no channel {written}")
    except LookupError as error:
        log.exception("fault", error=str(error))
    logging.getLogger("a.library").warning("could not call %s", written)
    said = capsys.readouterr().err
    assert written not in said
    assert "•••" in said


@pytest.mark.parametrize(
    "kept", ["42f95145550101aa8f2bd0c27c1f9d10", "2026-11-29T04:35:46.123456Z", "127.0.0.1:5060", "12345"]
)
def test_what_is_no_number_is_kept(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "console")
    structlog.get_logger().info("said", call=kept)
    assert kept in capsys.readouterr().err


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_shows_no_values(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    number = "+1514" + "5550101"
    logs.configure("info", form)
    try:
        raise ValueError(f"no {len(number)}")
    except ValueError:
        structlog.get_logger().exception("fault")
    said = capsys.readouterr().err
    assert "ValueError: no 12" in said
    assert "5145550101" not in said
