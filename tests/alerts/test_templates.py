"""Alerts that are ready to be sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerts import templates
from db.engine.store import Store
from db.staff import journal
from prompts import wording
from records.alerts import AlertRequest, FollowRequest
from records.rejected import Rejected
from records.templates import TemplateRequest
from rules.model import Language, Purpose
from rules.operator_error import NotThere, OperatorError
from tests.db.town import NOW

AREA = {"area": "le Vieux-Bourg"}
TEXT = TemplateRequest(
    purpose=Purpose.INFORMATION,
    title={Language.FR: "Neige", Language.EN: "Snow"},
    text={Language.FR: "On déneige {area} cette nuit.", Language.EN: "Snow is removed in {area} tonight."},
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", [*templates.every(Path("/nowhere"))])
def test_a_voice_can_say_each_that_is_shipped(name: str) -> None:
    found = templates.every(Path("/nowhere"))[name]
    blanks = {"area": "le Vieux-Bourg", "place": "le gymnase, 12, rue Cyr", "route": "la route 125"}
    for language in Language:
        words = templates.BLANK.sub(lambda blank: blanks.get(blank[1], "18 h"), found.text[language])
        assert wording.plain(words, language)
        assert not wording.unsayable(words, language)
        assert found.title[language]


def test_what_is_left_open_is_filled_in(tmp_path: Path) -> None:
    found = templates.filled(tmp_path, AlertRequest(template="boil-water", fill=AREA))
    assert (found.title, found.purpose, found.template) == ("Avis d'ébullition", Purpose.EMERGENCY, "")
    assert "dans le Vieux-Bourg. Faites-la bouillir" in found.texts[Language.FR]
    assert "in le Vieux-Bourg." in found.texts[Language.EN]


def test_what_is_left_open_is_said_in_each_language(tmp_path: Path) -> None:
    fill = {**AREA, "area.en": "Old Town"}
    found = templates.filled(tmp_path, AlertRequest(template="boil-water", fill=fill))
    assert "dans le Vieux-Bourg." in found.texts[Language.FR]
    assert "in Old Town." in found.texts[Language.EN]


def test_what_the_request_says_wins(tmp_path: Path) -> None:
    asked = AlertRequest(
        template="all-clear", title="Fin", texts={Language.FR: "", Language.EN: "Over."}, purpose=Purpose.EMERGENCY
    )
    found = templates.filled(tmp_path, asked)
    assert (found.title, found.purpose, found.texts[Language.EN]) == ("Fin", Purpose.EMERGENCY, "Over.")
    assert found.texts[Language.FR].startswith("L'alerte est terminée.")


def test_news_keep_the_title_of_their_alert(tmp_path: Path) -> None:
    found = templates.news(tmp_path, FollowRequest(template="all-clear"))
    assert (found.title, found.template, len(found.texts)) == ("", "", 2)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (AlertRequest(template="boil-water"), ["must say area=…, which “boil-water” leaves open."]),
        (AlertRequest(template="boil-water", fill={"area": " "}), ["must say area=…, which “boil-water” leaves open."]),
        (AlertRequest(template="boil-water", fill={"area.en": "Old Town"}), ["must say area.fr=…, which “boil-water”"]),
        (
            AlertRequest(template="boil-water", fill={**AREA, "area.de": "x"}),
            ["area.de=… is not in “boil-water”"],
        ),
        (AlertRequest(template="test", fill=AREA), ["area=… is not in “test”: it leaves nothing open."]),
        (AlertRequest(template="water"), ["“water” is none: there are all-clear, boil-water,"]),
    ],
)
def test_refused(asked: AlertRequest, said: list[str], tmp_path: Path) -> None:
    with pytest.raises(Rejected) as error:
        templates.filled(tmp_path, asked)
    assert [each.detail[: len(said[0])] for each in error.value.wrong] == said


async def test_the_towns_own(store: Store, tmp_path: Path) -> None:
    saved = await templates.save(store, tmp_path, "snow", TEXT, by="Anne", now=NOW)
    assert (saved.own, saved.blanks) == (True, ("area",))
    assert templates.every(tmp_path)["snow"] == saved
    assert templates.filled(tmp_path, AlertRequest(template="snow", fill=AREA)).purpose is Purpose.INFORMATION
    assert [each["what"] for each in await journal.about(store, "template snow")] == ["saved template"]
    assert not await templates.remove(store, tmp_path, "snow", by="Anne", now=NOW)
    with pytest.raises(NotThere):
        await templates.remove(store, tmp_path, "snow", by="Anne", now=NOW)


async def test_what_is_left_out_stays(store: Store, tmp_path: Path) -> None:
    changed = TemplateRequest(title={Language.FR: "Exercice", Language.EN: " "})
    saved = await templates.save(store, tmp_path, "test", changed, by="Anne", now=NOW)
    assert (saved.title, saved.purpose) == ({Language.FR: "Exercice", Language.EN: "Test"}, Purpose.INFORMATION)
    assert saved.text[Language.EN].startswith("This is a test")


async def test_one_of_the_program_is_changed_and_comes_back(store: Store, tmp_path: Path) -> None:
    await templates.save(store, tmp_path, "test", TEXT, by="Anne", now=NOW)
    assert templates.every(tmp_path)["test"].title[Language.FR] == "Neige"
    assert await templates.remove(store, tmp_path, "test", by="Anne", now=NOW)
    assert templates.every(tmp_path)["test"].title[Language.FR] == "Essai"
    with pytest.raises(NotThere, match="it is the program's, and stays"):
        await templates.remove(store, tmp_path, "test", by="Anne", now=NOW)


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ({Language.FR: "Oui."}, TEXT.title, ["text_en is empty: write it."]),
        (TEXT.text, {}, ["title_fr is empty: write it.", "title_en is empty: write it."]),
        ({**TEXT.text, Language.EN: "Snow."}, TEXT.title, ["text {area} is in one language only: leave it open in bo"]),
        ({Language.FR: "{Lieu}", Language.EN: "{Lieu}"}, TEXT.title, ["text_fr “{Lieu}” is no blank: write small let"]),
        (
            TEXT.text,
            {Language.FR: "Neige à {area}", Language.EN: "Snow"},
            ["title_fr leaves something open"],
        ),
        ({**TEXT.text, Language.FR: "{area} ☃"}, TEXT.title, ["text_fr a voice can't say “☃” for certain"]),
    ],
)
async def test_not_saved(
    text: dict[Language, str], title: dict[Language, str], said: list[str], store: Store, tmp_path: Path
) -> None:
    with pytest.raises(Rejected) as error:
        await templates.save(
            store,
            tmp_path,
            "snow",
            TemplateRequest(purpose=Purpose.INFORMATION, title=title, text=text),
            by="Anne",
            now=NOW,
        )
    found = [f"{each.field} {each.detail}" for each in error.value.wrong]
    assert all(one in other for one, other in zip(said, found, strict=False)), found
    assert "snow" not in templates.every(tmp_path)


async def test_a_file_that_somebody_spoilt_is_told_by_line(store: Store, tmp_path: Path) -> None:
    path = tmp_path / templates.OWN
    path.write_text("snow:\n  purpos: emergency\n", encoding="utf-8")
    with pytest.raises(OperatorError, match=r"templates.yaml line 2, column 3: “purpos” is not known here"):
        templates.every(tmp_path)
    with pytest.raises(OperatorError):
        await templates.save(store, tmp_path, "test", TEXT, by="Anne", now=NOW)
    assert "purpos" in path.read_text(encoding="utf-8"), "nothing of it is lost"
