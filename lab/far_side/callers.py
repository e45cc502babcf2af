"""How carriers write who calls and who is called, and what the line makes of it. The caller was rung by an alert
before: whoever is known hears that alert at once (ring back)."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab import ports
from lab.bench import far_side, stand
from lab.far_side.play import alert, service
from lab.far_side.scenario import SDP, answer, hang_up, joined, say
from lab.stage import Installation

NUMBER = "5812000100"
TALK_S = 1.0
PATIENCE_S = 20.0
PATHS = "SELECT path FROM call_log WHERE ended_at IS NOT NULL ORDER BY ended_at"
OTHER = "4185550199"
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'


@dataclass(frozen=True, slots=True)
class Caller:
    """`what`: in the words of docs/far-side.md; `sender`: the From header but for its tag; `headers`: beside the usual
    ones; `uri`: whom the INVITE is for; `known`: whether Tocsin knows who calls."""

    what: str
    sender: str
    known: bool = True
    headers: Sequence[str] = ()
    uri: str = "sip:4185551000@[remote_ip]:[remote_port]"
    names: Mapping[str, str] | None = None


def _to(uri: str, what: str = "") -> Caller:
    return Caller(f"called: {what or uri}", f"<sip:{NUMBER}@carrier.example>", uri=uri)


HERE = "@[remote_ip]:[remote_port]"
COMPACT = {
    "From": "f",
    "To": "t",
    "Call-ID": "i",
    "Contact": "m",
    "Via": "v",
    "Content-Type": "c",
    "Content-Length": "l",
}
CALLERS = (
    Caller("ten digits", f"<sip:{NUMBER}@carrier.example>"),
    Caller("eleven digits", f"<sip:1{NUMBER}@carrier.example>"),
    Caller("E.164", f"<sip:+1{NUMBER}@carrier.example;user=phone>"),
    Caller("E.164, escaped", f"<sip:%2B1{NUMBER}@carrier.example>"),
    Caller("with dashes", "<sip:581-200-0100@carrier.example>"),
    Caller("a tel: URI", f"<tel:+1{NUMBER}>"),
    Caller("a tel: URI with dashes", "<tel:+1-581-200-0100>"),
    Caller("without angle brackets", f"sip:{NUMBER}@carrier.example"),
    Caller("phone-context=+1", f"<sip:{NUMBER};phone-context=+1@carrier.example;user=phone>"),
    Caller("verstat (STIR)", f"<sip:+1{NUMBER};verstat=TN-Validation-Passed@carrier.example>"),
    Caller("cpc, rn, npdi", f"<sip:{NUMBER};cpc=ordinary;npdi;rn=+15815550000@carrier.example>"),
    Caller("a name in UTF-8", f'"Léa Côté-Noël 電話" <sip:{NUMBER}@carrier.example>'),
    Caller("a name with quotes and brackets", f'"B. \\"Bob\\" <x>, ; Roy" <sip:{NUMBER}@carrier.example>'),
    Caller("a name of 400 characters", f'"{"N" * 400}" <sip:{NUMBER}@carrier.example>'),
    Caller("parameters after the address", f"<sip:{NUMBER}@carrier.example>;isup-oli=0;otg=tg1"),
    Caller("another in P-Asserted-Identity", f"<sip:{OTHER}@a>", headers=(f"P-Asserted-Identity: <sip:+1{NUMBER}@a>",)),
    Caller(
        "two in P-Asserted-Identity: Asterisk takes From",
        f"<sip:{OTHER}@a>",
        known=False,
        headers=(f"P-Asserted-Identity: <sip:{NUMBER}@a>, <tel:+1{NUMBER}>",),
    ),
    Caller(
        "another in Remote-Party-ID",
        f"<sip:{OTHER}@a>",
        headers=(f"Remote-Party-ID: <sip:{NUMBER}@a>;party=calling;privacy=off",),
    ),
    Caller("compact headers", f"<sip:{NUMBER}@carrier.example>", names=COMPACT),
    Caller(
        "unknown and long headers", f"<sip:{NUMBER}@a>", headers=("X-A: " + "a" * 900, "Identity: " + "e" * 900, "X-B:")
    ),
    Caller(
        "History-Info, Diversion", f"<sip:{NUMBER}@a>", headers=("Diversion: <sip:4185550144@a>;reason=unconditional",)
    ),
    Caller("anonymous@anonymous.invalid", ANONYMOUS, known=False),
    Caller("the same, Privacy: id", ANONYMOUS, known=False, headers=("Privacy: id",)),
    Caller(
        "the same, with P-Asserted-Identity",
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
        known=False,
        headers=("Privacy: id", f"P-Asserted-Identity: <sip:{NUMBER}@a>"),
    ),
    Caller("the number in From, Privacy: id", f"<sip:{NUMBER}@a>", headers=("Privacy: id",)),
    Caller("the user “unknown”", "<sip:unknown@carrier.example>", known=False),
    Caller("no user", "<sip:carrier.example>", known=False),
    Caller("seven digits", "<sip:2000100@carrier.example>", known=False),
    Caller("from abroad", "<sip:+33142685300@carrier.example>", known=False),
    Caller("an account", "<sip:pbx-7@carrier.example>", known=False),
    _to(f"sip:+14185551000{HERE}", "E.164"),
    _to(f"sip:%2B14185551000{HERE};user=phone", "E.164, escaped"),
    _to(f"sip:418-555-1000{HERE}", "with dashes"),
    _to(f"sip:4185551000;rn=+14185550000;npdi{HERE}", "with rn and npdi"),
    _to("tel:+14185551000", "a tel: URI"),
    _to("sip:[remote_ip]:[remote_port]", "no user"),
    _to(f"sip:valmont{HERE}", "an account"),
    _to(f"sip:val_mont.2-a{HERE}", "an account with signs"),
    _to(f"sip:s{HERE}", "s"),
    _to(f"sip:*5550100{HERE}", "with a star"),
    _to(f"sip:_valmont{HERE}", "beginning with a sign"),
)


@dataclass(frozen=True, slots=True)
class CallerHeard:
    """What became of one: `path`, the scripts that the call went through; empty where it was not answered."""

    caller: Caller
    path: str

    @property
    def known(self) -> bool:
        return self.path.startswith("ring_back")

    @property
    def right(self) -> bool:
        return bool(self.path) and self.known is self.caller.known


def scenario(caller: Caller) -> str:
    sound = SDP.format(address="[local_ip]", port="40000", formats="0", known="a=rtpmap:0 PCMU/8000\n")
    name = caller.names or {}

    def request(method: str, *more: str, tag: str = "") -> str:
        lines = [
            f"{method} {caller.uri if not tag else '[next_url]'} SIP/2.0",
            f"{name.get('Via', 'Via')}: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
            f"{name.get('From', 'From')}: {caller.sender};tag=[call_number]",
            f"{name.get('To', 'To')}: <{caller.uri}>{tag}",
            f"{name.get('Call-ID', 'Call-ID')}: [call_id]",
            f"CSeq: {2 if method == 'BYE' else 1} {method}",
            f"{name.get('Contact', 'Contact')}: <sip:far@[local_ip]:[local_port]>",
            "Max-Forwards: 70",
            *more,
        ]
        repeated = "" if method == "ACK" else ' retrans="500"'
        return f"<send{repeated}><![CDATA[\n" + "\n".join(lines) + "\n]]></send>"

    body = f"{name.get('Content-Length', 'Content-Length')}: [len]\n\n{sound}"
    kind = f"{name.get('Content-Type', 'Content-Type')}: application/sdp"
    empty = "Content-Length: 0\n"
    early = "".join(f'<recv response="{status}" optional="true"/>' for status in (100, 180, 183))
    return (
        '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="caller">'
        + request("INVITE", *caller.headers, kind, body)
        + f'{early}<recv response="200" rrs="true"/>'
        + request("ACK", empty, tag="[peer_tag_param]")
        + f'<pause milliseconds="{TALK_S * 1000:.0f}"/>'
        + request("BYE", empty, tag="[peer_tag_param]")
        + '<recv response="200"/></scenario>\n'
    )


async def play(callers: Sequence[Caller] = CALLERS) -> list[CallerHeard]:
    """One after the other. Raises NotMeasured, ServiceFailed."""
    with tempfile.TemporaryDirectory(prefix="tocsin-callers-") as scratch:
        folder = Path(scratch)
        answers = {NUMBER: say("180 Ringing") + answer() + hang_up()}
        async with (
            far_side.sipp(folder, lambda sink: joined(answers, sink)) as sipp,
            service(folder / "tocsin", sipp.host) as tocsin,
        ):
            await alert(tocsin, [NUMBER])
            await _until(tocsin, "SELECT count(*) FROM attempt WHERE status = 'finished'", 1)
            return [await _call(tocsin, folder, caller) for caller in callers]


async def _until(tocsin: Installation, count: str, enough: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while stand.ask(tocsin, count)[0][0] < enough:
                await asyncio.sleep(0.1)


async def _call(tocsin: Installation, folder: Path, caller: Caller) -> CallerHeard:
    file = folder / "caller.xml"
    file.write_text(scenario(caller), encoding="utf-8")
    before = len(stand.ask(tocsin, PATHS))
    process = await asyncio.create_subprocess_exec(
        *(shutil.which("sipp") or "sipp", tocsin.settings["TOCSIN_SIP_BIND"], "-sf", str(file), "-m", "1"),
        *("-i", ports.LOOPBACK, "-timeout", f"{PATIENCE_S:.0f}", "-nostdin"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
    )
    if await process.wait() == 0:
        await _until(tocsin, f"SELECT count(*) FROM ({PATHS})", before + 1)
    new = stand.ask(tocsin, PATHS)[before:]
    return CallerHeard(caller, new[0][0] if new else "")
