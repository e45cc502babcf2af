"""Networks that the lab did not make: SIPp's own, and one that answers call by call as networks abroad do.

Three services are at work at once: one on SIPp, one on a network of every kind of answer, one that logs in to its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from db.alerts import alerts
from db.engine.store import Store
from dialer.trunk_judgement import FAULTS_IN_A_ROW
from lab import ports
from lab.carrier import CHALLENGE, Carrier, CarrierLeg, Script, SipMessage, carrier, ears, knows
from lab.stage import Installation
from tests.live.alone import alert, alone, known
from tests.live.conftest import dispositions

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 60.0
RING_S = 5
LOGIN = {"username": "valmont", "password": "s;e#c ret"}


# -- how a network may take a call -------------------------------------------------------------------------------------


async def answers_without_sound(leg: CarrierLeg) -> None:
    leg.say(180)
    await leg.answer()
    while leg.first_sound is None:
        await asyncio.sleep(0.05)
    leg.press("1")


async def sounds_early(leg: CarrierLeg) -> None:
    leg.say(183, sound=True)
    await asyncio.sleep(0.5)
    await answers_without_sound(leg)


async def sounds_early_from_elsewhere(leg: CarrierLeg) -> None:
    """As where a machine of its own plays the ringing: the answer names another port, under the same tag."""
    machine, control = ears(leg.invite.sender[0])
    with machine, control:
        leg.say(183, sound=True, port=machine.getsockname()[1])
        await asyncio.sleep(0.5)
        await answers_without_sound(leg)


async def answers_late_without_a_ring(leg: CarrierLeg) -> None:
    await asyncio.sleep(RING_S - 2)
    await leg.answer()
    leg.press("1")


async def hangs_up_at_once(leg: CarrierLeg) -> None:
    await leg.answer()
    leg.hang_up()


async def rings_out(leg: CarrierLeg) -> None:
    leg.say(180)
    await leg.cancelled.wait()
    leg.say(487)


async def only_tries(leg: CarrierLeg) -> None:
    leg.say(100)
    await leg.cancelled.wait()
    leg.say(487)


async def never_confirms_the_cancel(leg: CarrierLeg) -> None:
    leg.say(180)


async def answers_as_it_is_cancelled(leg: CarrierLeg) -> None:
    leg.say(180)
    await leg.cancelled.wait()
    await leg.answer()


def refuses(status: int) -> Script:
    async def script(leg: CarrierLeg) -> None:
        leg.say(100)
        leg.say(status)

    return script


def refuses_once(status: int) -> Script:
    seen: set[str] = set()

    async def script(leg: CarrierLeg) -> None:
        first = leg.invite.number not in seen
        seen.add(leg.invite.number)
        leg.say(status if first else 486)

    return script


def wants_log_in(status: int, header: str, asked: str) -> Script:
    async def script(leg: CarrierLeg) -> None:
        if knows(leg.invite, header, {LOGIN["username"]: LOGIN["password"]}):
            await hangs_up_at_once(leg)
        else:
            leg.say(status, headers={asked: CHALLENGE})

    return script


NETWORK: dict[str, tuple[Script, str, list[str]]] = {
    "4185550110": (answers_without_sound, "acknowledged", ["human"]),
    "4185550111": (sounds_early, "acknowledged", ["human"]),
    "4185550112": (answers_late_without_a_ring, "acknowledged", ["human"]),
    "4185550118": (sounds_early_from_elsewhere, "acknowledged", ["human"]),
    "4185550113": (hangs_up_at_once, "unreached", ["human", "human"]),
    "4185550114": (rings_out, "unreached", ["no_answer"]),
    "4185550115": (only_tries, "unreached", ["no_answer"]),
    "4185550116": (never_confirms_the_cancel, "unreached", ["no_answer"]),
    "4185550117": (answers_as_it_is_cancelled, "unreached", ["no_answer"]),
    "4185550120": (refuses(486), "unreached", ["busy"]),
    "4185550121": (refuses(600), "unreached", ["busy"]),
    "4185550122": (refuses(404), "unreached", ["dead_number"]),
    "4185550123": (refuses(410), "unreached", ["dead_number"]),
    "4185550124": (refuses(484), "unreached", ["dead_number"]),
    "4185550125": (refuses(480), "unreached", ["no_answer"]),
    "4185550126": (refuses(603), "unreached", ["refused", "refused"]),
    "4185550127": (refuses(403), "unreached", ["refused", "refused"]),
    "4185550128": (refuses_once(503), "unreached", ["congestion", "busy"]),
    "4185550129": (refuses_once(500), "unreached", ["congestion", "busy"]),
    "4185550130": (refuses_once(488), "unreached", ["trunk_fault", "busy"]),
}
"""Number: what happens to its calls, the outcome, the dispositions. There are no redials: a second call is one that the
cause of the first allows."""

FORBIDDEN = [f"41855502{middle:02}" for middle in range(6)]
PROXIED, DIRECT = "4185550140", "4185550141"
REFUSED = FORBIDDEN[:3]
IGNORED = [f"41855503{middle:02}" for middle in range(3)]
IGNORED_RING_S = 20
SILENT_PEOPLE = ["4185550101", "4185550102"]


# -- the services ------------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def service(home: Path, trunk: dict[str, Any], *, ring_s: int = RING_S) -> AsyncIterator[Installation]:
    async with alone(home, trunk, TOCSIN_RING_S=str(ring_s)) as play:
        await play.start()
        yield play


async def first_tries(play: Installation, alert_id: int) -> list[str]:
    """How the first calls ended, until the trunk rests; the others wait for it."""
    store = await Store.open(f"sqlite:///{play.home}/tocsin.db")
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                people = await alerts.deliveries(store, alert_id)
                ended = [first for person in people if (first := person.attempts[0].disposition)]
                if len(ended) >= FAULTS_IN_A_ROW:
                    return sorted(map(str, ended))
                await asyncio.sleep(0.1)
    finally:
        await store.close()


@dataclass
class Foreign:
    """What a service made of its network."""

    result: dict[str, Any]
    log: str
    network: Carrier
    forbidden: list[str]
    answers: dict[str, int]  # to a call that came in, by the address that it came from

    def delivery(self, number: str) -> dict[str, Any]:
        return next(each for each in self.result["deliveries"] if each["name"].endswith(number))

    def leg(self, number: str) -> CarrierLeg:
        return next(leg for leg in self.network.legs.values() if leg.invite.number.endswith(number))


async def on_every_answer(home: Path) -> Foreign:
    scripts = {number: script for number, (script, _, _) in NETWORK.items()} | dict.fromkeys(FORBIDDEN, refuses(403))
    async with carrier(lambda number: scripts[number]) as network, service(home, {"host": network.host}) as play:
        bind = play.settings["TOCSIN_SIP_BIND"]
        await known(play, [*NETWORK, *FORBIDDEN])
        result = await alert(play, list(NETWORK), "--wait")
        forbidden = await first_tries(play, (await alert(play, FORBIDDEN))["id"])
        answers = {address: await call_in(bind, address) for address in ("127.0.0.2", "127.0.0.1")}
        return Foreign(result, play.log.read_text(), network, forbidden, answers)


async def call_in(bind: str, address: str) -> int:
    """The final status that a call from this address gets."""
    loop = asyncio.get_running_loop()
    final: asyncio.Future[int] = loop.create_future()

    class Caller(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            status = int(data.split()[1])
            if status >= 200 and not final.done():
                final.set_result(status)

    transport, _ = await loop.create_datagram_endpoint(Caller, local_addr=(address, 0))
    me = ":".join(map(str, transport.get_extra_info("sockname")))
    sound = f"v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
    lines = [
        f"INVITE sip:4185551000@{bind} SIP/2.0",
        f"Via: SIP/2.0/UDP {me};branch=z9hG4bK{uuid.uuid4().hex[:12]}",
        f"From: <sip:4185550199@{me}>;tag={uuid.uuid4().hex[:8]}",
        f"To: <sip:4185551000@{bind}>",
        f"Call-ID: {uuid.uuid4().hex}",
        "CSeq: 1 INVITE",
        f"Contact: <sip:4185550199@{me}>",
        "Max-Forwards: 70",
        "Content-Type: application/sdp",
        f"Content-Length: {len(sound)}",
    ]
    host, _, port = bind.rpartition(":")
    transport.sendto("\r\n".join([*lines, "", sound]).encode(), (host, int(port)))
    try:
        return await asyncio.wait_for(final, PATIENCE_S)
    finally:
        transport.close()


@dataclass
class LoggedIn:
    """What a service that must log in made of its network, of its refusals, and of its silence."""

    result: dict[str, Any]
    refused: list[str]
    ignored: list[str]
    log: str
    network: Carrier


async def on_log_in(home: Path) -> LoggedIn:
    scripts = dict.fromkeys(IGNORED, says_nothing) | {
        PROXIED: wants_log_in(407, "proxy-authorization", "Proxy-Authenticate"),
        DIRECT: wants_log_in(401, "authorization", "WWW-Authenticate"),
    }
    passwords = {LOGIN["username"]: LOGIN["password"]}

    def script_of(number: str) -> Script:
        return scripts.get(number.removeprefix("+1"), challenges_always)

    async with carrier(script_of, passwords) as network:
        port = network.host.rpartition(":")[2]
        trunk = {"host": f"localhost:{port}", "register": True, "number_format": "e164", **LOGIN}
        async with service(home, trunk, ring_s=IGNORED_RING_S) as play:
            await known(play, [PROXIED, DIRECT, *REFUSED, *IGNORED])
            result = await alert(play, [PROXIED, DIRECT], "--wait")
            # Placed before the others, over before them: a trunk that rests would keep their first calls waiting.
            ignoring = await alert(play, IGNORED)
            refused = await first_tries(play, (await alert(play, REFUSED))["id"])
            ignored = await first_tries(play, ignoring["id"])
            return LoggedIn(result, refused, ignored, play.log.read_text(), network)


async def says_nothing(leg: CarrierLeg) -> None:
    """Not even that it tries."""


async def challenges_always(leg: CarrierLeg) -> None:
    leg.say(401, headers={"WWW-Authenticate": CHALLENGE})


async def on_sipp(home: Path) -> dict[str, Any]:
    """SIPp's embedded scenario: 180, 200, never any sound, no answer to OPTIONS."""
    port = ports.free(socket.SOCK_DGRAM)
    sipp = await asyncio.create_subprocess_exec(
        *(shutil.which("sipp") or "sipp", "-sn", "uas", "-i", ports.LOOPBACK, "-p", str(port), "-nostdin"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=home.parent,
    )
    try:
        trunk = {"host": f"{ports.LOOPBACK}:{port}", "number_format": "eleven"}
        async with service(home, trunk) as play:
            await known(play, SILENT_PEOPLE)
            return await alert(play, SILENT_PEOPLE, "--wait")
    finally:
        sipp.kill()
        await sipp.wait()


@dataclass
class Seen:
    foreign: Foreign
    logged_in: LoggedIn
    sipp: dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    home = tmp_path_factory.mktemp("foreign")
    parts: list[Awaitable[Any]] = [on_every_answer(home / "a"), on_log_in(home / "b"), on_sipp(home / "c")]
    foreign, logged_in, sipp = await asyncio.gather(*parts)
    return Seen(foreign, logged_in, sipp)


# -- what came of it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", NETWORK)
async def test_each_way_to_take_a_call(number: str, seen: Seen) -> None:
    _, outcome, expected = NETWORK[number]
    delivery = seen.foreign.delivery(number)
    assert (delivery["outcome"], dispositions(delivery)) == (outcome, expected)


async def test_sipps_own_network_answers_and_the_message_is_heard(seen: Seen) -> None:
    assert [each["outcome"] for each in seen.sipp["deliveries"]] == ["heard", "heard"]
    for delivery in seen.sipp["deliveries"]:
        (call,) = delivery["attempts"]
        assert (call["disposition"], call["sip"], call["heard"], call["reply"]) == ("human", 200, 1.0, "none")


async def test_who_answers_without_a_sound_does_not_wait_long_for_the_message(seen: Seen) -> None:
    leg = seen.foreign.leg("4185550110")
    acknowledged = next(message.at for message in seen.foreign.network.requests("ACK") if _is_of(message, leg))
    assert leg.first_sound is not None
    assert leg.first_sound - acknowledged < 7.0


async def test_an_answer_that_crosses_the_cancel_leaves_no_line_open(seen: Seen) -> None:
    leg = seen.foreign.leg("4185550117")
    assert leg.acknowledged.is_set()
    assert leg.over.is_set()


async def test_the_sip_status_is_stored(seen: Seen) -> None:
    stored = {number: seen.foreign.delivery(number)["attempts"][0]["sip"] for number in ("4185550121", "4185550124")}
    assert stored == {"4185550121": 600, "4185550124": 484}


async def test_403_on_every_call_is_the_trunks_fault(seen: Seen) -> None:
    assert set(seen.foreign.forbidden) == {"trunk_fault"}
    assert re.search(r"trunk_fault .*whether this address may call.* rests_s=30.0 sip=403", seen.foreign.log)


async def test_caller_id_on_the_wire(seen: Seen) -> None:
    for invite in seen.foreign.network.requests("INVITE"):
        assert invite.headers["from"].startswith('"VILLE VALMONT" <sip:4185551000@')
        assert invite.headers["p-asserted-identity"].startswith('"VILLE VALMONT" <sip:4185551000@')
    for invite in seen.logged_in.network.requests("INVITE"):
        assert invite.headers["from"].startswith('"VILLE VALMONT" <sip:+14185551000@')
        assert invite.headers["p-asserted-identity"].startswith('"VILLE VALMONT" <sip:+14185551000@')


async def test_numbers_are_dialled_as_the_trunk_wants_them(seen: Seen) -> None:
    dialled = {message.number for message in seen.foreign.network.requests("INVITE")}
    assert set(NETWORK) < dialled <= {*NETWORK, *FORBIDDEN}
    assert {message.number for message in seen.logged_in.network.requests("INVITE")} == {
        f"+1{number}" for number in (PROXIED, DIRECT, *REFUSED, *IGNORED)
    }


async def test_only_the_trunk_may_call_in(seen: Seen) -> None:
    assert seen.foreign.answers == {"127.0.0.1": 200, "127.0.0.2": 401}
    assert seen.foreign.log.count("call_in ") == 1


async def test_a_trunk_that_wants_a_log_in_gets_it(seen: Seen) -> None:
    assert [dispositions(each) for each in seen.logged_in.result["deliveries"]] == [["human", "human"]] * 2


async def test_the_trunk_is_registered_with(seen: Seen) -> None:
    first, second = list(seen.logged_in.network.requests("REGISTER"))[:2]
    assert "authorization" not in first.headers
    assert knows(second, "authorization", {LOGIN["username"]: LOGIN["password"]})
    assert second.headers["contact"].startswith("<sip:valmont@127.0.0.1:")


async def test_a_log_in_that_is_refused_is_said_with_what_to_do(seen: Seen) -> None:
    assert seen.logged_in.refused == ["trunk_fault"] * 3
    assert "check this trunk's username and password in TOCSIN_TRUNKS" in seen.logged_in.log


async def test_a_network_that_says_nothing_is_the_trunks_fault(seen: Seen) -> None:
    assert seen.logged_in.ignored == ["trunk_fault"] * len(IGNORED)
    assert "TOCSIN_SIP_BIND and the firewall: nothing there answers" in seen.logged_in.log


def _is_of(message: SipMessage, leg: CarrierLeg) -> bool:
    return message.call_id == leg.invite.call_id
