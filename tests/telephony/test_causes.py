"""The end of a call, as Asterisk reports it, to a disposition."""

import pytest

from rules.outcome import Disposition
from telephony import causes


@pytest.mark.parametrize(
    ("cause", "sip", "expected"),
    [
        (17, 486, "busy"),
        (17, 600, "busy"),
        (19, 480, "no_answer"),
        (18, 408, "no_answer"),
        (127, 487, "no_answer"),
        (1, 404, "dead_number"),
        (28, 484, "dead_number"),
        (22, 410, "dead_number"),
        (1, 604, "dead_number"),
        (21, 603, "refused"),
        (21, 403, "refused"),
        (127, 607, "refused"),
        (21, 401, "trunk_fault"),
        (21, 407, "trunk_fault"),
        (58, 488, "trunk_fault"),
        (127, 402, "trunk_fault"),
        (3, 420, "trunk_fault"),
        (34, 503, "congestion"),
        (38, 500, "congestion"),
        (127, 599, "congestion"),
        (102, 504, "congestion"),
        (20, 0, "unreachable"),
        (127, 400, "trunk_fault"),
        (127, 413, "trunk_fault"),
        (127, 414, "trunk_fault"),
        (127, 422, "trunk_fault"),
        (127, 470, "trunk_fault"),
        (127, 478, "trunk_fault"),
        (127, 499, "trunk_fault"),
        (127, 505, "trunk_fault"),
        (34, 513, "trunk_fault"),
        (127, 699, "busy"),
        (127, 429, "congestion"),
        (127, 430, "unreachable"),
        (127, 482, "no_answer"),
        (16, 302, "no_answer"),
    ],
)
def test_each_status(cause: int, sip: int, expected: str) -> None:
    assert causes.disposition(cause, sip) is Disposition(expected)


@pytest.mark.parametrize(
    ("cause", "expected"), [(20, "unreachable"), (17, "busy"), (1, "dead_number"), (19, "no_answer")]
)
def test_reason_header_beats_480(cause: int, expected: str) -> None:
    assert causes.disposition(cause, 480) is Disposition(expected)
