"""The judge of the kill test sees what it is there to see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from lab.carrier import Carrier, SipMessage
from lab.kill_test_blows import Blow, Struck
from lab.kill_test_judge import Case, Fault, Violation
from lab.kill_test_people import ResidentKind, RungResident
from lab.kill_test_phone import CANCELLED, HUNG_UP, Phone, PhoneHeard
from lab.kill_test_report import figures
from lab.kill_test_run import Result
from lab.kill_test_stage import RING_S
from prompts.keys import Key
from rules.model import Attempt, CallPurpose, Delivery, Language
from rules.outcome import DeliveryOutcome
from rules.status import AttemptStatus
from tests.db.town import NOW

NUMBER = "4185550101"
SDP = "c=IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n"
FINISHED, ANSWERED = AttemptStatus.FINISHED, AttemptStatus.ANSWERED
TOLD = [(Key.ALERT_WHO, 2.0, 0.4), ("message", 2.4, 1.6)]


class Seen:
    """Calls as a telephone saw them."""

    def __init__(self) -> None:
        self.phones: list[Phone] = []
        self._network = Carrier(lambda number: self._nothing)

    async def _nothing(self, _: object) -> None:
        pass

    def call(
        self, began: float, ended: float | None, heard: list[tuple[str, float, float]], *keys: float, how: str = "x"
    ) -> Phone:
        invite = SipMessage(f"INVITE sip:{NUMBER}@town SIP/2.0", {"call-id": "1"}, SDP, ("127.0.0.1", 9), began)
        phone = Phone(self._network, invite)
        phone.ended_at, phone.how = ended, how
        phone.heard = [PhoneHeard(name, began + at, seconds) for name, at, seconds in heard]
        phone.pressed = [began + at for at in keys]
        self.phones.append(phone)
        return phone


@pytest_asyncio.fixture
async def seen() -> AsyncIterator[Seen]:
    seen = Seen()
    yield seen
    for phone in seen.phones:
        phone.close()
    await asyncio.sleep(0)


def stored(outcome: str | None, *statuses: AttemptStatus) -> Delivery:
    attempts = [
        Attempt(f"{number:032d}", CallPurpose.ALERT, status, f"+1{NUMBER}", Language.FR, NOW)
        for number, status in enumerate(statuses or (FINISHED,))
    ]
    return Delivery(
        1, 1, 1, f"R {NUMBER}", Language.FR, DeliveryOutcome(outcome) if outcome else None, attempts=tuple(attempts)
    )


def faults(
    seen: Seen, delivery: Delivery | None, *, kind: ResidentKind = ResidentKind.PERSON, **more: Any
) -> list[Fault]:
    case = Case(RungResident(NUMBER, kind), seen.phones, delivery, **more)
    return [violation.fault for violation in case.violations()]


async def test_told_and_acknowledged(seen: Seen) -> None:
    seen.call(0, 6, [*TOLD, (Key.ALERT_THANKS, 5.0, 0.6)], 4.9)
    assert faults(seen, stored("acknowledged")) == []


@pytest.mark.parametrize("outcome", [None, "heard", "unreached", "left_on_machine"])
async def test_who_pressed_1_and_is_stored_otherwise_is_lost(outcome: str | None, seen: Seen) -> None:
    seen.call(0, 6, TOLD, 4.9)
    assert faults(seen, stored(outcome)) == [Fault.LOST]


async def test_who_is_not_in_the_store_is_lost(seen: Seen) -> None:
    assert faults(seen, None) == [Fault.LOST]


async def test_an_acknowledgement_that_nobody_gave(seen: Seen) -> None:
    seen.call(0, 6, TOLD)
    assert faults(seen, stored("acknowledged")) == [Fault.LOST]


async def test_a_message_that_was_not_heard(seen: Seen) -> None:
    seen.call(0, 3, [("message", 2.4, 0.7)], how=HUNG_UP)
    assert faults(seen, stored("heard"), kind=ResidentKind.HURRIED) == [Fault.LOST]


async def test_who_hung_up_only_once_is_to_be_called_again(seen: Seen) -> None:
    seen.call(0, 3, [("message", 2.4, 0.7)], how=HUNG_UP)
    assert faults(seen, stored("unreached"), kind=ResidentKind.HURRIED) == [Fault.LOST]
    seen.call(5, 8, [("message", 2.4, 0.7)], how=HUNG_UP)
    assert faults(seen, stored("unreached"), kind=ResidentKind.HURRIED) == []


async def test_a_machine_that_holds_only_a_part(seen: Seen) -> None:
    phone = seen.call(0, 9, [("message", 6.0, 1.0)])
    phone.greeted_at = 5.0
    assert faults(seen, stored("left_on_machine"), kind=ResidentKind.MACHINE) == [Fault.LOST]
    phone.heard[0].seconds = 1.6
    assert faults(seen, stored("left_on_machine"), kind=ResidentKind.MACHINE) == []


async def test_rung_again_after_the_key_was_confirmed(seen: Seen) -> None:
    seen.call(0, 6, [*TOLD, (Key.ALERT_THANKS, 5.0, 0.1)], 4.9)
    seen.call(8, 14, [*TOLD, (Key.ALERT_THANKS, 5.0, 0.6)], 4.9)
    assert faults(seen, stored("acknowledged")) == [Fault.AGAIN]


async def test_rung_again_after_a_key_that_a_blow_may_have_taken_is_allowed(seen: Seen) -> None:
    seen.call(0, 6, TOLD, 4.9)
    seen.call(8, 14, [*TOLD, (Key.ALERT_THANKS, 5.0, 0.6)], 4.9)
    assert faults(seen, stored("acknowledged"), struck=[Struck(Blow.SERVICE, 5.0)]) == []
    assert faults(seen, stored("acknowledged"), struck=[Struck(Blow.CUT, -6.0, 2.0)]) == []


async def test_rung_again_after_a_key_in_calm_though_nobody_thanked(seen: Seen) -> None:
    seen.call(0, 6, TOLD, 4.9)
    seen.call(8, 14, [*TOLD, (Key.ALERT_THANKS, 5.0, 0.6)], 4.9)
    assert faults(seen, stored("acknowledged")) == [Fault.AGAIN]
    assert faults(seen, stored("acknowledged"), struck=[Struck(Blow.SERVICE, 7.0)]) == [Fault.AGAIN]


async def test_a_key_cut_short_by_the_end_of_the_call_is_none(seen: Seen) -> None:
    seen.call(0, 5, TOLD, 4.95)
    seen.call(8, 14, [*TOLD, (Key.ALERT_THANKS, 5.0, 0.6)], 4.9)
    assert faults(seen, stored("acknowledged")) == []


async def test_who_did_not_answer_was_rung_for_as_long_as_is_due(seen: Seen) -> None:
    for began in (0, 5):
        seen.call(began, began + 2.0, [], how=CANCELLED)
    assert faults(seen, stored("unreached"), kind=ResidentKind.ABSENT) == [Fault.LOST]
    assert faults(seen, stored("unreached"), kind=ResidentKind.ABSENT, late_s=0.7) == []
    for phone in seen.phones:
        phone.ended_at = phone.began + RING_S
    assert faults(seen, stored("unreached"), kind=ResidentKind.ABSENT) == []


async def test_two_open_calls(seen: Seen) -> None:
    seen.call(0, 6, TOLD)
    seen.call(5.9, 12, [*TOLD, (Key.ALERT_THANKS, 5.0, 0.6)], 4.9)
    assert faults(seen, stored("acknowledged")) == [Fault.TWO]


async def test_a_call_whose_asterisk_was_killed_is_no_open_call_of_ours(seen: Seen) -> None:
    seen.call(0, 6, TOLD)
    seen.call(5.9, 12, [*TOLD, (Key.ALERT_THANKS, 5.0, 0.6)], 4.9)
    assert faults(seen, stored("acknowledged"), deaths=[3.0]) == []
    assert faults(seen, stored("acknowledged"), deaths=[5.8]) == [Fault.TWO], "the same Asterisk rang both"


async def test_an_attempt_that_never_ends(seen: Seen) -> None:
    seen.call(0, 6, TOLD, 4.9)
    assert faults(seen, stored("acknowledged", FINISHED, ANSWERED)) == [Fault.LIMBO]


async def test_a_line_left_open(seen: Seen) -> None:
    seen.call(0, None, TOLD, 4.9)
    assert faults(seen, stored("acknowledged"), over_at=20.0) == [Fault.LIMBO]
    assert faults(seen, stored("acknowledged"), over_at=20.0, deaths=[3.0]) == []


def test_only_kills_that_hit_count_and_an_alert_that_does_not_end_is_limbo() -> None:
    struck = [Struck(Blow.BOTH, 1.0, killed=1), Struck(Blow.SERVICE, 2.0), Struck(Blow.CUT, 3.0, 1.0)]
    undone = Violation(Fault.LIMBO, "", "the alert was not over")
    result = Result(0, 0.0, 400.0, struck, 2, 0, 0, 0.0, [], [undone], done=False)
    counted = figures([result])
    assert (counted["limbo"], counted["kills"]) == (1, 1)
