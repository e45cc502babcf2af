"""An Asterisk of our own: its process, restarted with back-off when it dies, and kept small.

It outlives a killed service on purpose: callers then hear the recorded apology (dialplans/extensions.conf), and calls
in progress can be taken up again by the next service.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Sequence
from typing import NoReturn

import structlog

from rules.operator_error import OperatorError
from telephony import ari, asterisk_log, console, processes
from telephony.layout import Binary, Folder
from telephony.ports import Port

START_S = 20.0
ADOPT_S = 10.0  # a busy machine: calls are open on the one that was left behind
LOOK_S = 10.0
HUNG_S = 60.0  # alive, but deaf for so long: it will not come back
STOP_S = 5.0
STABLE_S = 30.0  # up for this long: the next death is a new one
BACK_OFF_S = (0.2, 1.0, 2.0, 5.0, 15.0, 30.0)
TRIM_S = 20.0  # longer than Asterisk keeps a call that has ended: timer_b of dialplans/pjsip.conf
SMALL = 100 << 20  # octets: at rest it has 60 MB, and 0.3 MB more for each call of the last 16 s

log = structlog.get_logger()


def _dropped(*_: object) -> NoReturn:
    raise structlog.DropEvent


NO_LOG = structlog.wrap_logger(None, processors=[_dropped])


class AsteriskFailed(OperatorError):
    """Asterisk did not start; the message says what its log said and what to do."""


class Asterisk:
    """The process on one folder. `start` adopts the one that a killed service left behind. `ports`: those that must be
    free for it. A throw-away one is `quiet`: what it says is no concern of the log."""

    def __init__(
        self,
        binary: Binary,
        folder: Folder,
        address: ari.AriAddress,
        ports: Sequence[Port] = (),
        *,
        quiet: bool = False,
    ) -> None:
        self.binary = binary
        self.folder = folder
        self.address = address
        self.ports = ports
        self._log = NO_LOG if quiet else log
        self.hung_s = HUNG_S
        self.trim_s, self.small = TRIM_S, SMALL
        self.pid = 0
        self._process: asyncio.subprocess.Process | None = None
        self._said_before = 0

    async def start(self, *, reconfigured: bool = False) -> None:
        """Return once ARI answers. One that a killed service left behind goes on, calls and all, unless it runs on
        another configuration. Raises AsteriskFailed."""
        left_behind = processes.pid_in(self.folder.run / "asterisk.pid")
        ours = processes.is_run_with(left_behind, str(self.folder.etc))
        if not reconfigured and await self._answers_within(ADOPT_S if ours else 0.0):
            self.pid = left_behind
            self._log.info("asterisk_adopted", pid=self.pid)
            return
        if ours:
            self.pid = left_behind
            await self.stop()
        self._check_ports()
        await self._spawn()
        await self._until_ready()
        self._log.info("asterisk_started", pid=self.pid, port=self.address.port)
        for text in self._complaints():
            self._log.error("asterisk_complains", text=text, remedy="`tocsin dialplan check` tells more")

    async def watch(self) -> None:
        """Start it again whenever it dies, with a growing delay; kill it when it hangs. Runs until cancelled."""
        deaths = 0
        loop = asyncio.get_running_loop()
        while True:
            born = loop.time()
            await self._death_or_hang()
            deaths = 0 if loop.time() - born > STABLE_S else deaths + 1
            delay = BACK_OFF_S[min(deaths, len(BACK_OFF_S) - 1)]
            self._log.error(
                "asterisk_died", pid=self.pid, restart_in_s=delay, log=str(self.folder.log / "messages.log")
            )
            await asyncio.sleep(delay)
            try:
                await self.start()
            except AsteriskFailed as error:
                self._log.error("asterisk_not_started", error=str(error))

    async def keep_small(self) -> None:
        """Have it give back the memory of calls that are over, which its malloc would keep for ever. Runs until
        cancelled."""
        while True:
            await asyncio.sleep(self.trim_s)
            if processes.resident(self.pid) > self.small:
                try:
                    await console.said(self.binary, self.folder, "malloc trim")
                except (OSError, TimeoutError) as error:
                    self._log.warning("asterisk_not_trimmed", pid=self.pid, error=str(error) or "it did not answer")

    async def stop(self) -> None:
        """SIGTERM, then SIGKILL after STOP_S."""
        if not processes.alive(self.pid):
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not processes.alive(self.pid):
                break
            os.kill(self.pid, number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._death(), STOP_S)
        self._log.info("asterisk_stopped", pid=self.pid)

    def _check_ports(self) -> None:
        if troubles := [trouble for port in self.ports if (trouble := port.trouble())]:
            raise AsteriskFailed(" ".join(troubles))

    async def _spawn(self) -> None:
        messages = self.folder.log / "messages.log"
        self._said_before = messages.stat().st_size if messages.exists() else 0
        command = [*self.binary.command(), "-C", str(self.folder.etc / "asterisk.conf"), "-f"]
        try:
            with (self.folder.log / "console.log").open("wb") as console:
                self._process = await asyncio.create_subprocess_exec(
                    *command, stdin=asyncio.subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
                )
        except OSError as error:
            raise AsteriskFailed(f"Asterisk can't be run ({error.strerror}: {error.filename}).") from error
        self.pid = self._process.pid

    async def _until_ready(self) -> None:
        try:
            async with asyncio.timeout(START_S):
                while not await self._answers():
                    if self._process is None or self._process.returncode is not None:
                        raise AsteriskFailed(f"Asterisk ended at once. {self._why()}")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            await self.stop()
            raise AsteriskFailed(f"Asterisk did not answer within {START_S:.0f} s. {self._why()}") from None

    async def _answers(self) -> bool:
        return await ari.answers(self.address)

    async def _answers_within(self, limit_s: float) -> bool:
        ends_at = time.monotonic() + limit_s
        while not await self._answers():
            if time.monotonic() > ends_at:
                return False
        return True

    async def _death_or_hang(self) -> None:
        ends = [asyncio.create_task(self._death()), asyncio.create_task(self._hang())]
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        for end in done:
            end.result()  # a look that failed is no hang
        if processes.alive(self.pid):
            self._log.error(
                "asterisk_hangs", pid=self.pid, after_s=self.hung_s, remedy="it is killed and started again"
            )
            os.kill(self.pid, signal.SIGKILL)
            await self._death()

    async def _hang(self) -> None:
        """Until it is alive and has answered nothing for `hung_s`."""
        answered_at = time.monotonic()
        while time.monotonic() - answered_at < self.hung_s:
            await asyncio.sleep(min(LOOK_S, self.hung_s))
            if await ari.answers(self.address, limit_s=self.hung_s / 2):
                answered_at = time.monotonic()

    async def _death(self) -> None:
        if self._process is not None and self._process.pid == self.pid:
            await self._process.wait()
            return
        while processes.alive(self.pid):
            await asyncio.sleep(0.2)

    def _why(self) -> str:
        console = (self.folder.log / "console.log").read_text(errors="replace").splitlines()
        said = self._complaints()[-3:] or console[-1:] or ["nothing"]
        return f"Its log ({self.folder.log}) says: {' | '.join(said)}"

    def _complaints(self) -> list[str]:
        return asterisk_log.complaints(self.folder.log / "messages.log", since=self._said_before)
