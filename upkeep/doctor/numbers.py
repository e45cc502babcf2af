"""Numbers that networks said do not exist."""

from __future__ import annotations

from db.engine.errors import StoreError
from db.engine.store import Store
from db.residents import doubts
from db.residents.doubts import Tally
from records.upkeep import Finding
from rules import moments, phone
from upkeep.doctor.finding import doubtful, well
from upkeep.equipment import Equipment

REMEDY = (
    "`tocsin contacts revive --since MOMENT --dry-run` lists them; without --dry-run they are called again, as after a "
    "fault of a trunk; else correct them in the file of residents"
)


async def doubted(equipment: Equipment) -> list[Finding]:
    try:
        store = await Store.open(equipment.database_url)
    except StoreError:
        return []  # the check of the database says so
    try:
        return [_finding(equipment, await doubts.tally(store))]
    finally:
        await store.close()


def _finding(equipment: Equipment, tally: Tally) -> Finding:
    if tally.newest is None:
        return well("numbers", "none is suspected or dead")
    when = moments.in_words(tally.newest, equipment.timezone)
    some = ", ".join(map(phone.national, tally.some)) + (", …" if len(tally.some) == doubts.NAMED else "")
    return doubtful("numbers", f"{tally.suspected} suspected, {tally.dead} dead, the newest of {when}: {some}", REMEDY)
