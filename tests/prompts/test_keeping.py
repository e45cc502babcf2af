"""Audio that can be made again is not kept for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path

from prompts import keeping
from prompts.studio import MOST_SEEN
from rules.model import Language
from tests.prompts.conftest import MakeStudio, Toner

FR = Language.FR


def aged(path: Path, days: float) -> Path:
    then = time.time() - days * keeping.DAY_S
    os.utime(path, (then, then))
    return path


def test_audio_of_old_alerts_goes_but_for_those_still_heard(studio: MakeStudio) -> None:
    ours = studio(Toner())
    texts = ("Vieille.", "Vieille, et encore entendue.", "Nouvelle.")
    paths = [Path(f"{ours.say(text, FR).path}.wav") for text in texts]
    for path in paths[:2]:
        aged(path, keeping.ALERT_DAYS + 1)
    assert ours.tidy([(texts[1], FR)]) == 1
    assert [path.exists() for path in paths] == [False, True, True]


def test_half_written_files_go_after_a_day(tmp_path: Path) -> None:
    (tmp_path / ".aside-new.wav").touch()
    (tmp_path / ".aside-old.wav").touch()
    aged(tmp_path / ".aside-old.wav", 2)
    assert keeping.old(tmp_path, 30) == {tmp_path / ".aside-old.wav"}


def test_beyond_the_limit_what_was_used_longest_ago_goes(tmp_path: Path) -> None:
    for n in range(4):
        path = tmp_path / f"{n}.wav"
        path.write_bytes(bytes(1000))
        aged(path, n)
    assert keeping.beyond(tmp_path, 0.002) == {tmp_path / "2.wav", tmp_path / "3.wav"}


def test_what_is_spoken_again_counts_as_used(studio: MakeStudio, tmp_path: Path) -> None:
    ours = studio(Toner())
    ours.say("Encore.", FR)
    (cached,) = (tmp_path / "cache").rglob("*.wav")
    aged(cached, keeping.SPOKEN_DAYS + 1)
    for path in ours.audio_dir.glob("alerts/*"):
        path.unlink()
    ours.say("Encore.", FR)
    assert ours.tidy([]) == 0


def test_what_is_remembered_of_files_is_bounded(studio: MakeStudio) -> None:
    ours = studio(Toner())
    said = Path(f"{ours.say('Alerte.', FR).path}.wav")
    for n in range(MOST_SEEN + 10):
        os.link(said, ours._of_alert(f"Alerte {n}.", FR))
        ours.say(f"Alerte {n}.", FR)
    assert len(ours._seen) == MOST_SEEN
