"""The administrator's menu file."""

from pathlib import Path

import pytest

from ivr import menus

SHIPPED = Path(__file__).parents[2] / "dialplans/menus.yaml"


def test_the_menu_that_we_ship() -> None:
    assert menus.read(SHIPPED)["1"] == "enrol"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('main:\n  "1": enroll\n', "no script is called 'enroll'"),
        ('main:\n  "11": enrol\n', "'11' is not a key"),
        ("menu:\n  1: enrol\n", 'must hold "main:"'),
        ("main: [1, 2]\n", 'must hold "main:"'),
        ("main:\n  1: enrol\n 2: x\n", "line 3"),
        ("", 'must hold "main:"'),
        ('main:\n  "1": enrol\n  "1": leave\n', "line 3: key 1 is there twice"),
        ("main:\a", "is no YAML"),
    ],
)
def test_a_typo_names_the_place(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "menus.yaml"
    path.write_text(text)
    with pytest.raises(menus.BadMenu, match=f"(?s)menus.yaml.*{told}"):
        menus.read(path)


def test_a_key_that_the_spoken_text_leaves_out() -> None:
    assert menus.unsaid({"1": "enrol", "7": "leave", "9": "other_language"}, "Pour vous inscrire, faites le 1.") == [
        "7"
    ]
