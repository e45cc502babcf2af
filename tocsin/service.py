"""The service: starts the rooms in order, stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from enum import StrEnum

import structlog

from db import messages
from db import service as heartbeat
from db.store import Store
from dialer.app import Dialer, Manner
from dialer.trunks import Trunks
from ivr import menus
from ivr.app import Ivr
from sms_gateway import providers
from sms_gateway.app import Gateway
from telephony import ari, asterisk, events
from tocsin import wiring
from tocsin.settings import Settings

BEAT_S = 2.0
LINK_S = 20.0
PATIENCE_S = 10.0  # for open calls to end when the service is asked to stop

log = structlog.get_logger()


class Role(StrEnum):
    IVR = "ivr"
    DIALER = "dialer"
    SMS = "sms"


async def run(settings: Settings, roles: Collection[Role]) -> None:
    """Until SIGINT or SIGTERM. Raises what kept a part from starting, in words for the operator."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with contextlib.AsyncExitStack() as parts:
        store = await Store.open(settings.database_url)
        parts.push_async_callback(store.close)
        await parts.enter_async_context(_beating(store))
        if Role.SMS in roles and settings.sms_url.get_secret_value():
            await parts.enter_async_context(_texts(settings, store))
        if {Role.IVR, Role.DIALER} & set(roles):
            await parts.enter_async_context(_telephone(settings, store, roles))
        log.info("service_ready", roles=sorted(roles), home=str(settings.home))
        await stopping.wait()
        log.info("service_stopping")


@contextlib.asynccontextmanager
async def _background(name: str, work: Awaitable[None]) -> AsyncIterator[asyncio.Task[None]]:
    """A task that runs as long as the service; its failure is said at once."""
    task = asyncio.ensure_future(_said(name, work))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _said(name: str, work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception("part_failed", part=name)
        signal.raise_signal(signal.SIGTERM)
        raise


@contextlib.asynccontextmanager
async def _beating(store: Store) -> AsyncIterator[None]:
    async def beat() -> None:
        while True:
            await heartbeat.beat(store, wiring.now())
            await asyncio.sleep(BEAT_S)

    async with _background("heartbeat", beat()):
        yield


@contextlib.asynccontextmanager
async def _texts(settings: Settings, store: Store) -> AsyncIterator[None]:
    lost = await messages.lost_track(store, wiring.now())
    if lost:
        log.error("texts_with_unknown_fate", count=lost, remedy="see `tocsin alert show`: they are not sent again")
    provider = providers.from_url(settings.sms_url.get_secret_value(), settings.sms_sender)
    gateway = Gateway(
        store,
        provider,
        organization=settings.organization,
        telephone=wiring.reception(settings),
        languages=settings.languages,
        area_codes=settings.allowed_area_codes,
    )
    async with _background("texts", gateway.run()):
        yield


@contextlib.asynccontextmanager
async def _telephone(settings: Settings, store: Store, roles: Collection[Role]) -> AsyncIterator[None]:
    board = wiring.switchboard(settings, store)
    await asyncio.to_thread(board.studio.build)
    menu = menus.read(wiring.DIALPLANS / "menus.yaml")
    async with _asterisk(settings):
        link = ari.Ari(wiring.address(settings), wiring.APP)
        ivr = Ivr(link, board, menu)
        trunks = Trunks([trunk.for_telephony() for trunk in settings.trunks], asyncio.get_running_loop().time)
        dialer = Dialer(link, board, trunks, _manner(settings))
        async with _background(
            "asterisk link", link.run(on_up=_on_up(link, ivr, dialer, roles), on_stranger=_door(ivr))
        ):
            async with asyncio.timeout(LINK_S):
                await link.up.wait()
            async with _background("dialer", _dialing(dialer, roles)):
                try:
                    yield
                finally:
                    await dialer.close(patience_s=PATIENCE_S)
                    await ivr.close()


def _manner(settings: Settings) -> Manner:
    number = (settings.caller_id_number or "").removeprefix("+1")
    return Manner(caller_id=f'"{settings.caller_id_name}" <{number}>', ring_s=settings.ring_s)


async def _dialing(dialer: Dialer, roles: Collection[Role]) -> None:
    if Role.DIALER in roles:
        await dialer.run()


def _door(ivr: Ivr) -> Callable[[events.StasisStart], None]:
    def take(event: events.StasisStart) -> None:
        if "incoming" in event.args:
            ivr.take(event.channel)

    return take


def _on_up(link: ari.Ari, ivr: Ivr, dialer: Dialer, roles: Collection[Role]) -> Callable[[], Awaitable[None]]:
    async def reconcile() -> None:
        channels = await link.channels()
        if Role.DIALER in roles:
            await dialer.reconcile(channels)
        if Role.IVR in roles:
            ivr.reconcile(channels)

    return reconcile


@contextlib.asynccontextmanager
async def _asterisk(settings: Settings) -> AsyncIterator[None]:
    """Our own Asterisk on the configuration of this site; with TOCSIN_ASTERISK=external somebody else runs it."""
    binary = wiring.binary(settings)
    folder = wiring.folder(settings)
    reconfigured = folder.lay_out(binary, wiring.DIALPLANS, wiring.site_files(settings))
    if settings.asterisk == "external":
        yield
        return
    own = asterisk.Asterisk(binary, folder, wiring.address(settings))
    try:
        await own.start(reconfigured=reconfigured)
        async with _background("asterisk", own.watch()):
            yield
    finally:
        await own.stop()
