"""The client of the service's socket."""

from __future__ import annotations

import http.client
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from records.problem import MEDIA_TYPE, Problem

SOCKET = "api"
"""In the home of the service."""
ANSWER_S = 60.0
"""For an answer; what takes longer is a job."""
T = TypeVar("T")


class Unanswered(Exception):
    """The service ended while it was asked, is not there any more, or took longer than ANSWER_S. What was asked for may
    have been done."""


class Refused(Exception):
    """The service says what is wrong."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


@contextmanager
def short_path(home: Path) -> Iterator[str]:
    """A short way to that folder: the name of a socket holds 107 characters (unix(7))."""
    folder = os.open(home, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}"
    finally:
        os.close(folder)


class _Connection(http.client.HTTPConnection):
    def __init__(self, home: Path) -> None:
        super().__init__("service", timeout=ANSWER_S)
        self._home = home

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        with short_path(self._home) as folder:
            self.sock.connect(f"{folder}/{SOCKET}")


class Client:
    """Each request is a connection of its own. Raises Refused, Unanswered."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def answers(self) -> bool:
        """Whether somebody is there."""
        connection = _Connection(self._home)
        try:
            connection.connect()
        except OSError:
            return False
        finally:
            connection.close()
        return True

    def get(self, path: str, answer: type[T], **query: Any) -> T:
        asked = {name: value for name, value in query.items() if value is not None}
        return msgspec.json.decode(self._asked("GET", f"{path}?{urlencode(asked)}" if asked else path), type=answer)

    def octets(self, path: str) -> bytes:
        """A file, as it is."""
        return self._asked("GET", path)

    def post(self, path: str, body: Any, answer: type[T], *, key: str = "") -> T:
        """`key`: the same request sent twice with the same key is done once (Idempotency-Key)."""
        return msgspec.json.decode(self._asked("POST", path, msgspec.json.encode(body), key=key), type=answer)

    def put(self, path: str, body: Any, answer: type[T]) -> T:
        return msgspec.json.decode(self._asked("PUT", path, msgspec.json.encode(body)), type=answer)

    def delete(self, path: str, answer: type[T]) -> T:
        return msgspec.json.decode(self._asked("DELETE", path), type=answer)

    def _asked(self, method: str, path: str, body: bytes | None = None, *, key: str = "") -> bytes:
        """What was answered; `body`: JSON."""
        connection = _Connection(self._home)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            connection.request(method, f"/v1{path}", body, {name: value for name, value in headers.items() if value})
            response = connection.getresponse()
            told = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(str(error) or type(error).__name__) from error
        finally:
            connection.close()
        if response.headers.get_content_type() == MEDIA_TYPE:
            raise Refused(msgspec.json.decode(told, type=Problem))
        return told
