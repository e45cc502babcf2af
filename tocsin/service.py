"""The service: starts the rooms in order, stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import timedelta
from enum import StrEnum

import structlog

from alerts.trouble import Trouble
from db import attempts, dead_numbers, import_log, messages, reach
from db import service as heartbeat
from db.errors import StoreError
from db.store import Store
from dialer import qualify
from dialer.app import Dialer
from dialer.hosts import Hosts
from dialer.manner import Manner
from dialer.trunks import Trunks
from ivr import menus
from ivr.app import Ivr
from sms_gateway import providers
from sms_gateway.app import Gateway
from telephony import ari, asterisk, events, tap
from telephony.tap import Taps
from tocsin import clock, live, lock, metrics, nudge, reports, wiring
from tocsin.settings import Settings

BEAT_S = 2.0
SWEEP_S = 10.0
LINK_S = 20.0
PATIENCE_S = 20.0  # for open calls to end when the service is asked to stop

log = structlog.get_logger()


class ServiceFailed(Trouble):
    """A part of the service ended by itself."""


class Role(StrEnum):
    IVR = "ivr"
    DIALER = "dialer"
    SMS = "sms"


LOCKS = {Role.IVR: "telephone", Role.DIALER: "telephone", Role.SMS: "texts"}
"""Roles that share a lock can't run in two programs: there is one link to Asterisk."""


