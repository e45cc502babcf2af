"""A target as a condition on the contacts, and the groups that are saved by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    FunctionElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    column,
    delete,
    false,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from db.alerts import target_names, told
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents.usable import Condition
from db.schema import alert, contact, contact_point, delivery, target_group
from db.staff import journal
from rules.area import Area
from rules.outcome import REACHED
from rules.street import Street
from rules.target import NO_SECTOR, BadTarget, Target

SHOWN = 40  # characters of an area
NOBODY_THERE = (
    "nobody in the store lives there; see that the file of residents had latitude and longitude, and look at the area"
)

EVERYBODY = Target(everyone=True)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A target whose names are those of the store. `all_but`: it is everybody but these."""

    condition: Condition
    all_but: Condition | None = None


async def resolve(c: Connection, target: Target) -> Resolved:
    """Look up what is named in the target. Raises BadTarget for a name that nobody has."""
    wanted = await _resolve(c, target)
    if target.excluded is None:
        return Resolved(wanted, all_but=nobody if target == EVERYBODY else None)
    excluded = await _resolve(c, target.excluded)
    everybody = replace(target, excluded=None) == EVERYBODY
    return Resolved(lambda who: and_(wanted(who), ~excluded(who)), all_but=excluded if everybody else None)


def nobody(who: FromClause) -> ColumnElement[bool]:
    return false()


async def _resolve(c: Connection, target: Target) -> Condition:
    """A number finds its holders even when their enrolment is not finished; else only active contacts count."""
    parts = [await _active(c, target), *[await _group(c, name) for name in target.groups]]
    if target.numbers:
        holders = select(contact_point.c.contact_id).where(
            contact_point.c.address.in_(listed(target.numbers, String)), contact_point.c.active
        )
        parts.append(lambda who: who.c.id.in_(holders))
    await target_names.check_alerts(c, "reached", target.reached)
    await target_names.check_alerts(c, "alert", target.concerned)
    if target.reached or target.concerned:
        told = _told(target)
        parts.append(lambda who: who.c.id.in_(told))
    return lambda who: or_(*(part(who) for part in parts))


def _told(target: Target) -> Select[Any]:
    """The contacts of earlier alerts. Told is also who has heard it while something more is still to be tried."""
    is_told = or_(delivery.c.outcome.in_(REACHED), and_(delivery.c.outcome.is_(None), told.so_far()))
    reached = and_(delivery.c.alert_id.in_(target.reached), is_told)
    return select(delivery.c.contact_id).where(or_(reached, delivery.c.alert_id.in_(target.concerned)))


async def _group(c: Connection, name: str) -> Condition:
    saved = Target.parse(await target_names.group(c, name))
    try:
        return (await resolve(c, saved)).condition
    except BadTarget as error:
        raise BadTarget(f"group:{name} holds {error}") from error


async def _active(c: Connection, target: Target) -> Condition:
    if target.everyone:
        return lambda who: who.c.active
    named = [name for name in target.sectors if name != NO_SECTOR]
    sectors = await target_names.spelled(c, "sector", contact.c.sector, named)
    sectors += [""] if NO_SECTOR in target.sectors else []
    topics = await target_names.topics(c, target.topics)
    await target_names.check_postal_codes(c, target.postal_codes)
    streets = [await _street(c, street) for street in target.streets]
    inside = await _inside(c, target.areas)

    def condition(who: FromClause) -> ColumnElement[bool]:
        choices = [
            *([who.c.sector.in_(sectors)] if sectors else []),
            *([who.c.topics.in_(topics)] if topics else []),
            *(_in_postal_code(who, code) for code in target.postal_codes),
            *(and_(who.c.street.in_(spelled), *_civic(who, numbers)) for spelled, numbers in streets),
            *([who.c.id.in_(listed(inside, Integer))] if inside else []),
        ]
        return and_(who.c.active, or_(false(), *choices))

    return condition


async def _street(c: Connection, street: Street) -> tuple[list[str], list[str] | None]:
    """How the street is spelled in the store, and its civic numbers that are meant; None: all."""
    spelled = await target_names.spelled(c, "street", contact.c.street, [street.name])
    if street.whole:
        return spelled, None
    there = await c.execute(select(contact.c.civic_number).where(contact.c.street.in_(spelled)).distinct())
    meant = [number for number in there.scalars() if street.has(number)]
    if not meant:
        raise BadTarget(
            f"street:{street}: nobody in the store lives at these numbers; street:{street.name} is all of it"
        )
    return spelled, meant


def _civic(who: FromClause, numbers: list[str] | None) -> list[ColumnElement[bool]]:
    return [] if numbers is None else [who.c.civic_number.in_(listed(numbers, String))]


