from __future__ import annotations

import socket
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from prompts import filters, sound
from tests.prompts.conftest import tone, write_wav


def padded(seconds: float, level: float = 0.3, *, rate: int = 16000) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """A tone with a second of silence on both sides."""
    silence = np.zeros(rate, "<i2")
    return np.concatenate([silence, tone(seconds, level, rate=rate), silence])


def level(pcm: np.ndarray[tuple[int], np.dtype[np.int16]]) -> float:
    return sound.active_level(pcm.astype(np.float32) / np.float32(32768))


@pytest.mark.parametrize("loudness", [0.02, 0.1, 0.5, 0.99])
def test_one_level_whatever_came_in(loudness: float, tmp_path: Path) -> None:
    made = sound.master(write_wav(tmp_path / "a.wav", padded(1.5, loudness)))
    assert level(made.pcm) == pytest.approx(sound.LEVEL_DBFS, abs=1.0)
    assert np.abs(made.pcm).max() <= 32767 * 10 ** (sound.CEILING_DBFS / 20) + 1


def test_silence_around_is_cut_but_for_a_breath(tmp_path: Path) -> None:
    assert sound.master(write_wav(tmp_path / "a.wav", padded(1.5))).seconds == pytest.approx(1.59, abs=0.03)


def test_a_shout_is_turned_down_and_the_rest_is_not(tmp_path: Path) -> None:
    speech = tone(3, 0.02)
    speech[24000:24160] = 20 * speech[24000:24160]
    made = sound.master(write_wav(tmp_path / "a.wav", speech))
    assert np.abs(made.pcm).max() <= 32767 * 10 ** (sound.CEILING_DBFS / 20) + 1
    assert level(made.pcm[:8000]) == pytest.approx(sound.LEVEL_DBFS, abs=1.5)


def test_hum_is_taken_away(tmp_path: Path) -> None:
    time = np.arange(48000) / 16000
    hum = (6000 * np.sin(2 * np.pi * 60 * time)).astype("<i2")
    made = sound.master(write_wav(tmp_path / "a.wav", tone(3, 0.2) + hum))
    spectrum = np.abs(np.fft.rfft(made.pcm[:16000]))
    assert spectrum[110:130].max() < spectrum[590:610].max() / 100


@pytest.mark.parametrize("kind", ["wav", "mp3", "ogg", "m4a", "flac"])
@pytest.mark.parametrize("rate", [8000, 44100])
def test_every_kind_that_a_telephone_or_computer_records(kind: str, rate: int, tmp_path: Path) -> None:
    source = write_wav(tmp_path / "source.wav", tone(1.0, rate=rate), rate=rate)
    path = tmp_path / f"recorded.{kind}"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source), "-ac", "2", str(path)], check=True)
    made = sound.master(path)
    assert made.seconds == pytest.approx(1.0, abs=0.1)
    assert made.complaints == ()


@pytest.mark.parametrize("seconds", [0.11, 0.15, 0.3, 0.45])
def test_a_digit_is_as_loud_as_a_sentence(seconds: float, tmp_path: Path) -> None:
    made = sound.master(write_wav(tmp_path / "a.wav", padded(seconds, 0.05)))
    assert level(made.pcm) == pytest.approx(sound.LEVEL_DBFS, abs=1.5)


@pytest.mark.parametrize("below_hz", [0, 50, 60])
def test_silence_is_cut_though_it_hums(below_hz: float, tmp_path: Path) -> None:
    """Of mains, or a level that is not zero."""
    speech = padded(1.5)
    hum = 0.02 * 32767 * np.cos(2 * np.pi * below_hz * np.arange(len(speech)) / 16000)
    made = sound.master(write_wav(tmp_path / "a.wav", speech + hum.astype("<i2")))
    assert made.seconds == pytest.approx(1.59, abs=0.06)


