"""Which prompts a resident heard, recognised from the recorded audio.

Prompts are files: what comes down the line is the same waveform again, apart from level, G.711, noise and packets lost
or repeated. So a match is a normalised cross-correlation, not speech recognition. All sound is 8 kHz, 16 bit, mono.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from lab.waveform import RATE as RATE
from lab.waveform import (
    Numbers,
    Samples,
    energy,
    leading_silence,
    normalised,
    running,
    running_energy,
    sharpened,
    trimmed,
)
from lab.waveform import Pcm as Pcm

PACKET = 160
"""Samples in a 20 ms RTP packet: sound is lost and repeated by the packet."""

SAME = 0.66
"""Only the same recording agrees this well. Other speech of the same voice, 55 minutes each of Asterisk's June and
Allison, came to 0.60; the recording itself under white noise 15 dB below it to no less than 0.72."""

SAME_IN_PIECES = 0.70
"""The same where a pattern may be cut and moved to fit: other speech came to 0.67."""

WORTH_A_LOOK = 0.3
"""Agreement as it stands, left of a digit that lost a packet in its middle."""

SLIPS = (-2 * PACKET, -PACKET, PACKET, 2 * PACKET)
"""How far the rest of a digit moves where packets are lost (back) or repeated (on)."""

FRONT_LOST = 0.35
"""Share of a digit that may be missing in front, where the recording begins too late."""

BLOCK = 1 << 14
LONGEST = BLOCK // 2
"""Longest pattern, in samples: just over a second."""

CHUNK = RATE // 2
"""A prompt is first looked for by half seconds …"""

GRAIN = RATE // 10
"""… and then followed by tenths of a second."""

FOLLOW = 32 * PACKET
"""How far what follows may move at once. When a machine stalls for a third of a second the rest plays that much later,
and MixMonitor drops what it held, six packets or more, once its thread waited for over 100 ms
(AST_AUDIOHOOK_SYNC_TOLERANCE): the telephone heard them, its recording did not."""

GRAIN_SAME = 0.6
DRIFT = FOLLOW

BESIDE = RATE // 200


@dataclass(frozen=True, slots=True)
class HeardPrompt:
    """One playing of a prompt. `score`: agreement of the parts heard, 0 to 1; `at`: seconds from the start of the
    recording to the prompt's first word; `share`: how much of the prompt's speech was heard, 0 to 1."""

    score: float
    at: float
    share: float


NOT_HEARD = HeardPrompt(0.0, 0.0, 0.0)


def heard_digits(pcm: Pcm, digit_audio: Mapping[str, Pcm]) -> list[tuple[float, str]]:
    """The digits played in a recording, in order, each with the second at which it begins. A digit still under way is
    left out, so that this can be asked again while the recording grows. 20 s take about 0.1 s."""
    line = AudioLine(sharpened(pcm))
    patterns = {digit: trimmed(sharpened(audio))[:LONGEST] for digit, audio in digit_audio.items()}
    likely = [
        Match(agreement, place, len(pattern), digit)
        for digit, pattern in patterns.items()
        for agreement, place in line.peaks(pattern, WORTH_A_LOOK)
    ]
    whole = without_overlaps(match for match in likely if match.score >= SAME)
    doubtful = (match for match in likely if not any(match.covers(other) for other in whole))
    mended = [replace(match, score=best_fit(line, match.place, patterns[match.digit])) for match in doubtful]
    digits = whole + without_overlaps(match for match in mended if match.score >= SAME_IN_PIECES)
    return sorted((max(0, match.place) / RATE, match.digit) for match in digits)


def contains(pcm: Pcm, prompt_pcm: Pcm) -> HeardPrompt:
    """The playing of a prompt of which most was heard; `NOT_HEARD` when there was none."""
    return max(times_heard(pcm, prompt_pcm), key=lambda heard: heard.share, default=NOT_HEARD)


def times_heard(pcm: Pcm, prompt_pcm: Pcm) -> list[HeardPrompt]:
    """Every playing of a prompt in a recording, in order, whole or in part."""
    line, prompt = AudioLine(sharpened(pcm)), trimmed(sharpened(prompt_pcm))
    return sorted((followed(line, prompt, lag) for lag in playings(line, prompt)), key=lambda heard: heard.at)


class AudioLine:
    """A recording made ready for many patterns. A place counts samples from its start, and may be a little below 0:
    a pattern whose front was missed."""

    def __init__(self, sound: Samples) -> None:
        self.length = len(sound)
        self._sound = np.concatenate([np.zeros(LONGEST, np.float32), sound, np.zeros(BLOCK + LONGEST, np.float32)])
        self._power = running_energy(self._sound)
        blocks = np.lib.stride_tricks.sliding_window_view(self._sound, BLOCK)[:: BLOCK - LONGEST]
        self._spectra = np.fft.rfft(blocks, axis=1)

    def window(self, place: int, length: int) -> Samples:
        """The sound at a place; silence beyond its ends."""
        inside = self._sound[max(0, place + LONGEST) : max(0, place + LONGEST + length)]
        before = min(length, max(0, -place - LONGEST))
        return np.pad(inside, (before, length - before - len(inside)))

    def agreement(self, pattern: Samples) -> Numbers:
        """Normalised correlation with a pattern of at most LONGEST samples, from place -LONGEST to the last place
        where all of it fits into the recording."""
        spectra = self._spectra * np.conj(np.fft.rfft(pattern, BLOCK))
        products = np.fft.irfft(spectra, axis=1)[:, : BLOCK - LONGEST].reshape(-1)
        count = max(0, LONGEST + self.length - len(pattern) + 1)
        under = self._power[len(pattern) : len(pattern) + count] - self._power[:count]
        return normalised(products[:count], under, energy(pattern), len(pattern))

    def peaks(self, pattern: Samples, at_least: float) -> list[tuple[float, int]]:
        """(agreement, place) wherever a pattern agrees that much, and better than within 5 ms around."""
        agreement = self.agreement(pattern)
        return [
            (float(agreement[top]), int(top) - LONGEST)
            for top in np.flatnonzero(agreement >= at_least)
            if agreement[top] >= agreement[max(0, top - BESIDE) : top + BESIDE + 1].max()
        ]


@dataclass(frozen=True, slots=True)
class Match:
    score: float
    place: int
    length: int
    digit: str

    def covers(self, other: Match) -> bool:
        """Whether both can't have been played: they sound together for half of the shorter."""
        return abs(self.place - other.place) <= min(self.length, other.length) / 2


