"""The engines of this machine, and Google's, played by a server on loopback."""

from __future__ import annotations

import base64
import http.server
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from prompts import engines, sound
from prompts.engines.engine import Engine, EngineFailed
from prompts.engines.espeak_ng import EspeakNg
from prompts.engines.gtts import Gtts
from prompts.engines.pico import Pico
from prompts.voices import GIVE_UP_S, NEXT_AFTER_S, CannotSpeak, Voices
from rules.model import Language
from tests.prompts.conftest import Toner, tone, write_wav

FR, EN = Language.FR, Language.EN
SENTENCE = {FR: "L'eau du réseau n'est pas potable.", EN: "The tap water is not safe."}
LONG = "La Ville demande aux résidents du secteur nord de faire bouillir l'eau avant de la boire. " * 17


@pytest.mark.parametrize("engine", [Pico(), EspeakNg()], ids=lambda engine: str(engine.name))
@pytest.mark.parametrize("language", list(Language))
def test_an_engine_without_a_network(engine: Engine, language: Language, tmp_path: Path) -> None:
    assert engine.available()
    engine.speak(SENTENCE[language], language, tmp_path / "a.wav")
    assert 1.0 < sound.master(tmp_path / "a.wav").seconds < 4.0


@pytest.mark.parametrize("engine", [Pico(), EspeakNg()], ids=lambda engine: str(engine.name))
def test_a_long_alert(engine: Engine, tmp_path: Path) -> None:
    assert len(LONG) > 1500
    engine.speak(LONG, FR, tmp_path / "a.wav")
    assert 60 < sound.master(tmp_path / "a.wav").seconds < 150


def test_what_pico_chokes_on(tmp_path: Path) -> None:
    digits = "1234567890" * 150
    with pytest.raises(EngineFailed, match="pico"):
        Pico().speak(digits, FR, tmp_path / "a.wav")


def test_a_text_is_never_an_option(tmp_path: Path) -> None:
    EspeakNg().speak("--help", EN, tmp_path / "a.wav")
    assert sound.master(tmp_path / "a.wav").seconds > 0.3


def test_in_the_order_that_is_asked_for() -> None:
    assert [engine.name for engine in engines.named(["espeak-ng", "gtts"])] == ["espeak-ng", "gtts"]


class Stuck(Toner):
    """Gives no answer until it is let go."""

    def __init__(self, name: str = "stuck") -> None:
        super().__init__(name)
        self.go_on = threading.Event()

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        self.go_on.wait(30)
        super().speak(text, language, wav_path)


def test_an_engine_that_hangs_is_passed_over_while_residents_wait(tmp_path: Path) -> None:
    stuck = Stuck()
    voices = Voices([stuck, Toner()], tmp_path, hurried=True)
    began = time.monotonic()
    assert voices.spoken("Un.", FR).engine == "toner"
    assert time.monotonic() - began < NEXT_AFTER_S + 1
    stuck.go_on.set()


def test_engines_that_all_hang_are_given_up_and_what_they_say_later_is_used(tmp_path: Path) -> None:
    stuck = Stuck()
    voices = Voices([stuck], tmp_path, hurried=True)
    began = time.monotonic()
    with pytest.raises(CannotSpeak, match="stuck gave no answer in time"):
        voices.spoken("Un.", FR)
    assert time.monotonic() - began < GIVE_UP_S + 1
    stuck.go_on.set()
    while not list(tmp_path.rglob("[!.]*.wav")):
        time.sleep(0.01)
    assert voices.spoken("Un.", FR).engine == "stuck"
    assert stuck.said == ["Un."]


def test_an_engine_that_fails_in_its_own_way_is_passed_over_too(tmp_path: Path) -> None:
    class Odd(Toner):
        def speak(self, text: str, language: Language, wav_path: Path) -> None:
            raise RuntimeError("segmentation")

    assert Voices([Odd("odd"), Toner()], tmp_path).spoken("Un.", FR).engine == "toner"


