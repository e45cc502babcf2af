"""The client of the service's socket."""

from __future__ import annotations

import http.client
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlencode

import msgspec

from records.problem import MEDIA_TYPE, Problem
from records.progress import Progress, ProgressLine

SOCKET = "api"
"""In the home of the service."""
ANSWER_S = 60.0
"""For an answer, or the next line of one; what takes longer is a job."""
PIECE = 1 << 18
"""Octets of a file that are sent at once."""
JSON = {"Content-Type": "application/json"}
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
    def __init__(self, home: Path, begins_s: float = ANSWER_S) -> None:
        super().__init__("service", timeout=begins_s, blocksize=PIECE)
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
        with self._response("GET", f"{path}?{urlencode(asked)}" if asked else path) as response:
            return msgspec.json.decode(response.read(), type=answer)

    def octets(self, path: str) -> bytes:
        """A file, as it is."""
        with self._response("GET", path) as response:
            return response.read()

    def post(self, path: str, body: Any, answer: type[T], *, key: str = "") -> T:
        """`key`: the same request sent twice with the same key is done once (Idempotency-Key)."""
        headers = JSON | ({"Idempotency-Key": key} if key else {})
        with self._response("POST", path, msgspec.json.encode(body), headers=headers) as response:
            return msgspec.json.decode(response.read(), type=answer)

    def send(self, path: str, file: BinaryIO, answer: type[T]) -> T:
        """A file, as it is."""
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(os.fstat(file.fileno()).st_size)}
        with self._response("POST", path, file, headers=headers) as response:
            return msgspec.json.decode(response.read(), type=answer)

    def put(self, path: str, body: Any, answer: type[T]) -> T:
        with self._response("PUT", path, msgspec.json.encode(body)) as response:
            return msgspec.json.decode(response.read(), type=answer)

    def delete(self, path: str, answer: type[T]) -> T:
        with self._response("DELETE", path) as response:
            return msgspec.json.decode(response.read(), type=answer)

    def followed(
        self,
        path: str,
        body: Any,
        answer: type[T],
        seen: Callable[[Progress], object] = lambda _: None,
        *,
        begins_s: float = ANSWER_S,
    ) -> T:
        """What a POST comes to that tells how far it is. No limit but `begins_s` until the service begins to answer,
        then ANSWER_S from one line to the next."""
        with self._response("POST", path, msgspec.json.encode(body), begins_s=begins_s) as response:
            for line in response:
                if line.isspace():
                    continue
                if not line.endswith(b"\n"):
                    break
                told = msgspec.json.decode(line, type=ProgressLine)
                if told.problem:
                    raise Refused(told.problem)
                if told.result is not None:
                    return msgspec.convert(told.result, answer)
                if told.progress:
                    seen(told.progress)
        raise Unanswered("it ended in the middle of it")

    @contextmanager
    def _response(
        self,
        method: str,
        path: str,
        body: Body = None,
        *,
        headers: Mapping[str, str] = JSON,
        begins_s: float = ANSWER_S,
    ) -> Iterator[http.client.HTTPResponse]:
        """`begins_s`: until the answer begins."""
        connection = _Connection(self._home, begins_s)
        try:
            connection.request(method, f"/v1{path}", body, dict(headers))
            reading, response = connection.sock, connection.getresponse()
            if not response.isclosed():
                reading.settimeout(ANSWER_S)
            if response.headers.get_content_type() == MEDIA_TYPE:
                raise Refused(msgspec.json.decode(response.read(), type=Problem))
            yield response
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(str(error) or type(error).__name__) from error
        finally:
            connection.close()
