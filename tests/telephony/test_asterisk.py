"""What an Asterisk of our own needs before it starts."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from telephony.layout import Folder

PROGRAMS = 8
HOMES = 20


def test_several_programs_agree_on_the_password_of_a_new_home(tmp_path: Path) -> None:
    together = Barrier(PROGRAMS)

    def passwords(_: int) -> list[str]:
        found = []
        for number in range(HOMES):
            together.wait(60)
            found.append(Folder(tmp_path / str(number)).password())
        return found

    with ThreadPoolExecutor(PROGRAMS) as programs:
        found = list(programs.map(passwords, range(PROGRAMS)))
    assert found == found[:1] * PROGRAMS
    assert all(found[0])
    assert [path.name for path in (tmp_path / "0").iterdir()] == ["ari.secret"]
