from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from residents.files import encoding

NAMES = (
    """Éric Lévesque|Zoé Côté|André Bélair|Michèle Gagné|François Hébert|Benoît Forêt|Noël Château|Loïc Lemaître
Geneviève Bergeron|Joël Poêle|Raphaël L'Écuyer|Anaïs Dubé|Thérèse Pépin|Maëlle Prévost|Jérôme Bélanger|Chloé Brûlé
rue des Érables|Île-Perrot|rue de l'Église|Trois-Rivières|Cap-à-l'Aigle|Baie-d'Urfé|Rivière-à-Pierre|Août|Éloïse
Hélène Çelik|Ève Ménard|À donner|Garçon|Rang Saint-François|Lac-à-la-Tortue|Frédérique Gaétan|O’Brien|Mégantic|Bécancour
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
ALL = [*NAMES, *(name.upper() for name in NAMES)]
OLD = ["cp1252", "mac_roman", "cp850", "cp863", "cp437", "iso8859_15"]


def file(*names: str) -> str:
    return "last_name,voice\r\n" + "".join(f"{name},514-555-{n:04d}\r\n" for n, name in enumerate(names))


@pytest.mark.parametrize("name", OLD)
def test_a_file_of_french_names_is_read_right(name: str) -> None:
    text = file(*(each for each in ALL if each.encode(name, "ignore").decode(name) == each))
    found = encoding.decode(text.encode(name))
    assert found.text == text
    assert not found.unreadable


@pytest.mark.parametrize("name", OLD)
def test_few_single_names_cannot_be_told(name: str) -> None:
    """The accents of some lines stand for other letters as well in another encoding: those are refused."""
    right = []
    for each in ALL:
        try:
            data = file(each).encode(name)
        except UnicodeEncodeError:
            continue
        found = encoding.decode(data)
        assert found.text == file(each) or found.unreadable == {2}, each
        right.append(not found.unreadable)
    assert sum(right) >= 0.9 * len(right)


WORDS = st.lists(st.sampled_from([word for name in NAMES for word in name.split()]), min_size=1, max_size=3)
PEOPLE = st.tuples(WORDS, st.sampled_from(" -"), st.booleans()).map(
    lambda each: each[1].join(each[0]).upper() if each[2] else each[1].join(each[0])
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(PEOPLE, min_size=1, max_size=5), st.sampled_from(OLD))
def test_no_name_is_spoilt_in_silence(people: list[str], name: str) -> None:
    text = file(*(each for each in people if each.encode(name, "ignore").decode(name) == each))
    found = encoding.decode(text.encode(name))
    lines = zip(text.splitlines(), found.text.splitlines(), strict=True)
    assert {n for n, (right, read) in enumerate(lines, start=1) if right != read} <= found.unreadable


@given(st.sampled_from(NAMES), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]))
def test_unicode_is_read_as_it_is(name: str, unicode: str) -> None:
    text = file(name)
    assert encoding.decode(text.encode(unicode)).text == text


def test_utf_16_with_either_mark() -> None:
    text = file("Zoé")
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        assert encoding.decode(mark + text.encode(name)).text == text


@pytest.mark.parametrize("other", ["cp1252", "mac_roman", "cp850"])
def test_a_line_pasted_from_another_program(other: str) -> None:
    data = file("Éric Lévesque", "Zoé Côté").encode() + "André Bélair,514-555-0103\r\n".encode(other)
    found = encoding.decode(data)
    assert found.text == file("Éric Lévesque", "Zoé Côté") + "André Bélair,514-555-0103\r\n"
    assert list(found.others) == [4]


def test_a_line_of_a_macintosh_in_a_file_of_windows() -> None:
    data = file("Éric Lévesque", "Zoé Côté").encode("cp1252") + "Frédéric Bélair,514-555-0103\r\n".encode("mac_roman")
    found = encoding.decode(data)
    assert found.text.endswith("Frédéric Bélair,514-555-0103\r\n")
    assert found.others == {4: "Mac Roman"}


def test_a_line_in_two_encodings_is_refused() -> None:
    data = file("Zoé").encode() + "Éric ".encode() + "Lévesque,5145550102\r\n".encode("cp1252")
    assert encoding.decode(data).unreadable == {3}


def test_the_end_of_a_file_in_dos() -> None:
    assert encoding.decode(file("Roy").encode() + b"\x1a").text == file("Roy")


@pytest.mark.parametrize("data", [b"PNG\0\0\0\1\2\3\4\0\0\5", codecs.BOM_UTF16_LE + b"a"])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(encoding.NoText, match="save it as"):
        encoding.decode(data)


@pytest.mark.parametrize(("name", "old"), [("CITÉ…", "cp1252"), ("«Érables»", "mac_roman")])
def test_two_signs_that_are_by_chance_one_letter_in_utf_8(name: str, old: str) -> None:
    found = encoding.decode(file(name).encode(old))
    assert found.text == file(name) or found.unreadable == {2}


def test_other_scripts_in_utf_8() -> None:
    assert encoding.decode(file("Ελένη").encode()).text == file("Ελένη")
