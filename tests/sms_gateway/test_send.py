from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiosmpplib import SmppCommandStatus

from sms_gateway import outbox
from sms_gateway.errors import Reason
from sms_gateway.providers import smpp

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "reason", "delay_s"),
    [
        (1, Reason.THROTTLED, 1),
        (2, Reason.QUEUE_FULL, 2),
        (5, Reason.TEMPORARY, 16),
        (15, Reason.THROTTLED, 30),
        (20, Reason.THROTTLED, 30),
        (2_000, Reason.QUEUE_FULL, 30),
        (2_000, Reason.TEMPORARY, 30),
        (2_000, Reason.BAD_SESSION, 30),
        (99, Reason.NOT_CONNECTED, 0),
        (1, Reason.BAD_NUMBER, None),
        (1, Reason.NO_RESPONSE, None),
    ],
)
def test_when_to_try_again(tries: int, reason: Reason, delay_s: int | None) -> None:
    expected = None if delay_s is None else NOW + timedelta(seconds=delay_s)
    assert outbox.next_try(tries, reason, NOW) == expected


def test_no_reason_is_both_unsure_and_worth_a_retry() -> None:
    assert not [reason for reason in Reason if reason.unsure and reason.retry]


def test_every_reason_tells_the_operator_something() -> None:
    assert all(reason.for_operator.endswith(".") for reason in Reason)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (0x58, Reason.THROTTLED),
        (0x14, Reason.QUEUE_FULL),
        (0x64, Reason.TEMPORARY),
        (0x0B, Reason.BAD_NUMBER),
        (0x65, Reason.REFUSED),
    ],
)
def test_statuses_of_the_field(status: int, reason: Reason) -> None:
    assert smpp.REASONS[status] is reason


def test_success_is_no_reason() -> None:
    assert SmppCommandStatus.ESME_ROK not in smpp.REASONS
