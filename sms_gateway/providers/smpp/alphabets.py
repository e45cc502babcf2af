"""Octets of a text into letters, whatever the carrier calls their coding (SMPP 3.4, 5.2.19; 3GPP TS 23.038).

Carriers label UTF-8 as Latin-1, UCS-2 as the default alphabet and ASCII as UCS-2: where the octets make no sense in
their coding, they are read in the one in which they do. What makes no sense at all is replaced, never refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import smsutil

UCS2_CODINGS = {0x08, 0x18, 0x19, 0x1A, 0x1B, *range(0xE0, 0xF0)}
OTHER_CODINGS = {0x05: "shift_jis", 0x06: "iso8859-5", 0x07: "iso8859-8", 0x0D: "euc_jp", 0x0E: "euc_kr"}
LATIN_1_CODINGS = {0x01, 0x03}

SEPTETS_OF_SEVEN_OCTETS = 8
UTF_16_SHARE = 0.6
"""Zeros among the first octets of each pair, above which the pairs are UTF-16: Latin letters have them."""

_ASCII = re.compile(rb"[\x20-\x7e\r\n\t]+\x00*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def decoded(data: bytes, data_coding: int) -> str:
    """The text, without the zeros that end it."""
    if data_coding in UCS2_CODINGS:
        return _utf_16(data)
    if data_coding in OTHER_CODINGS and any(octet > 0x7F for octet in data):
        return data.decode(OTHER_CODINGS[data_coding], "replace").replace("\0", "")
    if wide := _utf_16_name(data):
        return data.decode(wide, "replace").replace("\0", "")
    if data_coding in LATIN_1_CODINGS or any(octet > 0x7F for octet in data):
        return _eight_bits(data)
    return str(smsutil.decode(data))


def readings(data: bytes) -> Iterator[str]:
    """Everything that these octets may say, the likeliest first."""
    yield _utf_8_or_latin_1(data)
    if _ASCII.fullmatch(data):
        return
    yield data.decode("utf-16-be", "replace")
    yield data.decode("utf-16-le", "replace")
    yield unpacked(data)


def _utf_16(data: bytes) -> str:
    if _ASCII.fullmatch(data) and not data.isspace():
        return data.rstrip(b"\0").decode("ascii")
    return data.decode(_utf_16_name(data) or "utf-16-be", "replace").removeprefix("\ufeff").replace("\0", "")


def _utf_16_name(data: bytes) -> str:
    """Which UTF-16 these octets can only be; empty where they may be something else."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    firsts, seconds = data[::2], data[1::2]
    if seconds and firsts.count(0) > UTF_16_SHARE * len(firsts) and 0 not in seconds:
        return "utf-16-be"
    if seconds and seconds.count(0) > UTF_16_SHARE * len(seconds) and 0 not in firsts:
        return "utf-16-le"
    return ""


def _eight_bits(data: bytes) -> str:
    text = _utf_8_or_latin_1(data).replace("\0", "")
    if _CONTROLS.search(text) and not _CONTROLS.search(septets := unpacked(data)) and septets.isascii():
        return septets
    return text


def _utf_8_or_latin_1(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def unpacked(data: bytes) -> str:
    """Septets of GSM 03.38 packed into octets (3GPP TS 23.038, 6.1.2.1)."""
    bits = int.from_bytes(data, "little")
    count = len(data) * SEPTETS_OF_SEVEN_OCTETS // (SEPTETS_OF_SEVEN_OCTETS - 1)
    septets = bytes(bits >> 7 * place & 0x7F for place in range(count))
    return str(smsutil.decode(septets)).rstrip("@")
