"""The administrator's files, as far as they are judged without Asterisk."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.studio import Studio
from records.upkeep import Plans
from service import places, settings, wiring
from tests.upkeep.installation import equipment
from upkeep import dialplans
from upkeep.equipment import Equipment

WITHOUT = "pjsip.conf"
GONE = f"{WITHOUT} is missing: put it back"


def sent(name: str = "plans", **changed: bytes) -> Plans:
    """Those of the program, but for one that is missing: nothing is tried in Asterisk then."""
    files = {path.name: path.read_bytes() for path in places.DIALPLANS.iterdir() if path.name != WITHOUT}
    return Plans(name=name, files=files | {f"{stem}.yaml": content for stem, content in changed.items()})


@pytest.fixture
def ours(tmp_path: Path) -> Equipment:
    def studio() -> Studio:
        return wiring.studio(settings.load(None))

    return equipment(tmp_path, studio)


async def test_what_is_wrong_is_told_in_the_words_of_who_asks(ours: Equipment) -> None:
    found = await dialplans.problems(lambda: ours, sent("../plans", menus=b'main:\n  "1": nothing\n'))
    assert found[0].startswith("../plans/menus.yaml line 2: key 1: no script is called 'nothing'")
    assert found[1:] == [GONE]


async def test_a_key_that_the_menu_does_not_say(ours: Equipment) -> None:
    menu = b'main:\n  "1": enrol\n  "7": enrol\n  "#": profile\n'
    found = await dialplans.problems(lambda: ours, sent(menus=menu))
    said = "main_menu: the text does not say key # (profile)"  # 7 leads where 1 does, which it says
    assert found == [*(f"prompts/catalogue/{language}.yaml, {said}" for language in ours.languages), GONE]


@pytest.mark.parametrize("name", ["../menus.yaml", "/tmp/menus.yaml", "", "..", "passwd"])
async def test_a_file_is_written_nowhere_else(name: str, ours: Equipment) -> None:
    with pytest.raises(ValueError, match="is no name of a file"):
        await dialplans.problems(lambda: ours, Plans(name="plans", files={name: b""}))
