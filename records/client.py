"""The client of the service's socket."""

from __future__ import annotations

import http.client
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlencode

import msgspec

from records.problem import MEDIA_TYPE, Problem

SOCKET = "api"
"""In the home of the service."""
ANSWER_S = 60.0
"""For an answer; what takes longer is a job."""
PIECE = 1 << 18
"""Octets of a file that are sent at once."""
T = TypeVar("T")
Body = bytes | BinaryIO | None


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
        super().__init__("service", timeout=ANSWER_S, blocksize=PIECE)
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
        return self._asked("GET", f"{path}?{urlencode(asked)}" if asked else path, None, {}, answer)

    def octets(self, path: str) -> bytes:
        """A file, as it is."""
        return self._told("GET", path, None, {})

    def post(self, path: str, body: Any, answer: type[T], *, key: str = "") -> T:
        """`key`: the same request sent twice with the same key is done once (Idempotency-Key)."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self._asked("POST", path, msgspec.json.encode(body), headers, answer)

    def send(self, path: str, file: BinaryIO, answer: type[T]) -> T:
        """A file, as it is."""
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(os.fstat(file.fileno()).st_size)}
        return self._asked("POST", path, file, headers, answer)

    def put(self, path: str, body: Any, answer: type[T]) -> T:
        return self._asked("PUT", path, msgspec.json.encode(body), {"Content-Type": "application/json"}, answer)

    def delete(self, path: str, answer: type[T]) -> T:
        return self._asked("DELETE", path, None, {}, answer)

    def _asked(self, method: str, path: str, body: Body, headers: Mapping[str, str], answer: type[T]) -> T:
        return msgspec.json.decode(self._told(method, path, body, headers), type=answer)

    def _told(self, method: str, path: str, body: Body, headers: Mapping[str, str]) -> bytes:
        connection = _Connection(self._home)
        try:
            connection.request(method, f"/v1{path}", body, dict(headers))
            response = connection.getresponse()
            told = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(str(error) or type(error).__name__) from error
        finally:
            connection.close()
        if response.headers.get_content_type() == MEDIA_TYPE:
            raise Refused(msgspec.json.decode(told, type=Problem))
        return told
