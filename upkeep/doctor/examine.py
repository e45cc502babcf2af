"""All the checks, those that wait side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from db.engine import heartbeat, status
from db.engine.errors import StoreError
from db.engine.heartbeat import Beat
from db.engine.store import Store
from supervision.parts import State
from upkeep.doctor import line, machine, numbers
from upkeep.doctor.finding import Finding, doubtful, well, wrong
from upkeep.equipment import Equipment

Check = Callable[[], Awaitable[list[Finding]]]
NAMES = (
    *("settings", "versions", "disk", "clock", "database", "service"),
    *("ports", "prompts", "dialplan", "trunks", "texts", "numbers"),
)


async def examine(equipment: Equipment, *, only: Collection[str], dialplans: Path) -> list[Finding]:
    """In the order of NAMES; `only`: some of them."""
    beat, broken = await _store(equipment)
    running = beat is not None and beat.alive
    state = beat.state if beat and running else {}

    async def checked(work: Callable[[], list[Finding]]) -> list[Finding]:
        return await asyncio.to_thread(work)

    checks: Mapping[str, Check] = {
        "settings": lambda: checked(lambda: machine.settings(equipment.warnings())),
        "versions": lambda: checked(lambda: machine.versions(equipment)),
        "disk": lambda: checked(lambda: machine.disk(equipment.home)),
        "clock": lambda: checked(lambda: machine.clock(equipment.now(), beat)),
        "database": lambda: checked(lambda: broken or [well("database", "whole")]),
        "service": lambda: checked(lambda: _service(beat)),
        "ports": lambda: checked(lambda: machine.ports(equipment, running=running)),
        "prompts": lambda: checked(lambda: line.spoken(equipment)),
        "dialplan": lambda: line.dialplan(equipment, dialplans),
        "trunks": lambda: line.trunks(equipment, state),
        "texts": lambda: line.texts(equipment),
        "numbers": lambda: numbers.doubted(equipment),
    }
    chosen = [checks[name] for name in NAMES if not only or name in only]
    return [finding for findings in await asyncio.gather(*(check() for check in chosen)) for finding in findings]


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
    return [_part(each) for each in state.get("parts", []) if each["state"] != State.RUNNING]


def _part(told: Mapping[str, Any]) -> Finding:
    since = f"since {told['since'][:19]} UTC, {told['restarts']} restarts"
    said = f"its part {told['name']} is {told['state']} ({since}): {told['error']}"
    remedy = told["remedy"] or "the log of the service says more; it is tried again by itself"
    return (wrong if told["state"] == State.FAILED else doubtful)("service", said, remedy)
