"""What is done to the service and to its Asterisk, and a supervisor that starts the service again."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import random
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lab.stage import Installation
from telephony import processes

RESTART_S = 0.5  # a supervisor waits a little
WATCH_S = 0.02
CUT_AGAIN_S = 0.02
PIDFD_GETFD = 438  # Linux 5.6; the same number on all machines
ESTABLISHED = "01"


class Blow(StrEnum):
    SERVICE = "service killed"
    ASTERISK = "Asterisk killed"
    BOTH = "both killed"
    CUT = "link cut"
    STALL = "Asterisk stalled"
    PAUSE = "service stalled"


WEIGHTS = {Blow.SERVICE: 3, Blow.ASTERISK: 2, Blow.BOTH: 2, Blow.CUT: 2, Blow.STALL: 1, Blow.PAUSE: 1}
LASTS_S = {Blow.CUT: (1.0, 4.0), Blow.STALL: (0.5, 4.0), Blow.PAUSE: (0.5, 4.0)}


@dataclass(frozen=True, slots=True)
class Struck:
    """`at`: monotonic seconds; `killed`: how many living processes."""

    blow: Blow
    at: float
    lasts_s: float = 0.0
    killed: int = 0


@dataclass
class Victim:
    """The service under a supervisor. `deaths`: when an Asterisk of ours was gone; `struck`: all blows."""

    play: Installation
    struck: list[Struck] = field(default_factory=list)
    deaths: list[float] = field(default_factory=list)
    starts: int = 0

    @contextlib.asynccontextmanager
    async def supervised(self) -> AsyncIterator[Victim]:
        await self.play.start()
        self.starts += 1
        tasks = [asyncio.create_task(self._supervise()), asyncio.create_task(self._watch())]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _supervise(self) -> None:
        while True:
            assert self.play.service
            await self.play.service.wait()
            await asyncio.sleep(RESTART_S)
            await self.play.launch()
            self.starts += 1

    async def _watch(self) -> None:
        """Whoever ends Asterisk, we or Tocsin itself."""
        living = 0
        while True:
            if living and not processes.alive(living):
                self.deaths.append(time.monotonic())
                living = 0
            living = living or self._asterisk()
            await asyncio.sleep(WATCH_S)

    def _asterisk(self) -> int:
        with contextlib.suppress(OSError, ValueError):
            pid = self.play.asterisk_pid()
            return pid if processes.alive(pid) else 0
        return 0

    async def strike(self, blow: Blow, lasts_s: float = 0.0) -> None:
        """Returns when it is over; the supervisor starts the service again by itself."""
        at, killed = time.monotonic(), 0
        if blow in (Blow.SERVICE, Blow.BOTH):
            killed += self._send(self._service(), signal.SIGKILL)
        if blow in (Blow.ASTERISK, Blow.BOTH):
            killed += self._send(self._asterisk(), signal.SIGKILL)
        self.struck.append(Struck(blow, at, lasts_s, killed))
        if blow is Blow.STALL:
            await self._stall(self._asterisk(), lasts_s)
        if blow is Blow.PAUSE:
            await self._stall(self._service(), lasts_s)
        if blow is Blow.CUT:
            await self._cut(lasts_s)

    def _service(self) -> int:
        """0 where it does not live: one that was killed may not have been buried yet."""
        service = self.play.service
        return service.pid if service and service.returncode is None and processes.alive(service.pid) else 0

    async def _stall(self, pid: int, lasts_s: float) -> None:
        self._send(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(lasts_s)
        finally:
            self._send(pid, signal.SIGCONT)

    def _send(self, pid: int, number: signal.Signals) -> bool:
        """Whether there was a process to take it."""
        with contextlib.suppress(ProcessLookupError):
            if pid:
                os.kill(pid, number)
                return True
        return False

    async def _cut(self, lasts_s: float) -> None:
        """Whatever the service opens to Asterisk meanwhile is closed at once."""
        ends_at = time.monotonic() + lasts_s
        port = int(self.play.settings["TOCSIN_ARI_PORT"])
        while time.monotonic() < ends_at:
            if service := self._service():
                close_connections(service, port)
            await asyncio.sleep(CUT_AGAIN_S)


def any_blow(chance: random.Random) -> tuple[Blow, float]:
    (blow,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
    return blow, chance.uniform(*LASTS_S.get(blow, (0.0, 0.0)))


def close_connections(pid: int, port: int) -> None:
    """Close the connections that a process has to a port of loopback, from outside."""
    wanted = {f"socket:[{inode}]" for inode in _inodes(port)}
    if not wanted:
        return
    with contextlib.suppress(OSError):
        pidfd = os.pidfd_open(pid)
        try:
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(entry.readlink()) in wanted:
                        _shut(pidfd, int(entry.name))
        finally:
            os.close(pidfd)


def _shut(pidfd: int, number: int) -> None:
    copy = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, pidfd, number, 0)
    if copy < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    with socket.socket(fileno=copy) as connection:
        connection.shutdown(socket.SHUT_RDWR)


def _inodes(port: int) -> Iterator[str]:
    """Of the connections to that port (proc(5), /proc/net/tcp)."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == ESTABLISHED and int(fields[2].rpartition(":")[2], 16) == port:
            yield fields[9]
