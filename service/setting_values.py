"""What the text of a setting may be. Each function returns the value or raises ValueError."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import re
import unicodedata
import zoneinfo
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from rules import never_rung, phone, retry
from sms_gateway.providers.smpp import url
from telephony.answering.tuning import Tuning

_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")

LOWEST_RTP = 1024
LONGEST_NAME = 15
THRESHOLDS = tuple(field.name for field in dataclasses.fields(Tuning))
MOST_OF_A_REDIAL = {"redials": 10, "delay_s": 86400}


@dataclass(frozen=True, slots=True)
class Expected:
    """Put beside a type: what a person is told when the value does not fit."""

    text: str


def host_port(text: str) -> str:
    host, _, port = text.rpartition(":")
    bare = host.strip("[]")
    if not _HOST.fullmatch(bare):
        ipaddress.ip_address(bare)
    _port(port)
    return text


def maybe_host_port(text: str) -> str:
    return host_port(text) if text else ""


def domain(text: str) -> str:
    """A name or an IP address; empty where there is none."""
    if text and not _HOST.fullmatch(text):
        ipaddress.ip_address(text.strip("[]"))
    return text


def bind(text: str) -> str:
    host, _, port = text.rpartition(":")
    ipaddress.ip_address(host.strip("[]"))
    _port(port)
    return text


def bind_or_off(text: str) -> str:
    return text if text == "off" else bind(text)


def ip_address(text: str) -> str:
    return str(ipaddress.ip_address(text))


def maybe_ip_address(text: str) -> str:
    return ip_address(text) if text else ""


def network(text: str) -> str:
    """An IP address, or a network in CIDR notation."""
    return str(ipaddress.ip_network(text)) if "/" in text else ip_address(text)


def port_range(value: Any) -> Any:
    """`10000-10999` → (10000, 10999); a call uses two of them. Asterisk takes none below 1024."""
    if not isinstance(value, str):
        return value
    first, last = (_port(part.strip()) for part in value.split("-"))
    if first < LOWEST_RTP or last <= first:
        raise ValueError("the last port must be above the first, and that above 1023")
    return first, last


def number(text: str) -> str:
    """E.164 of a number of the North American plan (carriers block calls from others: CRTC 2018-484)."""
    if not text:
        return text
    parsed = phone.parse(text)
    toll_free = parsed[2:5] in never_rung.TOLL_FREE
    if not parsed.startswith("+1") or (phone.never_rung(parsed) and not toll_free):
        raise ValueError("not a number that residents can dial")
    return parsed


def caller_name(text: str) -> str:
    """As it was written; what residents see of it is `displayed`."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 .'&/-]{0,79}", displayed(text)):
        raise ValueError("not what a display can show")
    return text


def displayed(name: str) -> str:
    """The name as it is signalled: letters without accents (œ is oe), a plain apostrophe; carriers cut what is longer
    than LONGEST_NAME."""
    plain = name.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE").replace("’", "'")
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(each for each in apart if not unicodedata.combining(each))


def area_code(text: str) -> str:
    """Of a place: where no resident has a number, none would ever be rung."""
    if text in never_rung.AREA_CODES:
        raise ValueError(never_rung.AREA_CODES[text])
    return text


def sms_sender(text: str) -> str:
    """A short code as it is, else E.164; Canada knows no alphabetic senders."""
    return text if re.fullmatch(r"\d{5,6}", text) else number(text)


def sms_url(secret: SecretStr) -> SecretStr:
    if text := secret.get_secret_value():
        url.parse(text)
    return secret


def database_url(text: str) -> str:
    if not re.match(r"sqlite(\+aiosqlite)?:///.", text):
        raise ValueError("not a store that Tocsin is proved on")
    return text


def timezone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("no such time zone") from error
    return name


def json_list(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def answering_tuning(value: Any) -> Any:
    """`{"after_words_s": 0.9}`; the other thresholds stay as they are."""
    chosen = json_list(value)
    if isinstance(chosen, dict) and not set(chosen) <= set(THRESHOLDS):
        raise ValueError("not a threshold")
    return chosen


def redial_table(value: Any) -> Any:
    """Causes, each with its own number of redials, its own delay in seconds, or both."""
    table = json_list(value)
    try:
        good = [_is_redial(own) for cause, own in table.items() if retry.Cause(cause)]
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not a table of causes") from error
    if not all(good):
        raise ValueError("redials from 0 to 10, delays from 0 to 86400 seconds")
    return table


def _is_redial(own: Any) -> bool:
    return bool(own) and all(0 <= float(number) <= MOST_OF_A_REDIAL[name] for name, number in own.items())


def comma_list(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def at_least_one(items: Any) -> Any:
    if not items or len(set(items)) < len(items):
        raise ValueError("none, or one given twice")
    return items


def names_once(items: Any) -> Any:
    if len({item.name for item in items}) < len(items):
        raise ValueError("two have the same name")
    return items


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError("not a port")
    return int(text)
