"""What is played on one call, and how much of it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Audio(Protocol):
    """A prompt on disk: its path without extension, and its length."""

    @property
    def path(self) -> str: ...
    @property
    def seconds(self) -> float: ...


@dataclass(frozen=True, slots=True)
class PlayedMoment:
    """By our own clock, by Asterisk's in the event that came last, and for how long Asterisk had hung until then."""

    here: float
    there: datetime | None
    stalled_s: float

    def since(self, start: PlayedMoment | None) -> float:
        """Seconds of sound that Asterisk can have played since: no more than either clock says, and none while it
        hung."""
        if start is None:
            return 0.0
        passed = self.here - start.here
        if self.there and start.there:
            passed = min(passed, (self.there - start.there).total_seconds())
        return passed - (self.stalled_s - start.stalled_s)


class Played:
    """The largest share of each audio, 0 to 1, that any playback of it reached."""

    def __init__(self) -> None:
        self._shares: dict[str, float] = {}

    def share(self, audio: Audio) -> float:
        return self._shares.get(audio.path, 0.0)

    def note(self, audio: Sequence[Audio], elapsed: float) -> None:
        """They were played in turn, for so many seconds in all."""
        for piece in audio:
            share = min(1.0, max(0.0, elapsed / piece.seconds)) if piece.seconds else 1.0
            self._shares[piece.path] = max(self.share(piece), share)
            elapsed -= piece.seconds

    def forget(self) -> None:
        self._shares.clear()


def seconds(audio: Sequence[Audio]) -> float:
    return sum(piece.seconds for piece in audio)
