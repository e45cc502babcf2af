"""What networks say of numbers that do not exist, and what follows for everybody who has such a number.

`record` and `clear` run within the transaction of the call or text that learned something. `suspected_at` and `dead_at`
of the contact points always follow from the evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, bindparam, delete, insert, select, update

from db.alerts.targets import listed
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import reach
from db.schema import contact_point
from db.schema import number_evidence as evidence_table
from rules import dead_numbers as rule
from rules.dead_numbers import Answer, Evidence, Standing
from rules.model import Channel

_said = evidence_table.c
_point = contact_point.c
_same_number = and_(_point.address == _said.address, _point.channel == _said.channel)


async def record(
    c: Connection,
    address: str,
    channel: Channel,
    *,
    where: str,
    now: datetime,
    alert_id: int | None = None,
    evidence: Evidence = Evidence.NOT_EXIST,
) -> Standing:
    """Keep that the network says this number does not exist; returns what is believed of it now. `where`: host:port of
    the trunk, or of the carrier for texts. A text or call that is nobody's alert (a code) has no `alert_id`."""
    new = {"address": address, "channel": channel, "alert_id": alert_id, "place": where}
    await c.execute(insert(evidence_table), {**new, "evidence": evidence, "at": now})
    return (await _judge(c, [(address, channel)]))[address, channel]


async def clear(c: Connection, addresses: Iterable[str], channel: Channel) -> None:
    """A sign of life: these numbers rang, were answered, took a text, or were proved by a code."""
    if not (numbers := list(addresses)):
        return
    same = _said.address.in_(listed(numbers, String)), _said.channel == channel
    gone = await c.execute(delete(evidence_table).where(*same).returning(_said.address))
    if found := {(row.address, channel) for row in gone}:
        await _judge(c, found)


async def is_doubted(store: Store, address: str, channel: Channel) -> bool:
    """Whether the number is suspected or dead."""
    query = select(_said.id).where(_said.address == address, _said.channel == channel).limit(1)
    async with store.reading() as c:
        return (await c.execute(query)).first() is not None


async def believed(c: Connection, numbers: Iterable[tuple[str, Channel]]) -> Mapping[tuple[str, Channel], Standing]:
    return {number: rule.verdict(answers) for number, answers in (await _answers(c, numbers)).items()}


async def mark_new(c: Connection) -> None:
    """Contact points that came since with a number that is suspected or dead."""
    unmarked = _point.dead_at.is_(None), _point.suspected_at.is_(None)
    found = await c.execute(
        select(_said.address, _said.channel).distinct().join(contact_point, _same_number).where(*unmarked)
    )
    await _judge(c, [(row.address, Channel(row.channel)) for row in found])


async def expire(store: Store, now: datetime, *, after: timedelta = rule.AGAIN_AFTER) -> int:
    """Numbers that have been dead for so long are only suspected from now on, and called again; returns how many."""
    async with store.reading() as c:
        long_dead = and_(_point.dead_at.is_not(None), _point.dead_at <= now - after)
        query = select(_point.address, _point.channel).distinct().where(long_dead)
        found = [(row.address, Channel(row.channel)) for row in await c.execute(query)]
    if found:
        async with store.writing() as c:
            await _on_probation(c, found)
    return len(found)


async def _on_probation(c: Connection, numbers: Sequence[tuple[str, Channel]]) -> None:
    kept = [(number, rule.on_probation(answers)) for number, answers in (await _answers(c, numbers)).items() if answers]
    await _forget(c, numbers)
    for (address, channel), answer in kept:
        row = {"address": address, "channel": channel, "alert_id": answer.alert_id, "place": answer.where}
        await c.execute(insert(evidence_table), {**row, "evidence": answer.evidence, "at": answer.at})
    await _judge(c, numbers)


async def _forget(c: Connection, numbers: Iterable[tuple[str, Channel]]) -> None:
    for channel, addresses in _by_channel(numbers).items():
        same = _said.address.in_(listed(addresses, String)), _said.channel == channel
        await c.execute(delete(evidence_table).where(*same))


_ANSWERS = ("at", "alert_id", "place", "evidence")


async def _answers(
    c: Connection, numbers: Iterable[tuple[str, Channel]]
) -> Mapping[tuple[str, Channel], Sequence[Answer]]:
    """What was said of each, oldest first."""
    found: dict[tuple[str, Channel], list[Answer]] = {number: [] for number in numbers}
    for channel, addresses in _by_channel(found).items():
        same = _said.address.in_(listed(addresses, String)), _said.channel == channel
        query = select(_said.address, *(_said[name] for name in _ANSWERS)).where(*same).order_by(_said.at, _said.id)
        for row in await c.execute(query):
            found[row.address, channel].append(Answer(row.at, row.alert_id, row.place, Evidence(row.evidence)))
    return found


def _by_channel(numbers: Iterable[tuple[str, Channel]]) -> Mapping[Channel, list[str]]:
    found: defaultdict[Channel, list[str]] = defaultdict(list)
    for address, channel in numbers:
        found[channel].append(address)
    return found


async def _judge(c: Connection, numbers: Iterable[tuple[str, Channel]]) -> Mapping[tuple[str, Channel], Standing]:
    """Set what is believed of these numbers at everybody who has them."""
    answers = await _answers(c, numbers)
    believed = {number: rule.verdict(said) for number, said in answers.items()}
    marks = [_marks(number, believed[number], said) for number, said in answers.items()]
    if marks:
        await c.execute(_MARK, marks)
        await reach.forget(c, {address for address, _ in answers})
    return believed


def _marks(number: tuple[str, Channel], believed: Standing, answers: Sequence[Answer]) -> Mapping[str, Any]:
    suspected_at = answers[0].at if believed is Standing.SUSPECTED else None
    dead_at = answers[-1].at if believed is Standing.DEAD else None
    return {"which": number[0], "on": number[1], "suspected": suspected_at, "dead": dead_at}


_MARK = (
    update(contact_point)
    .where(_point.address == bindparam("which"), _point.channel == bindparam("on"))
    .values(
        suspected_at=bindparam("suspected", type_=_point.suspected_at.type),
        dead_at=bindparam("dead", type_=_point.dead_at.type),
    )
)
