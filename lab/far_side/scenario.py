"""One SIPp scenario that takes each call as the called number says: the pieces, and how they are joined.

SIPp's elements: https://sipp.readthedocs.io/en/latest/scenarios/ownscenarios.html. SIP: RFC 3261.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

KEPT = """Via:[$via]
From:[$from]
To:[$to];tag=[pid]far[call_number]
[last_Call-ID:]
CSeq:[$cseq]
Contact: <sip:[local_ip]:[local_port]>"""
LAST = """[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]"""
COMPACT = """v:[$via]
f:[$from]
t:[$to];tag=[pid]far[call_number]
i: [call_id]
CSeq:[$cseq]
m: <sip:[local_ip]:[local_port]>"""
"""Headers of an answer: to the INVITE; to a later request; to the INVITE in the short form (RFC 3261, 7.3.3)."""

HEADERS = ("Via", "From", "To", "CSeq")
ACK = '<recv request="ACK"/>\n'
END = '<nop next="end"/>\n'
SDP = """v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 {address}
t=0 0
m=audio {port} RTP/AVP {formats}
{known}"""


@dataclass(frozen=True, slots=True)
class Sound:
    """What is said of sound (RFC 4566, RFC 3264). `mode`: sendrecv when there is none; `port`: by default the one that
    takes it."""

    mode: str = ""
    address: str = "[local_ip]"
    port: str = "$sink"
    formats: str = "0"
    known: str = "a=rtpmap:0 PCMU/8000\n"

    def sdp(self) -> str:
        known = self.known + (f"a={self.mode}\n" if self.mode else "")
        return SDP.format(address=self.address, port=self.port, formats=self.formats, known=known)


SOUND = Sound()


def say(status: str, *headers: str, sound: Sound | None = None, again: bool = False, kept: str = KEPT) -> str:
    """Answer the INVITE. `again`: repeat it until the ACK is there, as final answers are (RFC 3261, 13.3.1.4)."""
    return _send([f"SIP/2.0 {status}", kept, *headers], sound, again=again)


def refuse(status: str, *headers: str) -> str:
    return say(status, *headers, again=True) + ACK


def answer(*headers: str, sound: Sound | None = SOUND, kept: str = KEPT) -> str:
    return say("200 OK", *headers, sound=sound, again=True, kept=kept) + ACK


def until(request: str, status: str = "200 OK") -> str:
    """Wait for a later request, and answer it."""
    return f'<recv request="{request}"/>\n' + say(status, kept=LAST)


def until_cancelled() -> str:
    """Their CANCEL is confirmed, the INVITE ended (RFC 3261, 9.2)."""
    return until("CANCEL") + refuse("487 Request Terminated")


def ask(method: str, *headers: str, sound: Sound | None = None, number: int = 1) -> str:
    """A request of ours within the call; `said` waits for its answer."""
    lines = [
        f"{method} [next_url] SIP/2.0",
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
        "From:[$to];tag=[pid]far[call_number]",
        "To:[$from]",
        "Call-ID: [call_id]",
        f"CSeq: {number} {method}",
        "Contact: <sip:[local_ip]:[local_port]>",
        "Max-Forwards: 70",
        *headers,
    ]
    return _send(lines, sound, again=method != "ACK")


def said(status: int) -> str:
    return f'<recv response="{status}"/>\n'


def change(sound: Sound | None, *, number: int = 1) -> str:
    """Another word about sound in the middle of the call, such as "hold" (RFC 3264, 8.4)."""
    return ask("INVITE", sound=sound, number=number) + said(200) + ask("ACK", number=number)


def hang_up(*headers: str, number: int = 1) -> str:
    return ask("BYE", *headers, number=number) + said(200)


def pause(seconds: float) -> str:
    return f'<pause milliseconds="{round(seconds * 1000)}"/>\n'


def joined(ways: Mapping[str, str], sink: int) -> str:
    """The whole. `ways`: by a pattern of the called number's ten digits, what happens. SIPp reads no more than 64
    kilobytes of it."""
    choices = "".join(_choice(f"way{place}", pattern) for place, pattern in enumerate(ways))
    bodies = "".join(f'<label id="way{place}"/>{body}{END}' for place, body in enumerate(ways.values()))
    text = f"{invited()}{choices}{refuse('404 Not Found')}{END}{bodies}"
    used = ",".join(["line", "number", *map(str.lower, HEADERS)])
    return Template(text).safe_substitute(sink=sink) + f'<label id="end"/><Reference variables="{used}"/>'


def invited(*, attribute: str = "") -> str:
    """Take the INVITE, and keep what answers to it repeat."""
    kept = "".join(
        f'<ereg regexp=".*" search_in="hdr" header="{name}:" assign_to="{name.lower()}"/>' for name in HEADERS
    )
    number = '<ereg regexp="^INVITE sip:[+]?1?([0-9]{10})[@;]" search_in="msg" assign_to="line,number"/>'
    return f'<recv request="INVITE" rrs="true"{attribute}><action>{kept}{number}</action></recv>\n'


def _choice(label: str, pattern: str) -> str:
    found = f'<ereg regexp="^{pattern}$$" search_in="var" variable="number" assign_to="{label}"/>'
    return f'<nop next="{label}" test="{label}"><action>{found}</action></nop>\n'


def _send(lines: list[str], sound: Sound | None, *, again: bool) -> str:
    body = f"Content-Type: application/sdp\nContent-Length: [len]\n\n{sound.sdp()}" if sound else "Content-Length: 0\n"
    repeated = ' retrans="500"' if again else ""
    return f"<send{repeated}><![CDATA[\n" + "\n".join([*lines, body]) + "\n]]></send>\n"
