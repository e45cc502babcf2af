from __future__ import annotations

import pytest

from rules.civic_address import Address, split


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("710, boul. des Seigneurs, app. 4", ("710", "boul. des Seigneurs", "4")),
        ("14A chemin du Lac", ("14A", "chemin du Lac")),
        ("14 A chemin du Lac", ("14A", "chemin du Lac")),
        ("12 rue de l'Église", ("12", "rue de l'Église")),
        ("12 d'Auteuil", ("12", "d'Auteuil")),
        ("1600 ch. d'Oka", ("1600", "ch. d'Oka")),
        ("12 1/2 rue X", ("12 1/2", "rue X")),
        ("12½ rue X", ("12½", "rue X")),
        ("No 12 rue X", ("12", "rue X")),
        ("1250-3 rue X", ("1250", "rue X", "3")),
        ("3-1250 rue X", ("1250", "rue X", "3")),
        ("3 - 1250 rue X", ("1250", "rue X", "3")),
        ("101-405 rue X", ("405", "rue X", "101")),
        ("22B-3 rue X", ("22B", "rue X", "3")),
        ("A-1250 rue X", ("1250", "rue X", "A")),
        ("1250-A, rue X", ("1250", "rue X", "A")),
        ("12-14 rue X", ("12-14", "rue X")),
        ("#4, 12 rue X", ("12", "rue X", "4")),
        ("#4-12 rue X", ("12", "rue X", "4")),
        ("12 rue X #4", ("12", "rue X", "4")),
        ("12 rue X, bureau 200", ("12", "rue X", "200")),
        ("12 rue X app 4B", ("12", "rue X", "4B")),
        ("12 rue X, unité 3", ("12", "rue X", "3")),
        ("710 app. 4 boul. des Seigneurs", ("710", "boul. des Seigneurs", "4")),
        ("Apt 4 - 12 Main St", ("12", "Main St", "4")),
        ("Unit 5, 12 Main Street", ("12", "Main Street", "5")),
        ("12 rue X, sous-sol", ("12", "rue X", "sous-sol")),
        ("12 rue X, 2e étage", ("12", "rue X", "2e étage")),
        ("C.P. 12", ("", "C.P. 12")),
        ("12 rue X, C.P. 5", ("12", "rue X", "C.P. 5")),
        ("5e Avenue", ("", "5e Avenue")),
        ("12 5e Avenue", ("12", "5e Avenue")),
        ("100-2e Avenue", ("100", "2e Avenue")),
        ("12 Route 132", ("12", "Route 132")),
        ("Rang Saint-Joseph", ("", "Rang Saint-Joseph")),
        ("rue Principale, 12", ("12", "rue Principale")),
        ("12 rue du Bureau", ("12", "rue du Bureau")),
        ("12 chemin Porte-de-Fer", ("12", "chemin Porte-de-Fer")),
        ("45 rue Ste-Anne", ("45", "rue Ste-Anne")),
        ("710", ("710",)),
        ("", ()),
        ("12 rue X, Terrebonne (Québec) J6W 1T7", ("12", "rue X", "", "Terrebonne", "J6W 1T7")),
        ("12 rue X, Terrebonne QC J6W1T7", ("12", "rue X", "", "Terrebonne", "J6W 1T7")),
        ("12, rue X app. 4, Laval (QC)", ("12", "rue X", "4", "Laval")),
        ("12, rue Saint-Jean, Québec", ("12", "rue Saint-Jean", "", "Québec")),
        ("12 rue X, Québec (Québec) G1R 2S1", ("12", "rue X", "", "Québec", "G1R 2S1")),
    ],
)
def test_addresses_as_towns_write_them(line: str, parts: tuple[str, ...]) -> None:
    assert split(line) == Address(*parts)