@pytest.mark.parametrize("rate", [11025, 16000, 22050, 44100, 48000, 96000])
def test_what_8_khz_cannot_hold_does_not_come_back_as_another_tone(rate: int, tmp_path: Path) -> None:
    time = np.arange(2 * rate) / rate
    hiss = (0.3 * 32767 * np.sin(2 * np.pi * 5000 * time)).astype("<i2")
    made = sound.master(write_wav(tmp_path / "a.wav", tone(2, 0.3, rate=rate) + hiss, rate=rate))
    spectrum = np.abs(np.fft.rfft(made.pcm[:8000]))
    assert spectrum[2500:].max() < spectrum[290:310].max() / 300


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_in_keeps_below_the_ceiling(seed: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(seed)
    rate, seconds = int(chance.choice([8000, 16000, 44100])), chance.uniform(0.2, 4)
    loudness = np.repeat(10 ** chance.uniform(-3, 0.5, 40), int(rate * seconds / 40))
    noise = (chance.standard_normal(len(loudness)) * loudness).clip(-1, 1)
    made = sound.master(write_wav(tmp_path / "a.wav", (noise * 32767).astype("<i2"), rate=rate))
    assert np.abs(made.pcm).max() <= 32767 * 10 ** (sound.CEILING_DBFS / 20) + 1
    assert level(made.pcm) < sound.LEVEL_DBFS + 1.5


def test_the_same_file_gives_the_same_audio(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", padded(20, 0.9))
    assert len({sound.master(path).pcm.tobytes() for _ in range(3)}) == 1


def test_filters_that_ffmpeg_refuses_are_told_with_a_remedy() -> None:
    for each in [("highpass", "frequency=-1"), ("highpass", "nonesuch=1"), ("nonesuch", "")]:
        with pytest.raises(filters.FilterFailed, match="make setup"):
            filters.run(tone(1.0), 16000, [each])


def program(folder: Path, script: str) -> None:
    (folder / "ffmpeg").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "ffmpeg").chmod(0o755)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("", "ffmpeg is not installed"),
        ("exit 127", "apt install --reinstall ffmpeg"),
        ("kill -SEGV $$", "apt install --reinstall ffmpeg"),
        ("exit 1", "no sound of that kind"),
    ],
)
def test_why_ffmpeg_gave_nothing(script: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mp3").write_bytes(b"x")
    (tmp_path / "bin").mkdir()
    if script:
        program(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(sound.UnreadableAudio, match=told):
        sound.master(tmp_path / "a.mp3")


def test_a_wav_needs_no_ffmpeg_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sound.master(write_wav(tmp_path / "a.wav", tone(1.0))).seconds == pytest.approx(1.0, abs=0.1)


def test_a_wav_that_is_not_plain_pcm(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "source.wav", tone(1.0))
    path = tmp_path / "ulaw.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source), "-acodec", "pcm_mulaw", str(path)], check=True)
    assert sound.master(path).seconds == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.wav", b"nothing"),
        ("a.wav", b""),
        ("a.mp3", b""),
        ("a.m4a", b"x" * 5000),
        ("a.flac", b"fLaC"),
        ("a.doc", b"x"),
    ],
)
def test_a_file_that_is_no_sound(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(sound.UnreadableAudio, match=f"{name} can't be read"):
        sound.master(tmp_path / name)


def test_a_recording_of_silence(tmp_path: Path) -> None:
    with pytest.raises(sound.UnreadableAudio, match="only silence"):
        sound.master(write_wav(tmp_path / "a.wav", np.zeros(16000, "<i2")))


def test_a_folder_by_the_name_of_a_recording(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(sound.UnreadableAudio):
        sound.master(tmp_path / "a.wav")


def test_a_playlist_by_the_name_of_a_recording_fetches_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:5", "#EXTINF:5,", address, "#EXT-X-ENDLIST"]
        (tmp_path / "a.mp3").write_text("\n".join(lines))
        with pytest.raises(sound.UnreadableAudio):
            sound.master(tmp_path / "a.mp3")
        with pytest.raises(TimeoutError):
            server.accept()


def test_too_quiet_and_too_loud_are_told(tmp_path: Path) -> None:
    quiet = sound.master(write_wav(tmp_path / "quiet.wav", tone(1.0, 0.005)))
    loud = sound.master(
        write_wav(tmp_path / "loud.wav", np.clip(tone(1.0, 0.5).astype(int) * 4, -32768, 32767).astype("<i2"))
    )
    assert "nearly silent" in quiet.complaints[0]
    assert "clipped" in loud.complaints[0]


def test_published_as_asterisk_wants_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.wav"
    sound.publish(sound.silence(0.5).pcm, path)
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
    assert sound.seconds(path) == 0.5
    assert path.stat().st_mode & 0o777 == 0o600


def test_writing_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sound.publish(sound.silence(0.5).pcm, path)

    def half() -> None:
        with sound.written_aside(path) as aside:
            aside.write_bytes(b"half")
            raise OSError("no room is left")

    with pytest.raises(OSError, match="no room"):
        half()
    assert sound.seconds(path) == 0.5
    assert list(tmp_path.iterdir()) == [path]


def test_a_published_file_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sound.UnreadableAudio, match="prompts build"):
        sound.seconds(write_wav(tmp_path / "a.wav", tone(1.0)))
