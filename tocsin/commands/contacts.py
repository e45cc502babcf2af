"""`tocsin contacts`: import, list, show."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from db.alerts import targets
from db.engine.store import Store
from db.residents import contacts
from rules import phone
from rules.model import Channel, Contact
from rules.target import BadTarget
from service import clock
from tocsin.commands import common, drafts, import_history, importing, local, personal, reviving
from tocsin.commands.common import console

FIELDS = "first_name last_name language active civic_number street unit city postal_code sector"

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The residents: import, list, show.")


groups = typer.Typer(no_args_is_help=True, help="Targets saved under a name, for --to group:NAME.")
app.add_typer(groups, name="group")
app.command("revive")(reviving.revive)
app.command("export")(personal.export)
app.command("erase")(personal.erase)


@groups.command("save")
def save_group(
    name: Annotated[str, typer.Argument(help="Its name.")],
    to: drafts.To,
    but: drafts.Except = [],  # noqa: B006
) -> None:
    """Save a target under a name, or change it. Who is in it is looked up anew for each alert."""
    ours = local.loaded(log_level="warning")
    target = drafts.target(to, but)

    async def work(store: Store) -> None:
        try:
            await targets.save_group(store, name, target, by=getpass.getuser(), now=clock.now())
        except BadTarget as error:
            common.fail(str(error), status=common.WRONG_USAGE)
        people = len(await contacts.matching(store, target))
        console.print(f"Group “{name}”: {people} people at the moment.", markup=False)

    local.with_store(ours, work)


@groups.command("list")
def list_groups(json: common.Json = False) -> None:
    """List the groups."""
    ours = local.loaded(log_level="warning")
    found = local.with_store(ours, targets.groups)
    if json:
        common.print_json([{"name": name, "target": target} for name, target in found.items()])
        return
    for name, target in found.items():
        console.print(f"{name}: {target}", markup=False)


@groups.command("delete")
def delete_group(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Forget a group; its people stay."""
    ours = local.loaded(log_level="warning")

    async def work(store: Store) -> None:
        if not await targets.delete_group(store, name, by=getpass.getuser(), now=clock.now()):
            common.fail(f"There is no group “{name}”. `tocsin contacts group list` shows those that are.")

    local.with_store(ours, work)


app.command("import")(importing.import_file)
app.command("imports")(import_history.list_imports)


@app.command("list")
def listing(
    sector: Annotated[str, typer.Option(help="Only this sector.")] = "",
    limit: common.Limit = 100,
    offset: common.Offset = 0,
    json: common.Json = False,
) -> None:
    """List residents."""
    ours = local.loaded(log_level="warning")

    async def work(store: Store) -> None:
        found = await contacts.listing(store, sector=sector or None, limit=limit + 1, offset=offset)
        common.hint_at_more(len(found), limit, offset)
        del found[limit:]
        if json:
            common.print_json([_data(contact) for contact in found])
            return
        table = Table("Name", "Language", "Sector", "Voice", "Texts", header_style="bold")
        for contact in found:
            numbers = [", ".join(_addresses(contact, channel)) for channel in (Channel.VOICE, Channel.SMS)]
            table.add_row(escape(contact.name), contact.language, escape(contact.sector), *numbers)
        console.print(table)

    local.with_store(ours, work)


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="A telephone number of the resident, in any usual form.")],
    json: common.Json = False,
) -> None:
    """Show one resident's file."""
    ours = local.loaded(log_level="warning")
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

    local.with_store(ours, work)


def _print(contact: Contact) -> None:
    state = "active" if contact.active else "enrolment not finished"
    console.print(f"[bold]{escape(contact.name) or 'No name'}[/] ({contact.language}), {state}")
    address = f"{contact.civic_number} {contact.street} {contact.unit} {contact.city} {contact.postal_code}"
    console.print(" ".join(address.split()), markup=False)
    table = Table("Channel", "Address", "Active", "Verified", "Exists", header_style="bold")
    for point in contact.points:
        marks = ["✓" if mark else "" for mark in (point.active, point.verified)]
        exists = "dead" if point.dead else "suspected" if point.suspected else "✓"
        table.add_row(point.channel, point.address, *marks, exists)
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
