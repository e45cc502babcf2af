"""A process of the service that has the whole command line loaded, and does commands for those who type them.

It is forked before the service begins, and shares its memory. Each command gets a process of its own, with the
terminal, the folder and the environment of whoever typed it. It ends with the service.
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
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import rich

from prompts import wording
from rules import phone
from rules.model import Language
from service import hand_over, rights

MOST = 1 << 20
REST_S = 0.1


@contextlib.contextmanager
def beside(home: Path) -> Iterator[Callable[[], None]]:
    """Fork it; it begins when told that the home is this service's. Only before any thread or event loop exists. Where
    there can be none, the service runs without it."""
    try:
        standby = _forked(home)
    except (OSError, ValueError) as error:
        _complain(error)
        yield lambda: None
        return
    try:
        yield lambda: _begin(standby)
    finally:
        os.close(standby)


def _forked(home: Path) -> int:
    """What is written there makes it begin, and its end ends it."""
    edition = hand_over.edition()
    theirs, ours = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fork() == 0:
        os.close(ours)
        _stand_by(home, theirs, edition)
    os.close(theirs)
    return ours


def _begin(standby: int) -> None:
    with contextlib.suppress(OSError):
        os.write(standby, b"!")


def _complain(error: Exception) -> None:
    print(f"tocsin: no standby, commands take a second longer: {error}", file=sys.stderr, flush=True)


def _stand_by(home: Path, service: int, edition: str) -> NoReturn:
    """Until the service is gone, which its end of the pipe tells."""
    try:
        os.setsid()  # Ctrl-C is for the service
        _load()
        if os.read(service, 1):
            with _listening(home) as listener:
                while listener.fileno() in select.select([listener.fileno(), service], [], [])[0]:
                    _let_in(listener, edition)
    except Exception as error:
        _complain(error)
    finally:
        os._exit(0)


def _load() -> None:
    program = import_module("tocsin.commands.program")
    for command in hand_over.COMMANDS:
        program.made(command)
    phone.parse("418 555 0100")  # its tables are read at the first number
    wording.plain("1", Language.FR)  # and so are those of numbers in words
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them


@contextlib.contextmanager
def _listening(home: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        os.umask(0o077)
        closed = home / f"{hand_over.SOCKET}.new"
        closed.unlink(missing_ok=True)
        with hand_over.opened(home) as folder:
            listener.bind(f"{folder}/{closed.name}")
        listener.listen()
        closed.rename(home / hand_over.SOCKET)
        yield listener


def _let_in(listener: socket.socket, edition: str) -> None:
    try:
        client, _ = listener.accept()
        with client:
            if os.fork() == 0:
                listener.close()
                _do(client, edition)
    except OSError:  # too many processes or files, at this moment
        time.sleep(REST_S)


def _do(client: socket.socket, edition: str) -> NoReturn:
    try:
        if _is_ready(client, edition):
            threading.Thread(target=_heed, args=[client], daemon=True).start()
            client.send(bytes([_status() & 0xFF]))
    except (OSError, ValueError):
        pass  # whoever typed it is gone, or asks what this program does not know
    finally:
        os._exit(0)


def _is_ready(client: socket.socket, edition: str) -> bool:
    """It begins at their word only: until then they may do it alone."""
    client.settimeout(hand_over.PATIENCE_S)
    request, terminal, _, _ = socket.recv_fds(client, MOST, len(hand_over.TERMINAL))
    asked = json.loads(request)
    if asked["edition"] != edition or hand_over.user_of(client) != os.getuid():
        return False
    _become(asked, terminal)
    client.send(hand_over.READY)
    client.settimeout(None)
    return client.recv(len(hand_over.GO)) == hand_over.GO


def _become(asked: dict[str, Any], terminal: list[int]) -> None:
    os.chdir(asked["folder"])
    os.umask(asked["umask"] | rights.OTHERS)
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    for each in hand_over.SIGNALS:
        usual = signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL
        signal.signal(each, usual if each in asked["heeded"] else signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for ours, theirs in zip(hand_over.TERMINAL, terminal, strict=True):
        os.dup2(theirs, ours)
        os.close(theirs)
    (read, read_errors), (said, said_errors), (told, told_errors) = asked["streams"]
    sys.stdin = open(0, encoding=read, errors=read_errors)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=said, errors=said_errors)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding=told, errors=told_errors)  # noqa: SIM115
    rich.reconfigure()
    sys.argv[1:] = asked["arguments"]


def _heed(client: socket.socket) -> None:
    """Signals that were meant for the command; and when whoever typed it is gone, so is the command."""
    main = threading.main_thread().ident or 0  # it is the one that may be waiting for a key
    while number := client.recv(1):
        signal.pthread_kill(main, number[0])
    os.kill(os.getpid(), signal.SIGKILL)


def _status() -> int:
    status = hand_over.FAILED
    try:
        import_module("tocsin.commands.program").main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    try:
        sys.stdout.flush()
    except OSError:
        status = status or hand_over.FAILED
    return status
