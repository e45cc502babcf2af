"""`tocsin topics`, and what residents follow, as the town types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tocsin import typed
from tests.tocsin.typed import data, tocsin

RESIDENTS = "Nom;Prénom;Téléphone;Sujets\nRoy;Zoé;418-555-0101;neige\nRoy;Max;418-555-0102;*\n"
ROADS = "--spoken-fr", "les travaux de voirie", "--spoken-en", "road works"
TEXT = "--title", "Rue", "--text-fr", "La rue est fermée.", "--text-en", "The street is closed."


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return typed.home(tmp_path, monkeypatch, RESIDENTS).parent


def topics() -> dict[str, tuple[int, bool]]:
    return {each["name"]: (each["people"], each["offered"]) for each in data("topics", "list")["topics"]}


def test_offered_changed_and_offered_no_more() -> None:
    assert topics() == {"neige": (1, False)}
    assert tocsin("topics", "save", "Voirie", *ROADS, "--category", "Travaux").stdout == "Offered: Voirie.\n"
    assert tocsin("topics", "save", "Voirie", "--spoken-en", "roads").exit_code == 0
    found = data("topics", "list")
    assert found["topics"][0] == {
        "name": "Voirie",
        "category": "Travaux",
        "spoken": {"fr": "les travaux de voirie", "en": "roads"},
        "people": 0,
        "offered": True,
    }
    assert found["everything"] == 1
    assert tocsin("topics", "remove", "voirie").exit_code == 0
    assert topics() == {"neige": (1, False)}


def test_a_topic_that_nobody_follows_yet_reaches_those_who_follow_all() -> None:
    tocsin("topics", "save", "Voirie", *ROADS)
    assert data("alert", "preview", *TEXT, "--to", "topic:voirie")["people"] == 1
    assert "nobody's in the store" in tocsin("alert", "preview", *TEXT, "--to", "topic:eau").stderr


def test_what_somebody_chose_no_file_changes(home: Path) -> None:
    tocsin("topics", "save", "Voirie", *ROADS)
    assert tocsin("contacts", "topics", "418 555-0101", "voirie", "VOIRIE").stdout == "Follows: Voirie.\n"
    assert tocsin("contacts", "topics", "418 555-0102", "--none").stdout == "Follows: nothing.\n"
    again = tocsin("contacts", "import", str(home / "residents.csv"))
    assert again.stdout.endswith("0 created, 0 changed, 2 unchanged.\n")
    assert {each["first_name"]: each["topics"] for each in data("contacts", "list")} == {"Zoé": ["Voirie"], "Max": []}
    assert tocsin("contacts", "topics", "418 555-0101", "--all").stdout == "Follows: *.\n"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("topics", "save", "Eau"), 2, "--spoken-fr is empty: write what is said of it."),
        (("topics", "save", "Eau, neige", *ROADS), 2, "“Eau, neige” can't be its name"),
        (("topics", "save", "*", *ROADS), 2, "“*” can't be its name"),
        (("topics", "remove", "Eau"), 1, "No topic “Eau” is offered"),
        (("contacts", "topics", "418 555-0101"), 2, "Give topics, or --all, or --none."),
        (("contacts", "topics", "418 555-0101", "Voiri"), 2, "--topics “Voiri” is not offered: did you mean “Voirie”?"),
        (("contacts", "topics", "418 555-0109", "Voirie"), 1, "No resident has the number"),
    ],
)
def test_refused(words: tuple[str, ...], status: int, said: str) -> None:
    tocsin("topics", "save", "Voirie", *ROADS)
    found = tocsin(*words)
    assert (found.exit_code, said in found.stderr) == (status, True), found.stderr
