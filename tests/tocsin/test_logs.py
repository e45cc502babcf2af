"""The log on a full disk, and what it never shows."""

import io
import sys

import pytest
import structlog

from tocsin import logs


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.fixture(autouse=True)
def _as_before() -> object:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_line_that_can_not_be_written_stops_nobody(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    logs.configure("info", form)
    structlog.get_logger().info("call_out")


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
