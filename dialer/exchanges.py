"""The exchanges (NPA-NXX) that are congested behind one trunk: each gets its calls more slowly for a while."""

from __future__ import annotations

from dialer.call_pace import Rate
from rules import phone

SLOWEST_S = 5.0  # between two calls to a congested exchange, at most
CUT = 0.5  # a rural exchange may carry a twentieth of what the trunk does: get there soon
SPREAD_S = 10.0  # congestion of two exchanges within this time is the trunk's own


class Exchanges:
    """`calls_per_second`: of the trunk. `now`: monotonic seconds."""

    def __init__(self, calls_per_second: float) -> None:
        self._calls_per_second = calls_per_second
        self._slowed: dict[str, Rate] = {}
        self._congested_at: dict[str, float] = {}

    def held(self, now: float) -> frozenset[str]:
        """Those that have had their call for now."""
        for each in [each for each, rate in self._slowed.items() if rate.share.is_whole(now)]:
            del self._slowed[each]
        return frozenset(each for each, rate in self._slowed.items() if not rate.room(now))

    def has_room_for(self, number: str, now: float) -> bool:
        rate = self._slowed.get(phone.exchange(number))
        return rate is None or rate.room(now) > 0

    def take(self, number: str) -> None:
        if rate := self._slowed.get(phone.exchange(number)):
            rate.take()

    def congested(self, number: str, now: float) -> bool:
        """A call to this number was; whether it is the trunk rather than this exchange."""
        exchange = phone.exchange(number)
        whole = Rate(self._calls_per_second, slowest=1 / SLOWEST_S, cut=CUT)
        self._slowed.setdefault(exchange, whole).share.cut(now)
        recent = {each: at for each, at in self._congested_at.items() if now - at < SPREAD_S}
        self._congested_at = recent | {exchange: now}
        return len(self._congested_at) > 1

    def slowed(self, now: float) -> dict[str, float]:
        """Calls per second of those that are."""
        return {each: rate.at(now) for each, rate in self._slowed.items() if not rate.share.is_whole(now)}
