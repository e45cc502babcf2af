"""What settings say together: those that contradict each other, and those that are probably forgotten."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

from service import setting_values
from service.bad_settings import HIDDEN, BadValue

if TYPE_CHECKING:
    from service.settings import Settings

PORTS_OF_A_CALL = 2


def omissions(settings: Settings) -> Iterable[str]:
    given = settings.model_fields_set
    if not settings.trunks:
        yield "TOCSIN_TRUNKS is not set: nobody is called and nobody can call in"
    ports, lines = settings.rtp_ports, sum(trunk.channels for trunk in settings.trunks)
    if (room := (ports.last - ports.first + 1) // PORTS_OF_A_CALL) < lines:
        yield f"TOCSIN_RTP_PORTS has room for {room} calls, TOCSIN_TRUNKS carries {lines}: a call uses two ports"
    if settings.trunks and not settings.caller_id_number:
        yield "TOCSIN_CALLER_ID_NUMBER is not set: carriers block calls that show no number"
    name, longest = settings.caller_id_name, setting_values.LONGEST_NAME
    if (shown := setting_values.displayed(name)[:longest]) != name:
        why = f"displays have no accents, and carriers cut names after {longest} characters"
        yield f"TOCSIN_CALLER_ID_NAME is “{name}”: residents see “{shown}”, since {why}"
    if settings.trunks and "organization" not in given:
        yield f"TOCSIN_ORGANIZATION is not set: residents hear that “{settings.organization}” is calling"


def contradictions(settings: Settings) -> Iterable[BadValue]:
    if settings.sms_url.get_secret_value() and not settings.sms_sender:
        yield BadValue(
            "TOCSIN_SMS_SENDER", "", "the short code or number that texts come from, since there is TOCSIN_SMS_URL"
        )
    for number, trunk in enumerate(settings.trunks, start=1):
        if trunk.username.get_secret_value():
            continue
        if trunk.register:
            yield BadValue(f"TOCSIN_TRUNKS, trunk {number}, register", "true", "a username and a password beside it")
        if trunk.auth_username.get_secret_value():
            yield BadValue(f"TOCSIN_TRUNKS, trunk {number}, auth_username", HIDDEN, "a username beside it")
    sip_port = int(settings.sip_bind.rpartition(":")[2])
    if settings.rtp_ports.first <= sip_port <= settings.rtp_ports.last:
        shown = "-".join(map(str, settings.rtp_ports))
        yield BadValue("TOCSIN_RTP_PORTS", shown, f"ports that leave out the one of TOCSIN_SIP_BIND, {sip_port}")
    if ipaddress.ip_address(settings.ari_host).is_loopback:
        return
    if settings.asterisk != "external":
        yield BadValue("TOCSIN_ARI_HOST", settings.ari_host, "127.0.0.1, unless TOCSIN_ASTERISK is external")
    elif settings.answering == "on":
        why = "what a call says comes to 127.0.0.1 only, and Asterisk is at TOCSIN_ARI_HOST, another machine"
        yield BadValue("TOCSIN_ANSWERING", "on", f"off, or an Asterisk at 127.0.0.1: {why} ({settings.ari_host})")
