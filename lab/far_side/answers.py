"""Answers: what they say of sound, what happens in the middle of the call, how it ends, how it is written."""

from __future__ import annotations

from collections.abc import Iterator

from lab.far_side.ringing import PROGRESS, RINGING
from lab.far_side.scenario import (
    COMPACT,
    KEPT,
    SOUND,
    Sound,
    answer,
    ask,
    change,
    hang_up,
    pause,
    said,
    say,
    until,
)
from lab.far_side.way import Again, FarWay, numbered

G729 = Sound(formats="18", known="a=rtpmap:18 G729/8000\n")
ILBC = Sound(formats="97", known="a=rtpmap:97 iLBC/8000\n")
ALAW = Sound(formats="8", known="a=rtpmap:8 PCMA/8000\n")
KEYS = Sound(formats="0 101", known="a=rtpmap:0 PCMU/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\n")
UNNAMED = Sound(formats="0 101")
SLOW = Sound(known="a=rtpmap:0 PCMU/8000\na=ptime:30\n")
BROKEN = ("interrupted", Again.SOON)
LONG = "X-Long: " + "a" * 900


def ways() -> Iterator[FarWay]:
    yield from numbered("367", [*_sound(), *_changed(), *_ends()])
    yield from numbered("873", _written())


def _told(what: str, script: str) -> FarWay:
    return FarWay(what, script, "human", Again.NO, told=True)


def _sound() -> Iterator[FarWay]:
    """What the answer says of sound. Nobody is told who takes none."""
    for what, sound in (
        ("inactive", Sound(mode="inactive")),
        ("sendonly", Sound(mode="sendonly")),
        ("to 0.0.0.0", Sound(address="0.0.0.0")),
        ("to port 0", Sound(port="0")),
        ("G.729 alone", G729),
        ("a codec that was not offered", ILBC),
        ("none at all", None),
    ):
        yield FarWay(f"200, sound: {what}", RINGING + answer(sound=sound) + until("BYE"), "trunk_fault", Again.SOON)
    yield FarWay(
        "183 with sound, then 200 inactive",
        PROGRESS + pause(1) + answer(sound=Sound(mode="inactive")) + until("BYE"),
        "trunk_fault",
        Again.SOON,
    )
    for what, sound in (
        ("recvonly", Sound(mode="recvonly")),
        ("A-law", ALAW),
        ("keys as telephone-event", KEYS),
        ("30 ms in a packet", SLOW),
    ):
        yield _told(f"200, sound: {what}", RINGING + answer(sound=sound) + until("BYE"))
    yield _told("183 with sound, then 200 without", PROGRESS + pause(1) + answer(sound=None) + until("BYE"))
    yield FarWay(
        "200, sound: a format without a name", RINGING + answer(sound=UNNAMED) + until("BYE"), "trunk_fault", Again.SOON
    )


def _changed() -> Iterator[FarWay]:
    """In the middle of the call."""
    talks = RINGING + answer() + pause(1)
    for what, sound in (
        ("inactive", Sound(mode="inactive")),
        ("sendonly", Sound(mode="sendonly")),
        ("to 0.0.0.0", Sound(address="0.0.0.0")),
    ):
        yield FarWay(f"put on hold ({what}), and left there", talks + change(sound) + until("BYE"), "human")
        back = change(sound) + pause(3) + change(SOUND, number=2)
        yield _told(f"put on hold ({what}), back after 3 s", talks + back + until("BYE"))
    muted = RINGING + answer(sound=Sound(mode="inactive")) + pause(1) + change(SOUND)
    yield _told("200 inactive, sound 1 s later", muted + until("BYE"))
    yield _told("UPDATE with the same sound", talks + ask("UPDATE", sound=SOUND) + said(200) + until("BYE"))
    offered = ask("INVITE") + said(200) + ask("ACK", sound=SOUND)
    yield _told("re-INVITE without an offer", talks + offered + until("BYE"))
    yield _told("OPTIONS in the call", talks + ask("OPTIONS") + said(200) + until("BYE"))


def _ends() -> Iterator[FarWay]:
    yield FarWay("BYE at once", RINGING + answer() + hang_up(), "human")
    for cause, disposition, again in (
        (16, "human", Again.LATER),
        (31, "human", Again.LATER),
        (34, *BROKEN),
        (41, *BROKEN),
    ):
        reason = f"Reason: Q.850;cause={cause}"
        yield FarWay(f"BYE after 1 s, {reason}", RINGING + answer() + pause(1) + hang_up(reason), disposition, again)
    yield _told("our BYE is not answered", RINGING + answer() + '<recv request="BYE"/>')
    yield _told("our BYE is answered by 481", RINGING + answer() + until("BYE", "481 No Such Call"))


def _written() -> Iterator[FarWay]:
    yield _told("compact headers", say("180 Ringing", kept=COMPACT) + answer(kept=COMPACT) + until("BYE"))
    yield _told(
        "unknown headers",
        say("180 Ringing", "P-Early-Media: supported", "X-Foo:") + answer('X-Bar: a;b="c"') + until("BYE"),
    )
    yield _told("long headers", say("180 Ringing", LONG) + answer(LONG) + until("BYE"))
    odd = KEPT.replace("tag=[pid]far", "tag=a.b-c%7e!'`+~")
    yield _told("an odd tag", say("180 Ringing", kept=odd) + answer(kept=odd) + until("BYE"))
    timer = answer("Session-Expires: 90;refresher=uac", "Require: timer")
    yield _told("a session timer", RINGING + timer + until("BYE"))
