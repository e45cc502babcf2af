from __future__ import annotations

import pytest

from sms_gateway import keywords, reactions


@pytest.mark.parametrize(
    "body",
    [
        *("Liked “Reply STOP to end”", "Loved “STOP”", "Disliked “STOP”", "Emphasized “STOP”", "Questioned “STOP”"),
        *(
            "Laughed at “Répondez ARRET”",
            'Liked "STOP"',
            "Liked ?STOP?",
            "Liked “Reply STOP to get no m",
            "Liked an image",
        ),
        *("Removed a like from “STOP”", "Removed a heart from “STOP”", "Removed a 👍 reaction from “STOP”"),
        *("Reacted 👍 to “STOP”", "Reacted with a sticker to “STOP”", "👍 to “STOP”", "👍 à « ARRET »"),
        *("A aimé « Répondez ARRET »", "A adoré «ARRET»"),
        *("N’a pas aimé « STOP »", "Aimé « STOP »", "A ri de « STOP »"),
        *("A mis l’accent sur « STOP »", "A réagi avec 👍 à « STOP »", "J’aime « STOP »", "A aimé une image"),
        *(
            "A supprimé un « J’aime » de « STOP »",
            "S’est interrogé sur « STOP »",
            "\u200a❤️\u200a to “\u200aSTOP\u200a”",
        ),
        *("A désapprouvé « STOP »", "A accentué « STOP »", "Exclaimed “STOP”", "A posé une question sur « STOP »"),
        *("👍", "❤️", "🙏🏽 🙏🏽"),
    ],
)
def test_a_reaction_is_no_wish(body: str) -> None:
    assert reactions.is_reaction(body)
    assert keywords.read(body) == keywords.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        *(
            "",
            "?",
            "👍 merci",
            "Loved the concert",
            "Il a dit « bonjour » à 3 h",
            "à cause de « ça »",
            "A quelle heure ?",
        ),
        *("On a aimé « Les Belles-Sœurs », c'était bon", "Le voisin a perdu son chat", "aime", "STOP", "« STOP »"),
        "liked " + "? " * 50_000,
    ],
)
def test_what_a_person_wrote_is_no_reaction(body: str) -> None:
    assert not reactions.is_reaction(body)
