"""`tocsin contacts imports`, and undoing one of them."""

from __future__ import annotations

import getpass
from dataclasses import asdict

import msgspec
from rich.markup import escape
from rich.table import Table

from db.engine.store import Store
from db.residents import import_log, import_undo
from db.residents.import_log import Import
from service import clock
from tocsin.commands import common, local
from tocsin.commands.common import console

SHOWN = 20
"""People who stay; --json has all."""


def list_imports(limit: common.Limit = 20, json: common.Json = False) -> None:
    """List the imports: who, when, which file, how many; the newest first."""
    ours = local.loaded(log_level="warning")

    async def work(store: Store) -> None:
        found = await import_log.listing(store, limit=limit)
        if json:
            hidden = ("first_new", "last_new")
            common.print_json(
                [{k: v for k, v in msgspec.structs.asdict(each).items() if k not in hidden} for each in found]
            )
            return
        table = Table(
            "Import", "When", "Who", "File", "Created", "Changed", "Unchanged", "Refused", "", header_style="bold"
        )
        for each in found:
            counts = map(str, (each.created, each.changed, each.unchanged, each.refused))
            when = common.clock(ours.timezone, each.at)
            table.add_row(str(each.id), when, escape(each.who), escape(each.file), *counts, _state(each))
        console.print(table)

    local.with_store(ours, work)


def _state(found: Import) -> str:
    if found.undone_at:
        return "undone"
    return "" if found.at < clock.now() - import_log.KEPT else "can be undone"


async def undo(store: Store, *, import_id: int, json: bool) -> None:
    """Fails with the reason when it cannot be undone."""
    try:
        done = await import_undo.undo(store, import_id, by=getpass.getuser(), now=clock.now())
    except import_undo.CannotUndo as error:
        common.fail(f"Nothing was undone: {error}.")
    if json:
        common.print_json(asdict(done))
        return
    for each in done.left[:SHOWN]:
        console.print(
            f"  {each.name or f'contact {each.contact_id}'} stays: {each.why}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    for why, number in import_undo.why_left(done.left).items() if len(done.left) > SHOWN else ():
        console.print(f"  {number} stay: {why}", markup=False, highlight=False, soft_wrap=True)
    if done.switched_off:
        why = "switched off, not removed: reports of alerts name them"
        console.print(f"{done.switched_off} {why}.", markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"{done.removed} removed, {done.restored} changed back, {len(done.left)} left as they are.", soft_wrap=True
    )
