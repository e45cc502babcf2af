"""`/v1/prompts`, `/v1/dialplan` and `/v1/doctor`: what the administrator asks for."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Built(Struct, frozen=True, kw_only=True):
    """`built`: prompts that were made; `kept`: those that were there. `warnings`: what a person must correct. `audio`:
    the folder of all."""

    built: int
    kept: int
    warnings: tuple[str, ...]
    audio: str


class Checked(Struct, frozen=True, kw_only=True):
    """`problems`: one line each, with the place and what to do; none when all is well."""

    problems: tuple[str, ...]


class ChangedText(Struct, frozen=True, kw_only=True):
    """A text that the town has changed. `shipped`: the program's, now; "" where it has none of that key. `place`: file
    and line."""

    key: str
    language: str
    own: str
    shipped: str
    place: str


class ChangedTexts(Struct, frozen=True, kw_only=True):
    """In the order of the catalogue. `folder`: where the town's own texts lie."""

    texts: tuple[ChangedText, ...]
    folder: str


class SheetForm(StrEnum):
    CSV = "csv"
    MARKDOWN = "md"


class Sheet(Struct, frozen=True, kw_only=True):
    """What a speaker reads aloud. `recordings`: the folder that has one for each language."""

    text: str
    recordings: str


PLAN_KINDS = (".conf", ".yaml")
"""The files of dialplans/."""


class Plans(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A changed copy of dialplans/. `name`: of its folder, as whoever asks calls it. `files`: by name."""

    name: str
    files: dict[str, bytes]


class DialplanRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`plans`: null for those that the service has."""

    plans: Plans | None = None


class Check(StrEnum):
    """What the doctor looks at, in this order."""

    SETTINGS = "settings"
    VERSIONS = "versions"
    DISK = "disk"
    CLOCK = "clock"
    DATABASE = "database"
    SERVICE = "service"
    PORTS = "ports"
    PROMPTS = "prompts"
    DIALPLAN = "dialplan"
    TRUNKS = "trunks"
    TEXTS = "texts"
    NUMBERS = "numbers"


class Condition(StrEnum):
    """`DOUBTFUL`: it may work; somebody should look."""

    WELL = "well"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


class Finding(Struct, frozen=True, kw_only=True):
    """What one check found. `remedy`: what to do; empty when all is well."""

    check: str
    state: Condition
    said: str
    remedy: str = ""


class DoctorRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`only`: some checks, [] for all. `plans`: null for those that the service has."""

    only: tuple[Check, ...] = ()
    plans: Plans | None = None


class Examination(Struct, frozen=True, kw_only=True):
    """In the order of the checks."""

    findings: tuple[Finding, ...]