async def run(settings: Settings, roles: Collection[Role], *, on_held: Callable[[], None] = lambda: None) -> None:
    """Until SIGINT or SIGTERM. `on_held` is told that the home is ours alone. Raises what kept a part from starting,
    in words for the operator."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    failures: list[str] = []
    async with contextlib.AsyncExitStack() as parts:
        for part in sorted({LOCKS[role] for role in roles}):
            parts.enter_context(lock.held(settings.home, part))
        on_held()
        store = await Store.open(settings.database_url)
        parts.push_async_callback(store.close)
        now = live.Live(sorted(roles), clock.now().isoformat())
        await parts.enter_async_context(metrics.served(settings.metrics_bind, store, now))
        await parts.enter_async_context(_beating(store, now, failures))
        if Role.SMS in roles and settings.sms_url.get_secret_value():
            await parts.enter_async_context(_texts(settings, store, failures))
            now.texts = True
        if {Role.IVR, Role.DIALER} & set(roles):
            await parts.enter_async_context(_telephone(settings, store, now, roles, failures))
        await parts.enter_async_context(_background("sweep", _sweep(store, settings), failures))
        await parts.enter_async_context(_background("reports", reports.run(store, settings.home), failures))
        log.info("service_ready", roles=sorted(roles), home=str(settings.home))
        await stopping.wait()
        log.info("service_stopping")
    if failures:
        raise ServiceFailed(" ".join(failures))


@contextlib.asynccontextmanager
async def _background(name: str, work: Awaitable[None], failures: list[str]) -> AsyncIterator[asyncio.Task[None]]:
    """A task that runs as long as the service; its failure is said at once."""
    task = asyncio.ensure_future(_said(name, work, failures))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _said(name: str, work: Awaitable[None], failures: list[str]) -> None:
    try:
        await work
    except Exception as error:
        failures.append(f"The {name} failed: {error}")
        signal.raise_signal(signal.SIGTERM)
        log.exception("part_failed", part=name)
        raise


@contextlib.asynccontextmanager
async def _beating(store: Store, now: live.Live, failures: list[str]) -> AsyncIterator[None]:
    async with _background("heartbeat", _beat(store, now), failures):
        yield


async def _beat(store: Store, now: live.Live) -> None:
    """Tells once of trouble with the store, and of its end: everything else waits meanwhile."""
    trouble = ""
    while True:
        try:
            put_back = await heartbeat.beat(store, clock.now(), now.state())
        except StoreError as error:
            if str(error) != trouble:
                meaning = "calls under way go on; what becomes of them is stored once it can be"
                log.error("store_trouble", error=str(error), meaning=meaning)
            trouble = str(error)
        else:
            if trouble:
                log.info("store_well_again")
            if put_back:
                log.warning("clock_put_back", by_s=put_back.total_seconds(), remedy="keep the clock by NTP (chrony)")
            trouble = ""
        await asyncio.sleep(BEAT_S)


async def _sweep(store: Store, settings: Settings) -> None:
    """Ends what is over: the dialer does so too, but not without its link, nor where only texts go out. Has everybody
    reckoned before an alert needs it."""
    while True:
        try:
            await attempts.sweep(store, clock.now())
            await dead_numbers.expire(store, clock.now(), after=timedelta(days=settings.dead_number_days))
            await reach.reckon(store)
            await import_log.purge(store, clock.now())
        except StoreError as error:
            log.error("sweep_failed", error=str(error), again_in_s=SWEEP_S)
        await asyncio.sleep(SWEEP_S)


@contextlib.asynccontextmanager
async def _texts(settings: Settings, store: Store, failures: list[str]) -> AsyncIterator[None]:
    lost = await messages.lost_track(store, clock.now())
    if lost:
        log.error("texts_with_unknown_fate", count=lost, remedy="see `tocsin alert show`: they are not sent again")
    provider = providers.from_url(settings.sms_url.get_secret_value(), settings.sms_sender)
    gateway = Gateway(
        store,
        provider,
        organization=settings.organization,
        telephone=wiring.reception(settings) or settings.sms_sender,
        languages=settings.languages,
        area_codes=settings.allowed_area_codes,
        answers_wait=timedelta(seconds=settings.answers_wait_s),
    )
    async with _background("texts", gateway.run(), failures):
        yield


@contextlib.asynccontextmanager
async def _telephone(
    settings: Settings, store: Store, now: live.Live, roles: Collection[Role], failures: list[str]
) -> AsyncIterator[None]:
    board = wiring.switchboard(settings, store)
    await asyncio.to_thread(board.studio.build)
    menu = menus.read(wiring.DIALPLANS / "menus.yaml")
    async with contextlib.AsyncExitStack() as parts:
        trunks = Trunks([trunk.for_telephony() for trunk in settings.trunks], asyncio.get_running_loop().time)
        hosts = Hosts(trunks, wiring.folder(settings).refresh_names)
        await hosts.begin()
        await parts.enter_async_context(_asterisk(settings, failures))
        link = ari.Ari(wiring.address(settings), wiring.APP)
        ivr = Ivr(link, board, menu, most=wiring.most_callers(settings))
        taps = await parts.enter_async_context(_listening(settings))
        dialer = Dialer(link, board, trunks, _manner(settings), taps)
        now.link, now.ivr, now.trunks, now.dialer = link, ivr, trunks, dialer
        now.asterisk_pid_file = wiring.folder(settings).run / "asterisk.pid"
        reconcile, door = _on_up(link, ivr, dialer, roles, taps), _door(link, ivr, dialer, roles)
        listening = link.run(on_up=reconcile, on_stranger=door, on_down=dialer.lost)
        async with _background("link to Asterisk", listening, failures):
            await _linked(link)
            now.asterisk_version = await link.version()
            try:
                async with (
                    _background("dialer", _dialing(dialer, roles), failures),
                    _background("watch over the trunks", qualify.watch(link, trunks), failures),
                    _background("watch over the trunks' names", hosts.watch(link), failures),
                    nudge.felt(settings.home, dialer.look, dialer.ahead),
                ):
                    yield
            finally:
                # Nothing is claimed any more: the open calls may come to their end.
                await dialer.close(patience_s=PATIENCE_S)
                await ivr.close()


@contextlib.asynccontextmanager
async def _listening(settings: Settings) -> AsyncIterator[Taps | None]:
    """What tells people from machines; None when that is switched off."""
    if settings.answering == "off":
        yield None
        return
    async with Taps(settings.answering_tuning).running() as taps:
        yield taps


async def _linked(link: ari.Ari) -> None:
    try:
        async with asyncio.timeout(LINK_S):
            await link.up.wait()
    except TimeoutError:
        at = f"{link.address.host}:{link.address.port}"
        remedy = (
            "see TOCSIN_ARI_HOST and TOCSIN_ARI_PORT, and that it reads the configuration in TOCSIN_HOME/asterisk/etc"
        )
        raise asterisk.AsteriskFailed(f"No Asterisk let Tocsin in at {at} within {LINK_S:g} s: {remedy}.") from None


def _manner(settings: Settings) -> Manner:
    return Manner(
        settings.caller_id_name,
        settings.caller_id_number,
        ring_s=settings.ring_s,
        zone=settings.timezone,
        calls_an_hour=settings.calls_per_number,
    )


async def _dialing(dialer: Dialer, roles: Collection[Role]) -> None:
    if Role.DIALER in roles:
        await dialer.run()


def _door(link: ari.Ari, ivr: Ivr, dialer: Dialer, roles: Collection[Role]) -> Callable[[events.StasisStart], None]:
    """What becomes of a channel that enters and that nobody listens to."""
    leaving: set[asyncio.Task[None]] = set()

    def take(event: events.StasisStart) -> None:
        if "incoming" in event.args and Role.IVR in roles:
            ivr.take(event.channel)
        elif dialer.reconciled or "incoming" in event.args:
            # Nobody's call: better ended than left silent. While reconciling, it may be one of the dialer's.
            task = asyncio.create_task(link.hang_up(event.channel.id))
            leaving.add(task)
            task.add_done_callback(leaving.discard)

    return take


def _on_up(
    link: ari.Ari, ivr: Ivr, dialer: Dialer, roles: Collection[Role], taps: Taps | None
) -> Callable[[], Awaitable[None]]:
    async def reconcile() -> None:
        if taps is not None:
            await link.set_global(tap.VARIABLE, taps.address)
        if Role.IVR in roles:
            ivr.reconcile(await link.channels())
        if Role.DIALER in roles:
            await dialer.reconcile()

    return reconcile


@contextlib.asynccontextmanager
async def _asterisk(settings: Settings, failures: list[str]) -> AsyncIterator[None]:
    """Our own Asterisk on the configuration of this site; with TOCSIN_ASTERISK=external somebody else runs it."""
    binary = wiring.binary(settings)
    folder = wiring.folder(settings)
    reconfigured = folder.lay_out(binary, wiring.DIALPLANS, wiring.site_files(settings))
    if settings.asterisk == "external":
        yield
        return
    own = asterisk.Asterisk(binary, folder, wiring.address(settings), wiring.ports(settings))
    try:
        await own.start(reconfigured=reconfigured)
        async with (
            _background("watch over Asterisk", own.watch(), failures),
            _background("Asterisk's memory", own.keep_small(), failures),
        ):
            yield
    finally:
        await own.stop()
