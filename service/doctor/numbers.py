"""Numbers that networks said do not exist."""

from __future__ import annotations

from db.engine.errors import StoreError
from db.engine.store import Store
from db.residents import doubts
from db.residents.doubts import Tally
from rules import moments, phone
from service.doctor.finding import Finding, doubtful, well
from service.settings import Settings

REMEDY = (
    "`tocsin contacts revive --since MOMENT --dry-run` lists them; without --dry-run they are called again, as after a "
    "fault of a trunk; else correct them in the file of residents"
)


async def doubted(ours: Settings) -> list[Finding]:
    try:
        store = await Store.open(ours.database_url)
    except StoreError:
        return []  # the check of the database says so
    try:
        return [_finding(ours, await doubts.tally(store))]
    finally:
        await store.close()


def _finding(ours: Settings, tally: Tally) -> Finding:
    if tally.newest is None:
        return well("numbers", "none is suspected or dead")
    when = moments.in_words(tally.newest, ours.timezone)
    some = ", ".join(map(phone.national, tally.some)) + (", …" if len(tally.some) == doubts.NAMED else "")
    return doubtful("numbers", f"{tally.suspected} suspected, {tally.dead} dead, the newest of {when}: {some}", REMEDY)
