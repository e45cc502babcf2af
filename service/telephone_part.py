"""The telephone's part of the running service: Asterisk, the link to it, the dialer and the line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection

import structlog

from db.engine.store import Store
from dialer import qualify
from dialer.app import Dialer
from dialer.call_policy import CallPolicy
from dialer.hosts import Hosts
from dialer.trunks import Trunks
from ivr import menus
from ivr.app import Ivr
from service import places, setting_values, wiring
from service.roles import Role
from service.settings import Settings
from service.vitals import Vitals
from supervision.parts import Part, Parts
from supervision.tasks import Tasks
from telephony import ari, asterisk, events, tap
from telephony.tap import Taps

LINK_S = 20.0
PATIENCE_S = 20.0  # for open calls to end when the service is asked to stop

log = structlog.get_logger()


@contextlib.asynccontextmanager
async def running(
    settings: Settings, store: Store, vitals: Vitals, roles: Collection[Role], parts: Parts
) -> AsyncIterator[Dialer]:
    """Raises what keeps it from starting, in words for the operator."""
    context = wiring.context(settings, store)
    await asyncio.to_thread(context.studio.build)
    menu = menus.read(places.DIALPLANS / "menus.yaml")
    async with contextlib.AsyncExitStack() as held:
        trunks = Trunks([trunk.for_telephony() for trunk in settings.trunks], asyncio.get_running_loop().time)
        hosts = Hosts(trunks, wiring.folder(settings).refresh_names)
        await hosts.begin()
        await held.enter_async_context(_asterisk(settings, parts))
        link = ari.Ari(wiring.address(settings), wiring.APP)
        taps = None
        if settings.answering == "on":  # else Asterisk may be on another machine, which our loopback is not
            taps = await held.enter_async_context(Taps(settings.answering_tuning).running())
        ivr = Ivr(link, context, menu, taps, most=wiring.most_callers(settings))
        dialer = Dialer(link, context, trunks, _call_policy(settings), taps)
        vitals.link, vitals.ivr, vitals.trunks, vitals.dialer = link, ivr, trunks, dialer
        vitals.asterisk_pid_file = wiring.folder(settings).run / "asterisk.pid"
        reconcile, door = _on_up(link, ivr, dialer, roles, taps), _door(link, ivr, dialer, roles)

        def linking(_: Part) -> Awaitable[None]:
            return link.run(on_up=reconcile, on_stranger=door, on_down=dialer.lost)

        async with parts.running("link", linking, vital=True):
            await _linked(link)
            vitals.asterisk_version = await link.version()
            try:
                async with contextlib.AsyncExitStack() as at_work:
                    start = at_work.enter_async_context
                    if Role.DIALER in roles:
                        await start(parts.running("dialer", lambda _: dialer.run(), vital=True))
                    await start(parts.running("trunk watch", lambda _: qualify.watch(link, trunks)))
                    await start(parts.running("trunk names", lambda _: hosts.watch(link)))
                    yield dialer
            finally:
                # Nothing is claimed any more: the open calls may come to their end.
                await dialer.close(patience_s=PATIENCE_S)
                await ivr.close()


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


def _call_policy(settings: Settings) -> CallPolicy:
    return CallPolicy(
        setting_values.displayed(settings.caller_id_name),
        settings.caller_id_number,
        ring_s=settings.ring_s,
        zone=settings.timezone,
        calls_an_hour=settings.calls_per_number,
    )


def _door(link: ari.Ari, ivr: Ivr, dialer: Dialer, roles: Collection[Role]) -> Callable[[events.StasisStart], None]:
    """What becomes of a channel that enters and that nobody listens to."""
    leaving = Tasks[str]("hang-up of a channel that nothing follows")

    def take(event: events.StasisStart) -> None:
        if "incoming" in event.args and Role.IVR in roles:
            ivr.take(event.channel)
        elif dialer.reconciled or "incoming" in event.args:
            # Nobody's call: better ended than left silent. While reconciling, it may be one of the dialer's.
            leaving.start(event.channel.id, link.hang_up(event.channel.id))

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
async def _asterisk(settings: Settings, parts: Parts) -> AsyncIterator[None]:
    """Our own Asterisk on the configuration of this site; with TOCSIN_ASTERISK=external somebody else runs it."""
    binary = wiring.binary(settings)
    folder = wiring.folder(settings)
    reconfigured = folder.lay_out(binary, places.DIALPLANS, wiring.site_files(settings))
    if settings.asterisk == "external":
        yield
        return
    own = asterisk.Asterisk(binary, folder, wiring.address(settings), wiring.ports(settings))
    try:
        await own.start(reconfigured=reconfigured)
        async with (
            parts.running("asterisk", lambda _: own.watch(), vital=True),
            parts.running("asterisk memory", lambda _: own.keep_small()),
        ):
            yield
    finally:
        await own.stop()
