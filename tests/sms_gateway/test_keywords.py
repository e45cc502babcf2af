from __future__ import annotations

import pytest

from alerts.model import Language
from sms_gateway import keywords
from sms_gateway.keywords import Keyword, Wish

FRENCH_STOP, ENGLISH_STOP = Keyword(Wish.STOP, Language.FR), Keyword(Wish.STOP, Language.EN)


@pytest.mark.parametrize(
    "body", ["ARRET", "arrêt", "Arrêt.", " « ARRÊT » ", "ARRE\u0302T", "Désabonner", "DESABONNER!"]
)
def test_stops_in_french(body: str) -> None:
    assert keywords.read(body) == FRENCH_STOP


@pytest.mark.parametrize("body", ["END", "quit", "Cancel.", "unsubscribe\n", '"Unsubscribe"'])
def test_stops_in_english(body: str) -> None:
    assert keywords.read(body) == ENGLISH_STOP


@pytest.mark.parametrize("body", ["STOP", "stop", "Stop!", "S.T.O.P.", "Stop, stop, STOP", "STOP svp", "please stop"])
def test_stop_belongs_to_both_languages(body: str) -> None:
    assert keywords.read(body) == Keyword(Wish.STOP, None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("AIDE", Keyword(Wish.HELP, Language.FR)),
        ("Aide, s.v.p.", Keyword(Wish.HELP, Language.FR)),
        ("help?", Keyword(Wish.HELP, Language.EN)),
        ("Info", Keyword(Wish.INFO, None)),
    ],
)
def test_asks(body: str, expected: Keyword) -> None:
    assert keywords.read(body) == expected


@pytest.mark.parametrize(
    "body", ["", "👍", "merci", "the stop sign fell", "Arrêt d'autobus Dubois", "stop help", "stopper"]
)
def test_a_keyword_in_a_sentence_is_none(body: str) -> None:
    assert keywords.read(body) == keywords.UNKNOWN
