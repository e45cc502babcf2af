"""What comes before an answer, and in place of one."""

from __future__ import annotations

from collections.abc import Iterator

from lab.far_side.scenario import ACK, SOUND, answer, pause, refuse, say, until, until_cancelled
from lab.far_side.way import Again, FarWay, numbered

RINGING = say("180 Ringing")
PROGRESS = say("183 Session Progress", sound=SOUND)
RELIABLY = ("Require: 100rel", "RSeq: 1")
HEARS = answer() + until("BYE")


def ways() -> Iterator[FarWay]:
    yield from numbered("819", [*_rings_out(), *_then_refused(), *_then_answered(), *_odd()])


def _rings_out() -> Iterator[FarWay]:
    for what, first in (
        ("100 and nothing more", say("100 Trying")),
        ("180", RINGING),
        ("180 with sound", say("180 Ringing", sound=SOUND)),
        ("181, call is being forwarded", say("181 Call Is Being Forwarded")),
        ("182, queued", say("182 Queued")),
        ("183 without sound", say("183 Session Progress")),
        ("183 with sound", PROGRESS),
    ):
        yield FarWay(f"{what}; nobody answers", first + until_cancelled(), "no_answer")
    yield FarWay(
        "nothing at all, while other calls pass",
        '<recv request="CANCEL" timeout="40000" ontimeout="end"/>',
        "no_answer",
    )
    yield FarWay("180; the CANCEL is not confirmed by 487", RINGING + until("CANCEL"), "no_answer")
    crossing = until("CANCEL") + answer() + until("BYE")
    yield FarWay("180; a 200 crosses the CANCEL", RINGING + crossing, "no_answer")


def _then_refused() -> Iterator[FarWay]:
    soon = pause(2)
    yield FarWay("180, then 486", RINGING + soon + refuse("486 Busy Here"), "busy")
    yield FarWay("180, then 404", RINGING + soon + refuse("404 Not Found"), "dead_number", Again.NO)
    yield FarWay("180, then 503", RINGING + soon + refuse("503 Unavailable"), "congestion", Again.SOON)
    yield FarWay("183 with sound, then 404", PROGRESS + soon + refuse("404 Not Found"), "dead_number", Again.NO)
    yield FarWay("183 with sound, then 480", PROGRESS + soon + refuse("480 Unavailable"), "no_answer")
    yield FarWay("180, 183 with sound, then 486", RINGING + PROGRESS + soon + refuse("486 Busy Here"), "busy")
    yield FarWay("180, 199, then 486", RINGING + say("199 Early Dialog Terminated") + refuse("486 Busy"), "busy")
    yield FarWay("100, then 408 after 10 s", say("100 Trying") + pause(10) + refuse("408 Timeout"), "no_answer")
    late = say("100 Trying") + pause(12) + RINGING + refuse("486 Busy Here")
    yield FarWay("100, 180 after 12 s, then 486", late, "busy")
    yield FarWay("100, then 480 after 20 s", say("100 Trying") + pause(20) + refuse("480 Unavailable"), "no_answer")


def _then_answered() -> Iterator[FarWay]:
    for what, first in (
        ("200 at once", ""),
        ("180", RINGING),
        ("183 without sound", say("183 Session Progress")),
        ("183 with sound", PROGRESS),
        ("180 with 100rel", say("180 Ringing", *RELIABLY) + until("PRACK")),
        ("183 with sound and 100rel", say("183 Session Progress", *RELIABLY, sound=SOUND) + until("PRACK")),
        ("183 with sound, 180, 183", PROGRESS + RINGING + PROGRESS),
    ):
        yield FarWay(f"{what}; answers", first + pause(1) + HEARS, "human", Again.NO, told=True)


def _odd() -> Iterator[FarWay]:
    twice = say("200 OK", sound=SOUND) + say("200 OK", sound=SOUND, again=True) + ACK
    yield FarWay("200 twice", RINGING + twice + until("BYE"), "human", Again.NO, told=True)
