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


async def send(
    socket: Socket, number: str, method: str, uri: str, body: Mapping[str, Any] | None, query: Mapping[str, Any]
) -> None:
    """`number`: by which the answer is known; empty values of `query` are left out."""
    frame: dict[str, Any] = {"type": "RESTRequest", "request_id": number, "method": method, "uri": uri}
    frame["query_strings"] = [{"name": name, "value": str(value)} for name, value in query.items() if value != ""]
    if body is not None:
        frame |= {"content_type": "application/json", "message_body": msgspec.json.encode(body).decode()}
    await socket.send_frame(msgspec.json.encode(frame), aiohttp.WSMsgType.TEXT)
