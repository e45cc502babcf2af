"""The names of the trunks' hosts: a trunk whose name has no address carries no call until it has one.

Asterisk looks a name up for each call, but reads /etc/hosts and /etc/resolv.conf, and finds out from where a trunk may
call in, only when its modules are loaded: it is told to look again whenever a name has got other addresses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog

from dialer.trunk import TrunkState
from dialer.trunks import Trunks
from telephony import ari, site

FIRST_S, LONGEST_S = 2.0, 60.0
MODULES = ("res_resolver_unbound.so", "res_pjsip.so")
"""What Asterisk loads again, in this order: how names are looked up, and where they stand."""

log = structlog.get_logger()


class Hosts:
    """Of all trunks. `refresh`: makes Asterisk's next reload read how names are looked up."""

    def __init__(self, trunks: Trunks, refresh: Callable[[], None]) -> None:
        self._trunks = trunks
        self._refresh = refresh
        self._applied: dict[str, frozenset[str]] = {}

    async def begin(self) -> None:
        """Before Asterisk starts, which looks them up itself then."""
        for state, found in await self._found():
            self._apply(state, found)
            state.has_address = bool(found)
            if not found:
                self._complain(state)

    async def watch(self, link: ari.Ari) -> None:
        """Runs until cancelled."""
        delay_s = FIRST_S
        while True:
            await asyncio.sleep(delay_s)
            await link.up.wait()
            try:
                changed = await self.look(link)
            except (ari.LinkDown, ari.AriError) as error:
                log.warning("trunk_hosts_not_reloaded", error=str(error))
                continue
            unknown = any(not state.has_address for state in self._trunks.states)
            delay_s = FIRST_S if changed else min(LONGEST_S, 2 * delay_s) if unknown else LONGEST_S

    async def look(self, link: ari.Ari) -> bool:
        """Whether a name has got an address that Asterisk does not know. Raises what `Ari.reload` does."""
        moved = [(state, found) for state, found in await self._found() if found - self._known(state)]
        if moved:
            self._refresh()
            for module in MODULES:
                await link.reload(module)
            for state, found in moved:
                self._tell(state, found)
        return bool(moved)

    def _apply(self, state: TrunkState, found: frozenset[str]) -> None:
        self._applied[state.trunk.name] = found
        state.addresses = max(1, len(found))

    def _known(self, state: TrunkState) -> frozenset[str]:
        return self._applied.get(state.trunk.name, frozenset())

    def _tell(self, state: TrunkState, found: frozenset[str]) -> None:
        event = "trunk_host_moved" if state.has_address else "trunk_host_known"
        log.info(event, trunk=state.trunk.name, host=state.trunk.host, addresses=sorted(found))
        self._apply(state, found)
        if not state.has_address:
            state.has_address = True
            state.rests_until = state.clock()

    def _complain(self, state: TrunkState) -> None:
        log.error("trunk_host_unknown", trunk=state.trunk.name, host=state.trunk.host, remedy=site.NO_ADDRESS_REMEDY)

    async def _found(self) -> Iterable[tuple[TrunkState, frozenset[str]]]:
        states = self._trunks.states
        found = await asyncio.gather(*(site.addresses(state.trunk) for state in states))
        return zip(states, found, strict=True)
