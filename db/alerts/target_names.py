"""What the names of a target are in the store: found however they are written, refused when nobody has them."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, exists, select

from db.engine.connection import Connection
from db.schema import alert, contact, target_group, topic
from rules.street import folded
from rules.target import ALL_TOPICS, BadTarget

FSA_LETTERS = 3
MOST_SHOWN = 12


async def spellings(c: Connection, of: Column[Any], name: str) -> list[str]:
    """As stored: `vieux bourg` means `Vieux Bourg`. SQLite folds the case of plain letters only, so this is ours."""
    return _by_name(await distinct(c, of))[folded(name)]


async def spelled(c: Connection, kind: str, of: Column[Any], names: Sequence[str]) -> list[str]:
    """The same for names of a target of this kind. Raises BadTarget."""
    if not names:
        return []
    there = _by_name(await distinct(c, of))
    return [spelling for name in names for spelling in _known(kind, name, there)]


def _by_name(values: Iterable[str]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for each in values:
        if each:
            found[folded(each)].append(each)
    return found


def _known(kind: str, name: str, there: Mapping[str, list[str]]) -> list[str]:
    found = there.get(folded(name))
    if not found:
        raise unknown(kind, name, {key: spelled[0] for key, spelled in there.items()})
    return found


def unknown(kind: str, name: str, there: Mapping[str, str], more: str = "") -> BadTarget:
    """`there`: what could have been meant, by its folded name."""
    near = difflib.get_close_matches(folded(name), there, n=3)
    shown = list(map(there.__getitem__, near)) or (list(there.values()) if len(there) <= MOST_SHOWN else [])
    names = ", ".join(f"“{each}”" for each in shown)
    hint = f"did you mean {names}?" if near else f"there are {names}" if names else "see `tocsin contacts list`"
    return BadTarget(f"{kind}:{name} is nobody's in the store: {hint}{more}")


async def topics(c: Connection, names: Sequence[str]) -> list[list[str]]:
    """The lists of topics that hold one of these; contacts share few different lists. Raises BadTarget."""
    if not names:
        return []
    lists: list[list[str]] = await distinct(c, contact.c.topics)
    offered = (await c.execute(select(topic.c.name))).scalars()
    there = _by_name([*(each for names in lists for each in names), *offered])
    missing = [name for name in names if folded(name) not in there and name != ALL_TOPICS]
    if missing:
        more = f"; topic:{ALL_TOPICS} are those who follow every topic, new ones too"
        raise unknown("topic", missing[0], {key: spelled[0] for key, spelled in there.items()}, more)
    wanted = set(map(folded, names))
    return [each for each in lists if ALL_TOPICS in each or wanted & set(map(folded, each))]


async def check_postal_codes(c: Connection, codes: Sequence[str]) -> None:
    """Raises BadTarget."""
    for code in codes:
        known = exists().where(contact.c.postal_code >= code, contact.c.postal_code < f"{code}~")
        if not (await c.execute(select(known))).scalar():
            there = {folded(each[: len(code)]): each[: len(code)] for each in await distinct(c, contact.c.postal_code)}
            raise unknown("postal", code, {key: each for key, each in there.items() if key})


async def check_alerts(c: Connection, kind: str, ids: Sequence[int]) -> None:
    """Raises BadTarget."""
    there = set((await c.execute(select(alert.c.id).where(alert.c.id.in_(ids)))).scalars())
    for missing in (each for each in ids if each not in there):
        raise BadTarget(f"{kind}:{missing}: there is no alert {missing}; `tocsin alert list` shows them")


async def group(c: Connection, name: str) -> str:
    """The target that is saved under this name. Raises BadTarget."""
    saved: dict[str, str] = {row.name: row.target for row in await c.execute(select(target_group))}
    if name not in saved:
        near = difflib.get_close_matches(folded(name), there := {folded(each): each for each in saved}, n=1)
        hint = f"; did you mean “{there[near[0]]}”?" if near else ""
        raise BadTarget(f"group:{name} is not saved{hint}: `tocsin contacts group list` shows those that are")
    return saved[name]


async def distinct(c: Connection, of: Column[Any]) -> list[Any]:
    """The different values of an indexed column: one look-up for each, however many rows there are."""
    first = select(of).order_by(of).limit(1).scalar_subquery()
    found = select(first.label("value")).cte("found", recursive=True)
    following = select(of).where(of > found.c.value).order_by(of).limit(1).scalar_subquery()
    found = found.union_all(select(following).where(found.c.value.is_not(None)))
    return list((await c.execute(select(found.c.value).where(found.c.value.is_not(None)))).scalars())
