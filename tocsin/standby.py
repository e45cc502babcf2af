"""A process of the service that has the whole command line loaded, and does commands for those who type them.

It is forked before the service begins, and shares its memory. Each command gets a process of its own, with the
terminal, the folder and the environment of whoever typed it. It ends with the service; commands under way do not.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import rich

from alerts import phone
from tocsin import hand_over

MOST = 1 << 20
TERMINAL = (0, 1, 2)


@contextlib.contextmanager
def beside(home: Path) -> Iterator[Callable[[], None]]:
    """Fork it; it begins when told that the home is this service's. Only before any thread or event loop exists."""
    edition = hand_over.edition()
    ours, theirs = os.pipe()[::-1]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fork() == 0:
        os.close(ours)
        _stand_by(home, theirs, edition)
    os.close(theirs)
    try:
        yield lambda: _begin(ours)
    finally:
        os.close(ours)


def _begin(standby: int) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(standby, b"!")


def _stand_by(home: Path, service: int, edition: str) -> NoReturn:
    """Until the service is gone, which its end of the pipe tells."""
    try:
        os.setsid()  # Ctrl-C is for the service
        _load()
        if os.read(service, 1):
            with _door(home) as door:
                while door.fileno() in select.select([door.fileno(), service], [], [])[0]:
                    _let_in(door, edition)
    except OSError as error:
        print(f"tocsin: no standby, commands take a second longer: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


def _load() -> None:
    import_module("tocsin.commands.program")
    for command in hand_over.COMMANDS:
        import_module(f"tocsin.commands.{command}")
    phone.parse("418 555 0100")  # its tables are read at the first number
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them


@contextlib.contextmanager
def _door(home: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        os.umask(0o077)
        closed = home / f"{hand_over.SOCKET}.new"
        closed.unlink(missing_ok=True)
        with hand_over.opened(home) as folder:
            door.bind(f"{folder}/{closed.name}")
        door.listen()
        closed.rename(home / hand_over.SOCKET)
        yield door


def _let_in(door: socket.socket, edition: str) -> None:
    client, _ = door.accept()
    with client:
        if os.fork() == 0:
            door.close()
            with contextlib.suppress(OSError, ValueError):
                _do(client, edition)
            os._exit(0)


def _do(client: socket.socket, edition: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    client.settimeout(hand_over.PATIENCE_S)
    request, terminal, _, _ = socket.recv_fds(client, MOST, len(TERMINAL))
    asked = json.loads(request)
    if asked["edition"] != edition or hand_over.user_of(client) != os.getuid():
        return
    _become(asked, terminal)
    client.send(hand_over.READY)
    if client.recv(len(hand_over.GO)) == hand_over.GO:
        client.settimeout(None)
        threading.Thread(target=_heed, args=[client], daemon=True).start()
        client.send(bytes([_status()]))


def _become(asked: dict[str, Any], terminal: list[int]) -> None:
    os.chdir(asked["folder"])
    os.umask(asked["umask"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    for ours, theirs in zip(TERMINAL, terminal, strict=True):
        os.dup2(theirs, ours)
        os.close(theirs)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    rich.reconfigure()
    sys.argv[1:] = asked["arguments"]


def _heed(client: socket.socket) -> None:
    """Signals that were meant for the command; and when whoever typed it is gone, so is the command."""
    main = threading.main_thread().ident or 0  # it is the one that may be waiting for a key
    while number := client.recv(1):
        signal.pthread_kill(main, number[0])
    signal.pthread_kill(main, signal.SIGHUP)


def _status() -> int:
    try:
        import_module("tocsin.commands.program").main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
    return hand_over.FAILED
