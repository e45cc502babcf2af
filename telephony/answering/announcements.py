"""What the network, or a fax machine, says in tones: who sends them is nobody who listens.

Sources: ITU-T E.180 and its supplement 2 (busy, congestion, ringing, special information tones by country), Telcordia
SR-2275 (their North American categories), ITU-T T.30 and V.8 (fax).
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from rules.outcome import Announcement
from telephony.answering.progress import Burst, Bursts
from telephony.answering.runs import FRAME_S, Run
from telephony.answering.tones import Tone

BUSY_HIGHEST_HZ = 465.0
"""Above, one tone is half of the North American ringing."""
BURST_S, MOST_GAP_S = (0.12, 0.9), 0.9
REORDER_S = 0.32
"""Bursts up to that long are fast busy (0.25 s; 0.2 s in Spain), longer ones busy (0.5 s; 0.375 s in Britain)."""
REGULAR_S, SAME_HZ = 0.06, 15.0
BURSTS, BURSTS_AFTER_WORDS, IRREGULAR_BURSTS = 3, 6, 5
"""A machine may beep several times after its greeting."""
RING_S = (0.8, 2.6)

CALLING_HZ, CALLING_S, CALLING_GAP_S = (1062.0, 1138.0), (0.4, 0.6), (2.5, 3.6)
CALLS, CALLS_AFTER_WORDS = 2, 3
ANSWERING_HZ = (2055.0, 2145.0)
ANSWERING_S, ANSWERING_WITHIN_S = 1.4, 1.8
"""No beep is as long. With phase reversals (V.8) some frames are lost."""
FAX_PURITY = 0.8

SIT_HZ = ((880.0, 1020.0), (1320.0, 1480.0), (1715.0, 1860.0))
SIT_S, SIT_GAP_S = (0.19, 0.5), 0.12
APART_DB = 8.0
LOW_FIRST, HIGH_FIRST, HIGH_SECOND = 0.521, 0.541, 0.789
"""Of the third tone, which is the same in every category; between low and high lies the tone without a category."""
SHORT = 0.86


@dataclass(frozen=True, slots=True)
class Said:
    """`since_s`: when its tones began."""

    what: Announcement
    since_s: float


class Announcements:
    """One call's tones, frame by frame. `words_before`: whether somebody, or a recording, spoke before a moment in
    seconds."""

    def __init__(self, words_before: Callable[[float], bool]) -> None:
        self._words_before = words_before
        self._now = 0
        self._progress = Bursts()
        self._busy: list[Burst] = []
        self._calls: list[Run] = []
        self._three: deque[Run] = deque(maxlen=3)
        self._answering: deque[int] = deque()
        self.rang_since_s: float | None = None

    def hear(self, tone: Tone, ended: Run | None) -> Said | None:
        """The next frame, and the run of tones that is over with it. Afterwards `rang_since_s` says when the ringing
        began that is over with this frame, None when there was none."""
        self._now += 1
        self.rang_since_s = None
        burst = self._progress.hear(tone)
        said = self._fax_answers(tone)
        if said is None and burst is not None:
            said = self._burst(burst)
        if said is None and ended is not None:
            said = self._three_tones(ended) or self._fax_calls(ended)
        return said

    # -- busy, fast busy, ringing -------------------------------------------------------------------------------------

    def _burst(self, burst: Burst) -> Said | None:
        began_s = burst.began * FRAME_S
        if _between(burst.seconds, RING_S) and not burst.pair and not self._words_before(began_s):
            self.rang_since_s = began_s
        if not _between(burst.seconds, BURST_S) or not (burst.pair or burst.hz <= BUSY_HIGHEST_HZ):
            return None
        self._busy = [*(self._busy if self._busy and _goes_on(self._busy[-1], burst) else ()), burst]
        return self._is_busy()

    def _is_busy(self) -> Said | None:
        since_s = self._busy[0].began * FRAME_S
        needed = BURSTS_AFTER_WORDS if self._words_before(since_s) else BURSTS
        last = self._busy[-needed:]
        if (len(last) < needed or not _regular(last)) and len(self._busy) < max(needed, IRREGULAR_BURSTS):
            return None
        reorder = min(burst.seconds for burst in last) <= REORDER_S
        return Said(Announcement.REORDER if reorder else Announcement.BUSY, since_s)

    # -- fax ----------------------------------------------------------------------------------------------------------

    def _fax_calls(self, run: Run) -> Said | None:
        if not calls_as_fax(run):
            return None
        gap_s = (run.began - self._calls[-1].ended) * FRAME_S if self._calls else 0.0
        self._calls = [*(self._calls if _between(gap_s, CALLING_GAP_S) else ()), run]
        since_s = self._calls[0].began * FRAME_S
        if not self._words_before(since_s):
            self.rang_since_s = run.began * FRAME_S
        needed = CALLS_AFTER_WORDS if self._words_before(since_s) else CALLS
        return Said(Announcement.FAX, since_s) if len(self._calls) >= needed else None

    def _fax_answers(self, tone: Tone) -> Said | None:
        if not _between(tone.hz, ANSWERING_HZ) or tone.purity_3 < FAX_PURITY:
            return None
        self._answering.append(self._now)
        while self._now - self._answering[0] >= ANSWERING_WITHIN_S / FRAME_S:
            self._answering.popleft()
        long = len(self._answering) >= ANSWERING_S / FRAME_S
        return Said(Announcement.FAX, self._answering[0] * FRAME_S) if long else None

    # -- the three tones ----------------------------------------------------------------------------------------------

    def _three_tones(self, run: Run) -> Said | None:
        self._three.append(run)
        if len(self._three) < len(SIT_HZ) or not _is_sit(tuple(self._three)):
            return None
        return Said(category(tuple(self._three)), self._three[0].began * FRAME_S)


def _between(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def calls_as_fax(run: Run) -> bool:
    return _between(run.seconds, CALLING_S) and _between(median(run.hz), CALLING_HZ)


def _goes_on(before: Burst, burst: Burst) -> bool:
    """Whether this burst belongs to the same signal."""
    gap_s = (burst.began - before.ended) * FRAME_S
    return abs(before.hz - burst.hz) < SAME_HZ and gap_s <= MOST_GAP_S and abs(before.dbfs - burst.dbfs) <= APART_DB


def _regular(bursts: Sequence[Burst]) -> bool:
    on = [burst.seconds for burst in bursts]
    off = [(after.began - before.ended) * FRAME_S for before, after in itertools.pairwise(bursts)]
    return max(on) - min(on) <= REGULAR_S and max(off) - min(off) <= REGULAR_S


def _dbfs(run: Run) -> float:
    return max(tone.dbfs for tone in run.tones)


def _is_sit(three: tuple[Run, ...]) -> bool:
    fits = all(
        _between(median(run.hz), hz) and _between(run.seconds, SIT_S) for run, hz in zip(three, SIT_HZ, strict=True)
    )
    gaps = [(after.began - before.ended) * FRAME_S for before, after in itertools.pairwise(three)]
    levels = [_dbfs(run) for run in three]
    return fits and max(gaps) <= SIT_GAP_S and max(levels) - min(levels) <= APART_DB


def category(three: tuple[Run, ...]) -> Announcement:
    """What three special information tones say: by the first two being low or high, short or long (SR-2275)."""
    first_hz, second_hz, third_hz = (median(run.hz) for run in three)
    first_s, second_s, third_s = (run.seconds for run in three)
    high = second_hz / third_hz > HIGH_SECOND
    if LOW_FIRST < first_hz / third_hz < HIGH_FIRST:
        return Announcement.INTERCEPT
    if first_hz / third_hz <= LOW_FIRST:
        long = first_s / third_s > SHORT
        return Announcement.REORDER if high else Announcement.NO_CIRCUIT if long else Announcement.INTERCEPT
    if high:
        return Announcement.NO_CIRCUIT
    short = first_s / third_s <= SHORT and second_s / third_s > SHORT
    return Announcement.REORDER if short else Announcement.VACANT
