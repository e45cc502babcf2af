"""People of the staff, and how they show by telephone who they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from db.engine.store import Store
from db.staff import journal
from records.rejected import Rejected
from records.staff import MemberRequest
from rules.operator_error import NotThere
from rules.roles import Right, StaffRole, may
from staff import people, proving
from tests.db.town import NOW, later

ANNE = MemberRequest(name="Anne Roy", number="418 555-0123", roles=(StaffRole.OFFICER,))
NUMBER, OTHER = "+14185550123", "+14185550177"
PIN, WRONG = "482915", "739164"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield opened
    await opened.close()


@pytest.fixture
async def anne(store: Store) -> Store:
    await people.add(store, ANNE, by="root", now=NOW)
    await people.set_pin(store, "anne roy", PIN, by="root", now=NOW)
    return store


async def proves(store: Store, pin: str, *, number: str = NUMBER, caller: str = NUMBER, at_s: float = 0) -> bool:
    found = await proving.prove(store, number, pin, caller=caller, now=later(at_s))
    return found is not None and found.name == "Anne Roy"


async def test_the_right_pin_at_the_registered_number(anne: Store) -> None:
    assert await proves(anne, PIN)
    assert not await proves(anne, WRONG)
    assert not await proves(anne, PIN, number=OTHER)
    assert not await proves(anne, "")


async def test_without_a_pin_nothing_is_proved(store: Store) -> None:
    await people.add(store, ANNE, by="root", now=NOW)
    assert not await proves(store, "")
    assert not await proves(store, PIN)


async def test_neither_pin_nor_telephone_is_in_the_store_in_clear(anne: Store, tmp_path: Path) -> None:
    await anne.close()
    assert not _anywhere(PIN, tmp_path)
    again = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    lines = await journal.about(again, "staff Anne Roy")
    assert [(each["who"], each["what"]) for each in lines] == [("root", "added"), ("root", "set the PIN of")]
    assert NUMBER not in str(lines)
    await again.close()


def _anywhere(text: str, folder: Path) -> bool:
    return any(text.encode() in path.read_bytes() for path in folder.iterdir())


async def test_wrong_ones_delay_and_never_lock(anne: Store) -> None:
    waits = []
    for _ in range(10):
        waits.append(await proving.wait_s(anne, NUMBER, caller=OTHER, now=NOW))
        assert not await proves(anne, WRONG, caller=OTHER)
    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 32, 32]
    assert await proving.wait_s(anne, NUMBER, caller=NUMBER, now=NOW) == 0, "who guesses delays their own calls only"
    assert await proves(anne, PIN, caller=OTHER)
    assert await proving.wait_s(anne, NUMBER, caller=OTHER, now=NOW) == 0
    await proves(anne, WRONG, caller=OTHER)
    assert await proving.wait_s(anne, NUMBER, caller=OTHER, now=NOW + timedelta(hours=2)) == 0


async def test_an_alarm_where_many_are_wrong(anne: Store) -> None:
    with capture_logs() as logged:
        for number in range(proving.MANY + 5):
            await proves(anne, WRONG, caller=f"+1418555{number:04}")
    assert [each["event"] for each in logged if each["log_level"] == "error"] == ["pins_are_guessed"]


async def test_who_is_removed_may_nothing(anne: Store) -> None:
    await people.remove(anne, "Anne Roy", by="root", now=NOW)
    assert not await proves(anne, PIN)
    with pytest.raises(NotThere):
        await people.change(anne, "Anne Roy", ANNE, by="root", now=NOW)
    await people.add(anne, ANNE, by="root", now=NOW)
    assert not await proves(anne, PIN), "somebody new has no PIN"


async def test_another_telephone(anne: Store) -> None:
    moved = await people.change(anne, "Anne Roy", MemberRequest(number="418-555-0177"), by="root", now=NOW)
    assert (moved.number, moved.roles) == (OTHER, (StaffRole.OFFICER,))
    assert await proves(anne, PIN, number=OTHER)
    assert not await proves(anne, PIN)


async def test_nothing_to_be_changed_is_said(anne: Store) -> None:
    with pytest.raises(Rejected, match="Nothing is to be changed"):
        await people.change(anne, "Anne Roy", MemberRequest(), by="root", now=NOW)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (MemberRequest(), ["name", "number", "role"]),
        (MemberRequest(name="Max", number="911", roles=(StaffRole.CLERK,)), ["number"]),
        (MemberRequest(name="ANNE ROY", number="418-555-0188", roles=(StaffRole.CLERK,)), ["name"]),
        (MemberRequest(name="Max", number="4185550123", roles=(StaffRole.CLERK,)), ["number"]),
        (MemberRequest(name="M" * 81, number="4185550188", roles=(StaffRole.CLERK,)), ["name"]),
    ],
)
async def test_nobody_is_added(anne: Store, asked: MemberRequest, wrong: list[str]) -> None:
    with pytest.raises(Rejected) as error:
        await people.add(anne, asked, by="root", now=NOW)
    assert [each.field for each in error.value.wrong] == wrong


def test_what_roles_give() -> None:
    rights = {role: {right for right in Right if may([role], right)} for role in StaffRole}
    assert rights[StaffRole.ADMINISTRATOR] == {*Right}
    assert [role for role in StaffRole if Right.ALERT in rights[role]] == [StaffRole.OFFICER, StaffRole.ADMINISTRATOR]
    assert rights[StaffRole.READER] == {Right.READ}
    assert may([StaffRole.READER, StaffRole.CLERK], Right.RESIDENTS)
    assert not may([], Right.READ)
