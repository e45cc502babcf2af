"""The far side of the bench: SIPp, which answers thousands of calls for next to nothing, and a bell for one INVITE."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import shutil
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import ports
from lab.bench.part import NotMeasured

BUSY = 0.15
UNANSWERED = 0.15
RING_S = 3.0
TALK_S = (8.0, 20.0)
WRITES_EVERY_S = 1

KEPT = ("Via", "From", "To", "Call-ID", "CSeq")
_ANSWER = """
<send {again}><![CDATA[
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]bench[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
{more}
]]></send>
"""
_SOUND = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio {sink} RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""
_EMPTY = "Content-Length: 0\n"
_RING = _ANSWER.format(again="", status="180 Ringing", more=_EMPTY)
_HANG_UP = """
<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$to];tag=[pid]bench[call_number]
To:[$from]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
"""
_INVITED = """
<recv request="INVITE" rrs="true"><action>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>
<ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>
</action></recv>
"""


def hangs_up_after(seconds: float, sink: int) -> str:
    """Rings, answers at once, hangs up."""
    return f"{_INVITED}{_RING}{_answers(sink)}{_pause(seconds)}{_HANG_UP}"


def mixed(sink: int) -> str:
    """Calls as a town gives them: BUSY of them busy at once, UNANSWERED ringing until the caller gives up, the others
    answered after RING_S and over after TALK_S, from the shortest to the longest alike."""
    talk = f'<pause distribution="uniform" min="{1000 * TALK_S[0]:.0f}" max="{1000 * TALK_S[1]:.0f}"/>'
    cancelled = (
        '<recv request="CANCEL"/>'
        + _ANSWER.format(again="", status="200 OK", more=_EMPTY)
        + _final("487 Request Terminated", _EMPTY).replace("[last_CSeq:]", "CSeq:[$cseq]")
    )
    return (
        f'{_INVITED}<nop next="1" chance="{BUSY}"/>{_RING}<nop next="2" chance="{UNANSWERED / (1 - BUSY):.3f}"/>'
        f'{_pause(RING_S)}{_answers(sink)}{talk}{_HANG_UP}<nop next="9"/>'
        f'<label id="1"/>{_final("486 Busy Here", _EMPTY)}<recv request="ACK" next="9"/>'
        f'<label id="2"/>{cancelled}<recv request="ACK"/><label id="9"/>'
    )


def _answers(sink: int) -> str:
    return _final("200 OK", _SOUND.format(sink=sink)) + '<recv request="ACK"/>'


def _final(status: str, more: str) -> str:
    """Said again until the ACK is there: among thousands of packets one gets lost (RFC 3261, 13.3.1.4 and 17.2.1)."""
    return _ANSWER.format(again='retrans="500"', status=status, more=more)


def _pause(seconds: float) -> str:
    return f'<pause milliseconds="{round(seconds * 1000)}"/>'


@dataclass(frozen=True, slots=True)
class FarSide:
    """A running SIPp."""

    host: str
    process: asyncio.subprocess.Process
    statistics: Path

    async def through(self) -> int:
        """How many calls have come to the end of their script; a second's wait, for SIPp to have written it."""
        await asyncio.sleep(2 * WRITES_EVERY_S)
        if self.process.returncode is not None:
            raise NotMeasured(f"SIPp ended with status {self.process.returncode}")
        with self.statistics.open(newline="") as file:
            *_, last = csv.DictReader(file, delimiter=";")
        return int(last["SuccessfulCall(C)"])


@contextlib.asynccontextmanager
async def sipp(folder: Path, script: Callable[[int], str]) -> AsyncIterator[FarSide]:
    """SIPp on a free port, each call by `script(port of a sink for sound)`."""
    port = ports.free(socket.SOCK_DGRAM)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind((ports.LOOPBACK, 0))  # never read: what comes is dropped
        scenario, statistics = folder / f"sipp-{port}.xml", folder / f"sipp-{port}.csv"
        text = script(sink.getsockname()[1]) + '<Reference variables="from,to,cseq"/>'
        scenario.write_text(f'<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="bench">{text}</scenario>\n')
        process = await asyncio.create_subprocess_exec(
            *(shutil.which("sipp") or "sipp", "-sf", str(scenario), "-i", ports.LOOPBACK, "-p", str(port)),
            *("-trace_stat", "-stf", str(statistics), "-fd", f"{WRITES_EVERY_S}"),
            *("-nostdin", "-aa", "-l", "2000"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            yield FarSide(f"{ports.LOOPBACK}:{port}", process, statistics)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@dataclass
class Bell(asyncio.DatagramProtocol):
    """Says when the first INVITE came (time.perf_counter), and is busy."""

    rung_at: float = 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.host = ":".join(map(str, transport.get_extra_info("sockname")))

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Other requests than INVITE are fine: OPTIONS asks whether the trunk lives."""
        method = data.partition(b" ")[0]
        if method in (b"ACK", b"SIP/2.0"):
            return
        if method == b"INVITE":
            self.rung_at = self.rung_at or time.perf_counter()
        kept = [line for line in data.decode().split("\r\n") if line.split(":")[0] in KEPT]
        status = "486 Busy Here" if method == b"INVITE" else "200 OK"
        self._transport.sendto("\r\n".join([f"SIP/2.0 {status}", *kept, "Content-Length: 0", "", ""]).encode(), addr)
