"""The playbacks of one call: their names, and their ends."""

from __future__ import annotations

from telephony import events
from telephony.answering.signs import Heard

PLAYBACK_IDS = 2  # one plays, one begins


def playback_id(channel_id: str, number: int) -> str:
    """Known to whoever takes the call up again."""
    return f"{channel_id}-play-{number % PLAYBACK_IDS}"


def is_end(event: events.Event | Heard, playback: str, *, whole: bool = False) -> bool:
    """`whole`: it was played to its end."""
    if not isinstance(event, events.PlaybackFinished) or event.playback.id != playback:
        return False
    return not whole or event.playback.state == "done"
