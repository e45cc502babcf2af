"""Turns any audio file into what Asterisk plays: 8 kHz, 16 bit, mono, trimmed, at one level."""

from __future__ import annotations

import math
import os
import struct
import subprocess
import tempfile
import warnings
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from prompts import filters
from prompts.filters import Filter, Samples

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # audioop is deprecated, and pydub holds escapes that Python no longer likes
    from pydub import AudioSegment
    from pydub.exceptions import CouldntDecodeError

Pcm = NDArray[np.int16]

RATE = 8000
FLOATS = "sample_fmts=flt"
LEVEL_DBFS = -20.0
"""Level of active speech. Asterisk's own recordings lie a few decibels lower; G.711 clips at 0."""

CEILING_DBFS = -1.0
MOST_GAIN_DB = 30.0
LOW_CUT_HZ = 110
"""The telephone band begins at 300 Hz; hum and knocks lie lower and only take up level."""

LOW_CUT_ORDER = 10
LOW_CUT_Q = [0.5 / math.sin((2 * k + 1) * math.pi / (2 * LOW_CUT_ORDER)) for k in range(LOW_CUT_ORDER // 2)]
"""Filters of order 2 that together are a Butterworth filter: -3 dB at LOW_CUT_HZ, -53 dB at 60 Hz."""

LEAD_S = 0.1
TRIM_BELOW_DB = 32.0
TRIM_FLOOR_DBFS = -60.0
TRIM_WINDOW_S = 0.01
KEEP_BEFORE_S, KEEP_AFTER_S = 0.03, 0.06
FADE_IN_S, FADE_OUT_S = 0.005, 0.015
FRAME_S = 0.02
GATE_DB = 10.0
KNOCKS_ABOVE_PERCENT = 95
LIMITER_MS = (5, 50)
"""Attack, before the peak, and release."""

NEAR_SILENT_DBFS = -45.0
CLIPPED_SHARE = 0.0005
SHORTEST_S = 0.1
FULL_SCALE = 32736

DECODED_RATE = 16000
DECODE_S = 60.0
NOT_RUN = (126, 127)
"""Exit status of a program that can't be started, by a shell or by the loader of its libraries (POSIX, sh 2.8.2)."""

FORMATS = ("wav", "mp3", "ogg", "m4a", "flac")


class UnreadableAudio(Exception):
    """A file holds no audio that can be played; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Mastered:
    """8 kHz samples, and the audible faults of the file they come from."""

    pcm: Pcm
    complaints: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.pcm) / RATE


def master(path: Path) -> Mastered:
    """Read, filter, trim and level a file of any of FORMATS. Raises UnreadableAudio."""
    raw = read(path)
    try:
        speech = filters.run(led_in(samples(raw), raw.frame_rate), raw.frame_rate, cleaning(raw.dBFS))
        level = active_level(speech)
        if len(speech) < SHORTEST_S * RATE or level == -np.inf:
            raise UnreadableAudio(f"{path.name} holds only silence. Record it again, closer to the microphone")
        pcm = whole_numbers(levelled(speech, level))
    except filters.FilterFailed as error:
        raise UnreadableAudio(f"{path.name} can't be mastered: {error}") from error
    return Mastered(pcm, tuple(complaints(samples(raw), level)))


def led_in(sound: Pcm, rate: int) -> Pcm:
    """Begun LEAD_S early by its mirror image about the first sample: the low cut would answer to a hum that starts at
    once with a knock, which is no silence to trim."""
    before = 2 * sound[:1].astype(np.int32) - sound[int(rate * LEAD_S) : 0 : -1]
    return np.concatenate([before.clip(-32768, 32767).astype("<i2"), sound])


def cleaning(mean_dbfs: float) -> list[Filter]:
    """To 8 kHz, without hum, and without the silence before and after but for a breath of it. `mean_dbfs`: of the whole
    file. `silenceremove` can't keep silence at an end, only at a start: the end is trimmed backwards."""
    below_db = max(mean_dbfs - TRIM_BELOW_DB, TRIM_FLOOR_DBFS)
    low_cut = [("highpass", f"frequency={LOW_CUT_HZ}:width_type=q:width={q:.4f}") for q in LOW_CUT_Q]
    lead = [("atrim", f"start={LEAD_S}"), ("asetpts", "PTS-STARTPTS")]
    end = [trimmed(below_db, KEEP_AFTER_S), ("afade", f"duration={FADE_OUT_S}")]
    start = [trimmed(below_db, KEEP_BEFORE_S), ("afade", f"duration={FADE_IN_S}")]
    backwards = ("areverse", "")
    return [("aformat", FLOATS), ("aresample", f"{RATE}"), *low_cut, *lead, backwards, *end, backwards, *start]


def trimmed(below_db: float, keep_s: float) -> Filter:
    window = f"detection=rms:window={TRIM_WINDOW_S}"
    return "silenceremove", f"start_periods=1:start_silence={keep_s}:start_threshold={below_db:.2f}dB:{window}"


def levelled(speech: Samples, level: float) -> Samples:
    """Speech of this active level at LEVEL_DBFS; a peak above CEILING_DBFS is turned down, and what is around it.
    FFmpeg's `loudnorm` weighs blocks of 0.4 s: a digit, which is shorter, comes out far too loud; and it takes 15 to 80
    times as long."""
    loud = speech * np.float32(10 ** (min(MOST_GAIN_DB, LEVEL_DBFS - level) / 20))
    if np.abs(loud).max() <= 10 ** (CEILING_DBFS / 20):
        return loud
    attack_ms, release_ms = LIMITER_MS
    options = f"limit={CEILING_DBFS}dB:attack={attack_ms}:release={release_ms}:level=false:latency=true"
    return filters.run(loud, RATE, [("alimiter", options)])


def read(path: Path) -> AudioSegment:
    """A file of any of FORMATS as 16-bit mono, at its own rate. Raises UnreadableAudio."""
    kind = path.suffix.lower().removeprefix(".")
    try:
        segment = (kind == "wav" and plain_wav(path)) or decoded(path, kind)
    except (OSError, subprocess.SubprocessError) as error:
        raise UnreadableAudio(f"{path.name} can't be read as {kind}: {reason(error)}. Save it again as WAV") from error
    if not segment.frame_count():
        raise UnreadableAudio(f"{path.name} is empty. Record it again")
    return segment.set_sample_width(2).set_channels(1)


def plain_wav(path: Path) -> AudioSegment | None:
    """None for a wav that only ffmpeg can read, such as one of G.711."""
    try:
        with path.open("rb") as file:
            return AudioSegment(data=file)
    except (CouldntDecodeError, EOFError, LookupError, ValueError, struct.error, wave.Error):
        return None


def decoded(path: Path, kind: str) -> AudioSegment:
    """A file that ffmpeg reads as this kind; no other kind is tried. Raises OSError, subprocess.SubprocessError."""
    # Not by AudioSegment.from_file: its ffprobe guesses the kind, and follows a playlist named .mp3 to other machines.
    read_from = ["-protocol_whitelist", "file", "-f", kind, "-i", f"file:{path.absolute()}"]
    write_to = ["-vn", "-f", "s16le", "-ac", "1", "-ar", str(DECODED_RATE), "-"]
    command = [AudioSegment.converter, "-nostdin", "-v", "error", *read_from, *write_to]
    done = subprocess.run(command, capture_output=True, timeout=DECODE_S, check=True)
    return AudioSegment(data=done.stdout, sample_width=2, frame_rate=DECODED_RATE, channels=1)


def reason(error: Exception) -> str:
    """Why ffmpeg gave no sound: it is missing, it is broken, it hangs, or the file is at fault."""
    if isinstance(error, FileNotFoundError) and error.filename == AudioSegment.converter:
        return "ffmpeg is not installed (apt install ffmpeg)"
    if isinstance(error, PermissionError) and error.filename == AudioSegment.converter:
        return "ffmpeg does not run (apt install --reinstall ffmpeg)"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"ffmpeg was not done after {error.timeout:g} s"
    if isinstance(error, subprocess.CalledProcessError):
        broken = error.returncode < 0 or error.returncode in NOT_RUN
        return "ffmpeg does not run (apt install --reinstall ffmpeg)" if broken else "it holds no sound of that kind"
    return str(error)


def active_level(sound: Samples) -> float:
    """Level in dBFS of the frames that hold speech: gated as in ITU-R BS.1770, without its weighting. A knock on the
    microphone doesn't count."""
    frame = max(1, min(len(sound), int(RATE * FRAME_S)))
    power = np.square(sound[: len(sound) // frame * frame].reshape(-1, frame)).mean(axis=1)
    loud = power[power > 10 ** (TRIM_FLOOR_DBFS / 10)]
    if not len(loud):
        return -np.inf
    steady = loud.clip(max=np.percentile(loud, KNOCKS_ABOVE_PERCENT))
    active = steady[steady >= steady.mean() / 10 ** (GATE_DB / 10)]
    return float(10 * np.log10(active.mean()))


def complaints(raw: Pcm, level: float) -> Iterator[str]:
    if level < NEAR_SILENT_DBFS:
        yield f"is nearly silent ({level:.0f} dBFS): record it again, closer to the microphone"
    if clipped_share(raw) > CLIPPED_SHARE:
        yield "is clipped, too loud for the recorder: record it again, further from the microphone"


def clipped_share(raw: Pcm) -> float:
    """Share of samples that lie, three or more in a row, flat at full scale."""
    full = (raw >= FULL_SCALE) | (raw <= -FULL_SCALE)  # no abs: that of -32768 is negative in 16 bits
    flat = full[:-2] & full[1:-1] & full[2:]
    return float(flat.mean()) if len(flat) else 0.0


def samples(segment: AudioSegment) -> Pcm:
    return np.frombuffer(segment.raw_data, "<i2")


def whole_numbers(sound: Samples) -> Pcm:
    return np.rint(sound * 32767).clip(-32768, 32767).astype("<i2")


def silence(seconds: float) -> Mastered:
    return Mastered(np.zeros(int(seconds * RATE), "<i2"))


def convert(path: Path, wav_path: Path) -> None:
    """A file of any of FORMATS -> PCM wav, otherwise unchanged. Raises UnreadableAudio."""
    segment = read(path)
    with wave.open(str(wav_path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(segment.frame_rate)
        file.writeframes(segment.raw_data)


def publish(pcm: Pcm, path: Path) -> None:
    """Write a wav so that a call never finds half of it."""
    with written_aside(path) as aside, wave.open(str(aside), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.tobytes())


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A path to write to, in the same folder; renamed to `path` at the end, or removed after an error. Only the owner
    can read the file: a recording is somebody's voice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".aside-", suffix=path.suffix)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def seconds(path: Path) -> float:
    """Length of a published wav. Raises UnreadableAudio."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getframerate(), file.getsampwidth(), file.getnchannels()) != (RATE, 2, 1):
                raise UnreadableAudio(f"{path} is not 8 kHz, 16 bit, mono. Run `tocsin prompts build`")
            return file.getnframes() / RATE
    except (OSError, EOFError, wave.Error) as error:
        raise UnreadableAudio(f"{path} can't be played: {error}. Run `tocsin prompts build`") from error
