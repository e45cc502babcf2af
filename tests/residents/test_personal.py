"""What is kept of one resident is shown to them whole, and erased when they ask."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerts import report
from db.alerts import alerts, targets
from db.engine.store import Store
from db.queue import attempts, calls
from db.residents import accounts, contact_import, contacts, opt_outs
from db.staff import journal
from db.texts import messages
from residents import personal
from rules.contact_rows import ContactRow, PhoneLine
from rules.model import Channel, Language
from rules.operator_error import NotNow, NotThere
from rules.target import Target
from tests.db.town import ACKNOWLEDGED, NOW, WORDS, later, number, running

OWN, SHARED, OTHER = number(1), number(2), number(3)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield opened
    await opened.close()


async def lived_in(store: Store) -> tuple[int, int]:
    """Zoé has done all that a resident can; Max shares a telephone with her. Her id, and an alert's that is over."""
    rows = [
        ContactRow(2, "Zoé", "Tremblay-Quirion", Language.FR, (PhoneLine(OWN), PhoneLine(SHARED)), street="Rue Cachée"),
        ContactRow(3, "Max", "Roy", Language.FR, (PhoneLine(SHARED), PhoneLine(OTHER))),
    ]
    await contact_import.import_rows(store, rows, by="Anne", now=NOW)
    zoe = await contacts.find(store, OWN)
    assert zoe is not None
    begun = await accounts.enrol(store, OWN, language=Language.FR, wording=WORDS, via="telephone", now=NOW, caller=OWN)
    code = await accounts.issue_code(store, OWN, caller=OWN, now=NOW, consent_id=begun.consent_id)
    assert await accounts.redeem(store, OWN, code, now=NOW) == zoe.id
    await messages.queue(
        store, OWN, f"Votre code est {code}.", channel=Channel.SMS, language=Language.FR, now=NOW, secret=True
    )
    await calls.begin(store, "call-1", OWN, "4185550100", NOW)
    await targets.save_group(store, "Voisins", Target.parse(f"number:{OWN} number:{OTHER}"), by="Anne", now=NOW)
    await targets.save_group(store, "Zoé", Target.parse(f"number:{OWN}"), by="Anne", now=NOW)
    people = [each for each in (zoe, await contacts.find(store, OTHER)) if each]
    alert_id = await running(store, people, target=Target.parse(f"number:{OWN} number:{OTHER}"))
    while due := await attempts.claim(store, 9, now=NOW):
        for call in due:
            await attempts.finish(store, call.id, ACKNOWLEDGED, now=later(10))
    return zoe.id, alert_id


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("tocsin.db*"))


async def test_the_whole_file(store: Store) -> None:
    zoe, alert_id = await lived_in(store)
    found = await personal.export(store, zoe, by="Anne", now=NOW)
    assert (found.contact["last_name"], [each["address"] for each in found.numbers]) == (
        "Tremblay-Quirion",
        [OWN, SHARED],
    )
    (consent,) = found.consents
    assert (consent["text"], consent["confirmed_at"] is not None) == (WORDS.text, True)
    (alert,) = found.alerts
    assert (alert["alert_id"], alert["title"], alert["calls"][0]["reply"]) == (alert_id, "Eau", "acknowledged")
    assert [each["caller"] for each in found.calls] == [OWN]
    assert [each["body"] for each in found.texts] == [""]
    assert {each["what"] for each in found.journal} == {"proved to hold"}
    assert OTHER not in str(found)
    assert [line["what"] for line in await journal.about(store, f"contact {zoe}")][-1] == "exported"


async def test_nothing_that_names_them_is_left_on_the_disk(store: Store, tmp_path: Path) -> None:
    zoe, alert_id = await lived_in(store)
    assert OWN.encode() in on_disk(tmp_path)
    erased = await personal.erase(store, zoe, by="Anne", now=later(20))
    assert (erased.numbers, erased.alerts, erased.groups, erased.kept) == (1, (alert_id,), ("Voisins", "Zoé"), 0)
    left = on_disk(tmp_path)
    for trace in (OWN, OWN[2:], "Tremblay", "Quirion", "Rue Cachée"):
        assert trace.encode() not in left, trace
    with pytest.raises(NotThere):
        await personal.export(store, zoe, by="Anne", now=NOW)


async def test_what_others_share_stays(store: Store) -> None:
    zoe, alert_id = await lived_in(store)
    before = await alerts.counts(store, alert_id)
    await personal.erase(store, zoe, by="Anne", now=later(20))
    assert await alerts.counts(store, alert_id) == before
    max_ = await contacts.find(store, SHARED)
    assert max_ is not None
    assert [point.address for point in max_.points] == [SHARED, OTHER]
    assert await targets.groups(store) == {"Voisins": f"number:{OTHER}"}
    (one, other) = await alerts.deliveries(store, alert_id)
    assert [(one.name, one.attempts[0].address), (other.name, other.attempts[0].address)] == [
        ("", ""),
        ("Max Roy", SHARED),
    ]
    assert [line["what"] for line in await journal.about(store, f"contact {zoe}")][-1] == "erased"


async def test_an_opt_out_that_holds_stays(store: Store) -> None:
    zoe, _ = await lived_in(store)
    await opt_outs.leave(store, OWN, via="telephone", now=later(15))
    assert (await personal.erase(store, zoe, by="Anne", now=later(20))).kept == 2
    assert await opt_outs.opted_out(store, OWN, Channel.VOICE)


async def test_while_an_alert_is_under_way_nobody_is_erased(store: Store) -> None:
    zoe, _ = await lived_in(store)
    who = await contacts.get(store, zoe)
    assert who is not None
    await running(store, [who])
    with pytest.raises(NotNow):
        await personal.erase(store, zoe, by="Anne", now=later(20))
    assert await contacts.get(store, zoe) is not None


async def test_of_several_with_one_telephone_one_is_named(store: Store) -> None:
    zoe, _ = await lived_in(store)
    assert await personal.who(store, OWN) == zoe
    with pytest.raises(NotNow, match=f"of {zoe}, "):
        await personal.who(store, SHARED)
    assert await personal.who(store, SHARED, zoe) == zoe
    with pytest.raises(NotThere):
        await personal.who(store, OTHER, zoe)
    with pytest.raises(NotThere):
        await personal.who(store, number(9))


async def test_the_bundle_of_a_past_alert_is_written_anew_without_them(store: Store, tmp_path: Path) -> None:
    zoe, alert_id = await lived_in(store)
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    path = report.place(tmp_path, alert)
    path.parent.mkdir()
    report.bundle(await report.of(store, alert), path, tmp_path)
    assert OWN in held(path)
    erased = await personal.erase(store, zoe, by="Anne", now=later(20))
    await report.rewrite(store, tmp_path, erased.alerts)
    assert (OWN in held(path), "Tremblay" in held(path), "Max Roy" in held(path)) == (False, False, True)


def held(bundle: Path) -> str:
    with zipfile.ZipFile(bundle) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())
