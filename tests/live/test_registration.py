"""A registrar that refuses for a while, as during an outage at the carrier: the trunk is registered again by itself."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from pathlib import Path

from lab import ports
from lab.carrier import CHALLENGE, Carrier, CarrierLeg, SipMessage
from service import places, settings, wiring
from telephony import ari, asterisk, layout, site
from telephony.trunk import Trunk

REFUSALS = [401, 401, 404, 403, *[503] * 11]  # a wrong password is said twice: before and after the log-in
PATIENCE_S = 60.0


async def busy(leg: CarrierLeg) -> None:
    leg.say(486)


class Registrar(Carrier):
    """Refuses, then takes everybody."""

    def _registered(self, message: SipMessage) -> None:
        seen = len(list(self.requests("REGISTER")))
        status = REFUSALS[seen - 1] if seen <= len(REFUSALS) else 200
        headers = {401: {"WWW-Authenticate": CHALLENGE}, 200: {"Expires": "600"}}
        self.answer(message, status, headers=headers.get(status, {}))


def impatient(folder: Path) -> Path:
    """Our configuration, with a second in place of each wait."""
    plans = folder / "dialplans"
    shutil.copytree(places.DIALPLANS, plans)
    conf = plans / "pjsip.conf"
    conf.write_text(re.sub(r"retry_interval = \d+", "retry_interval = 1", conf.read_text()))
    return plans


async def test_a_trunk_whose_registrar_refuses_for_long_is_registered_in_the_end(tmp_path: Path) -> None:
    ours = settings.load(None)
    binary, folder = wiring.binary(ours), layout.Folder(tmp_path / "asterisk")
    address = ari.AriAddress(ports.LOOPBACK, ports.free(), layout.ARI_USER, folder.password())
    loop = asyncio.get_running_loop()
    _, network = await loop.create_datagram_endpoint(lambda: Registrar(lambda _: busy), (ports.LOOPBACK, 0))
    trunk = Trunk("t", network.host, 1, 1, username="valmont", password="hush", register=True, qualify=False)
    bind = f"{ports.LOOPBACK}:{ports.free(socket.SOCK_DGRAM)}"
    files = site.files([trunk], sip_bind=bind, rtp_ports=ports.free_rtp_range(), address=address, values={})
    folder.lay_out(binary, impatient(tmp_path), files)
    line = asterisk.Asterisk(binary, folder, address)
    try:
        await line.start()
        async with asyncio.timeout(PATIENCE_S):
            while len(list(network.requests("REGISTER"))) <= len(REFUSALS):
                await asyncio.sleep(0.2)
        assert [*network.requests("REGISTER")][len(REFUSALS) :], "it gave up"
    finally:
        await line.stop()
        network.close()
