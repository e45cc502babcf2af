"""What is heard on a call that matters to who speaks next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """On one call: PERSON, or MACHINE and then one of SILENCE and LIMIT. A BEEP may come at any moment, up to
    `Tuning.beeps` times, and means: speak from the first word, whatever was being said."""

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


@dataclass(frozen=True, slots=True)
class Heard:
    """`at_s`: seconds of audio since the call's first."""

    sign: Sign
    at_s: float
