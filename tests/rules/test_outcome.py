"""What a call comes to on which tones were heard."""

from __future__ import annotations

import pytest

from rules import outcome as outcomes
from rules.outcome import Announcement, Disposition, Outcome, Reply

HEARD, HUNG_UP = Outcome(Disposition.HUMAN, heard=0.9), Outcome(Disposition.HUMAN, heard=0.3)
LEFT, CUT_SHORT = Outcome(Disposition.MACHINE, heard=1.0), Outcome(Disposition.MACHINE, heard=0.5)
PRESSED = Outcome(Disposition.HUMAN, Reply.ACKNOWLEDGED, heard=0.2)


@pytest.mark.parametrize(
    ("call", "announcement", "after_words", "disposition"),
    [
        (HUNG_UP, Announcement.BUSY, False, "network"),
        (HEARD, Announcement.REORDER, False, "network"),
        (HEARD, Announcement.FAX, False, "network"),
        (LEFT, Announcement.INTERCEPT, False, "network"),
        # Somebody spoke, heard it and hung up: the line goes busy.
        (HEARD, Announcement.BUSY, True, "human"),
        (LEFT, Announcement.BUSY, True, "machine"),
        (HUNG_UP, Announcement.BUSY, True, "network"),
        (CUT_SHORT, Announcement.REORDER, True, "network"),
        # The voice was the network's.
        (HEARD, Announcement.INTERCEPT, True, "network"),
        (PRESSED, Announcement.BUSY, False, "human"),
    ],
)
def test_tones(call: Outcome, announcement: Announcement, after_words: bool, disposition: str) -> None:
    found = outcomes.ended_by_tones(call, announcement, after_words=after_words)
    assert (found.disposition, found.announcement) == (disposition, announcement)
    assert (outcomes.of_call(found) is None) == (disposition == "network")
