"""Topics that residents can follow, and who follows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import contact, topic
from db.staff import journal
from rules.frozen import Record
from rules.given import GivenBy
from rules.model import Language
from rules.street import folded


class Topic(Record, frozen=True):
    """`spoken`: what is said of it, by language. `category`: "" for none."""

    name: str
    category: str
    spoken: Mapping[Language, str]


async def offered(c: Connection) -> list[Topic]:
    """By category and name."""
    return [_topic(row) for row in await c.execute(select(topic).order_by(topic.c.category, topic.c.name))]


async def followers(c: Connection) -> Counter[str]:
    """Active people by topic, those included who are in files only. Contacts share few different lists."""
    lists = select(contact.c.topics, func.count().label("people")).where(contact.c.active).group_by(contact.c.topics)
    found: Counter[str] = Counter()
    for row in await c.execute(lists):
        for name in row.topics:
            found[name] += row.people
    return found


async def save(c: Connection, one: Topic) -> None:
    """New, or in the place of the one of that name, however that is written."""
    there = await spelled(c, one.name)
    values = {"category": one.category, "spoken": {str(each): words for each, words in one.spoken.items()}}
    if there:
        await c.execute(update(topic).where(topic.c.name == there).values(values))
    else:
        await c.execute(insert(topic).values(name=one.name, **values))


async def remove(c: Connection, name: str) -> None:
    await c.execute(delete(topic).where(topic.c.name == name))


async def spelled(c: Connection, name: str) -> str:
    """As it is stored; "" where there is none of that name."""
    names = (await c.execute(select(topic.c.name))).scalars()
    return next((each for each in names if folded(each) == folded(name)), "")


async def choose(
    store: Store, contact_id: int, names: Sequence[str], *, given_by: GivenBy, by: str, now: datetime
) -> bool:
    """All that somebody follows from now on; no file changes it any more. False where there is no such contact."""
    values = {"topics": list(names), "topics_by": given_by, "changed_at": now}
    async with store.writing() as c:
        done = await c.execute(update(contact).where(contact.c.id == contact_id).values(values))
        if done.rowcount:
            await journal.record(c, by, "chose topics", f"contact {contact_id}", {"topics": list(names)}, now)
    return done.rowcount > 0


def _topic(row: Row[Any]) -> Topic:
    spoken = {Language(each): words for each, words in row.spoken.items()}
    return Topic(name=row.name, category=row.category, spoken=spoken)
