"""Any audio file -> what Asterisk plays: 8 kHz, 16 bit, mono, trimmed, at one level."""

from __future__ import annotations

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
import soxr
from numpy.typing import NDArray

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # audioop's farewell, and escapes that Python no longer likes
    from pydub import AudioSegment
    from pydub.exceptions import CouldntDecodeError
    from pydub.silence import detect_leading_silence

Samples = NDArray[np.float64]
"""Full scale is 1."""

RATE = 8000
LEVEL_DBFS = -20.0
"""Level of active speech. Asterisk's own recordings lie a few decibels lower; G.711 clips at 0."""

CEILING_DBFS = -1.0
MOST_GAIN_DB = 30.0
LOW_CUT_HZ = 120.0
"""The telephone band begins at 300; hum and knocks lie lower and only take up level."""

TRIM_BELOW_DB = 32.0
TRIM_FLOOR_DBFS = -60.0
KEEP_BEFORE_MS, KEEP_AFTER_MS = 30, 60
FADE_IN_MS, FADE_OUT_MS = 5, 15
FRAME_S = 0.02
GATE_DB = 10.0
KNOCKS_ABOVE_PERCENT = 95
LOOK_AHEAD_S = 0.005

NEAR_SILENT_DBFS = -45.0
CLIPPED_SHARE = 0.0005
SHORTEST_S = 0.1

DECODED_RATE = 16000
DECODE_S = 60.0
FORMATS = ("wav", "mp3", "ogg", "m4a", "flac")


