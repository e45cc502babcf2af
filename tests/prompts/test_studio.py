from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from prompts import given
from prompts.keys import Key
from prompts.studio import NoSuchPrompt, Studio
from prompts.voices import CannotSpeak
from rules.model import Language
from tests.prompts.conftest import CATALOGUE, MakeStudio, Toner, tone, write_wav

FR, EN = Language.FR, Language.EN
WRITTEN = 2 * 3
GIVEN = 2 * (10 + len(given.PAUSES_S))


def recorded(studio: Studio, name: str, *, level: float = 0.3, seconds: float = 2.0) -> Path:
    return write_wav(studio.recordings_dir / name, tone(seconds, level))


def changed_catalogue(folder: Path, old: str, new: str) -> Path:
    folder.mkdir()
    for path in CATALOGUE.iterdir():
        (folder / path.name).write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    return folder


def test_every_text_has_its_audio(studio: MakeStudio) -> None:
    ours = studio()
    report = ours.build()
    assert (report.built, report.kept, report.missing, report.problems) == (WRITTEN + GIVEN, 0, (), ())
    assert report.sources == {"toner": WRITTEN + 20, "silence": 6}
    greeting = ours.prompt(Key.GREETING, FR)
    assert greeting.path == f"{ours.audio_dir}/fr/greeting"
    assert Path(greeting.path).is_absolute()
    assert greeting.seconds > 0.5


def test_the_second_build_makes_nothing(studio: MakeStudio) -> None:
    engine = Toner()
    studio(engine).build()
    before = {path: path.stat().st_mtime_ns for path in studio().audio_dir.rglob("*.wav")}
    report = studio(engine).build()
    assert (report.built, report.kept) == (0, WRITTEN + GIVEN)
    assert report.seconds < 1
    assert before == {path: path.stat().st_mtime_ns for path in studio().audio_dir.rglob("*.wav")}


def test_a_second_home_is_spoken_from_the_cache(studio: MakeStudio) -> None:
    studio(Toner()).build()
    mute = Toner(works=False)
    report = studio(mute, home="second").build()
    assert (report.built, mute.said) == (WRITTEN + GIVEN, [])


def test_a_changed_text_is_spoken_anew_and_nothing_else(studio: MakeStudio, tmp_path: Path) -> None:
    studio().build()
    engine = Toner()
    changed = studio(engine, catalogue=changed_catalogue(tmp_path / "changed", "faites le 1", "faites le 2"))
    assert changed.stale() == ["fr/main_menu"]
    assert changed.build().built == 1
    assert engine.said == ["Pour vous inscrire, faites le deux."]
    assert changed.stale() == []


def test_another_organization(studio: MakeStudio) -> None:
    studio().build()
    assert studio(variables={"organization": "Sept-Îles"}).build().built == 2


def test_a_key_that_is_gone_takes_its_audio_along(studio: MakeStudio, tmp_path: Path) -> None:
    studio().build()
    fewer = studio(catalogue=changed_catalogue(tmp_path / "fewer", "alert_thanks:", "# alert_thanks:"))
    assert fewer.build().removed == 2
    with pytest.raises(NoSuchPrompt, match="fr/alert_thanks"):
        fewer.prompt(Key.ALERT_THANKS, FR)


def test_a_slip_in_a_catalogue_silences_nothing(studio: MakeStudio, tmp_path: Path) -> None:
    studio().build()
    broken = studio(catalogue=changed_catalogue(tmp_path / "broken", 'main_menu: "Pour', 'main_menu: ["Pour'))
    report = broken.build()
    assert report.removed == 0
    assert any("fr.yaml" in warning for warning in report.warnings)
    assert broken.prompt(Key.MAIN_MENU, FR).seconds > 0


def test_a_recording_wins(studio: MakeStudio) -> None:
    ours = studio()
    recorded(ours, "fr/greeting.wav", seconds=2.5)
    assert ours.build().sources["recording"] == 1
    assert ours.prompt(Key.GREETING, FR).seconds == pytest.approx(2.5, abs=0.1)


def test_a_recording_put_there_later_and_taken_away_again(studio: MakeStudio) -> None:
    ours = studio()
    ours.build()
    spoken = ours.prompt(Key.GREETING, FR)
    path = recorded(ours, "fr/greeting.wav", seconds=2.5)
    assert ours.build().built == 1
    path.unlink()
    assert ours.build().built == 1
    assert ours.prompt(Key.GREETING, FR) == spoken


