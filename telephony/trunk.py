"""One way into the telephone network."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote


class NumberFormat(StrEnum):
    """How a trunk wants Canadian numbers."""

    NATIONAL = "national"  # 5145550101
    ELEVEN = "eleven"  # 15145550101
    E164 = "e164"  # +15145550101


class Transport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Identity(StrEnum):
    """The headers that show who calls, beside From."""

    PAI = "pai"  # P-Asserted-Identity (RFC 3325)
    RPID = "rpid"  # Remote-Party-ID, which older carriers read
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Trunk:
    """One way into the telephone network. `host` is host:port; `calls_per_second` is the carrier's limit; `priority`:
    the least goes first; `weight`: its part of the calls among those of its priority; `sources`: addresses and
    networks that it calls in from, beside its host; `qualify`: whether it answers OPTIONS.

    How calls are written: `auth_username`: the name of the log-in where it is not `username`; `from_user`,
    `from_domain`: of the From header, by default the number shown and our address; `contact_user`: of the Contact
    header; `identity`: where else the number is shown; `shown_format`: how, by default as `number_format`; `prefix`:
    what goes before each called number; `user_phone`: whether `;user=phone` marks numbers (RFC 3261, 19.1.1);
    `outbound_proxy`: host:port that requests go through."""

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
    auth_username: str = ""
    from_user: str = ""
    from_domain: str = ""
    contact_user: str = ""
    identity: Identity = Identity.PAI
    shown_format: NumberFormat | None = None
    prefix: str = ""
    user_phone: bool = False
    outbound_proxy: str = ""

    def written(self, number: str) -> str:
        """An E.164 number of the North American plan as this trunk wants to be given it to call."""
        return self.prefix + _written(number, self.number_format)

    def shown(self, number: str) -> str:
        """The number that residents see, as this trunk wants it."""
        return _written(number, self.shown_format or self.number_format)

    def dial(self, number: str) -> str:
        """The endpoint to originate to for an E.164 number."""
        # A whole URI: the call is tried even while the trunk does not answer OPTIONS.
        return f"PJSIP/{self.name}/sip:{quote(self.written(number), safe='+*')}@{self.host}{self.parameters}"

    @property
    def parameters(self) -> str:
        """Of its SIP URIs: how to get there (RFC 3261, 19.1.1)."""
        return "" if self.transport is Transport.UDP else f";transport={self.transport}"


def _written(number: str, form: NumberFormat) -> str:
    return {
        NumberFormat.NATIONAL: number.removeprefix("+1"),
        NumberFormat.ELEVEN: number.removeprefix("+"),
        NumberFormat.E164: number,
    }[form]
