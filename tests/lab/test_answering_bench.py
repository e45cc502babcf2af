import json
import wave
from pathlib import Path

import numpy as np
import pytest

from lab import answering_voices, ears
from lab.answering_heard import begun_before_beep_end, found, heard_first_word, machine_whole
from lab.answering_voices import BadFolder, RecordedVoice
from lab.bench_answering import figures

RATE = 8000
CHANCE = np.random.default_rng(7)


def _noise(seconds: float, level: int = 3000) -> ears.Pcm:
    return CHANCE.normal(0, level, int(seconds * RATE)).astype("<i2")


WHO, MESSAGE = _noise(1.2), _noise(2.4)
SAID_ULAW = CHANCE.integers(0, 256, 2 * RATE, dtype=np.uint8).tobytes()
LATE_S = 0.3  # of the far side's recording, before its own first word


def _voice(folder: Path, *, human: bool, beep_end_s: float | None = None) -> RecordedVoice:
    file = folder / "x1-clean.ulaw"
    file.write_bytes(SAID_ULAW)
    return RecordedVoice("4182000000", file, "clean", human, words_end_s=1.0, beep_end_s=beep_end_s)


def _recorded(path: Path, *pieces: tuple[float, ears.Pcm]) -> Path:
    """A recording with each piece at its second, counted from the far side's first word."""
    sound = np.zeros(12 * RATE, np.int16)
    for at_s, piece in pieces:
        start = int((at_s + LATE_S) * RATE)
        sound[start : start + len(piece)] = piece
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(sound.tobytes())
    return path


def _said(folder: Path) -> Path:
    code = ~np.frombuffer(SAID_ULAW, np.uint8)
    magnitude = ((((code & 15).astype(np.int32) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return _recorded(folder / "said.wav", (0.0, np.where(code & 0x80, -magnitude, magnitude).astype("<i2")))


def test_a_person_hears_it_after_their_words(tmp_path: Path) -> None:
    voice = _voice(tmp_path, human=True)
    line = _recorded(tmp_path / "heard.wav", (1.8, WHO), (3.0, MESSAGE))
    heard = found(line, _said(tmp_path), voice, WHO, MESSAGE)
    assert heard.starts_s == pytest.approx((1.8,), abs=0.02)
    assert heard_first_word(voice, heard)
    row = figures("tocsin", [voice], {("tocsin", voice.number): heard})
    assert row["start_after_words_s"]["p50"] == pytest.approx(0.8, abs=0.02)


def test_a_person_spoken_over_has_not_heard_the_first_word(tmp_path: Path) -> None:
    voice = _voice(tmp_path, human=True)
    line = _recorded(tmp_path / "heard.wav", (0.5, WHO), (1.7, MESSAGE))
    assert not heard_first_word(voice, found(line, _said(tmp_path), voice, WHO, MESSAGE))


def test_a_message_begun_before_the_beep_is_not_whole(tmp_path: Path) -> None:
    voice = _voice(tmp_path, human=False, beep_end_s=3.0)
    line = _recorded(tmp_path / "heard.wav", (1.0, WHO), (2.2, MESSAGE))
    heard = found(line, _said(tmp_path), voice, WHO, MESSAGE)
    assert begun_before_beep_end(voice, heard)
    assert not machine_whole(voice, heard)


def test_a_message_begun_again_after_the_beep_is_whole(tmp_path: Path) -> None:
    voice = _voice(tmp_path, human=False, beep_end_s=3.0)
    line = _recorded(tmp_path / "heard.wav", (1.0, WHO), (2.2, MESSAGE[:8000]), (3.4, WHO), (4.6, MESSAGE))
    heard = found(line, _said(tmp_path), voice, WHO, MESSAGE)
    assert machine_whole(voice, heard)
    assert not begun_before_beep_end(voice, heard)


def test_a_message_cut_short_is_not_whole(tmp_path: Path) -> None:
    voice = _voice(tmp_path, human=False)
    line = _recorded(tmp_path / "heard.wav", (2.0, WHO), (3.2, MESSAGE[:12000]))
    assert not machine_whole(voice, found(line, _said(tmp_path), voice, WHO, MESSAGE))


def test_no_recording_is_nothing_heard(tmp_path: Path) -> None:
    voice = _voice(tmp_path, human=True)
    assert not heard_first_word(voice, found(tmp_path / "none", tmp_path / "none", voice, WHO, MESSAGE))


def test_other_ids_and_fewer_calls_are_read(tmp_path: Path) -> None:
    row = {"id": "call-7", "label": "machine", "speech_end": 4.0, "beep": {"end": 4.9}}
    (tmp_path / "manifest.jsonl").write_text(json.dumps(row) + "\n\n")
    for condition in answering_voices.CONDITIONS:
        (tmp_path / f"call-7-{condition}.ulaw").write_bytes(SAID_ULAW)
    clean, noisy = answering_voices.read(tmp_path)
    assert (clean.human, clean.speak_from_s) == (False, 4.9)
    assert clean.number != noisy.number


def test_a_folder_without_noise_is_read(tmp_path: Path) -> None:
    row = {"id": "a b", "label": "human", "speech_end": 1.0, "beep": None}
    (tmp_path / "manifest.jsonl").write_text(json.dumps(row))
    (tmp_path / "a b-clean.ulaw").write_bytes(SAID_ULAW)
    assert [voice.condition for voice in answering_voices.read(tmp_path)] == ["clean"]


@pytest.mark.parametrize(("after_s", "before_s"), [(0.5, 0.0), (0.0, 0.5), (0.0, 0.0)])
def test_what_goes_on_after_a_recording_is_its_quiet_alone(after_s: float, before_s: float, tmp_path: Path) -> None:
    word, quiet = b"\x00", b"\xf0"
    file = tmp_path / "a-clean.ulaw"
    file.write_bytes(quiet * int(before_s * RATE) + word * RATE + quiet * int(after_s * RATE))
    ends_s = before_s + 1.0
    voice = RecordedVoice("1", file, "clean", human=False, words_end_s=0.6, beep_end_s=ends_s, words_begin_s=before_s)
    tail = answering_voices.prolonged(voice)[file.stat().st_size :]
    assert len(tail) == answering_voices.TAIL_S["machine"] * RATE
    assert set(tail) == (set(quiet) if after_s or before_s else {0xFF})


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        (None, "VOICES must be a folder"),
        ("", "is empty"),
        ('{"id": "a"}', "line 1"),
        ('{"id": "a", "label": "human", "speech_end": 1, "beep": null}', "a-clean.ulaw is not there"),
    ],
)
def test_a_wrong_folder_is_told(tmp_path: Path, manifest: str | None, complaint: str) -> None:
    if manifest is not None:
        (tmp_path / "manifest.jsonl").write_text(manifest)
    with pytest.raises(BadFolder, match=complaint):
        answering_voices.read(tmp_path)