def test_an_unreadable_recording_leaves_the_synthesis(studio: MakeStudio) -> None:
    ours = studio()
    path = ours.recordings_dir / "fr" / "greeting.mp3"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no sound")
    for _ in range(2):
        (warning,) = ours.build().warnings
        assert str(path) in warning
        assert "Save it again as WAV" in warning
        assert ours.prompt(Key.GREETING, FR).seconds > 0.5


def test_a_faint_recording_is_used_and_told_of_each_time(studio: MakeStudio) -> None:
    ours = studio()
    recorded(ours, "fr/greeting.wav", level=0.005)
    for _ in range(2):
        report = ours.build()
        assert report.sources["recording"] == 1
        assert "nearly silent" in report.warnings[0]


def test_recordings_that_nothing_plays(studio: MakeStudio) -> None:
    ours = studio()
    recorded(ours, "fr/greting.wav")
    recorded(ours, "fr/main_menu.wav")
    write_wav(ours.recordings_dir / "fr" / "main_menu.aiff", tone(1))
    recorded(ours, "fr/.hidden.wav")
    warnings = " ".join(ours.build().warnings)
    assert "greting.wav: is no prompt's recording" in warnings
    assert "main_menu.aiff: is of a kind" in warnings
    assert "hidden" not in warnings


def test_two_recordings_of_one_prompt(studio: MakeStudio) -> None:
    ours = studio()
    older = recorded(ours, "fr/main_menu.wav", seconds=3)
    os.utime(older, (0, 0))
    newer = ours.recordings_dir / "fr" / "main_menu.WAV"
    write_wav(newer, tone(1))
    assert "main_menu.WAV is there too" in " ".join(ours.build().warnings)
    assert ours.prompt(Key.MAIN_MENU, FR).seconds == pytest.approx(1.0, abs=0.1)


def test_the_digits_are_asterisks_own(studio: MakeStudio, tmp_path: Path) -> None:
    write_wav(tmp_path / "sounds/fr_CA_f_June/digits/7.wav", tone(0.8, rate=8000), rate=8000)
    ours = studio(sounds=tmp_path / "sounds")
    assert ours.build().sources["asterisk"] == 1
    assert ours.prompt(Key.DIGIT_7, FR).seconds == pytest.approx(0.8, abs=0.05)
    assert ours.text(Key.DIGIT_8, FR) == "huit"


def test_pauses_are_silent_and_as_long_as_they_say(studio: MakeStudio) -> None:
    ours = studio()
    ours.build()
    assert ours.prompt(Key.PAUSE_GROUP, FR).seconds == given.PAUSES_S[Key.PAUSE_GROUP]


def test_an_engine_that_fails_on_one_text(studio: MakeStudio) -> None:
    best, last = Toner("best", fails=["inscrire"]), Toner("last")
    report = studio(best, last).build()
    assert report.problems == ()
    assert last.said == ["Pour vous inscrire, faites le un."]
    assert report.sources["last"] == 1


def test_a_text_that_no_engine_can_speak_keeps_its_old_audio(studio: MakeStudio, tmp_path: Path) -> None:
    studio().build()
    changed = changed_catalogue(tmp_path / "changed", "faites le 1", "faites le 2")
    ours = studio(Toner("other", fails=["inscrire"]), catalogue=changed)
    report = ours.build()
    assert report.missing == ()
    assert "could not be spoken: other chokes" in report.warnings[0]
    assert ours.prompt(Key.MAIN_MENU, FR).seconds > 0


def test_no_engine_at_all(studio: MakeStudio) -> None:
    report = studio(Toner(works=False)).build()
    assert len(report.missing) == WRITTEN + 20
    assert "toner is not there: run `make setup`" in report.warnings[0]


def test_again_asks_the_best_engine_of_today(studio: MakeStudio) -> None:
    better = Toner("better", works=False)
    studio(better, Toner()).build()
    better.works = True
    assert studio(better, Toner()).build().built == 0
    assert studio(better, Toner()).build(again=True).sources == {"better": WRITTEN + 20, "silence": 6}


def test_an_engine_that_writes_silence_is_passed_over(studio: MakeStudio) -> None:
    class Mute(Toner):
        def speak(self, text: str, language: Language, wav_path: Path) -> None:
            write_wav(wav_path, np.zeros(16000, "<i2"))

    assert studio(Mute("mute"), Toner()).build().sources["toner"] == WRITTEN + 20


def test_a_damaged_cache_and_a_lost_manifest_mend_themselves(studio: MakeStudio, tmp_path: Path) -> None:
    ours = studio()
    ours.build()
    for path in (tmp_path / "cache").rglob("*.wav"):
        path.write_bytes(b"torn")
    (ours.audio_dir / "manifest.json").write_text("{torn")
    assert ours.build().missing == ()
    assert ours.build().built == 0


