"""Settings that cannot be used: what each holds and what was expected, with secrets hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from service.setting_values import Expected
from service.trunk_settings import TRUNK_FIELDS
from sms_gateway.errors import BadSetting

PREFIX = "TOCSIN_"
HIDDEN = "•••"
TRUNKS_EXAMPLE = '[{"name": "carrier", "host": "sip.carrier.example:5060", "channels": 10, "calls_per_second": 2}]'

Fields = Mapping[str, FieldInfo]
"""The fields of the settings, by name."""


class BadValue(NamedTuple):
    """One setting that cannot be used. `value` is safe to print: secrets are hidden."""

    name: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.name} is “{self.value}”; expected {self.expected}"


class BadSettings(ValueError):
    """Settings that cannot be used, one Problem each."""

    def __init__(self, problems: Iterable[BadValue]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def problems(error: ValidationError, fields: Fields) -> list[BadValue]:
    found = [_because(each, _problem(tuple(each["loc"]), each["input"], fields)) for each in error.errors()]
    return list({problem.name: problem for problem in reversed(found)}.values())[::-1]


def _because(details: ErrorDetails, problem: BadValue) -> BadValue:
    """With the carrier's own reason, but for what it quotes: that may be part of a secret."""
    why = details.get("ctx", {}).get("error")
    if not isinstance(why, BadSetting):
        return problem
    reason = re.sub("“[^”]*”", HIDDEN, str(why)).removeprefix(f"{problem.name} ").partition(": write")[0]
    return problem._replace(expected=f"{problem.expected}; this one {reason}")


def _problem(place: tuple[int | str, ...], value: Any, fields: Fields) -> BadValue:
    field = str(place[0])
    name = PREFIX + field.upper()
    if field != "trunks" or len(place) == 1:
        return BadValue(name, _shown(field, value), _expected(fields[field].metadata))
    name += f", trunk {int(place[1]) + 1}"
    if len(place) == 2:
        return BadValue(name, HIDDEN, "an object such as " + TRUNKS_EXAMPLE[1:-1])
    key = str(place[2])
    if key not in TRUNK_FIELDS:
        return BadValue(f"{name}, {key}", HIDDEN, "one of the keys " + ", ".join(TRUNK_FIELDS))
    missing = isinstance(value, Mapping)  # pydantic then gives the whole trunk
    shown = "missing" if missing else _shown(key, value)
    return BadValue(f"{name}, {key}", shown, _expected(TRUNK_FIELDS[key].metadata))


def _expected(metadata: Iterable[object]) -> str:
    return next(mark.text for mark in metadata if isinstance(mark, Expected))


def _shown(field: str, value: Any) -> str:
    if field in ("trunks", "username", "password"):
        return HIDDEN
    if field in ("sms_url", "database_url"):
        return _without_password(str(value))
    return str(value)


def _without_password(url: str) -> str:
    try:
        password = urlsplit(url).password
    except ValueError:
        return HIDDEN
    if password:
        return url.replace(f":{password}@", f":{HIDDEN}@")
    return HIDDEN if "@" in url else url
