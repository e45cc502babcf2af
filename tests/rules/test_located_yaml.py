"""YAML of a town: what is wrong in it, and where."""

from __future__ import annotations

import msgspec
import pytest

from rules import located_yaml
from rules.model import Language, Purpose


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    purpose: Purpose
    text: dict[Language, str]
    also: list[str] = []


GOOD = "a:\n  purpose: emergency\n  text: {fr: Oui, en: no}\n"


def wrong(text: str) -> list[str]:
    with pytest.raises(located_yaml.BadYaml) as error:
        located_yaml.entries(text, Entry)
    return list(map(str, error.value.wrong))


def test_words_stay_words() -> None:
    assert located_yaml.entries(GOOD, Entry)["a"].text == {Language.FR: "Oui", Language.EN: "no"}


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_nothing(text: str) -> None:
    assert located_yaml.entries(text, Entry) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("purpose", "purpos"), "line 2, column 3: “purpos” is not known here: did you mean “purpose”?"),
        (GOOD.replace("emergency", "emergenci"), "line 2, column 12: “emergenci” is not known here: did you mean"),
        (GOOD.replace("emergency", "x"), "column 12: “x” is not known here: write emergency, public_service, informa"),
        (GOOD.replace("en:", "de:"), "line 3, column 19: “de” is not known here: write fr, en"),
        ("a:\n  purpose: emergency\n", "line 2, column 3: “text” is missing here"),
        ("a: 7\n", "line 1, column 4: expected `name: value` lines below it, got a text"),
        (GOOD + "  also: x\n", "line 4, column 9: expected a list, got a text"),
        (GOOD + "  also: [{}]\n", "line 4, column 10: expected a text, got `name: value` lines below it"),
        (GOOD + GOOD, "line 4, column 1: “a” is there twice: keep one"),
        (GOOD + "  purpose: emergency\n", "line 4, column 3: “purpose” is there twice: keep one"),
        ("- a\n", "line 1, column 1: write `NAME:` first"),
        ("a: [\n", "line 2, column 1: expected the node content, but found '<stream end>'"),
        ("a:\n\tb: c\n", "line 2, column 1: found character '\\t' that cannot start any token"),
        ("a: \x07\n", "line 1, column 1: is no YAML"),
    ],
)
def test_where(text: str, said: str) -> None:
    (found,) = wrong(text)
    assert said in found


def test_all_of_it_at_once() -> None:
    assert len(wrong("a: 7\nb:\n  purpose: x\n  text: {}\nc: 8\n")) == 3
