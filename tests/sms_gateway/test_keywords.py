from __future__ import annotations

import pytest

from rules.model import Language
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


@pytest.mark.parametrize(
    "body",
    [
        *(
            "ARRETE",
            "Arrête",
            "arretes svp",
            "ARRÊTER",
            "arrêté",
            "ARR?T",
            "ARR T",
            "ARRT",
            "arr_t",
            "ARR??T",
            "ARR\ufffdT",
        ),
        *("ARRËT", "ARRÈT", "ARRÉT", "ARRE^T", "ARR^ET", "ARRE T"),
        *("ARRÃŠT", "arrÃªt", "arrãªt", "ARR\x8aT", "ARRJT"),
        *("ARR&Ecirc;T", "ARR&#202;T", "ARR=CAT", "ARR%C3%8AT", "Arr\\u00eat", "ARR?TE", "arr?tez", "ARRÃŠTEZ svp"),
        *("D?SABONNER", "D SABONNER", "dsabonner", "DÃ‰SABONNER"),
        *("Désabonnez-moi", "désabonné", "De\u0301sabonner"),
        *("désinscription", "d?sinscrire"),
    ],
)
def test_accents_that_were_lost_or_replaced_on_the_way(body: str) -> None:
    assert keywords.read(body) == FRENCH_STOP


@pytest.mark.parametrize(
    "body",
    [
        *("ARRET/STOP", "STOP ou ARRET", "STOP ARRET", "arret stop"),
        *("StopArret", "stop or arrêt please", "STOP END"),
        *(
            "Stop stp",
            "STOP NOW",
            "stop svp merci",
            "STOP s v p",
            "Stop s'il vous plaît",
            "stop s’il te plaît",
            "STOPSVP",
        ),
        *("Bonjour, stop, merci", "ok stop", "please STOP, thank you", "stop it", "Stop all"),
        *(
            "“STOP”",
            "*stop*",
            "'Stop'",
            "STOP 🙏",
            "🛑 STOP 🛑",
            "stop!!!",
            "S T O P",
            "s-t-o-p",
            "STOOOPPP",
            "Re: STOP",
        ),
        *("ＳＴＯＰ", "𝗦𝗧𝗢𝗣", "S\u200bTOP", "\0S\0T\0O\0P", "stop\N{NO-BREAK SPACE}!"),
        *("stop texting me", "Stop sending me messages", "arrêtez les textos svp", "Je veux me désabonner"),
        *("Je ne veux plus de messages. STOP", "STOP. Vous vous trompez de numéro."),
        *("Merci d'arrêter", "remove me please"),
        *("Retirez-moi de la liste", "cancel my subscription", "annuler mon abonnement", "Fin des textos svp"),
        *("Stop, thank you very much", "Arrêt svp. Bonne journée", "STOP Obtenez Outlook pour iOS"),
        *("I would like to unsubscribe", "opt out", "Opt-out", "FIN", "fin svp", "Annuler", "cancel please"),
    ],
)
def test_stop_with_politeness_signs_or_a_second_word(body: str) -> None:
    assert keywords.read(body).wish is Wish.STOP


@pytest.mark.parametrize(
    "body",
    [
        *("Stop\n-- \nJean", "STOP Sent from my iPhone", "STOP\nEnvoyé de mon iPhone", "STOP\n\nJean Tremblay"),
        *("Arrêt\n\nEnvoyé à partir de mon appareil Samsung", "STOP Envoy? de mon iPhone", "stop - Marie Roy"),
        *("STOP\n\nGet Outlook for iOS", "STOP\nTéléchargez Outlook pour Android", "Bonjour,\nSTOP\nMerci, Jean"),
        "STOP\n> Ville : faites bouillir l'eau.",
        *("Stop\n______\nJ. Roy, 12 rue Principale", "Je pars demain.\nSTOP"),
    ],
)
def test_signatures_and_quoted_texts_change_nothing(body: str) -> None:
    assert keywords.read(body).wish is Wish.STOP


@pytest.mark.parametrize(
    "body",
    [
        *("Fin des alertes ?", "end of message", "remove the tree on Main"),
        *("Cancel. Not needed at 3", "fin du message"),
        *("cancel my appointment at 3", "Fin de l'alerte ?"),
        *("the end", "Is this the end of the advisory?", "bus stop"),
        *("don't stop", "n'arrêtez pas", "Ne pas arrêter svp", "non stop", "I can't stop laughing", "Pas d'arrêt"),
        *(
            "stop sign on Main",
            "arrêt cardiaque au 12, rue des Lilas",
            "quand est-ce que ça arrête ?",
            "Arrêt\nd'autobus",
        ),
        *("Reply STOP to end", "Répondez ARRET pour ne plus recevoir de textos"),
        *("Annuler mon rendez-vous", "?", "12"),
        "a" * 70_000,
        "\n" * 70_000,
    ],
)
def test_words_of_everyday_sentences_are_no_wish(body: str) -> None:
    assert keywords.read(body) == keywords.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        *("Bonjour! Arrêt s.v.p. Merci!", "ARRÊT S.V.P.", "arret s. v. p.", "Arrêt s.t.p."),
        *("Wrong number STOP", "Mauvais numéro, stop", "STOP mauvais numero", "STOP ALERT", "STOP AUX MESSAGES"),
        *("Cessez svp", "Cessez de m'envoyer des textos", "cesser", "Je ne veux plus recevoir vos alertes"),
        *(
            "je ne veux plus de messages",
            "Ne m'envoyez plus de textos",
            "ne m’écrivez plus svp",
            "No more texts please",
        ),
        *("don't text me anymore", "Please do not send me messages", "I no longer want your alerts", "Don’t text me"),
        *("take me off your list please", "Take my number off the list", "Remove my number", "Opt me out"),
        *("Enlevez mon numéro de la liste svp", "Retirez mon nom de la liste", "revoke consent", "unsub"),
        *("UNSUSCRIBE", "unsubcribe", "unsubscribed", "un-subscribe", "Sotp", "ST0P", "stpo"),
    ],
)
def test_stop_in_words_of_their_own(body: str) -> None:
    assert keywords.read(body).wish is Wish.STOP


@pytest.mark.parametrize(
    "body",
    [
        *("Don't stop the messages", "Je ne veux plus de neige", "Il ne veut plus marcher", "No more water"),
        *("No more messages about snow", "Don't send the alert to Jean", "I no longer live there", "What number?"),
        *("Cessez-le-feu", "Information: la rue est fermée", "J'ai besoin d'aide, ma maison brûle", "numéro?"),
        *("Take the dog off the list", "don't want " + "a" * 1900, "ne veux plus " + "a " * 900),
    ],
)
def test_sentences_that_only_look_like_it(body: str) -> None:
    assert keywords.read(body) == keywords.UNKNOWN


@pytest.mark.parametrize(
    ("body", "wish"),
    [
        *(("À l'aide!", Wish.HELP), ("besoin d'aide", Wish.HELP), ("I need help", Wish.HELP)),
        *(("Informations svp", Wish.INFO), ("plus d'info", Wish.INFO), ("renseignements", Wish.INFO)),
    ],
)
def test_asks_in_words_of_their_own(body: str, wish: Wish) -> None:
    assert keywords.read(body).wish is wish


def test_two_words_of_different_languages_belong_to_none() -> None:
    assert keywords.read("help / aide") == Keyword(Wish.HELP, None)
    assert keywords.read("STOP ou ARRET") == FRENCH_STOP
