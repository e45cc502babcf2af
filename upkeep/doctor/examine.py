"""All the checks, those that wait side by side."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from db.engine import heartbeat, status
from db.engine.errors import StoreError
from db.engine.heartbeat import Beat
from db.engine.store import Store
from records.progress import Progress
from records.upkeep import Check, DoctorRequest, Finding, Plans
from supervision.parts import PartState
from upkeep.doctor import line, machine, numbers
from upkeep.doctor.finding import doubtful, well, wrong
from upkeep.equipment import Equipment, Load, Tell, UnusableSettings

REMEDY = "correct it in .env or the environment: docs/operating.md has each setting"
Work = Callable[[], Awaitable[list[Finding]]]


async def examine(load: Load, asked: DoctorRequest, tell: Tell = lambda _: None) -> tuple[Finding, ...]:
    """With settings that can't be used there is nothing else to look at. Raises ValueError, as `dialplans.laid_out`
    does."""
    try:
        equipment = await asyncio.to_thread(load)
    except UnusableSettings as error:
        return tuple(wrong(Check.SETTINGS, problem, REMEDY) for problem in error.problems)
    works = await _works(equipment, asked.plans)
    chosen = [check for check in Check if not asked.only or check in asked.only]
    done = itertools.count(1)

    async def found(check: Check) -> list[Finding]:
        findings = await works[check]()
        tell(Progress(done=next(done), of=len(chosen), what=check))
        return findings

    return tuple(itertools.chain(*await asyncio.gather(*map(found, chosen))))


async def _works(equipment: Equipment, plans: Plans | None) -> Mapping[Check, Work]:
    """What each check does."""
    beat, broken = await _store(equipment)
    running = beat is not None and beat.alive
    state = beat.state if beat and running else {}

    async def checked(work: Callable[[], list[Finding]]) -> list[Finding]:
        return await asyncio.to_thread(work)

    return {
        Check.SETTINGS: lambda: checked(lambda: machine.settings(equipment.warnings())),
        Check.VERSIONS: lambda: checked(lambda: machine.versions(equipment)),
        Check.DISK: lambda: checked(lambda: machine.disk(equipment.home)),
        Check.CLOCK: lambda: checked(lambda: machine.clock(equipment.now(), beat)),
        Check.DATABASE: lambda: checked(lambda: broken or [well("database", "whole")]),
        Check.SERVICE: lambda: checked(lambda: _service(beat)),
        Check.PORTS: lambda: checked(lambda: machine.ports(equipment, running=running)),
        Check.PROMPTS: lambda: checked(lambda: line.spoken(equipment)),
        Check.DIALPLAN: lambda: line.dialplan(equipment, plans),
        Check.TRUNKS: lambda: line.trunks(equipment, state),
        Check.TEXTS: lambda: line.texts(equipment),
        Check.NUMBERS: lambda: numbers.doubted(equipment),
    }


async def _store(equipment: Equipment) -> tuple[Beat | None, list[Finding]]:
    """The last heartbeat, and what is wrong with the database."""
    remedy = "stop the service, keep a copy of the file, and bring back the last good backup"
    try:
        store = await Store.open(equipment.database_url)
    except StoreError as error:
        return None, [wrong("database", str(error), remedy)]
    try:
        found = await status.integrity(store)
        return await heartbeat.last(store, equipment.now()), [wrong("database", each, remedy) for each in found]
    except StoreError as error:
        return None, [wrong("database", str(error), remedy)]
    finally:
        await store.close()


def _service(beat: Beat | None) -> list[Finding]:
    if beat is None or not beat.alive:
        return [doubtful("service", "it is not running", "start it: `make up`")]
    if "dialer" in beat.state.get("roles", []) and not beat.state.get("link"):
        remedy = "its log says why; TOCSIN_HOME/asterisk/log/messages.log is Asterisk's"
        return [wrong("service", "it runs without a link to Asterisk", remedy), *parts(beat.state)]
    return parts(beat.state) or [well("service", f"running, process {beat.state.get('pid')}")]


def parts(state: Mapping[str, Any]) -> list[Finding]:
    """Those of the running service that are not well. `state`: what it says of itself."""
    return [_part(each) for each in state.get("parts", []) if each["state"] != PartState.RUNNING]


def _part(told: Mapping[str, Any]) -> Finding:
    since = f"since {told['since'][:19]} UTC, {told['restarts']} restarts"
    said = f"its part {told['name']} is {told['state']} ({since}): {told['error']}"
    remedy = told["remedy"] or "the log of the service says more; it is tried again by itself"
    return (wrong if told["state"] == PartState.FAILED else doubtful)("service", said, remedy)
