"""The engines of this machine, and Google's, played by a server on loopback."""

from __future__ import annotations

import base64
import http.server
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.model import Language
from prompts import engines, sound
from prompts.engines.engine import Engine, EngineFailed
from prompts.engines.espeak_ng import EspeakNg
from prompts.engines.gtts import Gtts
from prompts.engines.pico import Pico
from prompts.voices import Voices
from tests.prompts.conftest import tone, write_wav

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


def test_what_pico_chokes_on_is_spoken_by_the_next(tmp_path: Path) -> None:
    digits = "1234567890" * 150
    with pytest.raises(EngineFailed, match="pico"):
        Pico().speak(digits, FR, tmp_path / "a.wav")
    assert Voices([Pico(), EspeakNg()], tmp_path).spoken(digits, FR).engine == "espeak-ng"


def test_a_text_is_never_an_option(tmp_path: Path) -> None:
    EspeakNg().speak("--help", EN, tmp_path / "a.wav")
    assert sound.master(tmp_path / "a.wav").seconds > 0.3


def test_best_first() -> None:
    assert [engine.name for engine in engines.available()] == ["gtts", "pico", "espeak-ng"]


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


def test_a_network_that_swallows_everything_is_asked_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = Gtts(f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert not engine.available()
        silent.accept()[0].close()
        assert not engine.available()
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()
