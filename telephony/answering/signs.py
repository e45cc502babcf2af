"""What is heard on a call that matters to who speaks next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.outcome import Announcement


class Sign(StrEnum):
    """On one call: PERSON, or MACHINE and then one of SILENCE and LIMIT. A BEEP may come at any moment, up to
    `Tuning.beeps` times, and means: speak from the first word, whatever was being said. NETWORK may come at any moment,
    once, and nothing after it. KEYs come at any moment."""

    PERSON = "person"
    """The first words are over, or nobody said any: speak now."""
    MACHINE = "machine"
    """A greeting too long for a person: wait."""
    BEEP = "beep"
    """A beep is over: speak now, to a machine."""
    SILENCE = "silence"
    """The machine has fallen silent and there was no beep: speak now."""
    LIMIT = "limit"
    """The machine does not stop: speak now."""
    NETWORK = "network"
    """Tones of the network or of a fax: nobody to speak to."""
    KEY = "key"
    """A key that was sent as sound has come up."""


@dataclass(frozen=True, slots=True)
class Heard:
    """`at_s`: seconds of audio since the call's first. Of NETWORK: `announcement`, what the tones say; `after_words`:
    somebody had spoken before them. Of KEY: `digit`, and for how long it was held, in seconds."""

    sign: Sign
    at_s: float
    announcement: Announcement | None = None
    after_words: bool = False
    digit: str = ""
    held_s: float = 0.0
