"""How a command is written on the WebSocket (docs.asterisk.org, "ARI REST over WebSocket")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import aiohttp
import msgspec

from telephony import events

Socket = aiohttp.ClientWebSocketResponse[Literal[False]]
"""One whose texts come as bytes: they are decoded once, with the JSON."""

ONLY_USED = {"allowed": [{"type": name} for name in sorted(events.USED)]}
"""Events that nobody here reads are not even written by Asterisk: half of them."""


class Command(msgspec.Struct, omit_defaults=True, tag_field="type", tag="RESTRequest"):
    """`request_id`: by which the answer is known. `message_body`: JSON within the JSON."""

    request_id: str
    method: str
    uri: str
    query_strings: list[dict[str, str]]
    content_type: str = ""
    message_body: str = ""


def command(number: str, method: str, uri: str, body: Mapping[str, Any] | None, query: Mapping[str, Any]) -> bytes:
    """`number`: by which the answer is known; empty values of `query` are left out."""
    words = [{"name": name, "value": str(value)} for name, value in query.items() if value != ""]
    written = {} if body is None else {"content_type": "application/json", "message_body": _json(body)}
    return msgspec.json.encode(Command(number, method, uri, words, **written))


def _json(body: Mapping[str, Any]) -> str:
    return msgspec.json.encode(body).decode()
