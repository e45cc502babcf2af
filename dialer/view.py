"""How the trunks are, for people and machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialer import remedies
from dialer.trunk import TrunkState
from records.status import Health
from telephony import site


@dataclass(frozen=True, slots=True)
class TrunkView:
    """`lines`, `calls_per_second`: what it may carry now; `placed`: calls since the start; `slowed`: calls per second
    of exchanges that are congested behind it."""

    name: str
    host: str
    priority: int
    health: Health
    open: int
    lines: int
    channels: int
    calls_per_second: float
    agreed_calls_per_second: float
    placed: int
    reachable: bool | None
    rests_s: float
    sip: int | None
    remedy: str
    slowed: Mapping[str, float]


def of(state: TrunkState) -> TrunkView:
    now, trunk, fault = state.clock(), state.trunk, state.fault
    return TrunkView(
        name=trunk.name,
        host=trunk.host,
        priority=trunk.priority,
        health=health(state),
        open=state.pace.open,
        lines=state.pace.lines(now),
        channels=trunk.channels,
        calls_per_second=round(state.pace.rate.at(now), 2),
        agreed_calls_per_second=trunk.calls_per_second,
        placed=state.placed,
        reachable=state.reachable,
        rests_s=round(max(0.0, state.rests_until - now), 1),
        sip=fault.sip if fault else None,
        remedy=_remedy(state),
        slowed={code: round(rate, 2) for code, rate in state.exchanges.slowed(now).items()},
    )


def health(state: TrunkState) -> Health:
    if not state.has_address:
        return Health.NO_ADDRESS
    if state.fault:
        return Health.AT_FAULT
    if state.is_silent():
        return Health.SILENT
    if state.reachable is False:
        return Health.UNREACHABLE
    return Health.CONGESTED if state.pace.is_slowed(state.clock()) else Health.WELL


def _remedy(state: TrunkState) -> str:
    if not state.has_address:
        return site.NO_ADDRESS_REMEDY
    if state.fault:
        return remedies.remedy(state.fault)
    if state.is_silent():
        return remedies.REMEDIES[remedies.SILENCE]
    return remedies.OPTIONS_REMEDY if state.reachable is False else ""
