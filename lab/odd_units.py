"""Units as no specification allows them, out of a seed: random, changed in some octets, cut, of a wrong length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from lab.raw_centre import (
    DATA_SM,
    DELIVER_SM,
    ENQUIRE_LINK,
    HEADER,
    RESPONSE,
    UNBIND,
    data_sm,
    deliver_sm,
    field,
    unit,
)

MARK = "Zq7"
"""In every text: it must not appear in a log."""

NUMBERS = [b"1514555%04d" % n for n in range(7000, 7300)]
WORDS = ["STOP", "ARRÊT", "aide", "Bonjour", "Liked “STOP”", "🌊", "id:", "stat:", "\n", "\t", "\0", "é", "text:"]
STATES = ["DELIVRD", "UNDELIV", "Delivered", "ENROUTE", "???", "", "EXPIRED", "stat"]
TAGS = [0x001E, 0x0427, 0x0424, 0x0423, 0x020C, 0x020E, 0x020F, 0x1400, 0x0000, 0xFFFF]
COMMANDS = [0, 1, 2, 3, 4, 7, 8, 9, 0x0B, 0x15, 0x21, 0x0102, 0x0111, 0x10200, 0x7FFF_FFFF]


@dataclass(frozen=True, slots=True)
class Odd:
    """`answered`: its length is right, and it is a request: the answer has its number."""

    kind: str
    octets: bytes
    answered: bool


def odd_unit(random: Random, sequence: int) -> Odd:
    (chosen,) = random.choices(list(KINDS), weights=list(KINDS.values()))
    return chosen(random, sequence)


def _text(random: Random) -> bytes:
    words = " ".join([MARK, *random.choices(WORDS, k=random.randrange(8))])
    coding = random.choice(["latin-1", "utf-16-be", "utf-16-le", "utf-8", "cp850"])
    return words.encode(coding, "replace")[: random.choice([70, 160, 255])]


def _header(random: Random) -> bytes:
    """For joining: right, nearly right, or nothing of the kind."""
    total, position = random.randrange(5), random.randrange(6)
    return random.choice(
        [
            bytes((5, 0, 3, random.randrange(3), total, position)),
            bytes((6, 8, 4, 0, random.randrange(3), total, position)),
            random.randbytes(random.randrange(8)),
        ]
    )


def _fields(random: Random) -> bytes:
    some = (field(random.choice(TAGS), random.randbytes(random.randrange(6))) for _ in range(random.randrange(5)))
    return b"".join(some)


def _receipt_text(random: Random) -> bytes:
    parts = [
        f"id:{random.randrange(5000):{random.choice(['x', 'X', 'd', '08x'])}}",
        f"stat:{random.choice(STATES)}",
        "err:" + random.choice(["000", "", "E:1", "unknown subscriber"]),
        f"sub:{random.randrange(3)}",
    ]
    random.shuffle(parts)
    return (random.choice([" ", "\t", ";", "\r\n"]).join(parts) + f" text:{MARK} id:7").encode()


def _body(random: Random, command: int) -> bytes:
    data = random.choice([_text, _receipt_text])(random)
    esm_class = random.choice([0, 0, 0, 4, 0x40, 0x08, 0x10, 0x20, 0x44, random.randrange(256)])
    if esm_class & 0x40:
        data = (_header(random) + data)[:255]
    coding, optional = random.choice([0, 0, 1, 3, 4, 8, 8, random.randrange(256)]), _fields(random)
    if command == DATA_SM:
        return data_sm(data, esm_class=esm_class, data_coding=coding, optional=optional)
    source = random.choice([*NUMBERS, b"", b"Ville", random.randbytes(random.randrange(60)).replace(b"\0", b"")])
    return deliver_sm(data, source=source, esm_class=esm_class, data_coding=coding, optional=optional)


def _plain(random: Random, sequence: int) -> Odd:
    command = random.choice([DELIVER_SM, DATA_SM])
    return Odd("as it should be", unit(command, sequence, _body(random, command)), answered=True)


def _changed(random: Random, sequence: int) -> Odd:
    """A few octets of the body changed, taken out or put in."""
    command = random.choice([DELIVER_SM, DATA_SM])
    body = bytearray(_body(random, command))
    for _ in range(random.randrange(1, 6)):
        place = random.randrange(len(body) + 1)
        body[place : place + random.randrange(3)] = random.randbytes(random.randrange(3))
    return Odd("changed", unit(command, sequence, bytes(body), random.choice([0, 0, 8])), answered=True)


def _shortened(random: Random, sequence: int) -> Odd:
    command = random.choice([DELIVER_SM, DATA_SM])
    body = _body(random, command)
    return Odd("cut, its length told", unit(command, sequence, body[: random.randrange(len(body))]), answered=True)


def _random(random: Random, sequence: int) -> Odd:
    command = random.choice([DELIVER_SM, DATA_SM, *COMMANDS])
    body = random.randbytes(random.randrange(random.choice([8, 100, 2000])))
    return Odd("random", unit(command, sequence, body), answered=True)


def _response(random: Random, sequence: int) -> Odd:
    command = RESPONSE | random.choice([0, *COMMANDS, DELIVER_SM])
    octets = unit(command, random.randrange(1, 50), random.randbytes(random.randrange(20)), random.choice([0, 0x58]))
    return Odd("a response to nothing", octets, answered=False)


def _cut(random: Random, sequence: int) -> Odd:
    octets = unit(DELIVER_SM, sequence, _body(random, DELIVER_SM))
    return Odd("cut", octets[: -random.randrange(1, len(octets) - HEADER.size)], answered=False)


def _wrong_length(random: Random, sequence: int) -> Odd:
    octets = unit(DELIVER_SM, sequence, _body(random, DELIVER_SM))
    length = random.choice([0, 4, 15, 16, 17, len(octets) - 3, len(octets) + 9, 70_001, 0xFFFF_FFFF])
    return Odd("of a wrong length", length.to_bytes(4, "big") + octets[4:], answered=False)


def _noise(random: Random, sequence: int) -> Odd:
    return Odd("noise", random.randbytes(random.randrange(1, 300)), answered=False)


KINDS: dict[Callable[[Random, int], Odd], int] = {
    _plain: 25,
    _changed: 30,
    _shortened: 12,
    _random: 15,
    _response: 5,
    _cut: 5,
    _wrong_length: 5,
    _noise: 3,
}

NEVER = UNBIND
"""Not among them: it ends the connection, as it should."""


def probe(sequence: int) -> bytes:
    """What must be answered whatever came before."""
    return unit(ENQUIRE_LINK, sequence)