class Unreadable(Exception):
    """A file holds no audio that can be played; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Mastered:
    """8 kHz samples, and what the ear would find wrong with the file they come from."""

    pcm: NDArray[np.int16]
    complaints: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.pcm) / RATE


def master(path: Path) -> Mastered:
    """Read, trim, filter and level a file of any of FORMATS. Raises Unreadable."""
    raw = read(path)
    speech = trimmed(raw)
    level = active_level(numbers(speech))
    if speech.duration_seconds < SHORTEST_S or level == -np.inf:
        raise Unreadable(f"{path.name} holds only silence. Record it again, closer to the microphone")
    narrow = low_cut(soxr.resample(numbers(faded(speech)), speech.frame_rate, RATE))
    return Mastered(whole_numbers(levelled(narrow)), tuple(complaints(numbers(raw), level)))


def read(path: Path) -> AudioSegment:
    """16-bit mono. Raises Unreadable."""
    kind = path.suffix.lower().removeprefix(".")
    try:
        segment = (kind == "wav" and plain_wav(path)) or decoded(path, kind)
    except (OSError, subprocess.SubprocessError) as error:
        raise Unreadable(f"{path.name} can't be read as {kind}: {reason(error)}. Save it again as WAV") from error
    if not segment.frame_count():
        raise Unreadable(f"{path.name} is empty. Record it again")
    return segment.set_sample_width(2).set_channels(1)


def plain_wav(path: Path) -> AudioSegment | None:
    """None for a wav that only ffmpeg can read, such as one of G.711."""
    try:
        with path.open("rb") as file:
            return AudioSegment(data=file)
    except (CouldntDecodeError, EOFError, LookupError, ValueError, struct.error, wave.Error):
        return None


def decoded(path: Path, kind: str) -> AudioSegment:
    """Whatever ffmpeg can read as that kind."""
    # Not by AudioSegment.from_file: its ffprobe guesses the kind, and follows a playlist named .mp3 to other machines.
    read_from = ["-protocol_whitelist", "file", "-f", kind, "-i", f"file:{path.absolute()}"]
    write_to = ["-vn", "-f", "s16le", "-ac", "1", "-ar", str(DECODED_RATE), "-"]
    command = [AudioSegment.converter, "-nostdin", "-v", "error", *read_from, *write_to]
    done = subprocess.run(command, capture_output=True, timeout=DECODE_S, check=True)
    return AudioSegment(data=done.stdout, sample_width=2, frame_rate=DECODED_RATE, channels=1)


def reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError) and error.filename == AudioSegment.converter:
        return "ffmpeg is not installed (apt install ffmpeg)"
    if isinstance(error, subprocess.CalledProcessError):
        return "it holds no sound of that kind"
    return str(error)


def trimmed(segment: AudioSegment) -> AudioSegment:
    """Without the silence before and after; a breath of it is kept."""
    below = max(segment.dBFS - TRIM_BELOW_DB, TRIM_FLOOR_DBFS)
    before = detect_leading_silence(segment, below, chunk_size=10)
    after = detect_leading_silence(segment.reverse(), below, chunk_size=10)
    return segment[max(0, before - KEEP_BEFORE_MS) : len(segment) - max(0, after - KEEP_AFTER_MS)]


def faded(segment: AudioSegment) -> AudioSegment:
    return segment.fade_in(FADE_IN_MS).fade_out(FADE_OUT_MS)


def low_cut(sound: Samples) -> Samples:
    """Take away what lies under LOW_CUT_HZ, with a soft edge half an octave wide."""
    length = 1 << len(sound).bit_length()
    octaves = np.log2(np.fft.rfftfreq(length, 1 / RATE).clip(1) / LOW_CUT_HZ)
    return np.fft.irfft(np.fft.rfft(sound, length) * (2 * octaves + 1).clip(0, 1))[: len(sound)]


def levelled(sound: Samples) -> Samples:
    gain_db = min(MOST_GAIN_DB, LEVEL_DBFS - active_level(sound))
    return limited(sound * 10 ** (gain_db / 20))


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


def limited(sound: Samples) -> Samples:
    """Turned down, smoothly and in time, around each peak above CEILING_DBFS."""
    ceiling = 10 ** (CEILING_DBFS / 20)
    if np.abs(sound).max() <= ceiling:
        return sound
    width = int(RATE * LOOK_AHEAD_S)
    needed = ceiling / np.maximum(np.abs(sound), ceiling)
    lowest = np.lib.stride_tricks.sliding_window_view(np.pad(needed, width, mode="edge"), 2 * width + 1).min(axis=1)
    gain = np.convolve(
        np.pad(lowest, width // 2, mode="edge"), np.full(width // 2 * 2 + 1, 1 / (width // 2 * 2 + 1)), "valid"
    )
    return sound * gain


def complaints(raw: Samples, level: float) -> Iterator[str]:
    if level < NEAR_SILENT_DBFS:
        yield f"is nearly silent ({level:.0f} dBFS): record it again, closer to the microphone"
    if clipped_share(raw) > CLIPPED_SHARE:
        yield "is clipped, too loud for the recorder: record it again, further from the microphone"


def clipped_share(raw: Samples) -> float:
    """Share of samples that lie, three or more in a row, flat at full scale."""
    full = np.abs(raw) >= 0.999
    flat = full[:-2] & full[1:-1] & full[2:]
    return float(flat.mean()) if len(flat) else 0.0


def numbers(segment: AudioSegment) -> Samples:
    return np.frombuffer(segment.raw_data, "<i2").astype(np.float64) / 32768


def whole_numbers(sound: Samples) -> NDArray[np.int16]:
    return np.rint(sound * 32767).clip(-32768, 32767).astype("<i2")


def silence(seconds: float) -> Mastered:
    return Mastered(np.zeros(int(seconds * RATE), "<i2"))


def convert(path: Path, wav_path: Path) -> None:
    """A file of any of FORMATS -> PCM wav, otherwise unchanged. Raises Unreadable."""
    segment = read(path)
    with wave.open(str(wav_path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(segment.frame_rate)
        file.writeframes(segment.raw_data)


def publish(pcm: NDArray[np.int16], path: Path) -> None:
    """Write a wav so that a call never finds half of it."""
    with written_aside(path) as aside, wave.open(str(aside), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.tobytes())


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A path to write to, in the same folder; renamed to `path` at the end, or removed when that was not reached. The
    file is its owner's alone: a recording is somebody's voice."""
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
    """Length of a published wav. Raises Unreadable."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getframerate(), file.getsampwidth(), file.getnchannels()) != (RATE, 2, 1):
                raise Unreadable(f"{path} is not 8 kHz, 16 bit, mono. Run `tocsin prompts build`")
            return file.getnframes() / RATE
    except (OSError, EOFError, wave.Error) as error:
        raise Unreadable(f"{path} can't be played: {error}. Run `tocsin prompts build`") from error
