"""TOCSIN_SMS_URL and TOCSIN_SMS_SENDER for SMPP."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from aiosmpplib import NPI, TON, PhoneNumber

from sms_gateway.errors import BadSetting
from sms_gateway.providers.smpp.link import Account

PORTS = {"smpp": 2775, "smpps": 3550}
FORM = "smpp://user:secret@host:2775"
LONGEST_USER, LONGEST_PASSWORD, LONGEST_SYSTEM_TYPE = 15, 8, 12
"""Characters (SMPP 3.4, 5.2.1 to 5.2.3)."""

OPTIONS = ("window", "tps", "system_type", "number_format")
NUMBER_FORMATS = {
    "national": ("", TON.NATIONAL),  # 5145550101
    "eleven": ("1", TON.INTERNATIONAL),  # 15145550101
    "e164": ("+1", TON.INTERNATIONAL),  # +15145550101
}
"""What goes before the ten digits of a number that is texted, and its type (SMPP 3.4, 5.2.5)."""

NUMBER_FORMAT = "eleven"
WINDOW = 10
MOST_WINDOW = 1_000
MOST_PER_SECOND = 10_000


@dataclass(frozen=True, slots=True)
class Options:
    """`window`: submissions without a response at any moment. `per_second`: parts a second agreed with the carrier,
    None where nothing is agreed. `number_format`: one of NUMBER_FORMATS."""

    window: int = WINDOW
    per_second: float | None = None
    system_type: str = ""
    number_format: str = NUMBER_FORMAT

    def destination(self, address: str) -> PhoneNumber:
        """An E.164 number of the North American plan as this carrier wants it."""
        before, type_ = NUMBER_FORMATS[self.number_format]
        return PhoneNumber(before + address.removeprefix("+1"), type_, NPI.ISDN)


def parse(url: str) -> tuple[Account, Options]:
    """Options follow a question mark, each of OPTIONS. Raises BadSetting; never repeats the password."""
    parts = _split(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not parts.hostname or not user:
        raise BadSetting(f"TOCSIN_SMS_URL names no host or no user: write {FORM}")
    _check_length("user", user, LONGEST_USER)
    _check_length("password", password, LONGEST_PASSWORD)
    options = _options(parts.query)
    port = parts.port or PORTS[parts.scheme]
    account = Account(parts.hostname, port, user, password, options.system_type, tls=parts.scheme == "smpps")
    return account, options


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise BadSetting(f"TOCSIN_SMS_URL begins with “{parts.scheme}”: write {FORM} (or smpps:// for TLS)")
    try:
        _ = parts.port
    except ValueError:
        raise BadSetting(f"TOCSIN_SMS_URL has a port that is no number up to 65535: write {FORM}") from None
    if parts.path.strip("/"):
        raise BadSetting(f"TOCSIN_SMS_URL has a path, “{parts.path}”: write {FORM}")
    return parts


def _check_length(what: str, value: str, longest: int) -> None:
    if len(value) > longest or not value.isascii():
        raise BadSetting(
            f"TOCSIN_SMS_URL has a {what} of {len(value)} characters: SMPP takes {longest} at most, without accents"
        )


def _options(query: str) -> Options:
    given = dict(parse_qsl(query, keep_blank_values=True))
    unknown = given.keys() - set(OPTIONS)
    if unknown:
        raise BadSetting(f"TOCSIN_SMS_URL has an option “{min(unknown)}”: known are {', '.join(OPTIONS)}")
    system_type = given.get("system_type", "")
    _check_length("system_type", system_type, LONGEST_SYSTEM_TYPE)
    number_format = given.get("number_format", NUMBER_FORMAT)
    if number_format not in NUMBER_FORMATS:
        raise BadSetting(
            f"TOCSIN_SMS_URL has number_format=“{number_format}”: write one of {', '.join(NUMBER_FORMATS)}"
        )
    window = _number(given, "window", int, MOST_WINDOW)
    per_second = _number(given, "tps", float, MOST_PER_SECOND)
    return Options(int(window or WINDOW), per_second, system_type, number_format)


def _number(given: Mapping[str, str], name: str, kind: Callable[[str], float], most: int) -> float | None:
    if name not in given:
        return None
    try:
        value = kind(given[name])
    except ValueError:
        value = 0
    if not 0 < value <= most:
        raise BadSetting(f"TOCSIN_SMS_URL has {name}=“{given[name]}”: write a number above 0, at most {most}")
    return value


def sender(text: str) -> PhoneNumber:
    """The sender as the carrier wants it: E.164 for a number of ten digits or with its plus sign, and the network's own
    numbering for a short code of three to six digits. Raises BadSetting."""
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"[2-9]\d{9}", digits):
        return PhoneNumber(f"1{digits}", TON.INTERNATIONAL, NPI.ISDN)
    if re.fullmatch(r"\+?[1-9]\d{10,14}", digits):
        return PhoneNumber(digits.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN)
    if re.fullmatch(r"\d{3,6}", digits):
        return PhoneNumber(digits, TON.NETWORK_SPECIFIC, NPI.UNKNOWN)
    raise BadSetting(
        f"TOCSIN_SMS_SENDER is “{text}”: write ten digits (a long code) or three to six (a short code); "
        "names are not allowed as senders in Canada"
    )
