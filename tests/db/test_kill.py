"""The program is killed at any moment: every delivery is settled, or has exactly one call waiting or open."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from rules.outcome import Disposition, Outcome, Reply
from rules.status import AlertStatus
from tests.db.town import NOW, number, people, running

ROOT = Path(__file__).parents[2]
PEOPLE = 300
KILLS_AFTER_S = (0.05, 0.15, None)
"""From the start; None: once it has announced an outcome."""

DIALER = """
import asyncio, sys
from db.queue import attempts
from db.engine.store import Store
from tests.db.town import ACKNOWLEDGED, CONGESTION, DEAD, LEFT_WHOLE, NO_ANSWER, NOW

FATES = [ACKNOWLEDGED, NO_ANSWER, DEAD, LEFT_WHOLE, CONGESTION]

async def call(store, attempt, fate):
    await attempts.advance(store, attempt.id, "placed", at=NOW)
    await attempts.reply(store, attempt.id, fate.reply, now=NOW)
    settled = await attempts.finish(store, attempt.id, fate, now=NOW)
    print(attempt.delivery_id, settled or "", flush=True)

async def main():
    store = await Store.open(sys.argv[1])
    print("ready", flush=True)
    while True:
        claimed = await attempts.claim(store, 20, now=NOW)
        await asyncio.gather(*(call(store, attempt, FATES[n % 5]) for n, attempt in enumerate(claimed)))

asyncio.run(main())
"""

UNSOUND = """
SELECT delivery.id, outcome, count(attempt.id) AS unfinished FROM delivery
LEFT JOIN attempt ON delivery_id = delivery.id AND status NOT IN ('finished', 'withdrawn')
GROUP BY delivery.id HAVING (outcome IS NULL) != (unfinished = 1) OR unfinished > 1
"""


async def test_killed_in_the_middle(store: Store, url: str) -> None:
    everyone = await people(store, *([number(2 * n), number(2 * n + 1)] for n in range(PEOPLE)))
    alert_id = await running(store, everyone)
    announced: dict[int, str] = {}
    for pause_s in KILLS_AFTER_S:
        announced |= await kill_dialer(url, pause_s)
        await check(store, alert_id, announced)
        await take_up(store)
    assert announced
    now = NOW
    while (due := await attempts.next_due(store)) is not None:
        now = max(now, due)
        for attempt in await attempts.claim(store, PEOPLE, now=now):
            await attempts.finish(store, attempt.id, Outcome(Disposition.HUMAN, heard=1.0), now=now)
    await check(store, alert_id, announced)
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.status is AlertStatus.DONE, "nobody is forgotten"


async def kill_dialer(url: str, pause_s: float | None) -> dict[int, str]:
    """What it had announced when it was killed: the outcome of deliveries, by their id."""
    dialer = subprocess.Popen(  # noqa: ASYNC220 - starting it is quick
        [sys.executable, "-c", DIALER, url],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert dialer.stdout is not None
    assert await asyncio.to_thread(dialer.stdout.readline) == "ready\n"
    first = await asyncio.to_thread(first_announced, dialer.stdout) if pause_s is None else ""
    await asyncio.sleep(pause_s or 0)
    dialer.send_signal(signal.SIGKILL)
    output, _ = await asyncio.to_thread(dialer.communicate)
    lines = [line.split(" ") for line in (first + output).splitlines(keepends=True) if line.endswith("\n")]
    return {int(delivery): outcome.strip() for delivery, outcome in lines if outcome.strip()}


def first_announced(output: IO[str]) -> str:
    """Its lines until one holds an outcome."""
    lines = []
    for line in output:
        lines.append(line)
        if line.split(" ")[1].strip():
            break
    return "".join(lines)


async def check(store: Store, alert_id: int, announced: dict[int, str]) -> None:
    async with store.reading() as c:
        assert (await c.exec_driver_sql(UNSOUND)).all() == []
    stored = {delivery.id: delivery.outcome for delivery in await alerts.deliveries(store, alert_id)}
    assert {id_: str(stored[id_]) for id_ in announced} == announced, "an outcome is stored before it is announced"


async def take_up(store: Store) -> None:
    """As at the next start, when Asterisk knows none of the calls any more."""
    for attempt in await attempts.open_attempts(store):
        if attempt.status == "claimed":
            await attempts.release(store, attempt.id)
        else:
            settled = await attempts.finish(store, attempt.id, Outcome(Disposition.INTERRUPTED), now=NOW)
            assert (attempt.reply is Reply.ACKNOWLEDGED) == (settled == "acknowledged"), "the key press counts"
