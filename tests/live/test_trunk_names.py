"""A trunk whose name has no address when the service starts, and gets one later: nothing is started again.

The service sees an /etc/hosts of its own (unshare(1), mount namespaces): those of the machine are left alone.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lab.carrier import Carrier, CarrierLeg, carrier
from lab.stage import Installation
from tests.live.alone import alert, alone, known
from tests.live.conftest import dispositions, shown
from tests.live.test_foreign_network import call_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME, NUMBER = "sip.carrier.example", "4185550110"
NOBODY = "127.0.0.1 localhost\n"
PATIENCE_S = 60.0


class Apart(Installation):
    """An installation whose service reads its names from this file."""

    hosts: Path

    async def launch(self, *arguments: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        service = shlex.join([sys.executable, "-m", "tocsin", "up", *arguments])
        bound = f"mount --bind {shlex.quote(str(self.hosts))} /etc/hosts && exec {service}"
        apart = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", bound]
        with self.log.open("ab") as output:
            self.service = await asyncio.create_subprocess_exec(
                *apart, env=self.environment, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output
            )


async def rings(leg: CarrierLeg) -> None:
    leg.say(180)
    leg.say(486)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("names")
    hosts = folder / "hosts"
    hosts.write_text(NOBODY)
    async with carrier(lambda _: rings) as network:
        trunk = {"host": f"{NAME}:{network.host.rpartition(':')[2]}"}
        async with alone(folder / "tocsin", trunk, TOCSIN_RING_S="5") as plain:
            play = Apart(plain.home, plain.cache, plain.settings)
            play.hosts = hosts
            try:
                return await _before_and_after(play, network)
            finally:
                await play.clear()


async def _before_and_after(play: Apart, network: Carrier) -> dict[str, Any]:
    bind = play.settings["TOCSIN_SIP_BIND"]
    await play.start()
    asterisk = play.asterisk_pid()
    await known(play, [NUMBER])
    sent = await alert(play, [NUMBER])
    before = {"status": (await play.tocsin("status", "--json")).data(), "in": await call_in(bind, "127.0.0.1")}
    before["invites"] = len(list(network.requests("INVITE")))
    play.hosts.write_text(f"{NOBODY}127.0.0.1 {NAME}\n")
    async with asyncio.timeout(PATIENCE_S):
        while not dispositions(found := (await shown(play, sent["id"]))["deliveries"][0]) or not found["outcome"]:
            await asyncio.sleep(0.5)
    after = {"calls": dispositions(found), "in": await call_in(bind, "127.0.0.1")}
    return {"before": before, "after": after, "log": play.log.read_text(), "same": play.asterisk_pid() == asterisk}


async def test_without_an_address_the_calls_wait_and_the_status_says_why(seen: dict[str, Any]) -> None:
    [trunk] = seen["before"]["status"]["trunks"]
    assert (trunk["health"], seen["before"]["invites"]) == ("no_address", 0)
    assert "as soon as its name has an address" in trunk["remedy"]
    assert "trunk_host_unknown" in seen["log"]


async def test_with_an_address_calls_go_out_and_come_in_on_the_same_asterisk(seen: dict[str, Any]) -> None:
    assert seen["same"]
    assert "trunk_host_known" in seen["log"]
    assert seen["after"]["calls"] == ["busy"]
    assert (seen["before"]["in"], seen["after"]["in"]) == (401, 200)
