"""The options that describe an alert, and the draft that they make."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from prompts import wording
from rules import area, audience, moments, phone, schedule, visible
from rules.model import Channel, Household, Language, Numbers, Purpose
from rules.target import HOW_TO
from service import clock, ends
from service.settings import Settings
from tocsin.commands import common

EVERYBODY = ["all"]
POLYGON, LIST = "polygon:", "numbers:"

Title = Annotated[str, typer.Option(help="Short name of the alert, for the record.")]
TextFr = Annotated[str, typer.Option(help="What is said and texted in French.")]
TextEn = Annotated[str, typer.Option(help="What is said and texted in English.")]
To = Annotated[list[str], typer.Option(help=f"{HOW_TO}, numbers:FILE.txt. May be given several times.")]
Except = Annotated[list[str], typer.Option("--except", help="Who is not meant after all, written like --to.")]
Channels = Annotated[str, typer.Option(help="voice, sms or both with a comma.")]
Why = Annotated[Purpose, typer.Option(help="Only an emergency rings at any hour.")]
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line. `opening`: when it could begin, where it may not begin as asked."""

    draft: audience.Draft
    opening: datetime | None = None


@dataclass(frozen=True, slots=True)
class When:
    at: str = ""
    when_allowed: bool = False
    until: str = ""


def draft(
    ours: Settings,
    *,
    title: str,
    texts: dict[Language, str],
    to: Sequence[str],
    but: Sequence[str],
    channels: str,
    purpose: Purpose,
    when: When,
    numbers: Numbers = Numbers.FIRST_REACHED,
    household: Household = Household.EACH,
    follows: int | None = None,
) -> Asked:
    """Fails with what is wrong, and the remedy."""
    texts = {language: _seen(f"--text-{language}", text, lines=True).strip() for language, text in texts.items()}
    missing = [f"--text-{language}" for language in ours.languages if not texts[language]]
    if missing:
        common.fail(f"{' and '.join(missing)} must hold the text of the alert.", status=common.WRONG_USAGE)
    served = _channels(ours, channels)
    texts = {language: texts[language] for language in ours.languages}
    if Channel.VOICE in served:
        _refuse_unsayable(texts)
    starts_at, opening = _start(ours, purpose, when)
    made = audience.Draft(
        title=_seen("--title", title),
        texts=texts,
        purpose=purpose,
        target=target(to, but),
        channels=served,
        redials=ours.redials,
        redial_delay_s=ours.redial_delay_s,
        redial_table=ours.redial_table,
        starts_at=starts_at,
        expires_at=_until(ours, purpose, when, opening or starts_at),
        numbers=numbers,
        household=household,
        follows=follows,
    )
    return Asked(made, opening)


def _seen(option: str, text: str, *, lines: bool = False) -> str:
    """Without invisible characters, which pasted texts bring along."""
    try:
        return visible.text(text, lines=lines)
    except visible.Unprintable as error:
        common.fail(f"{option} {error}.", status=common.WRONG_USAGE)


def _refuse_unsayable(texts: Mapping[Language, str]) -> None:
    """A voice must not leave out a sign that carries meaning, nor guess at one."""
    found = [
        f"--text-{language}, character {each.place + 1} (… {each.near} …): "
        f"a voice can't say “{each.sign}” for certain; write {each.instead}."
        for language, text in texts.items()
        for each in wording.unsayable(text, language)
    ]
    found += [f"--text-{each} holds no word to say." for each, text in texts.items() if not wording.plain(text, each)]
    if found:
        common.fail("\n".join(found), status=common.WRONG_USAGE)


def target(to: Sequence[str], but: Sequence[str] = ()) -> audience.Target:
    try:
        return audience.Target.parse(map(_read_file, to), map(_read_file, but))
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
        return _seen(term.partition(":")[0], term)
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
        raise audience.BadTarget(f"{path} is no text in UTF-8: save it anew as “UTF-8” ({what})") from error


def local_now(ours: Settings) -> datetime:
    return clock.now().astimezone(zoneinfo.ZoneInfo(ours.timezone))


def _start(ours: Settings, purpose: Purpose, when: When) -> tuple[datetime | None, datetime | None]:
    now = local_now(ours)
    at = _moment("--at", when.at, now) if when.at else None
    try:
        return schedule.start(purpose, now, at=at, when_allowed=when.when_allowed), None
    except schedule.OutsideHours as error:
        return at, error.opening
    except schedule.BadMoment as error:
        common.fail(f"--at {when.at}: {error}.", status=common.WRONG_USAGE)


def _until(ours: Settings, purpose: Purpose, when: When, begins: datetime | None) -> datetime:
    """When it ends, as asked or by default. `begins`: None for at once."""
    now = local_now(ours)
    begins = begins or now
    if not when.until:
        return ends.of(ours, purpose, begins)
    until = _moment("--until", when.until, now)
    if not moments.before(begins, until):
        why = "is over before the alert begins: write a later moment, with its date, as 2026-11-22 18:00"
        common.fail(f"--until {when.until} {why}.", status=common.WRONG_USAGE)
    return until


def _moment(option: str, text: str, now: datetime) -> datetime:
    try:
        if doubt := schedule.doubt(text, now):
            common.warn(f"{option} {text}: {doubt}.")
        return schedule.read(text, now)
    except schedule.BadMoment as error:
        common.fail(f"{option}: {error}.", status=common.WRONG_USAGE)


def _channels(ours: Settings, asked: str) -> tuple[Channel, ...]:
    """The channels asked for that this site can serve; the others are said."""
    try:
        wanted = tuple(dict.fromkeys(Channel(name.strip()) for name in asked.split(",")))
    except ValueError:
        common.fail(f"--channels is “{asked}”: write voice, sms or voice,sms.", status=common.WRONG_USAGE)
    needs = {Channel.VOICE: "TOCSIN_TRUNKS", Channel.SMS: "TOCSIN_SMS_URL"}
    ready = {Channel.VOICE: bool(ours.trunks), Channel.SMS: bool(ours.sms_url.get_secret_value())}
    for channel in wanted:
        if not ready.get(channel):
            common.warn(f"No {channel} goes out: {needs.get(channel, 'that channel')} is not set.")
    served = tuple(channel for channel in wanted if ready.get(channel))
    return served or common.fail("Nothing can go out: set TOCSIN_TRUNKS or TOCSIN_SMS_URL in .env.")
