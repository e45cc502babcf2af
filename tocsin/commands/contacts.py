"""`tocsin contacts`: import, list, show."""

from __future__ import annotations

import gc
import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from alerts import contact_rows, phone
from alerts.model import Channel, Contact
from db import contact_import, contacts
from db.store import Store
from tocsin import wiring
from tocsin.commands import common
from tocsin.commands.common import console

FIELDS = "first_name last_name language active civic_number street unit city postal_code sector"

app = typer.Typer(no_args_is_help=True, help="The residents: import, list, show.")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, one resident a line.", exists=True, dir_okay=False)],
    json: common.Json = False,
) -> None:
    """Import residents: the whole file, or nothing when a row is wrong. The same file twice changes nothing.

    The first line names the columns, in any order: first_name, last_name, language (fr or en), voice, sms, email,
    civic_number, street, unit, city, postal_code, sector, topics. All of them must be there; most may be empty.

    voice, sms and email hold one or more addresses in the order to be tried, separated by ; with x123 after a number
    for its extension. lab/town.csv is an example. Separated by commas or, as French Excel does, by semicolons.
    """
    ours = common.loaded(log_level="warning")
    gc.disable()  # a short program whose many small records form no cycle: a third of the time
    try:
        rows = contact_rows.read(file.read_bytes())
    except contact_rows.BadFile as error:
        _refuse(file, error, json=json)

    async def work(store: Store) -> None:
        done = await contact_import.import_rows(store, rows, by=getpass.getuser(), now=wiring.now())
        if json:
            common.print_json({"created": done.created, "changed": done.changed, "unchanged": done.unchanged})
        else:
            console.print(f"{done.created} created, {done.changed} changed, {done.unchanged} unchanged.")

    common.with_store(ours, work)


def _refuse(file: Path, error: contact_rows.BadFile, *, json: bool) -> None:
    if json:
        common.print_json({"errors": [_error_data(wrong) for wrong in error.wrong]})
    lines = "\n".join(f"  {wrong}" for wrong in error.wrong)
    common.fail(f"Nothing was imported from {file}: correct these and import it again.\n{lines}")


def _error_data(wrong: contact_rows.Wrong) -> dict[str, Any]:
    return {"line": wrong.line, "column": wrong.column, "value": wrong.value, "why": wrong.why}


@app.command("list")
def listing(
    sector: Annotated[str, typer.Option(help="Only this sector.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.")] = 100,
    offset: Annotated[int, typer.Option(help="Skip so many.")] = 0,
    json: common.Json = False,
) -> None:
    """List residents."""
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> None:
        found = await contacts.listing(store, sector=sector or None, limit=limit, offset=offset)
        if json:
            common.print_json([_data(contact) for contact in found])
            return
        table = Table("Name", "Language", "Sector", "Voice", "Texts", header_style="bold")
        for contact in found:
            numbers = [", ".join(_addresses(contact, channel)) for channel in (Channel.VOICE, Channel.SMS)]
            table.add_row(escape(contact.name), contact.language, escape(contact.sector), *numbers)
        console.print(table)

    common.with_store(ours, work)


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="A telephone number of the resident, in any usual form.")],
    json: common.Json = False,
) -> None:
    """Show one resident's file."""
    ours = common.loaded(log_level="warning")
    try:
        address = phone.parse(number)
    except phone.BadNumber as error:
        common.fail(str(error), status=common.WRONG_USAGE)

    async def work(store: Store) -> None:
        contact = await contacts.find(store, address)
        if contact is None:
            common.fail(f"No resident has the number {phone.national(address)}.")
        if json:
            common.print_json(_data(contact))
        else:
            _print(contact)

    common.with_store(ours, work)


def _print(contact: Contact) -> None:
    state = "active" if contact.active else "enrolment not finished"
    console.print(f"[bold]{escape(contact.name) or 'No name'}[/] ({contact.language}), {state}")
    address = f"{contact.civic_number} {contact.street} {contact.unit} {contact.city} {contact.postal_code}"
    console.print(" ".join(address.split()), markup=False)
    table = Table("Channel", "Address", "Active", "Verified", "Dead", header_style="bold")
    for point in contact.points:
        marks = ["✓" if mark else "" for mark in (point.active, point.verified, point.dead)]
        table.add_row(point.channel, point.address, *marks)
    console.print(table)


def _addresses(contact: Contact, channel: Channel) -> list[str]:
    return [phone.national(point.address) for point in contact.points if point.channel is channel and point.active]


def _data(contact: Contact) -> dict[str, Any]:
    points = [
        {
            "channel": point.channel,
            "address": point.address,
            "extension": point.extension,
            "order": point.position,
            "active": point.active,
            "verified": point.verified,
            "dead": point.dead,
            "description": point.description,
        }
        for point in contact.points
    ]
    fields = {name: getattr(contact, name) for name in FIELDS.split()}
    return {"id": contact.id, **fields, "topics": list(contact.topics), "points": points}
