"""A caller's number alone takes nobody off the alerts: a key or a word at the number itself confirms it."""

from __future__ import annotations

from functools import partial

import pytest

from db.engine.store import Store
from db.queue import attempts
from db.residents import accounts, contacts, leaving, opt_outs
from db.residents.accounts import TooManyCodes
from dialer import record
from residents.town import Town
from rules.model import CallPurpose, Channel, Language
from rules.outcome import Disposition, Outcome
from tests.db.town import NOW, later, number, people

A, CALLER = number(1), number(99)


async def ask(store: Store, address: str = A, after_s: float = 0) -> None:
    moment = later(after_s)
    await leaving.ask_by_call(store, address, language=Language.FR, caller=CALLER, now=moment, due_at=moment)


async def gone(store: Store) -> list[bool]:
    return [await contacts.opted_out(store, A, channel) for channel in (Channel.VOICE, Channel.SMS)]


async def test_asking_changes_nothing(store: Store) -> None:
    await ask(store)
    assert await gone(store) == [False, False]
    assert await leaving.stands(store, A, now=later(1))
    (call,) = await attempts.claim(store, 5, now=later(1))
    assert (call.errand, call.address, call.alert_id) == (CallPurpose.LEAVE, A, None)


async def test_at_most_once_a_day(store: Store) -> None:
    await ask(store)
    with pytest.raises(leaving.AskedAlready):
        await ask(store, after_s=86399)
    await ask(store, number(2), after_s=1)
    await ask(store, after_s=86400)


async def test_within_the_limits_of_codes(store: Store) -> None:
    for _ in range(3):
        await accounts.issue_code(store, A, caller="", now=NOW)
    with pytest.raises(TooManyCodes):
        await ask(store, after_s=1)
    assert not await leaving.stands(store, A, now=later(2))


async def test_it_counts_among_the_codes(store: Store) -> None:
    await ask(store)
    for _ in range(2):
        await accounts.issue_code(store, A, caller="", now=later(1))
    with pytest.raises(TooManyCodes):
        await accounts.issue_code(store, A, caller="", now=later(2))


async def test_a_code_is_no_answer_to_it(store: Store) -> None:
    await people(store, [A])
    await ask(store)
    code = await accounts.issue_code(store, A, caller="", now=later(1))
    assert await accounts.redeem(store, A, code, now=later(2)) is not None
    assert await leaving.stands(store, A, now=later(3))
    assert await gone(store) == [False, False]


async def test_who_has_left_is_asked_no_more(store: Store) -> None:
    await ask(store)
    await opt_outs.leave(store, A, via="telephone", now=later(60))
    assert await gone(store) == [True, True]
    assert not await leaving.stands(store, A, now=later(61))


async def test_the_question_is_over_after_a_day(store: Store) -> None:
    await ask(store)
    assert not await leaving.stands(store, A, now=later(86400))


async def test_texts_only_where_they_are_wanted(store: Store) -> None:
    await people(store, [A], channel=Channel.SMS)
    await people(store, [number(2)])
    assert [await leaving.takes_texts(store, each) for each in (A, number(2), number(3))] == [True, False, False]
    await contacts.opt_out(store, A, Channel.SMS, via="sms", now=NOW)
    assert not await leaving.takes_texts(store, A)


@pytest.mark.parametrize(
    ("disposition", "calls"),
    [
        (Disposition.BUSY, 3),
        (Disposition.CONGESTION, 3),
        (Disposition.INTERRUPTED, 3),
        (Disposition.NO_ANSWER, 1),
        (Disposition.HUMAN, 1),
        (Disposition.MACHINE, 1),
        (Disposition.REFUSED, 1),
    ],
)
async def test_it_rings_once(disposition: Disposition, calls: int, store: Store) -> None:
    await ask(store)
    made, moment = 0, 0.0
    while due := await attempts.claim(store, 5, now=later(moment)):
        made += len(due)
        for each in due:
            result = Outcome(disposition)
            await attempts.finish(store, each.id, result, now=later(moment + 1))
            await record.code_again(Town(store, frozenset(), "", partial(later, moment + 1)), each, result)
        moment += 30
    assert made == calls


async def test_a_call_that_waited_too_long_is_not_placed(store: Store) -> None:
    """Neither is one that reads a code: nobody waits for it any more."""
    await ask(store)
    await attempts.queue_code(store, number(2), language=Language.FR, now=NOW, due_at=NOW)
    assert await attempts.claim(store, 5, now=later(600)) == []
    assert len(await attempts.claim(store, 5, now=later(599))) == 2
