"""One way into the telephone network."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NumberFormat(StrEnum):
    """How a trunk wants Canadian numbers: the one that is called, and the one that is shown."""

    NATIONAL = "national"  # 5145550101
    ELEVEN = "eleven"  # 15145550101
    E164 = "e164"  # +15145550101


class Transport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class Trunk:
    """One way into the telephone network. `host` is host:port; `calls_per_second` is the carrier's limit; `priority`:
    the least goes first; `weight`: its part of the calls among those of its priority; `sources`: addresses and
    networks that it calls in from, beside its host; `qualify`: whether it answers OPTIONS."""

    name: str
    host: str
    channels: int
    calls_per_second: float
    username: str = ""
    password: str = ""
    register: bool = False
    number_format: NumberFormat = NumberFormat.NATIONAL
    transport: Transport = Transport.UDP
    sources: tuple[str, ...] = ()
    priority: int = 1
    weight: int = 1
    qualify: bool = True

    def written(self, number: str) -> str:
        """An E.164 number of the North American plan as this trunk wants it."""
        return {
            NumberFormat.NATIONAL: number.removeprefix("+1"),
            NumberFormat.ELEVEN: number.removeprefix("+"),
            NumberFormat.E164: number,
        }[self.number_format]

    def dial(self, number: str) -> str:
        """The endpoint to originate to for an E.164 number."""
        # A whole URI: the call is tried even while the trunk does not answer OPTIONS.
        return f"PJSIP/{self.name}/sip:{self.written(number)}@{self.host}{self.parameters}"

    @property
    def parameters(self) -> str:
        """Of its SIP URIs: how to get there (RFC 3261, 19.1.1)."""
        return "" if self.transport is Transport.UDP else f";transport={self.transport}"
