"""What carriers want of the INVITE, as they see it on the wire: one trunk for each wish, one call on each."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
import pytest_asyncio

from lab.carrier import CHALLENGE, Carrier, CarrierLeg, SipMessage, carrier, knows
from tests.live.alone import alert, alone, known

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOG_IN = {"ab12": "s;e#c ret"}
ACCOUNT = {"username": "4185551000", "auth_username": "ab12", "password": LOG_IN["ab12"]}
TRUNKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "account": {"from_user": "ab12", "from_domain": "carrier.example"},
    "old": {"identity": "both", "shown_format": "e164", "number_format": "eleven"},
    "bare": {"identity": "none", "contact_user": "4185551000"},
    "wholesale": {"prefix": "8812#", "user_phone": True, "identity": "rpid"},
    "proxied": {"host": "127.0.0.9:5060", "from_domain": "carrier.example"},
    "registered": {"register": True, "from_domain": "carrier.example", **ACCOUNT},
}
"""One line each, so that each carries one of as many calls."""

SEEN_S = 30.0


async def rings(leg: CarrierLeg) -> None:
    leg.say(180)
    await leg.cancelled.wait()
    leg.say(487)


async def wants_log_in(leg: CarrierLeg) -> None:
    if knows(leg.invite, "authorization", LOG_IN):
        await rings(leg)
    else:
        leg.say(401, headers={"WWW-Authenticate": CHALLENGE})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def carriers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Carrier]:
    async with contextlib.AsyncExitStack() as stack:
        networks = {name: await stack.enter_async_context(_carrier(name)) for name in TRUNKS}
        trunks = [_trunk(name, network.host) for name, network in networks.items()]
        home = tmp_path_factory.mktemp("keys")
        async with alone(home, {}, TOCSIN_TRUNKS=json.dumps(trunks), TOCSIN_RING_S="60") as play:
            await play.start()
            numbers = [f"41855501{place:02}" for place in range(len(trunks))]
            await known(play, numbers)
            await alert(play, numbers)
            async with asyncio.timeout(SEEN_S):
                while not all(_rung(network) for network in networks.values()):
                    await asyncio.sleep(0.1)
    return networks


def _carrier(name: str) -> contextlib.AbstractAsyncContextManager[Carrier]:
    script = wants_log_in if name == "registered" else rings
    return carrier(lambda _: script, LOG_IN)


def _trunk(name: str, host: str) -> dict[str, Any]:
    limits = {"name": name, "channels": 1, "calls_per_second": 10, "qualify": False}
    where = {"outbound_proxy": host} if name == "proxied" else {"host": host}
    return limits | TRUNKS[name] | where


def _rung(network: Carrier) -> list[SipMessage]:
    """The INVITEs that were let through."""
    return [leg.invite for leg in network.legs.values() if leg.last.startswith((b"SIP/2.0 180", b"SIP/2.0 487"))]


def invite(carriers: dict[str, Carrier], name: str) -> SipMessage:
    [rung] = _rung(carriers[name])
    return rung


def shown(message: SipMessage) -> dict[str, str]:
    """From, P-Asserted-Identity and Remote-Party-ID, without tags and parameters."""
    names = ("from", "p-asserted-identity", "remote-party-id")
    return {name: message.headers[name].partition(">")[0] for name in names if name in message.headers}


async def test_without_a_wish_the_number_is_in_from_and_in_p_asserted_identity(carriers: dict[str, Carrier]) -> None:
    who = '"VILLE VALMONT" <sip:4185551000@127.0.0.1'
    assert shown(invite(carriers, "plain")) == {"from": who, "p-asserted-identity": who}


async def test_an_account_and_a_domain_in_from_and_the_number_beside_it(carriers: dict[str, Carrier]) -> None:
    assert shown(invite(carriers, "account")) == {
        "from": "<sip:ab12@carrier.example",
        "p-asserted-identity": '"VILLE VALMONT" <sip:4185551000@carrier.example',
    }


async def test_the_number_shown_is_written_otherwise_than_those_called(carriers: dict[str, Carrier]) -> None:
    seen = invite(carriers, "old")
    assert seen.number.startswith("1418")
    assert set(shown(seen).values()) == {'"VILLE VALMONT" <sip:+14185551000@127.0.0.1'}
    assert set(shown(seen)) == {"from", "p-asserted-identity", "remote-party-id"}


async def test_from_alone_shows_the_number_and_the_contact_names_the_account(carriers: dict[str, Carrier]) -> None:
    seen = invite(carriers, "bare")
    assert set(shown(seen)) == {"from"}
    assert seen.headers["contact"].startswith("<sip:4185551000@")


async def test_a_prefix_before_the_number_and_user_phone(carriers: dict[str, Carrier]) -> None:
    seen = invite(carriers, "wholesale")
    assert seen.number.startswith("8812%23418")
    assert ";user=phone SIP/2.0" in seen.first_line
    assert ";user=phone>" in seen.headers["from"]
    assert set(shown(seen)) == {"from", "remote-party-id"}


async def test_requests_go_through_the_proxy_and_keep_their_own_target(carriers: dict[str, Carrier]) -> None:
    seen = invite(carriers, "proxied")
    assert seen.first_line.endswith("@127.0.0.9:5060 SIP/2.0")
    assert seen.headers["route"] == f"<sip:{carriers['proxied'].host};lr>"
    assert "@carrier.example" in seen.headers["from"]


async def test_the_log_in_has_a_name_of_its_own(carriers: dict[str, Carrier]) -> None:
    network = carriers["registered"]
    *_, register = network.requests("REGISTER")
    assert knows(register, "authorization", LOG_IN)
    assert register.headers["to"] == "<sip:4185551000@carrier.example>"
    assert register.headers["contact"].startswith("<sip:4185551000@")
    assert knows(invite(carriers, "registered"), "authorization", LOG_IN)
