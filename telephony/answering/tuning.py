"""Every threshold of the listening."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """`…_s` are seconds, `…_db` decibels, `…_dbfs` decibels below the loudest sine, `…_hz` hertz."""

    # When to speak
    initial_silence_s: float = 2.5
    """Nobody says a word: take it for a person."""
    after_words_s: float = 0.72
    """Silence that ends a person's first words."""
    longest_words_s: float = 4.0
    """Words without such a silence are a machine's from here on."""
    machine_silence_s: float = 2.0
    """Silence that ends a machine's greeting without a beep."""
    limit_s: float = 45.0
    """A machine that still speaks is spoken to."""

    # What is voice
    voice_db: float = 7.0
    """Above the noise floor, averaged over eight bands."""
    under_peak_db: float = 20.0
    """What is that much weaker than the loudest words is not theirs."""
    shortest_word_s: float = 0.1
    """Less voice than that is a click or a knock."""
    quietest_dbfs: float = -58.0
    """No noise floor is taken to be lower."""

    # What is a beep
    beeps: int = 3
    """Later beeps are not told."""
    shortest_beep_s: float = 0.055
    longest_beep_s: float = 1.2
    lowest_beep_hz: float = 380.0
    highest_beep_hz: float = 2700.0
    quiet_after_beep_s: float = 0.25
