"""What residents can follow, and what one of them does."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from datetime import datetime

from db.engine.store import Store
from db.residents import topics
from db.residents.topics import Topic
from db.staff import journal
from records.problem import WrongField
from records.rejected import Rejected
from records.topics import Topics, TopicText, TopicView
from rules import given, visible
from rules.model import Language
from rules.operator_error import NotThere
from rules.street import folded
from rules.target import ALL_TOPICS

LONGEST = 60
SEPARATORS = set(",;|:")


async def listed(store: Store) -> Topics:
    """Those that are offered, then those that are in files only."""
    async with store.reading() as c:
        offered, people = await topics.offered(c), await topics.followers(c)
    names = {each.name for each in offered}
    others = [Topic(name=name, category="", spoken={}) for name in sorted(set(people) - names - {ALL_TOPICS})]
    told = [_told(each, people[each.name], offered=each.name in names) for each in (*offered, *others)]
    return Topics(topics=tuple(told), everything=people[ALL_TOPICS])


def _told(one: Topic, people: int, *, offered: bool) -> TopicView:
    return TopicView(name=one.name, category=one.category, spoken=dict(one.spoken), people=people, offered=offered)


async def save(store: Store, name: str, asked: TopicText, *, by: str, now: datetime) -> None:
    """New, or changed: what is left out stays. Raises Rejected."""
    name = " ".join(visible.text(name).split())
    async with store.writing() as c:
        before = next((each for each in await topics.offered(c) if folded(each.name) == folded(name)), None)
        one = _changed(before or Topic(name=name, category="", spoken={}), asked)
        if wrong := [*_wrong(one)]:
            raise Rejected(wrong)
        await topics.save(c, one)
        await journal.record(c, by, "saved topic", f"topic {one.name}", {"category": one.category}, now)


def _changed(one: Topic, asked: TopicText) -> Topic:
    spoken = {language: words.strip() for language, words in asked.spoken.items() if words.strip()}
    category = one.category if asked.category is None else asked.category.strip()
    return Topic(name=one.name, category=category, spoken={**one.spoken, **spoken})


def _wrong(one: Topic) -> Iterator[WrongField]:
    if not one.name or len(one.name) > LONGEST or set(one.name) & SEPARATORS or one.name == ALL_TOPICS:
        why = f"“{one.name}” can't be its name: write 1 to {LONGEST} letters, without comma, semicolon, bar or colon"
        yield WrongField(field="", detail=f"{why}.")
    for language in Language:
        if not one.spoken.get(language):
            yield WrongField(field=f"spoken_{language}", detail="is empty: write what is said of it.")


async def remove(store: Store, name: str, *, by: str, now: datetime) -> int:
    """It is offered no more; who follows it still does: how many. Raises NotThere."""
    async with store.writing() as c:
        there = await topics.spelled(c, name)
        if not there:
            raise NotThere(f"No topic “{name}” is offered: `tocsin topics list` shows what there is.")
        await topics.remove(c, there)
        await journal.record(c, by, "removed topic", f"topic {there}", {}, now)
        return (await topics.followers(c))[there]


async def choose(store: Store, contact_id: int, names: Iterable[str], *, by: str, now: datetime) -> list[str]:
    """All that a resident follows from now on, as it is stored. Raises Rejected, NotThere."""
    async with store.reading() as c:
        chosen = [(name, name if name == ALL_TOPICS else await topics.spelled(c, name)) for name in names]
        offered = [each.name for each in await topics.offered(c)]
    if wrong := [WrongField(field="topics", detail=_unknown(name, offered)) for name, there in chosen if not there]:
        raise Rejected(wrong)
    found = [ALL_TOPICS] if (ALL_TOPICS, ALL_TOPICS) in chosen else list(dict.fromkeys(there for _, there in chosen))
    if not await topics.choose(store, contact_id, found, given_by=given.by(by), by=by, now=now):
        raise NotThere(f"There is no resident {contact_id}.")
    return found


def _unknown(name: str, offered: list[str]) -> str:
    near = difflib.get_close_matches(name, offered, n=1)
    instead = f"did you mean “{near[0]}”?" if near else f"there are {', '.join(offered) or 'none'}."
    return f"“{name}” is not offered: {instead}"
