"""`tocsin templates`, and alerts that are made of them."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from tests.tocsin import typed
from tests.tocsin.typed import data, tocsin

RESIDENTS = "Nom;Prénom;Téléphone\nRoy;Zoé;418-555-0101\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return typed.home(tmp_path, monkeypatch, RESIDENTS)


def texts(home: Path, alert_id: int) -> dict[str, str]:
    """As they are stored."""
    with contextlib.closing(sqlite3.connect(home / "tocsin.db")) as store:
        found: dict[str, str] = json.loads(
            store.execute("SELECT texts FROM alert WHERE id = ?", (alert_id,)).fetchone()[0]
        )
    return found


def test_sent_by_its_name_alone(home: Path) -> None:
    sent = data("alert", "send", "--template", "boil-water", "--set", "area=le secteur du Vieux-Bourg")
    assert (sent["title"], sent["purpose"]) == ("Avis d'ébullition", "emergency")
    assert "dans le secteur du Vieux-Bourg." in texts(home, sent["id"])["fr"]
    news = data(
        "alert", "update", str(sent["id"]), "--everybody", "--template", "boil-water-over", "--set", "area=tout"
    )
    assert news["title"] == "Mise à jour : Avis d'ébullition"
    assert texts(home, news["id"])["fr"].startswith("L'avis d'ébullition est levé dans tout.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--template", "boil-water"), "--set must say area=…, which “boil-water” leaves open."),
        (("--template", "boil-water", "--set", "=x"), "--set =x: write it as NAME=TEXT."),
        (("--template", "boil"), "--template “boil” is none: there are all-clear, boil-water,"),
        (("--text-fr", "Oui.", "--text-en", "Yes."), "--title is needed: give the alert a short name."),
        ((), "--text-fr must hold the text of the alert."),
    ],
)
def test_not_sent(words: tuple[str, ...], said: str) -> None:
    found = tocsin("alert", "send", *words)
    assert (found.exit_code, said in found.stderr) == (2, True), found.stderr


def test_a_title_that_is_missing_is_told_by_the_preview_too() -> None:
    found = tocsin("alert", "preview", "--text-fr", "Oui.", "--text-en", "Yes.")
    assert (found.exit_code, "--title is needed" in found.stderr) == (0, True), found.stderr


def test_the_towns_own() -> None:
    texts = "--text-fr", "On déneige {area}.", "--text-en", "Snow is removed in {area}."
    titles = "--title-fr", "Neige", "--title-en", "Snow"
    assert tocsin("templates", "save", "snow", *titles, *texts, "--purpose", "information").stdout == "Saved: snow.\n"
    assert tocsin("templates", "save", "snow", "--title-fr", "Déneigement").exit_code == 0
    shown = data("templates", "show", "snow")
    assert (shown["title"], shown["purpose"]) == ({"fr": "Déneigement", "en": "Snow"}, "information")
    assert 'tocsin alert send --template snow --set area="…" --to …' in tocsin("templates", "show", "snow").stdout
    assert {each["name"] for each in data("templates", "list") if each["own"]} == {"snow"}
    assert "snow" in tocsin("templates", "list").stdout
    assert tocsin("templates", "remove", "snow").stdout == "Removed.\n"
    assert "There is no template “snow”" in tocsin("templates", "show", "snow").stderr


def test_a_spoilt_file_is_told_by_line_and_other_alerts_go(home: Path) -> None:
    (home / "templates.yaml").write_text("snow: 7\n", encoding="utf-8")
    assert "templates.yaml line 1, column 7: expected `name: value` lines" in tocsin("templates", "list").stderr
    assert tocsin("alert", "send", "--template", "test").exit_code == 1
    plain = "--title", "Eau", "--text-fr", "Faites bouillir l'eau.", "--text-en", "Boil the water."
    assert tocsin("alert", "send", *plain).exit_code == 0
