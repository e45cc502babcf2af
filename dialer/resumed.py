"""Calls that were open already when the program started, or when the link came back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from telephony import ari, events


@dataclass(frozen=True, slots=True)
class ResumedCall:
    """A call that was open already: its channel, and its events since before that was looked up."""

    channel: events.AsteriskChannel
    line: ari.Line
    own: contextlib.ExitStack  # of listening to it

    @contextlib.contextmanager
    def listening(self) -> Iterator[ari.Line]:
        with self.own:
            yield self.line

    @property
    def trunk(self) -> str:
        """As the channel names it: PJSIP/NAME-00000001."""
        return self.channel.name.partition("/")[2].rpartition("-")[0]


def listening(link: ari.Ari, channel_id: str, until: contextlib.ExitStack) -> tuple[ari.Line, contextlib.ExitStack]:
    """The events of a channel, until its own stack is closed, or the one given."""
    own = until.enter_context(contextlib.ExitStack())
    return own.enter_context(link.listen(channel_id)), own
