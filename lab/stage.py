"""Tocsin's real service in front of the town: for the demo and for the tests. Ports are chosen free."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab import ports
from lab.smsc import Centre
from lab.town import LabTown, studio
from telephony import layout

READY_S = 40.0
STOP_S = 30.0
TRUNK_CHANNELS = 30
CALLS_PER_SECOND = 10


class StageFailed(Exception):
    """The service did not start, or a command failed; its last words are in the message."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command of `tocsin` left behind."""

    status: int
    output: str
    errors: str

    def data(self) -> Any:
        return json.loads(self.output)


@dataclass
class Installation:
    """Tocsin in one home: a service that can be started, killed and stopped, and the commands beside it."""

    home: Path
    cache: Path
    settings: dict[str, str]
    service: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def environment(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
        return outside | {"TOCSIN_HOME": str(self.home), "TOCSIN_CACHE": str(self.cache)} | self.settings

    @property
    def log(self) -> Path:
        return self.home / "service.log"

    async def start(self, *arguments: str) -> None:
        """Start the service; returns when it is ready. Raises StageFailed."""
        begin = self.log.stat().st_size if self.log.exists() else 0
        await self.launch(*arguments)
        await self._until_ready(begin)

    async def launch(self, *arguments: str) -> None:
        """Start the service, without waiting until it is ready."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.service = await asyncio.create_subprocess_exec(
                *_command("up", *arguments),
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    async def _until_ready(self, begin: int) -> None:
        assert self.service is not None
        ends_at = asyncio.get_running_loop().time() + READY_S
        while b"service_ready" not in self.log.read_bytes()[begin:]:
            if self.service.returncode is not None or asyncio.get_running_loop().time() > ends_at:
                raise StageFailed(self.log.read_text(errors="replace")[-3000:])
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """As Ctrl-C does."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """SIGKILL: nothing is tidied up; its Asterisk lives on."""
        await self._end(signal.SIGKILL)

    async def _end(self, number: signal.Signals) -> None:
        if self.service is None or self.service.returncode is not None:
            return
        self.service.send_signal(number)
        try:
            await asyncio.wait_for(self.service.wait(), STOP_S)
        except TimeoutError:
            self.service.kill()
            await self.service.wait()

    async def tocsin(self, *arguments: str, **settings: str) -> Printed:
        """Run one command of `tocsin`, with some settings other than the service's."""
        process = await asyncio.create_subprocess_exec(
            *_command(*arguments),
            env=self.environment | settings,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            output, errors = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        return Printed(process.returncode or 0, output.decode(), errors.decode())

    def asterisk_pid(self) -> int:
        """The process id of Tocsin's own Asterisk."""
        return int((layout.Folder(self.home / "asterisk").run / "asterisk.pid").read_text())

    async def clear(self) -> None:
        """Stop the service, and the Asterisk that a killed one left behind."""
        await self.stop()
        with contextlib.suppress(OSError, ValueError):
            os.kill(self.asterisk_pid(), signal.SIGKILL)


@dataclass
class Stage(Installation):
    """An installation with a town and a short-message centre around it."""

    town: LabTown
    centre: Centre


@contextlib.asynccontextmanager
async def stage(
    home: Path, cache: Path, binary: layout.Binary, *, start: bool = False, **settings: str
) -> AsyncIterator[Stage]:
    """The town and the centre are up; the service only with `start`, beside the town, which is quicker than after it.
    `settings`: TOCSIN_… names and values."""
    studio(home / "lab", cache / "speech", binary).build()
    sip = f"{ports.LOOPBACK}:{ports.free(socket.SOCK_DGRAM)}"
    town = LabTown(home / "lab", binary, tocsin_sip=sip)
    centre = Centre()
    await centre.start()
    play = Stage(home / "tocsin", cache, _settings(town, centre, sip) | settings, town, centre)
    starting = asyncio.create_task(play.start()) if start else None
    try:
        async with town.running():
            if starting:
                await starting
            yield play
    finally:
        await play.clear()
        await centre.close()


def on_free_ports(trunk: Mapping[str, Any], *, rtp_ports: int = 400, **values: str) -> dict[str, str]:
    """Settings of an installation with this one trunk, on ports that nobody uses; `values`: others, or other ones."""
    first, last = ports.free_rtp_range(rtp_ports)
    return {
        "TOCSIN_TRUNKS": json.dumps([trunk]),
        "TOCSIN_SIP_BIND": f"{ports.LOOPBACK}:{ports.free(socket.SOCK_DGRAM)}",
        "TOCSIN_RTP_PORTS": f"{first}-{last}",
        "TOCSIN_ARI_PORT": str(ports.free()),
        "TOCSIN_CALLER_ID_NAME": "VILLE VALMONT",
        "TOCSIN_CALLER_ID_NUMBER": "4185551000",
        "TOCSIN_ORGANIZATION": "la Ville de Valmont",
        "TOCSIN_METRICS_BIND": "off",
    } | values


def _settings(town: LabTown, centre: Centre, sip: str) -> dict[str, str]:
    trunk = {"name": "town", "host": town.sip, "channels": TRUNK_CHANNELS, "calls_per_second": CALLS_PER_SECOND}
    return on_free_ports(
        trunk,
        TOCSIN_SIP_BIND=sip,
        TOCSIN_RECEPTION="4185551001",
        TOCSIN_SMS_URL=centre.url,
        TOCSIN_SMS_SENDER="4185551002",
        TOCSIN_REDIAL_DELAY_S="3",
        TOCSIN_RING_S="8",
    )


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tocsin", *arguments]
