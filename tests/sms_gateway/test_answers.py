from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules import wording
from rules.model import Language
from sms_gateway import keywords, reply_texts
from sms_gateway.errors import BadSetting
from sms_gateway.keywords import Wish
from sms_gateway.reply_texts import ReplyLimit, ReplyTexts

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
EVERY = list(itertools.product(Language, Wish))
TOWN = "Municipalité régionale de comté de L’Île-d’Orléans et de la Côte-de-Beaupré – sécurité civile"


@pytest.mark.parametrize(("language", "wish"), EVERY)
def test_every_answer_is_one_part_with_the_telephone_number(language: Language, wish: Wish) -> None:
    text = ReplyTexts(TOWN, "+15145550100").text(wish, language)
    assert wording.parts(text).encoding == wording.GSM_7
    assert wording.parts(text).count == 1
    assert "514 555-0100" in text
    assert text.startswith("Municipalité régionale")


@pytest.mark.parametrize(("language", "wish"), EVERY)
def test_two_of_our_answers_never_set_off_another_action(language: Language, wish: Wish) -> None:
    assert keywords.read(ReplyTexts("Ville", "+15145550100").text(wish, language)) == keywords.UNKNOWN


def test_town_is_spelled_within_the_alphabet_of_telephones() -> None:
    assert (
        reply_texts.gsm("Ville de L’Île-Perrot : été, Noël, Çà et là… 👋")
        == "Ville de L'Ile-Perrot : été, Noel, Çà et là... "
    )


def test_no_telephone_number() -> None:
    with pytest.raises(BadSetting, match="TOCSIN_RECEPTION"):
        ReplyTexts("Ville", "")


def test_catalogue_that_does_not_fit(tmp_path: Path) -> None:
    catalogue = tmp_path / "answers.yaml"
    entry = "{organization} " + "mot " * 50
    catalogue.write_text("\n".join(f"{each}: {{stop: '{entry}', help: h, info: i, unknown: u}}" for each in Language))
    with pytest.raises(ValueError, match=r"answers\.yaml"):
        ReplyTexts("Ville", "+15145550100", catalogue)


def test_a_robot_is_answered_a_few_times_an_hour() -> None:
    limit = ReplyLimit(per_hour=2)
    moments = [NOW + timedelta(minutes=minute) for minute in (0, 10, 20, 59, 60, 65, 70)]
    given = [limit.may_answer("+15145550101", moment) for moment in moments]
    assert given == [True, True, False, False, True, False, True]
    assert limit.may_answer("+15145550102", moments[2])


def test_who_was_answered_an_hour_ago_is_forgotten() -> None:
    limit = ReplyLimit()
    for n in range(20_000):
        assert limit.may_answer(f"+1514{n:07d}", NOW + timedelta(seconds=n))
    assert len(limit) <= 3601


def test_a_clock_that_is_put_back_forgets_nobody_too_early() -> None:
    limit = ReplyLimit(per_hour=1)
    assert limit.may_answer("+15145550101", NOW)
    assert not limit.may_answer("+15145550101", NOW - timedelta(hours=2))
