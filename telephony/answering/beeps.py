"""Beeps: short tones that stand alone, steadier than any voice, with quiet after them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median

from telephony.answering.runs import FRAME_S, SKIRT, Run
from telephony.answering.tones import Tone
from telephony.answering.tuning import Tuning

ONSET_DB = 1.5
"""A frame's rise or fall that is the window's, not the tone's."""
LOUD_SHARE = 0.2
"""Of the time after a beep, this much may be loud: a crackle, a breath."""
STILL_HZ = 1.0
"""Glide in a frame."""
LONG = 6
"""Frames within a tone of some 90 ms."""
FADED_DB = 9.0
CHAIN_FRAMES = 9
SIT_HZ = (950.0, 1400.0, 1800.0)
"""Special information tones before network announcements (ITU-T E.180), three in a row."""
SIT_OFF_HZ = 60.0
DTMF_LOW_HZ, DTMF_HIGH_HZ = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
DTMF_OFF = 0.02
PROGRESS_HZ, PROGRESS_PAIRS_HZ = (385.0, 465.0), ((480.0, 620.0), (440.0, 480.0), (400.0, 450.0))
"""Busy and ringing tones in France, Europe, North America and Britain (ITU-T E.180 supplement 2)."""
PROGRESS_PAIR_OFF_HZ = 20.0


@dataclass(slots=True)
class _Beep:
    """A tone that was one, if quiet follows."""

    chain: list[float]
    dbfs: float
    ended: int
    quieter_db: float
    wait: int
    loud: int = 0


class Beeps:
    """One call's beeps, frame by frame."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._now = 0
        self._last: _Beep | None = None
        self._pending: _Beep | None = None

    def hear(self, tone: Tone, ended: Run | None) -> bool:
        """The next frame, and the run of tones that is over with it: whether a beep is over, and was followed by
        quiet."""
        self._now += 1
        if ended is not None:
            self._end_run(ended)
        return self._pending is not None and self._confirmed(self._pending, tone)

    def cancel(self) -> None:
        """The tone that was just heard is none."""
        self._pending = None

    def _end_run(self, run: Run) -> None:
        beep = _judge(run, self._now, self._last, self._tuning)
        if beep:
            self._last = beep
            self._pending = None if _of_the_network(beep, run) else beep

    def _confirmed(self, beep: _Beep, tone: Tone) -> bool:
        waited = self._now - beep.ended
        if waited <= SKIRT:
            return False
        beep.loud += tone.dbfs > beep.dbfs - beep.quieter_db
        if beep.loud > LOUD_SHARE * beep.wait:
            self._pending = None
        elif waited >= beep.wait:
            self._pending = None
            return True
        return False


def _judge(run: Run, now: int, last: _Beep | None, tuning: Tuning) -> _Beep | None:
    first, end = _core([tone.dbfs for tone in run.tones])
    hz, tones = run.hz[first:end], run.tones[first:end]
    if not tuning.shortest_beep_s <= (len(hz) + 2) * FRAME_S <= tuning.longest_beep_s:
        return None
    if not tuning.lowest_beep_hz <= median(hz) <= tuning.highest_beep_hz:
        return None
    dbfs = max(tone.dbfs for tone in tones)
    chained = last is not None and run.began - last.ended <= CHAIN_FRAMES
    alone_db = 99.0 if chained else dbfs - run.before_dbfs
    quieter_db = _beep_like(hz, tones, alone_db, tuning)
    if quieter_db is None:
        return None
    chain = [*(last.chain if last and chained else ()), median(hz)]
    wait_s = tuning.quiet_after_progress_s if _may_be_progress(run) else tuning.quiet_after_beep_s
    return _Beep(chain, dbfs, now, quieter_db, round(wait_s / FRAME_S))


def _core(levels: list[float]) -> tuple[int, int]:
    """Without the frames at the ends that hold only part of the tone, and without what has faded."""
    first, end = 0, len(levels)
    while first < SKIRT and end - first > SKIRT and levels[first + 1] - levels[first] > ONSET_DB:
        first += 1
    while len(levels) - end < SKIRT and end - first > SKIRT and levels[end - 2] - levels[end - 1] > ONSET_DB:
        end -= 1
    faded_db = max(levels[first:end]) - FADED_DB
    while end - first > LONG and levels[end - 1] < faded_db:
        end -= 1
    return first, end


def _beep_like(hz: list[float], tones: list[Tone], alone_db: float, tuning: Tuning) -> float | None:
    """By how much the time after it has to be quieter if this is a beep. None: it is not."""
    slope, off_hz = _line(hz)
    _, off_db = _line([tone.dbfs for tone in tones])
    purity, purity_3 = median(tone.purity for tone in tones), median(tone.purity_3 for tone in tones)
    still, steady = abs(slope) <= STILL_HZ, off_hz <= tuning.steady_hz and off_db <= tuning.steady_db
    long = len(hz) >= LONG
    kinds = (
        (tuning.alone_db, still and steady and long and purity_3 >= tuning.pure),
        (tuning.far_alone_db, still and steady and purity >= tuning.pure),
        (tuning.far_alone_db, steady and long and purity >= tuning.purer),
        (tuning.quite_alone_db, still and off_hz <= tuning.wavering_hz and long and purity >= tuning.purer),
    )
    return next((needed_db for needed_db, fits in kinds if fits and alone_db >= needed_db), None)


def _line(values: list[float]) -> tuple[float, float]:
    """Slope of the line through the values, and their mean distance from it."""
    middle, mean = (len(values) - 1) / 2, fmean(values)
    square = sum((at - middle) ** 2 for at in range(len(values))) or 1.0
    slope = sum((at - middle) * (value - mean) for at, value in enumerate(values)) / square
    return slope, fmean(abs(value - mean - slope * (at - middle)) for at, value in enumerate(values))


def _of_the_network(beep: _Beep, run: Run) -> bool:
    if len(beep.chain) > 3:
        return True
    sit = len(beep.chain) == 3 and all(
        abs(hz - known) <= SIT_OFF_HZ for hz, known in zip(beep.chain, SIT_HZ, strict=True)
    )
    return sit or _is_key(run)


def _is_key(run: Run) -> bool:
    """A key of a telephone (DTMF, ITU-T Q.23)."""
    pair = run.pair_hz()
    return pair is not None and all(
        any(abs(hz / key - 1) < DTMF_OFF for key in keys)
        for hz, keys in zip(pair, (DTMF_LOW_HZ, DTMF_HIGH_HZ), strict=True)
    )


def _may_be_progress(run: Run) -> bool:
    pair = run.pair_hz()
    if pair is None:
        return PROGRESS_HZ[0] <= median(run.hz) <= PROGRESS_HZ[1]
    return any(
        all(abs(hz - known) <= PROGRESS_PAIR_OFF_HZ for hz, known in zip(pair, known_pair, strict=True))
        for known_pair in PROGRESS_PAIRS_HZ
    )
