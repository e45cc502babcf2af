"""`/metrics` for Prometheus: what the rooms count, and what is so at this moment (docs/metrics.md)."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from db.engine import status
from db.engine.errors import StoreError
from db.engine.store import Store
from dialer.view import TrunkView
from records.status import Health
from service.vitals import Vitals
from supervision.parts import PartFailed, PartState

REMEDY = "choose another with TOCSIN_METRICS_BIND, or off; the service goes on without"

LINES = Gauge("tocsin_trunk_lines_open", "Calls that a trunk carries", ["trunk"])
MOST = Gauge("tocsin_trunk_lines", "Calls that it may carry", ["trunk"])
RATE = Gauge("tocsin_trunk_calls_per_second", "Calls that may be begun on it in a second", ["trunk"])
WELL = Gauge("tocsin_trunk_well", "1: it carries calls; 0: it is at fault", ["trunk"])
REACHABLE = Gauge("tocsin_trunk_reachable", "1: it answers OPTIONS; 0: not; -1: not known or not asked", ["trunk"])
QUEUE = Gauge("tocsin_queue", "What waits, redials included", ["kind"])
RUNNING = Gauge("tocsin_alerts_running", "Alerts that are under way")
OPEN = Gauge("tocsin_open_calls", "Calls at this moment", ["direction"])
LINK = Gauge("tocsin_asterisk_link_up", "1: the link to Asterisk is up")
PART = Gauge("tocsin_part_up", "1: a part of the service runs; 0: it failed and is tried again", ["part"])
MEMORY = Gauge("tocsin_memory_bytes", "Resident memory", ["program"])

log = structlog.get_logger()


async def serve(bind: str, store: Store, vitals: Vitals) -> None:
    """Answer on `bind` (IP address:port) until cancelled. Raises PartFailed when it can't be had."""
    runner = web.AppRunner(_app(store, vitals), access_log=None)
    await runner.setup()
    host, _, port = bind.rpartition(":")
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        log.info("metrics_served", url=f"http://{bind}/metrics")
        await asyncio.Event().wait()
    except OSError as error:
        log.error("metrics_not_served", bind=bind, error=error.strerror, remedy=REMEDY)
        raise PartFailed(f"{bind}: {error.strerror}", remedy=REMEDY) from error
    finally:
        await runner.cleanup()


def _app(store: Store, vitals: Vitals) -> web.Application:
    async def answer(_: web.Request) -> web.Response:
        await _look(store, vitals)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/metrics", answer)
    return app


async def _look(store: Store, vitals: Vitals) -> None:
    for trunk in vitals.trunk_views():
        _of_trunk(trunk)
    for part in vitals.parts.all:
        PART.labels(part.name).set(part.state in (PartState.RUNNING, PartState.TROUBLED))
    state = vitals.state()
    LINK.set(vitals.linked)
    OPEN.labels("out").set(state["calls_out"])
    OPEN.labels("in").set(state["calls_in"])
    for program, octets in state["memory"].items():
        MEMORY.labels(program).set(octets)
    with contextlib.suppress(StoreError):
        queue = await status.queue(store)
        QUEUE.labels("calls").set(queue.calls)
        QUEUE.labels("texts").set(queue.texts)
        RUNNING.set(len(queue.running))


def _of_trunk(trunk: TrunkView) -> None:
    LINES.labels(trunk.name).set(trunk.open)
    MOST.labels(trunk.name).set(trunk.lines)
    RATE.labels(trunk.name).set(trunk.calls_per_second)
    WELL.labels(trunk.name).set(trunk.health not in (Health.AT_FAULT, Health.NO_ADDRESS))
    REACHABLE.labels(trunk.name).set(-1 if trunk.reachable is None else trunk.reachable)
