"""What differs per site in Asterisk's configuration: trunks, ports, folders. Written into `etc/site/`."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping, Sequence

from telephony import ari, layout
from telephony.trunk import Identity, Transport, Trunk

LOOK_UP_S = 5.0
NO_ADDRESS_REMEDY = (
    "correct the trunk's host in TOCSIN_TRUNKS, or see to DNS and /etc/hosts: it carries calls as soon as its name has "
    "an address"
)
TLS_PORT_ABOVE = 1  # 5060 and 5061, as everybody has them
AUTHORITIES = "/etc/ssl/certs"
LOCAL = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,127.0.0.0/8"
"""Networks that see this machine's own address (RFC 1918, 3927)."""


async def addresses(trunk: Trunk) -> frozenset[str]:
    """Of the host that a trunk's requests go to; empty while its name has none."""
    host = (trunk.outbound_proxy or trunk.host).rpartition(":")[0].strip("[]")
    try:
        async with asyncio.timeout(LOOK_UP_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, TimeoutError):
        return frozenset()
    return frozenset(str(address[0]) for *_, address in found)


def files(
    trunks: Sequence[Trunk],
    *,
    sip_bind: str,
    rtp_ports: tuple[int, int],
    address: ari.AriAddress,
    values: Mapping[str, str],
    external: str = "",
) -> dict[str, str]:
    """The generated includes, by name. `values` become global variables of the dialplan; `external`: the address that
    carriers see when this machine is behind a router that translates addresses."""
    return {
        "globals.conf": "".join(f"{name} = {value}\n" for name, value in values.items()),
        "trunks.conf": "\n".join([*_transports(trunks, sip_bind, external), *map(_trunk, trunks)]),
        "rtp.conf": f"rtpstart = {rtp_ports[0]}\nrtpend = {rtp_ports[1]}\n",
        "http.conf": f"bindaddr = {address.host}\nbindport = {address.port}\n",
        "ari.conf": _section(layout.ARI_USER, type="user", password=address.password, read_only="no"),
    }


def _transports(trunks: Sequence[Trunk], sip_bind: str, external: str) -> Iterator[str]:
    outside = {}
    if external:
        outside = {"external_signaling_address": external, "external_media_address": external, "local_net": LOCAL}
    for transport in sorted({Transport.UDP, *(trunk.transport for trunk in trunks)}):
        host, _, port = sip_bind.rpartition(":")
        tls = transport is Transport.TLS
        bind = f"{host}:{int(port) + TLS_PORT_ABOVE}" if tls else sip_bind
        trust = {"ca_list_path": AUTHORITIES, "verify_server": "yes", "method": "tlsv1_2"} if tls else {}
        name = f"transport-{transport}"
        yield _section(name, type="transport", protocol=transport, bind=bind, **trust, **outside)


def _trunk(trunk: Trunk) -> str:
    name = trunk.name
    unasked = {} if trunk.qualify else {"qualify_frequency": "0"}
    hosts = [each.rpartition(":")[0] for each in (trunk.host, trunk.outbound_proxy) if each]
    parts = [
        _section(f"{name}(trunk)", aors=name, transport=f"transport-{trunk.transport}", **_endpoint(trunk)),
        _section(f"{name}(trunk-place)", contact=f"sip:{trunk.host}{trunk.parameters}", **_proxy(trunk), **unasked),
        _section(f"{name}-who(trunk-who)", endpoint=name, match=",".join([*hosts, *trunk.sources])),
    ]
    if trunk.username:
        log_in = trunk.auth_username or trunk.username
        parts.append(_section(f"{name}-login(trunk-login)", username=log_in, password=trunk.password))
    if trunk.register:
        parts.append(_section(f"{name}-registration(trunk-registration)", **_registration(trunk)))
    return "\n".join(parts)


def _endpoint(trunk: Trunk) -> dict[str, str]:
    """What this trunk wants that others don't."""
    given = {
        "outbound_auth": f"{trunk.name}-login" if trunk.username else "",
        "from_user": trunk.from_user,
        "from_domain": trunk.from_domain,
        "contact_user": trunk.contact_user,
        "send_pai": "" if trunk.identity in (Identity.PAI, Identity.BOTH) else "no",
        "send_rpid": "yes" if trunk.identity in (Identity.RPID, Identity.BOTH) else "",
        "user_eq_phone": "yes" if trunk.user_phone else "",
    }
    return {key: value for key, value in given.items() if value} | _proxy(trunk)


def _registration(trunk: Trunk) -> dict[str, str]:
    return {
        "transport": f"transport-{trunk.transport}",
        "outbound_auth": f"{trunk.name}-login",
        "server_uri": f"sip:{trunk.host}{trunk.parameters}",
        "client_uri": f"sip:{trunk.username}@{trunk.from_domain or trunk.host}{trunk.parameters}",
        "contact_user": trunk.contact_user or trunk.username,
        **_proxy(trunk),
    }


def _proxy(trunk: Trunk) -> dict[str, str]:
    # lr: the request keeps its own target (loose routing, RFC 3261, 16.12).
    return {"outbound_proxy": f"sip:{trunk.outbound_proxy}{trunk.parameters};lr"} if trunk.outbound_proxy else {}


def _section(title: str, **values: str) -> str:
    name, bracket, template = title.partition("(")
    heading = f"[{name}]{bracket}{template}"
    return "\n".join([heading, *(f"{key} = {_escaped(value)}" for key, value in values.items()), ""])


def _escaped(value: str) -> str:
    # A semicolon begins a comment in Asterisk's files.
    return value.replace(";", "\\;")
