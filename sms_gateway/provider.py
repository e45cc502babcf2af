"""What a provider of texts must do. One folder or file in `providers/` for each, and one line in its table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from rules.model import Channel


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took the text, one id for each part."""

    external_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The final word on one part. `external_id`: as in `Accepted`. `reason`: the carrier's word when not delivered.
    `no_subscriber`: the network has nobody under this number; `where`: host:port of the carrier that says so.
    `spellings`: how else the id may have been written."""

    external_id: str
    delivered: bool
    reason: str = ""
    no_subscriber: bool = False
    spellings: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text from a subscriber, joined. `sender`: E.164 where the carrier says so, else as it came. `external_id`: by
    which the carrier names it; "" where it has none for what it brings."""

    sender: str
    body: str
    external_id: str = ""


Take = Callable[[Receipt | Incoming], Awaitable[None]]
"""Keeps what came in. The carrier is told that it arrived only once this returns; when it raises, it comes again."""


class Provider(Protocol):
    @property
    def name(self) -> str:
        """Whose the ids of its parts are: another provider may use the same ones."""

    @property
    def channel(self) -> Channel:
        """Of what it sends and brings."""

    @property
    def window(self) -> int:
        """How many texts to give it at once."""

    async def run(self, take: Take) -> None:
        """Keep the connection to the carrier, for ever; reconnect by itself. Ends by cancellation only."""

    async def connected(self) -> None:
        """Wait until texts can be sent."""

    async def send(self, address: str, body: str) -> Accepted:
        """Send one text to an E.164 number, in as many parts as it needs. Raises SendFailed."""
