"""The service: starts its parts in order, stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from functools import partial

import structlog

from alerts import ends
from db.engine import heartbeat
from db.engine.errors import StoreError
from db.engine.store import Store
from db.queue import attempts
from db.residents import dead_numbers, import_log, reach
from dialer.app import Dialer
from prompts import wording
from residents.imports import acts
from rules import phone
from rules.model import Language
from rules.operator_error import OperatorError
from service import clock, import_program, lock, metrics, reports, rights, telephone_part, wiring
from service.api import server
from service.api.route import ApiTown
from service.jobs import Jobs
from service.roles import LOCKS, Role
from service.settings import Settings
from service.vitals import Vitals
from sms_gateway import providers
from sms_gateway.app import Gateway
from supervision.parts import Part, Parts
from upkeep.equipment import Upkeep

BEAT_S = 2.0
SWEEP_S = 5.0
TEXTS_REMEDY = "calls go on; see the log for what the carrier of texts did, and check TOCSIN_SMS_URL"

log = structlog.get_logger()


class ServiceFailed(OperatorError):
    """A vital part of the service ended again and again."""


async def run(settings: Settings, roles: Collection[Role]) -> None:
    """Until SIGINT or SIGTERM. Raises what kept a part from starting, in words for the operator."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    failures: list[str] = []

    def give_up(why: str) -> None:
        failures.append(why)
        stopping.set()

    async with contextlib.AsyncExitStack() as held:
        for part in sorted({LOCKS[role] for role in roles}):
            held.enter_context(lock.held(settings.home, part))
        await asyncio.to_thread(rights.tighten, settings.home, settings.cache / "speech")
        await asyncio.to_thread(_warm_up)
        store = await Store.open(settings.database_url)
        held.push_async_callback(store.close)
        await _start(settings, roles, store, Parts(clock.now, give_up), held)
        log.info("service_ready", roles=sorted(roles), home=str(settings.home))
        await stopping.wait()
        log.info("service_stopping")
    if failures:
        raise ServiceFailed(" ".join(failures))


def _warm_up() -> None:
    """What reads its tables at the first use, a third of a second: none of an officer's time."""
    phone.parse("418 555 0100")
    for language in Language:
        wording.plain("1", language)


async def _start(
    settings: Settings, roles: Collection[Role], store: Store, parts: Parts, held: contextlib.AsyncExitStack
) -> None:
    """Vital are the store, the link, the dialer and the line; any other part may fail and leaves the rest alone."""
    vitals = Vitals(sorted(roles), clock.now().isoformat(), parts)
    start = held.enter_async_context
    await start(parts.running("store", lambda part: _beat(store, vitals, part), vital=True))
    if settings.metrics_bind != "off":
        await start(parts.running("metrics", lambda _: metrics.serve(settings.metrics_bind, store, vitals)))
    if Role.SMS in roles and settings.sms_url.get_secret_value():
        await start(parts.running("texts", lambda part: _texts(settings, store, part), remedy=TEXTS_REMEDY))
        vitals.texts = True
    if {Role.IVR, Role.DIALER} & set(roles):
        dialer = await start(telephone_part.running(settings, store, vitals, roles, parts))
        if Role.DIALER in roles:  # of several processes on one home, this one alone has it
            await _start_api(settings, store, dialer, parts, held)
    await start(parts.running("sweep", lambda part: _sweep(store, settings, part)))
    await start(parts.running("reports", reports.Reports(store, settings.home).run))


async def _start_api(
    settings: Settings, store: Store, dialer: Dialer, parts: Parts, held: contextlib.AsyncExitStack
) -> None:
    """With the jobs that are asked for by it."""
    policy = wiring.policy(settings)
    jobs = Jobs(store, policy, clock.now, dialer.look, partial(import_program.carry_out, settings, store))
    town = ApiTown(
        *(store, policy, settings.home, clock.now, dialer.look, dialer.ahead),
        job=lambda _: jobs.look(),
        upkeep=Upkeep(wiring.equipment_now),
    )
    await held.enter_async_context(parts.running("jobs", lambda _: jobs.run()))
    await held.enter_async_context(parts.running("api", lambda _: server.run(town)))


async def _beat(store: Store, vitals: Vitals, part: Part) -> None:
    """Tells once of trouble with the store, and of its end: everything else waits meanwhile."""
    trouble = ""
    while True:
        try:
            put_back = await heartbeat.beat(store, clock.now(), vitals.state())
        except StoreError as error:
            if str(error) != trouble:
                meaning = "calls under way go on; what becomes of them is stored once it can be"
                log.error("store_trouble", error=str(error), meaning=meaning)
            trouble = str(error)
            part.complain(trouble)
        else:
            if trouble:
                log.info("store_well_again")
                part.well()
            if put_back:
                log.warning("clock_put_back", by_s=put_back.total_seconds(), remedy="keep the clock by NTP (chrony)")
            trouble = ""
        await asyncio.sleep(BEAT_S)


async def _sweep(store: Store, settings: Settings, part: Part) -> None:
    """Ends what is over. Has everybody's reach computed before an alert needs it. Work that fails keeps no other work
    from being done."""
    dead_for, policy = timedelta(days=settings.dead_number_days), wiring.policy(settings)
    works: list[Callable[[], Awaitable[object]]] = [
        lambda: ends.give(store, policy, clock.now()),
        lambda: attempts.sweep(store, clock.now()),
        lambda: dead_numbers.expire(store, clock.now(), after=dead_for),
        lambda: reach.compute(store),
        lambda: import_log.purge(store, clock.now()),
        lambda: acts.purge(store, settings.home, clock.now()),
    ]
    while True:
        failures = [failure for work in works if (failure := await _failure(work))]
        if failures:
            part.complain("; ".join(failures))
        else:
            part.well()
        await asyncio.sleep(SWEEP_S)


async def _failure(work: Callable[[], Awaitable[object]]) -> str:
    """What it raised, in words; "" when it is done."""
    try:
        await work()
    except StoreError as error:
        log.error("sweep_failed", error=str(error), again_in_s=SWEEP_S)
        return str(error)
    except Exception as error:
        log.exception("sweep_failed", again_in_s=SWEEP_S)
        return repr(error)
    return ""


async def _texts(settings: Settings, store: Store, part: Part) -> None:
    provider = providers.from_url(settings.sms_url.get_secret_value(), settings.sms_sender)
    gateway = Gateway(
        store,
        provider,
        organization=settings.organization,
        telephone=wiring.reception(settings) or settings.sms_sender,
        languages=wiring.languages(settings),
        english=settings.english,
        area_codes=settings.allowed_area_codes,
        answers_wait=timedelta(seconds=settings.answers_wait_s),
        part=part,
    )
    await gateway.run()
