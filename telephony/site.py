"""What differs per site in Asterisk's configuration: trunks, ports, folders. Written into `etc/site/`."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from telephony import ari, asterisk

LOOK_UP_S = 5.0


class NumberFormat(StrEnum):
    """How a trunk wants a Canadian number in the request line."""

    NATIONAL = "national"  # 5145550101
    ELEVEN = "eleven"  # 15145550101
    E164 = "e164"  # +15145550101


@dataclass(frozen=True, slots=True)
class Trunk:
    """One way into the telephone network. `host` is host:port; `calls_per_second` is the carrier's limit."""

    name: str
    host: str
    channels: int
    calls_per_second: float
    username: str = ""
    password: str = ""
    register: bool = False
    number_format: NumberFormat = NumberFormat.NATIONAL

    def dial(self, number: str) -> str:
        """The endpoint to originate to for an E.164 number of the North American plan."""
        user = {
            NumberFormat.NATIONAL: number.removeprefix("+1"),
            NumberFormat.ELEVEN: number.removeprefix("+"),
            NumberFormat.E164: number,
        }[self.number_format]
        # A whole URI: the call is tried even while the trunk does not answer OPTIONS.
        return f"PJSIP/{self.name}/sip:{user}@{self.host}"


async def unknown_hosts(trunks: Sequence[Trunk]) -> list[Trunk]:
    """Trunks whose host has no address: Asterisk starts without saying so, and refuses the calls that they bring."""
    found = await asyncio.gather(*(_has_address(trunk.host.rpartition(":")[0].strip("[]")) for trunk in trunks))
    return [trunk for trunk, known in zip(trunks, found, strict=True) if not known]


async def _has_address(host: str) -> bool:
    try:
        async with asyncio.timeout(LOOK_UP_S):
            return bool(await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM))
    except (OSError, TimeoutError):
        return False


def files(
    trunks: Sequence[Trunk],
    *,
    sip_bind: str,
    rtp_ports: tuple[int, int],
    address: ari.Address,
    values: Mapping[str, str],
) -> dict[str, str]:
    """The generated includes, by name. `values` become global variables of the dialplan."""
    return {
        "globals.conf": "".join(f"{name} = {value}\n" for name, value in values.items()),
        "trunks.conf": "\n".join([_transport(sip_bind), *map(_trunk, trunks)]),
        "rtp.conf": f"rtpstart = {rtp_ports[0]}\nrtpend = {rtp_ports[1]}\n",
        "http.conf": f"bindaddr = {address.host}\nbindport = {address.port}\n",
        "ari.conf": _section(asterisk.ARI_USER, type="user", password=address.password, read_only="no"),
    }


def _transport(sip_bind: str) -> str:
    return _section("transport-udp", type="transport", protocol="udp", bind=sip_bind)


def _trunk(trunk: Trunk) -> str:
    name, host = trunk.name, trunk.host
    login = {"outbound_auth": f"{name}-login"} if trunk.username else {}
    parts = [
        _section(f"{name}(trunk)", aors=name, transport="transport-udp", **login),
        _section(f"{name}(trunk-place)", contact=f"sip:{host}"),
        _section(f"{name}-who(trunk-who)", endpoint=name, match=host.rpartition(":")[0] or host),
    ]
    if trunk.username:
        parts.append(_section(f"{name}-login(trunk-login)", username=trunk.username, password=trunk.password))
    if trunk.register:
        client = f"sip:{trunk.username}@{host}"
        parts.append(
            _section(
                f"{name}-registration(trunk-registration)",
                transport="transport-udp",
                outbound_auth=f"{name}-login",
                server_uri=f"sip:{host}",
                client_uri=client,
                contact_user=trunk.username,
            )
        )
    return "\n".join(parts)


def _section(title: str, **values: str) -> str:
    name, bracket, template = title.partition("(")
    heading = f"[{name}]{bracket}{template}"
    return "\n".join([heading, *(f"{key} = {_escaped(value)}" for key, value in values.items()), ""])


def _escaped(value: str) -> str:
    # A semicolon begins a comment in Asterisk's files.
    return value.replace(";", "\\;")
