"""The options that describe an alert."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from records.alerts import ALL_CHANNELS, AlertRequest
from rules import area, audience, phone, visible
from rules.model import Household, Language, Numbers, Purpose
from rules.target import HOW_TO
from tocsin.commands import common

EVERYBODY = ["all"]
POLYGON, LIST = "polygon:", "numbers:"

Title = Annotated[str, typer.Option(help="Short name of the alert, for the record.")]
TextFr = Annotated[str, typer.Option(help="What is said and texted in French.")]
TextEn = Annotated[str, typer.Option(help="What is said and texted in English.")]
To = Annotated[list[str], typer.Option(help=f"{HOW_TO}, numbers:FILE.txt. May be given several times.")]
Except = Annotated[list[str], typer.Option("--except", help="Who is not meant after all, written like --to.")]
EVERY_CHANNEL = ",".join(ALL_CHANNELS)
Channels = Annotated[str, typer.Option(help=f"{', '.join(ALL_CHANNELS)} or both with a comma.")]
Template = Annotated[str, typer.Option(help="Take title, texts and purpose from it: `tocsin templates list`.")]
Fill = Annotated[
    list[str],
    typer.Option(
        "--set", metavar="NAME=TEXT", help="What the template leaves open; NAME.en=TEXT in English. Repeatable."
    ),
]
Why = Annotated[
    Purpose | None,
    typer.Option(help="Only an emergency rings at any hour. Default: the template's, else emergency."),
]
At = Annotated[
    str, typer.Option(help="When it begins: 14:30, 2026-03-04 14:30, or 2026-11-01 01:15-05:00. Default: now.")
]
WhenAllowed = Annotated[bool, typer.Option("--when-allowed", help="Outside the hours, begin when they open.")]
Until = Annotated[
    str,
    typer.Option(
        "--until",
        "--expires",
        help="Nobody is called or texted from then on: 18:00, or 2026-03-04 18:00. Default: 12 hours after an emergency"
        " began, else the end of the hours that open next.",
    ),
]
WhichNumbers = Annotated[Numbers, typer.Option(help="first_reached: in their order; every: all numbers of a person.")]
WhichPeople = Annotated[Household, typer.Option(help="each person, or an address once, until somebody is reached.")]


def request(
    *,
    title: Title = "",
    text_fr: TextFr = "",
    text_en: TextEn = "",
    template: Template = "",
    fill: Fill = [],  # noqa: B006
    to: To = EVERYBODY,
    but: Except = [],  # noqa: B006
    channels: Channels = EVERY_CHANNEL,
    purpose: Why = None,
    at: At = "",
    when_allowed: WhenAllowed = False,
    until: Until = "",
    numbers: WhichNumbers = Numbers.FIRST_REACHED,
    household: WhichPeople = Household.EACH,
) -> AlertRequest:
    """What the options ask for. Fails where a file that they name can't be used."""
    return AlertRequest(
        title=title,
        texts={Language.FR: text_fr, Language.EN: text_en},
        template=template,
        fill=filled(fill),
        to=terms(to),
        but=terms(but),
        channels=tuple(channels.split(",")),
        purpose=purpose,
        at=at,
        when_allowed=when_allowed,
        until=until,
        numbers=numbers,
        household=household,
    )


def described(*required: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command the options of `request`, before its own; it gets what they ask for as its first argument.
    `required`: options without a default."""

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        options = signature(request, eval_str=True).parameters
        own = [*signature(command, eval_str=True).parameters.values()][1:]
        needed = [options[name].replace(default=Parameter.empty) for name in required]
        every = [*needed, *(each for name, each in options.items() if name not in required), *own]

        @functools.wraps(command)
        def run(**given: Any) -> None:
            asked = request(**{name: given.pop(name) for name in options})
            command(asked, **given)

        run.__annotations__ = {each.name: each.annotation for each in every}
        vars(run)["__signature__"] = Signature([each.replace(kind=Parameter.KEYWORD_ONLY) for each in every])
        return run

    return with_options


def filled(named: Sequence[str]) -> dict[str, str]:
    """NAME=TEXT, each."""
    found = {}
    for each in named:
        name, equals, text = each.partition("=")
        if not name.strip() or not equals:
            common.fail(f"--set {each}: write it as NAME=TEXT.", status=common.WRONG_USAGE)
        found[name.strip()] = text.strip()
    return found


def terms(named: Sequence[str]) -> tuple[str, ...]:
    """Of a target, with what files hold in place of their names."""
    return tuple(map(_terms, named))


def _terms(term: str) -> str:
    """What a file holds, in place of its name."""
    try:
        return visible.text(_read_file(term))
    except visible.Unprintable as error:
        common.fail(f"{term.partition(':')[0]} {error}.", status=common.WRONG_USAGE)
    except (audience.BadTarget, area.BadArea) as error:
        common.fail(str(error), status=common.WRONG_USAGE)


def _read_file(term: str) -> str:
    """What a file holds, in place of its name."""
    term = term.strip()
    if term.startswith(LIST):
        path = Path(term.removeprefix(LIST))
        if not (numbers := list(_numbers(path))):
            raise audience.BadTarget(f"{path} holds no number: write one a line, or leave {LIST}{path} away")
        return " ".join(f"number:{number}" for number in numbers)
    path = Path(term.removeprefix(POLYGON))
    if not term.startswith(POLYGON) or not path.suffix.lower().endswith("json"):
        return term
    return " ".join(f"{POLYGON}{each}" for each in _areas(path))


def _numbers(path: Path) -> Iterator[str]:
    for place, line in enumerate(_text(path, "one number a line").splitlines(), start=1):
        try:
            yield from [phone.parse(line.strip())] if line.strip() else []
        except phone.BadNumber as error:
            raise audience.BadTarget(f"{path}, line {place}: {error}") from error


def _areas(path: Path) -> list[area.Area]:
    try:
        return area.read_geojson(_text(path, "GeoJSON"))
    except area.BadArea as error:
        raise area.BadArea(f"{path} {error}") from error


def _text(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise audience.BadTarget(f"{path} is no text in UTF-8: save it again as “UTF-8” ({what})") from error