def _in_postal_code(who: FromClause, code: str) -> ColumnElement[bool]:
    if len(code) > target_names.FSA_LETTERS:
        return who.c.postal_code == code
    return and_(who.c.postal_code >= code, who.c.postal_code < f"{code}~")


async def _inside(c: Connection, areas: Sequence[Area]) -> list[int]:
    """The contacts within these areas: those in the frame around each, looked at one by one. A map may have parts where
    nobody lives, an islet say. Raises BadTarget where nobody lives in any."""
    found: set[int] = set()
    for area in areas:
        west, south, east, north = area.bounds
        frame = contact.c.latitude.between(south, north), contact.c.longitude.between(west, east)
        rows = (await c.execute(select(contact.c.id, contact.c.longitude, contact.c.latitude).where(*frame))).all()
        inside = area.holds([row.longitude for row in rows], [row.latitude for row in rows]) if rows else []
        found.update(row.id for row, within in zip(rows, inside, strict=True) if within)
    if areas and not found:
        raise BadTarget(f"polygon:{str(areas[0])[:SHOWN]}…: {NOBODY_THERE}")
    return sorted(found)


class _each_of(FunctionElement[Any]):  # noqa: N801 - named like a function in SQL
    """The values of a JSON list, which may be longer than a statement has variables."""

    inherit_cache = True


@compiles(_each_of, "sqlite")
def _on_sqlite(element: _each_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_each_of)
def _on_postgresql(element: _each_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_array_elements_text({compiler.process(element.clauses, **options)})"


_LIST = JSON().with_variant(JSONB(), "postgresql")


def listed(values: Iterable[Any] | str, kind: type[Any]) -> Select[Any]:
    """For `column.in_(…)`, however many there are: the values, or the name of the parameter that brings them."""
    given = bindparam(values, type_=_LIST) if isinstance(values, str) else bindparam(None, list(values), type_=_LIST)
    each = _each_of(given).table_valued(column("value", kind))
    return select(cast(each.c.value, kind))


async def is_public(c: Connection, target: str, seen: frozenset[str] = frozenset()) -> bool:
    """Is an alert with this target, as stored, anybody's business? One to single numbers (a test, the evacuation of one
    house) is not; one that follows others is when they are. `seen`: targets on the way here, which may lead back."""
    try:
        wanted = Target.parse(target)
        if wanted.names_places:
            return True
        saved = [await target_names.group(c, name) for name in wanted.groups]
    except BadTarget:
        return False  # of a group that is gone: who was meant is not known
    earlier = alert.c.id.in_([*wanted.reached, *wanted.concerned])
    saved += (await c.execute(select(alert.c.target).where(earlier))).scalars()
    return any([await is_public(c, each, seen | {target}) for each in saved if each not in seen | {target}])


async def unknown_numbers(store: Store, target: Target) -> list[str]:
    """Numbers of the target, of what is excepted and of its groups, that nobody in the store has. Raises BadTarget."""
    async with store.reading() as c:
        asked = await _numbers(c, target)
        known = select(contact_point.c.address).where(
            contact_point.c.address.in_(listed(asked, String)), contact_point.c.active
        )
        there = set((await c.execute(known)).scalars()) if asked else set()
    return [number for number in asked if number not in there]


async def _numbers(c: Connection, target: Target) -> list[str]:
    within = [Target.parse(await target_names.group(c, name)) for name in target.groups]
    parts = [*within, *([target.excluded] if target.excluded else [])]
    return list(dict.fromkeys([*target.numbers, *[number for part in parts for number in await _numbers(c, part)]]))


async def save_group(store: Store, name: str, target: Target, *, by: str, now: datetime) -> None:
    """Keep a target under a name, or change it. Raises BadTarget when it names a group itself, or what nobody has."""
    if target.groups or (target.excluded and target.excluded.groups):
        raise BadTarget("a group cannot hold another group: write out what that one holds")
    values = {"target": str(target), "changed_at": now, "changed_by": by}
    async with store.writing() as c:
        await resolve(c, target)
        changed = await c.execute(update(target_group).where(target_group.c.name == name).values(values))
        if not changed.rowcount:
            await c.execute(insert(target_group).values(name=name, **values))
        await journal.record(c, by, "saved group", f"group {name}", {}, now, personal={"target": str(target)})


async def groups(store: Store) -> dict[str, str]:
    """The targets by name."""
    async with store.reading() as c:
        found = await c.execute(select(target_group.c.name, target_group.c.target).order_by(target_group.c.name))
        return {row.name: row.target for row in found}


async def delete_group(store: Store, name: str, *, by: str, now: datetime) -> bool:
    """False when there is none of that name."""
    async with store.writing() as c:
        gone = await c.execute(delete(target_group).where(target_group.c.name == name))
        if gone.rowcount:
            await journal.record(c, by, "deleted group", f"group {name}", {}, now)
    return gone.rowcount > 0
