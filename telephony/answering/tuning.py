"""Every threshold of the listening."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """`…_s` are seconds, `…_db` decibels, `…_dbfs` decibels below the loudest sine, `…_hz` hertz."""

    # When to speak
    initial_silence_s: float = 2.5
    """Nobody says a word: take it for a person."""
    between_rings_s: float = 4.6
    """Ringing that goes on after the answer comes again within that time."""
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
    """Above the noise floor, until the call's own noise is known."""
    spreads: float = 3.5
    """Above the noise's mean, in mean deviations of the noise."""
    least_voice_db: float = 2.5
    most_voice_db: float = 9.0
    clear_voice_db: float = 3.0
    """A word rises that much above the least at some moment."""
    under_peak_db: float = 20.0
    """What is that much weaker than the loudest words is not theirs."""
    strong_voice_db: float = 11.0
    """What is that much softer than the loudest words may be the background's: it does not go on for ever."""
    quiet_line_db: float = 30.0
    """With a background that much softer than the loudest words, all voice is theirs."""
    weak_voice_s: float = 0.6
    """How much longer it is waited for."""
    shortest_word_s: float = 0.12
    """Less voice than that at a time is a click or a knock."""
    quietest_dbfs: float = -58.0
    """No noise floor is taken to be lower."""

    # What is a beep
    beeps: int = 3
    """Later beeps are not told."""
    shortest_beep_s: float = 0.055
    longest_beep_s: float = 1.25
    lowest_beep_hz: float = 380.0
    highest_beep_hz: float = 2700.0
    beep_over_noise_db: float = 8.0
    """In the beep's own narrow band."""
    pure: float = 0.95
    """Share of the tone (of the three strongest, in a steady beep) in all that is not noise."""
    purer: float = 0.97
    """The same for a beep that glides or wavers."""
    steady_hz: float = 1.2
    """Mean distance of a beep's frequency from a straight line."""
    wavering_hz: float = 8.0
    """The same for a beep that wavers (what a codec may make of one) and stands quite alone."""
    steady_db: float = 1.3
    """Mean distance of a beep's level from a straight line: it may fade, evenly."""
    alone_db: float = 8.0
    """A steady beep stands that much above what is before and after it."""
    far_alone_db: float = 12.0
    """The same for one that is very short, or glides."""
    quite_alone_db: float = 20.0
    """The same for one that wavers."""
    quiet_after_beep_s: float = 0.25
    quiet_after_progress_s: float = 0.65
    """The same where the tone could be a network's, which comes again after half a second."""