def without_overlaps(matches: Iterable[Match]) -> list[Match]:
    """One digit at a time: the best of those that cover each other."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: -match.score):
        if not any(match.covers(other) for other in kept):
            kept.append(match)
    return kept


def best_fit(line: AudioLine, place: int, pattern: Samples) -> float:
    """Agreement of a digit at a place, allowing for a front cut off and for packets lost or repeated within."""
    silent = leading_silence(line.window(place, int(FRONT_LOST * len(pattern))))
    place, pattern = place + silent, pattern[silent:]
    here = line.window(place, len(pattern))
    fits = [spliced(here, here, pattern, lost=0)]
    for slip in SLIPS:
        moved = line.window(place + slip, len(pattern))
        fits.append(spliced(here, moved, pattern, lost=max(0, -slip)))
        fits.append(spliced(moved, here, pattern, lost=max(0, slip)))
    return max(fits)


def spliced(front: Samples, rest: Samples, pattern: Samples, *, lost: int) -> float:
    """Agreement when a pattern is found in two pieces, cut where they agree best, `lost` samples of it in neither."""
    ahead, behind = running(front * pattern), running(rest * pattern)
    products = joined(ahead, behind, lost)
    under = joined(running_energy(front), running_energy(rest), lost)
    own = joined(running_energy(pattern), running_energy(pattern), lost)
    return float(normalised(products, under, own, len(pattern)).max())


def joined(ahead: Numbers, behind: Numbers, lost: int) -> Numbers:
    """Running sums of two pieces -> the sum over both, for every place to cut."""
    total: Numbers = ahead[: len(ahead) - lost] + (behind[-1] - behind[lost:])
    return total


def playings(line: AudioLine, prompt: Samples) -> list[int]:
    """The lag of each playing: its place in the recording less its place in the prompt, at the first half second heard.
    Two playings don't sound at once, so that a phrase which comes twice in a prompt isn't counted as another."""
    hits = [
        Hit(place - offset, offset)
        for offset in range(0, len(prompt), CHUNK)
        if len(chunk := prompt[offset : offset + CHUNK]) > CHUNK // 2 or offset == 0
        for _, place in line.peaks(chunk, SAME)
    ]
    kept: list[list[Hit]] = []
    for group in sorted(neighbours(sorted(hits)), key=len, reverse=True):
        if not any(overlap(group, other) for other in kept):
            kept.append(group)
    return [min(group, key=lambda hit: hit.offset).lag for group in kept]


class Hit(NamedTuple):
    """A half second of a prompt that was heard."""

    lag: int
    offset: int

    @property
    def place(self) -> int:
        return self.lag + self.offset


def neighbours(hits: list[Hit]) -> list[list[Hit]]:
    """Hits sorted by lag, in groups whose members are no further apart than packets come and go in one playing. What is
    heard again is another playing, as where a prompt is cut off and begins again."""
    groups: list[list[Hit]] = []
    for hit in hits:
        if not groups or hit.lag - groups[-1][-1].lag > DRIFT or any(hit.offset == each.offset for each in groups[-1]):
            groups.append([])
        groups[-1].append(hit)
    return groups


def overlap(one: list[Hit], other: list[Hit]) -> bool:
    """Whether two groups sound at the same time."""
    starts, others = [hit.place for hit in one], [hit.place for hit in other]
    return min(starts) < max(others) + CHUNK and min(others) < max(starts) + CHUNK


def followed(line: AudioLine, prompt: Samples, lag: int) -> HeardPrompt:
    """How much of a prompt was heard, followed from one tenth of a second to the next as packets come and go."""
    at, scores = lag, []
    for offset, grain in spoken_grains(prompt):
        score = fit(line.window(offset + lag, len(grain)), grain)
        if score < GRAIN_SAME:
            lag += slip(line, offset + lag, prompt[offset : offset + 3 * GRAIN])
            score = fit(line.window(offset + lag, len(grain)), grain)
        scores.append(score)
    heard = [score for score in scores if score >= GRAIN_SAME]
    return HeardPrompt(float(np.mean(heard or [0.0])), at / RATE, len(heard) / len(scores))


def spoken_grains(prompt: Samples) -> list[tuple[int, Samples]]:
    """The tenths of a second of a prompt that hold speech, each with its place."""
    grains = [(offset, prompt[offset : offset + GRAIN]) for offset in range(0, max(1, len(prompt) - GRAIN + 1), GRAIN)]
    enough = 0.05 * float(np.mean([energy(grain) for _, grain in grains]))
    return [(offset, grain) for offset, grain in grains if energy(grain) >= enough]


def fit(sound: Samples, pattern: Samples) -> float:
    return float(normalised(np.dot(sound, pattern), energy(sound), energy(pattern), len(pattern)))


def slip(line: AudioLine, place: int, pattern: Samples) -> int:
    """How far a pattern lies from its expected place; 0 when it isn't within FOLLOW of it."""
    window = line.window(place - FOLLOW, len(pattern) + 2 * FOLLOW)
    power = running_energy(window)
    under = power[len(pattern) :] - power[: -len(pattern)]
    spectrum = np.fft.rfft(window, BLOCK) * np.conj(np.fft.rfft(pattern, BLOCK))
    agreement = normalised(np.fft.irfft(spectrum)[: len(under)], under, energy(pattern), len(pattern))
    best = int(agreement.argmax())
    return best - FOLLOW if agreement[best] >= SAME else 0
