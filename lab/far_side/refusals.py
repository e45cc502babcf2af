"""Refusals: each status of SIP (IANA, "Session Initiation Protocol (SIP) Parameters"), and what comes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lab.far_side.scenario import answer, invited, refuse, say, until
from lab.far_side.way import Again, FarWay, numbered

STATUSES: Mapping[tuple[str, Again], Sequence[int]] = {
    ("busy", Again.LATER): (486, 600, 699),
    ("no_answer", Again.LATER): (300, 301, 302, 305, 380, 408, 480, 482, 483, 487),
    ("unreachable", Again.LATER): (430,),
    ("refused", Again.LATER): (403, 603, 607, 608),
    ("dead_number", Again.NO): (404, 410, 484, 485, 604),
    ("congestion", Again.SOON): (429, 500, 502, 503, 504, 555, 580, 599),
    ("trunk_fault", Again.SOON): (
        *(400, 401, 402, 405, 406, 407, 412, 413, 414, 415, 416, 417, 420, 421, 422, 423, 424, 425, 428, 433),
        *(436, 437, 438, 439, 440, 469, 470, 478, 479, 481, 488, 489, 491, 493, 494, 499, 501, 505, 513, 606),
    ),
}
"""Without a header that says more. 479, 499, 555, 599, 699 are in no list: whoever sends them."""

CHALLENGE = 'Digest realm="far", nonce="5f2c", algorithm=MD5, qop="auth"'
SAID_MORE = (
    ("429 Too Many Requests", "Retry-After: 5", "congestion", Again.SOON),
    ("500 Server Error", "Retry-After: 5", "congestion", Again.SOON),
    ("503 Unavailable", "Retry-After: 5 (on holiday);duration=60", "congestion", Again.SOON),
    ("480 Unavailable", 'Reason: Q.850;cause=20;text="subscriber absent"', "no_answer", Again.LATER),
    ("486 Busy", 'Reason: SIP;cause=486;text="Busy"', "busy", Again.LATER),
    ("603 Decline", 'Reason: Q.850;cause=21;text="call rejected"', "refused", Again.LATER),
    (
        "603 Network Blocked",
        'Reason: SIP;cause=603;text="v=analytics1;url=https://carrier.example"',
        "refused",
        Again.LATER,
    ),
    ("302 Moved", "Contact: <sip:5145550100@127.0.0.9>", "no_answer", Again.LATER),
    ("302 Moved", "Contact: <tel:+15145550100>;q=0.7, <sip:5145550199@127.0.0.9>", "no_answer", Again.LATER),
    ("401 Unauthorized", f"WWW-Authenticate: {CHALLENGE}", "trunk_fault", Again.SOON),
    ("407 Log In", f"Proxy-Authenticate: {CHALLENGE}", "trunk_fault", Again.SOON),
    ("420 Bad Extension", "Unsupported: timer", "trunk_fault", Again.SOON),
    ("421 Extension Required", "Require: 100rel", "trunk_fault", Again.SOON),
    ("488 Not Acceptable", 'Warning: 304 far "Media type not available"', "trunk_fault", Again.SOON),
)


def ways() -> Iterator[FarWay]:
    yield from numbered("418", _plain())
    yield from numbered("450", _with_more())


def _plain() -> Iterator[FarWay]:
    for (disposition, again), statuses in STATUSES.items():
        for status in statuses:
            yield FarWay(f"{status}", refuse(f"{status} Refused"), disposition, again)


def _with_more() -> Iterator[FarWay]:
    for status, header, disposition, again in SAID_MORE:
        yield FarWay(f"{status[:3]}, {header}", refuse(status, header), disposition, again)
    longer = refuse("422 Too Small", "Min-SE: 3600") + invited() + say("180 Ringing") + answer() + until("BYE")
    yield FarWay("422, Min-SE: 3600; the longer session is answered", longer, "human", Again.NO, told=True)
