"""Hands a command to the standby of the service on this home (`service/standby.py`), with this program's terminal,
folder and environment. What is loaded here is little: that is its whole point."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

from service.places import ENV_FILE, HOME, ROOT

SOCKET = "standby"
READY, GO = b"ready", b"go"
PATIENCE_S = 2.0  # with a standby that does not answer
FAILED = 1
COMMANDS = ("alert", "status")
TERMINAL = (0, 1, 2)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def handed(arguments: Sequence[str]) -> int | None:
    """The exit status of the command; None when nobody took it, and nothing of it was done."""
    if not arguments or arguments[0] not in COMMANDS or not _has_terminal():
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as standby:
        return _followed(standby) if _taken(standby, arguments) else None


def _has_terminal() -> bool:
    """Or files in its place. A job in the background must not read the terminal, which the standby would."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        return False
    try:
        return not os.isatty(0) or os.tcgetpgrp(0) == os.getpgrp()
    except OSError:  # a terminal, and not ours
        return False


def _taken(standby: socket.socket, arguments: Sequence[str]) -> bool:
    standby.settimeout(PATIENCE_S)
    try:
        with opened(_home()) as folder:
            standby.connect(f"{folder}/{SOCKET}")
        if user_of(standby) != os.getuid():
            return False  # what one user asks for is not done with the rights of another
        socket.send_fds(standby, [_asked(arguments)], TERMINAL)
        if standby.recv(len(READY)) != READY:
            return False
        _pass_signals_on(standby)
        standby.send(GO)
    except (OSError, ValueError):
        return False
    return True


def _pass_signals_on(standby: socket.socket) -> None:
    """Ctrl-C above all. Ctrl-Z would stop this program only, and leave the command at the terminal."""

    def pass_on(number: int, _: object) -> None:
        with suppress(OSError):
            standby.send(bytes([number]))

    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    for each in _heeded():
        signal.signal(each, pass_on)


def _heeded() -> list[signal.Signals]:
    return [each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]


def _followed(standby: socket.socket) -> int:
    """From here on the command is the standby's."""
    standby.settimeout(None)
    status = b""
    with suppress(OSError):
        status = _last_word(standby)
    if not status:
        print("tocsin: the command was ended before it was done.", file=sys.stderr)
    return status[0] if status else FAILED


def _last_word(standby: socket.socket) -> bytes:
    try:
        return standby.recv(1)
    except ConnectionResetError:  # a signal came too late to be read: the status is there all the same
        return standby.recv(1)


def _home() -> Path:
    """As the settings have it, of which this is the only one that matters here."""
    return ROOT / Path(os.environ.get("TOCSIN_HOME") or _home_in_file() or HOME).expanduser()


def _home_in_file() -> str | None:
    home: str | None = import_module("dotenv").dotenv_values(ENV_FILE, encoding="utf-8-sig").get("TOCSIN_HOME")
    return home


def _asked(arguments: Sequence[str]) -> bytes:
    umask = os.umask(0o077)
    os.umask(umask)
    streams = [(stream.encoding, stream.errors) for stream in (sys.stdin, sys.stdout, sys.stderr)]
    asked = {
        "arguments": arguments,
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "umask": umask,
        "streams": streams,
        "heeded": _heeded(),
        "edition": edition(),
    }
    return json.dumps(asked).encode()


def edition() -> str:
    """The same for two programs that would do the same: the files that they were loaded from, and where they run.
    Raises OSError."""
    files = sorted(part for room in ROOT.glob("*/__init__.py") for part in _files(str(room.parent)))
    libraries = (ROOT / "requirements.lock").stat().st_mtime_ns
    groups = sorted({os.getgid(), *os.getgroups()})  # its own may be named twice, or once
    place = sys.prefix, sys.version, str(ROOT), libraries, Path("/proc/self/ns/mnt").stat().st_ino, groups
    return f"{place} {zlib.crc32(repr(files).encode())}"


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        elif entry.name.endswith(".py"):
            found = entry.stat()
            yield entry.path, found.st_mtime_ns, found.st_size


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
