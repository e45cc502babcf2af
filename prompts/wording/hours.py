"""Hours of the day, and « 24 heures sur 24 »."""

from __future__ import annotations

import re

from prompts.wording import numbers
from prompts.wording.numbers import EN, FR
from prompts.wording.quantities import PRE, between
from prompts.wording.rule import Unclear, WordingRule, rule, words
from rules.model import Language

NAMED = "midi|minuit|noon|midnight"
HALF_DAY = r"(?P<{}>\s?(?:[ap]\.m\.|[AP]\.M\.|[AaPp][Mm]\b))"

ANY_HALF = r"\s?(?:[ap]\.m\.|[AP]\.M\.|[AaPp][Mm]\b)"


def rules(language: Language) -> list[WordingRule]:
    first, second = _hour("1"), _hour("2")
    half_day = rf"{PRE}(?P<h>1[0-2]|0?\d)(?::(?P<m>[0-5]\d))?\s?-\s?(?P<end>{second})"
    return [
        rule(r"\b24\s?(?:h|heures)\s?/\s?24\b", words("vingt-quatre heures sur vingt-quatre")),
        rule(r"\b7\s?(?:j|jrs|jours)\s?/\s?7\b", words("sept jours sur sept")),
        rule(r"\b24\s?x\s?7\b", _always),
        rule(r"\b24\s?(?:h(?:eures)?\s?)?/\s?7\s?(?:j(?:rs|ours)?)?\b(?!/)", _always),
        rule(r"(?<=[hH\d])\s?/\s?(?=\d\d?\s?[hH:])", _apart),
        rule(rf"{PRE}(?:12\s)?(?P<w>{NAMED})\s?-\s?{second}(?!\d)", _from_named),
        rule(rf"{PRE}{first}\s?-\s?(?P<w>{NAMED})\b", _to_named),
        rule(rf"{PRE}{first}\s?-\s?{second}(?!\d)", _hours),
        *([rule(half_day, _half_day_range)] if language is EN else []),
        rule(rf"{first}\s(?P<to>à|to)\s{second}(?!\d)", _from_to),
        rule(first, _one_hour),
        rule(r"\d{1,4}:\d+(?::\d+)*", _odd_colon),
    ]


def _apart(found: re.Match[str], language: Language) -> str | Unclear | None:
    """8h-12h/13h-17h are two times of the day; 8h/17h may be one, from and to."""
    before = re.search(r"-\s?\d\d?\s?[hH:]\s?\d*$", found.string[: found.start()])
    after = re.match(r"\d\d?\s?[hH:]\s?\d*\s?-", found.string[found.end() :])
    if before and after:
        return "et" if language is FR else "and"
    return Unclear("ou", "« à », « et » ou « ou »") if language is FR else Unclear("or", "“to”, “and” or “or”")


def _from_named(found: re.Match[str], language: Language) -> str:
    return between(found["pre"], found["w"], clock(*_read(found, "2"), language), language)


def _to_named(found: re.Match[str], language: Language) -> str:
    return between(found["pre"], clock(*_read(found, "1"), language), found["w"], language)


def _always(found: re.Match[str], language: Language) -> str:
    if language is FR:
        return "vingt-quatre heures sur vingt-quatre, sept jours sur sept"
    return "twenty-four hours a day, seven days a week"


def _hour(name: str) -> str:
    """`8h`, `8 h 30`, `08:30`, in English `8 a.m.` as well."""
    half, half_h = HALF_DAY.format(f"half{name}"), HALF_DAY.format(f"halfh{name}")
    hours = rf"(?P<h{name}>[01]?\d|2[0-4])"
    with_h = rf"{hours}\s?[hH](?:\s?(?P<m{name}>[0-5]\d)(?:\s?min\b)?)?{half_h}?(?!\w|\s?/\s?(?!\d\d?\s?[hH:]))"
    colon = rf"(?P<hc{name}>[01]?\d|2[0-4])(?::|\.(?=[0-5]\d{ANY_HALF}))(?P<mc{name}>[0-5]\d)(?![\d:]){half}?"
    bare = rf"(?P<hb{name}>1[0-2]|0?\d){HALF_DAY.format(f'halfb{name}')}"
    return f"(?:{with_h}|{colon}|{bare})"


def _read(found: re.Match[str], name: str) -> tuple[int, int, str]:
    """Hour, minute, and `a` or `p`, where it says so."""
    group = found.groupdict()
    hour = group[f"h{name}"] or group[f"hc{name}"] or group[f"hb{name}"]
    minute = group[f"m{name}"] or group[f"mc{name}"] or "0"
    half = (group[f"half{name}"] or group[f"halfb{name}"] or group[f"halfh{name}"] or "").strip().lower()
    return int(hour), int(minute), half[:1]


def clock(hour: int, minute: int, half: str, language: Language) -> str:
    if language is FR:
        return _french(hour + 12 * (half == "p" and hour < 12) - 12 * (half == "a" and hour == 12), minute)
    if not half and (hour > 12 or hour == 0):
        half, hour = ("p", hour - 12) if 12 < hour < 24 else ("a", hour % 24 or 12)
    said = numbers.cardinal(hour, EN)
    if minute:
        said += f" oh {numbers.cardinal(minute, EN)}" if minute < 10 else f" {numbers.cardinal(minute, EN)}"
    return f"{said} {half.upper()} M" if half else said if minute else f"{said} o'clock"


def _french(hour: int, minute: int) -> str:
    said = f"{numbers.cardinal(hour, FR, feminine=True)} heure{'s' * (hour > 1)}"
    return f"{said} {numbers.cardinal(minute, FR)}" if minute else said


def _one_hour(found: re.Match[str], language: Language) -> str:
    hour, minute, half = _read(found, "1")
    if language is EN and "h" in found[0].lower().replace(" ", "") and not minute and not half:
        return (
            f"{numbers.cardinal(hour, EN)} {'hour' if hour == 1 else 'hours'}"
            if not found["m1"]
            else clock(hour, 0, "", EN)
        )
    return clock(hour, minute, half, language)


def _hours(found: re.Match[str], language: Language) -> str:
    (hour, minute, half), (hour2, minute2, half2) = _read(found, "1"), _read(found, "2")
    first, last = clock(hour, minute, half, language), clock(hour2, minute2, half2, language)
    return between(found["pre"], first, last, language)


def _from_to(found: re.Match[str], language: Language) -> str:
    """8h à 12h, together: of « 8h à 12h - 13h à 17h » the dash is no range."""
    first, last = (clock(*_read(found, name), language) for name in "12")
    return f"{first} {found['to']} {last}"


def _half_day_range(found: re.Match[str], language: Language) -> str | Unclear:
    """1-3 p.m.: the half of the day is that of the end."""
    hour2, minute2, half = _read(found, "2")
    minute = int(found["m"] or 0)
    hour = int(found["h"])
    first = numbers.cardinal(hour, EN) + (f" {clock(hour, minute, '', EN).split(' ', 1)[1]}" if minute else "")
    return between(found["pre"], first, clock(hour2, minute2, half, language), language)


def _odd_colon(found: re.Match[str], language: Language) -> Unclear:
    said = re.sub(r"\d+", lambda part: numbers.spoken(part[0], language), found[0].replace(":", " "))
    return Unclear(
        said,
        "« 8 h 30 » pour une heure, « 1 sur 500 » pour un rapport"
        if language is FR
        else "“8:30” for a time, “1 in 500” for a ratio",
    )
