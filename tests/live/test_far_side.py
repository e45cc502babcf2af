"""A far side that the lab did not make: some of the ways in which SIPp takes a call. `make far-side` plays all."""

from __future__ import annotations

import itertools

import pytest
import pytest_asyncio

from lab.far_side import __main__ as far_side
from lab.far_side import callers
from lab.far_side.play import Came, play

pytestmark = pytest.mark.asyncio(loop_scope="module")

RING_S = 6
SOME = (
    *("404", "429", "430", "478", "486", "503", "603"),
    "422, Min-SE: 3600; the longer session is answered",
    "302, Contact: <sip:5145550100@127.0.0.9>",
    "183 without sound; nobody answers",
    "183 with sound, then 404",
    "180; a 200 crosses the CANCEL",
    "183 with sound and 100rel; answers",
    "200, sound: G.729 alone",
    "200, sound: inactive",
    "200, sound: none at all",
    "200 inactive, sound 1 s later",
    "put on hold (sendonly), back after 3 s",
    "BYE after 1 s, Reason: Q.850;cause=34",
    "183 with sound, then 200 without",
    "compact headers",
)


CALLERS = (
    "ten digits",
    "a tel: URI with dashes",
    "verstat (STIR)",
    "another in P-Asserted-Identity",
    "anonymous@anonymous.invalid",
    "the same, with P-Asserted-Identity",
    "no user",
    "called: with a star",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def came() -> dict[str, Came]:
    ways = itertools.chain(*(group() for group in far_side.GROUPS.values()))
    return {each.way.what: each for each in await play([way for way in ways if way.what in SOME], ring_s=RING_S)}


@pytest.mark.parametrize("what", SOME)
async def test_each_way_to_take_a_call(what: str, came: dict[str, Came]) -> None:
    way, each = came[what].way, came[what]
    assert (each.disposition, each.told, each.again) == (way.disposition, way.told, way.again)


async def test_who_calls_is_known_however_the_carrier_writes_it() -> None:
    heard = await callers.play([each for each in callers.CALLERS if each.what in CALLERS])
    assert {each.caller.what for each in heard} == set(CALLERS)
    assert [each.caller.what for each in heard if not each.right] == []
