"""The log: one event name with fields, on standard error."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import TextIO, cast

import msgspec
import structlog

from rules import phone


class Unfailing:
    """Standard error, but for two things: a line that can't be written, on a full disk say, is lost and stops nobody;
    and telephone numbers are masked, wherever they come from: an error's text, a traceback, a library."""

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.write(phone.masked_in(text))

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.flush()


def configure(level: str, form: str) -> None:
    """`form`: console for people, json for machines."""
    # Not the tracebacks that rich draws: they show the values of variables, numbers and passwords among them.
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    machine = structlog.processors.JSONRenderer(_json)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if form == "json" else structlog.processors.StackInfoRenderer(),
            machine if form == "json" else console,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, Unfailing())),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=cast(TextIO, Unfailing()))


def _json(line: object, **_: object) -> str:
    return msgspec.json.encode(line, enc_hook=repr).decode()