def test_progress_is_told(studio: MakeStudio) -> None:
    seen: list[tuple[int, int, str]] = []
    studio().build(progress=lambda *step: seen.append(step))
    assert [done for done, _, _ in seen] == list(range(1, WRITTEN + GIVEN + 1))
    assert {total for _, total, _ in seen} == {WRITTEN + GIVEN}
    assert "fr/greeting" in {place for _, _, place in seen}


def test_two_builds_at_once(studio: MakeStudio) -> None:
    threads = [threading.Thread(target=studio().build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert studio().build().built == 0
    assert not list(studio().audio_dir.rglob(".aside-*"))


def test_an_alert_is_spoken_once(studio: MakeStudio) -> None:
    engine = Toner()
    ours = studio(engine)
    first = ours.say("L’eau n’est pas potable.", FR)
    assert ours.say("L’eau n’est pas potable.", FR) == first
    assert engine.said == ["L'eau n'est pas potable."]
    assert Path(first.path).parent == ours.audio_dir / "alerts"
    assert ours.say("Boil the water.", EN).path != first.path


@pytest.mark.parametrize("text", ["", "…", "😀"])
def test_an_alert_with_nothing_to_say(text: str, studio: MakeStudio) -> None:
    with pytest.raises(CannotSpeak, match="nothing to say"):
        studio().say(text, FR)


def test_before_the_first_build(studio: MakeStudio) -> None:
    with pytest.raises(NoSuchPrompt, match="prompts build"):
        studio().prompt(Key.GREETING, FR)


def test_the_text_and_its_version(studio: MakeStudio) -> None:
    ours = studio()
    assert ours.text(Key.GREETING, FR) == "Bonjour. Ici Ville de Terrebonne."
    assert ours.wording(Key.GREETING, FR) == studio().wording(Key.GREETING, FR)
    assert ours.wording(Key.GREETING, FR).text == ours.text(Key.GREETING, FR)
    assert ours.wording(Key.GREETING, FR).version == "greeting-fr-eff68701"  # what residents agreed to keeps its name
    other = studio(variables={"organization": "X"}).wording(Key.GREETING, FR)
    assert ours.wording(Key.GREETING, FR).version != other.version
    before = ours.wording(Key.GREETING, FR)
    write_wav(ours.recordings_dir / "fr/greeting.wav", tone(1.0))
    assert (ours.wording(Key.GREETING, FR).text, ours.wording(Key.GREETING, FR).version == before.version) == (
        before.text,
        False,
    )
    with pytest.raises(NoSuchPrompt, match=r"fr/goodbye has no text"):
        ours.text(Key.GOODBYE, FR)


def test_a_build_ends_when_whoever_follows_it_has_enough(studio: MakeStudio) -> None:
    class Enough(Exception):
        pass

    def progress(done: int, of: int, place: str) -> None:
        raise Enough

    with pytest.raises(Enough):
        studio().build(progress=progress)
    assert 0 < len(list(studio().audio_dir.rglob("*.wav"))) < (WRITTEN + GIVEN) / 2
    assert studio().build().missing == ()


def test_the_towns_own_words_count(studio: MakeStudio, tmp_path: Path) -> None:
    own = tmp_path / "home" / "prompts"
    own.mkdir(parents=True)
    (own / "fr.yaml").write_text('greeting: "Ici {organization}."\n', encoding="utf-8")
    ours = studio(own=own)
    assert ours.text(Key.GREETING, FR) == "Ici Ville de Terrebonne."
    assert ours.text(Key.GREETING, EN) == studio().text(Key.GREETING, EN)
    assert ours.catalogue.replaced[FR, Key.GREETING].words == studio().text(Key.GREETING, FR)
    studio().build()
    assert ours.stale() == ["fr/greeting"]
    assert ours.build().built == 1


def test_what_is_wrong_in_them_silences_nothing(studio: MakeStudio, tmp_path: Path) -> None:
    own = tmp_path / "home" / "prompts"
    own.mkdir(parents=True)
    (own / "fr.yaml").write_text('greeting: "Ici {town}."\nmain_menu: ["x"]\n', encoding="utf-8")
    ours = studio(own=own)
    assert ours.text(Key.GREETING, FR) == studio().text(Key.GREETING, FR)
    assert [each.place for each in ours.problems()] == [f"{own}/fr.yaml:1", f"{own}/fr.yaml:2"]
