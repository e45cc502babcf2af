"""Hands a command to the standby of the service on this home (`tocsin/standby.py`), with this program's terminal,
folder and environment. What is loaded here is little: that is its whole point."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOCKET = "standby"
READY, GO = b"ready", b"go"
PATIENCE_S = 2.0  # with a standby that does not answer
FAILED = 1
COMMANDS = ("alert", "contacts", "status")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def handed(arguments: Sequence[str]) -> int | None:
    """The exit status of the command; None when nobody took it, and nothing of it was done."""
    if not arguments or arguments[0] not in COMMANDS:
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as standby:
        return _followed(standby) if _taken(standby, arguments) else None


def _taken(standby: socket.socket, arguments: Sequence[str]) -> bool:
    standby.settimeout(PATIENCE_S)
    try:
        with opened(_home()) as folder:
            standby.connect(f"{folder}/{SOCKET}")
        if user_of(standby) != os.getuid():
            return False  # what one user asks for is not done with the rights of another
        socket.send_fds(standby, [_asked(arguments)], [0, 1, 2])
        return standby.recv(len(READY)) == READY
    except (OSError, ValueError):
        return False


def _followed(standby: socket.socket) -> int:
    """From here on the command is the standby's. What is sent to this program is passed on: Ctrl-C above all."""
    passed: list[int] = []

    def pass_on(number: int, _: object) -> None:
        passed.append(number)
        standby.send(bytes([number]))

    for each in SIGNALS:
        signal.signal(each, pass_on)
    standby.settimeout(None)
    standby.send(GO)
    status = standby.recv(1)
    if not status and not passed:
        print("tocsin: the command was killed before its end.", file=sys.stderr)
    return status[0] if status else 128 + passed[-1] if passed else FAILED


def _home() -> Path:
    """As the settings have it, of which this is the only one that matters here."""
    return ROOT / Path(os.environ.get("TOCSIN_HOME") or _home_in_file() or "var").expanduser()


def _home_in_file() -> str | None:
    home: str | None = import_module("dotenv").dotenv_values(ROOT / ".env", encoding="utf-8").get("TOCSIN_HOME")
    return home


def _asked(arguments: Sequence[str]) -> bytes:
    umask = os.umask(0o077)
    os.umask(umask)
    asked = {"arguments": arguments, "environment": dict(os.environ), "folder": str(Path.cwd()), "umask": umask}
    return json.dumps(asked | {"edition": edition()}).encode()


def edition() -> str:
    """The same for two programs that would do the same: the files that they were loaded from, and where they run."""
    changed = max(_changed(str(room.parent)) for room in ROOT.glob("*/__init__.py"))
    locked = (ROOT / "requirements.lock").stat().st_mtime_ns
    return f"{sys.prefix} {sys.version} {ROOT} {changed} {locked} {Path('/proc/self/ns/mnt').stat().st_ino}"


def _changed(folder: str) -> int:
    newest = 0
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            newest = max(newest, _changed(entry.path))
        elif entry.name.endswith(".py"):
            newest = max(newest, entry.stat().st_mtime_ns)
    return newest


@contextmanager
def opened(home: Path) -> Iterator[str]:
    """A short way to that folder: the name of a socket holds 107 characters (unix(7))."""
    folder = os.open(home, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}"
    finally:
        os.close(folder)


def user_of(peer: socket.socket) -> int:
    """The user of the program at the other end (SO_PEERCRED, unix(7))."""
    _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return int(user)
