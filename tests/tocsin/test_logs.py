"""The log on a full disk, and what it never shows."""

import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from tocsin import logs


@pytest.fixture(autouse=True)
def _as_before() -> object:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_line_that_can_not_be_written_stops_nobody(form: str) -> None:
    program = f"import structlog; from tocsin import logs; logs.configure('info', {form!r}); "
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
