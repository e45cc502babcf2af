"""What all the tests share."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest
import structlog

LONG = (
    "tests/live/",  # on the real Asterisk: nothing computes beside them
    "tests/ivr/test_every_key.py",
    "tests/tocsin/test_all_clear.py",
    "tests/tocsin/test_import_killed.py",
    "tests/ivr/test_random_callers.py",
    "tests/dialer/test_faults.py",
    "",
)
"""How the ids of tests begin, in the order in which they run."""


def pytest_configure() -> None:
    """A shell has its background jobs ignore SIGINT, and so does what they start: nothing could be interrupted."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones come first: the many short ones fill the gaps beside the last of them."""
    items.sort(key=lambda item: next(n for n, begins in enumerate(LONG) if item.nodeid.startswith(begins)))


@pytest.fixture(autouse=True)
def _log_is_not_configured() -> Iterator[None]:
    """A command that ran in the process of the tests has set up the log, and each logger keeps that at its first use
    (`cache_logger_on_first_use`)."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        for module in list(sys.modules.values()):
            log = vars(module).get("log")
            if type(log).__name__ == "BoundLoggerLazyProxy":
                vars(log).pop("bind", None)