def test_an_engine_that_comes_back_is_used_though_it_was_away(tmp_path: Path) -> None:
    away = Toner("away", works=False)
    voices = Voices([away], tmp_path, hurried=True)
    with pytest.raises(CannotSpeak, match="away is not there"):
        voices.spoken("Un.", FR)
    away.works = True
    assert voices.spoken("Un.", FR).engine == "away"


def test_what_stays_at_home_is_sent_to_nobody(tmp_path: Path) -> None:
    google = Toner("google", leaves_home=True)
    with pytest.raises(CannotSpeak):
        Voices([google], tmp_path).spoken("Un.", FR, at_home=True)
    assert Voices([google, Toner()], tmp_path).spoken("Un.", FR, at_home=True).engine == "toner"
    assert google.said == []


class Google(http.server.BaseHTTPRequestHandler):
    """Answers as translate.google.ca does; `answers` are the mp3 files to give, None for an error."""

    answers: list[bytes | None]
    asked: list[str]

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def do_POST(self) -> None:
        self.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        mp3 = self.answers.pop(0)
        self.send_response(429 if mp3 is None else 200)
        self.end_headers()
        if mp3 is not None:
            audio = base64.b64encode(mp3)
            self.wfile.write(b')]}\'\n\n[["wrb.fr","jQ1olc","[\\"' + audio + b'\\"]",null,null,null,"generic"]]\n')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def google() -> Iterator[tuple[str, type[Google]]]:
    handler = type("OneGoogle", (Google,), {"answers": [], "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("mp3")
    source = write_wav(folder / "a.wav", tone(1.5))
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source), str(folder / "a.mp3")], check=True)
    return (folder / "a.mp3").read_bytes()


def test_google_speaks(google: tuple[str, type[Google]], mp3: bytes, tmp_path: Path) -> None:
    address, server = google
    server.answers.append(mp3)
    engine = Gtts(address)
    assert engine.available()
    engine.speak("Bonjour.", FR, tmp_path / "a.wav")
    assert sound.master(tmp_path / "a.wav").seconds == pytest.approx(1.5, abs=0.15)
    assert "Bonjour." in server.asked[0]


def test_google_takes_a_long_text_in_pieces(google: tuple[str, type[Google]], mp3: bytes, tmp_path: Path) -> None:
    address, server = google
    server.answers += [mp3, mp3, mp3]
    Gtts(address).speak(LONG[:270], FR, tmp_path / "a.wav")
    assert sound.master(tmp_path / "a.wav").seconds == pytest.approx(4.5, abs=0.3)


def test_google_fails_half_way(google: tuple[str, type[Google]], mp3: bytes, tmp_path: Path) -> None:
    address, server = google
    server.answers += [mp3, None]
    voices = Voices([Gtts(address), Pico()], tmp_path)
    assert [voices.spoken(text, FR).engine for text in ("Un.", "Deux.", "Trois.")] == ["gtts", "pico", "pico"]
    assert len(server.asked) == 2  # not asked again for the third


@pytest.mark.parametrize("answer", [b"", b"no mp3 at all"])
def test_google_sends_something_else(answer: bytes, google: tuple[str, type[Google]], tmp_path: Path) -> None:
    address, server = google
    server.answers.append(answer)
    with pytest.raises(EngineFailed):
        Gtts(address).speak("Bonjour.", FR, tmp_path / "a.wav")


def test_no_network() -> None:
    assert not Gtts("http://127.0.0.1:9").available()


def test_a_network_that_swallows_everything_is_asked_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        voices = Voices([Gtts(f"http://127.0.0.1:{silent.getsockname()[1]}"), Toner()], tmp_path)
        assert voices.spoken("Un.", FR).engine == "toner"
        silent.accept()[0].close()
        assert voices.spoken("Deux.", FR).engine == "toner"
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()
