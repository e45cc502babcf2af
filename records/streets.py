"""`/v1/streets`: which civic numbers are in which sector."""

from __future__ import annotations

from msgspec import Struct


class StreetsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`upload`: the file, of `POST /v1/uploads`; "" to take the streets from where residents live whose sector is
    known. `file`: its name. `sheet`: of a workbook. `encoding`: of a text file, "" to guess it. `dry_run`: say what
    would be done, and do nothing."""

    upload: str = ""
    file: str = ""
    sheet: str = ""
    encoding: str = ""
    dry_run: bool = False


class StreetPart(Struct, frozen=True, kw_only=True):
    """A street, or the part of it that is in one sector. `first`, `last`: civic numbers, both included; None: that end
    is open. `side`: both, odd, even."""

    name: str
    first: int | None
    last: int | None
    side: str
    postal_code: str
    sector: str


class Streets(Struct, frozen=True, kw_only=True):
    """By name. `without_sector`: enrolled residents for whom no sector is known."""

    streets: tuple[StreetPart, ...]
    without_sector: int


class AddressRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where somebody lives now: all of it. `sector`: "" for that of the street."""

    civic_number: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    postal_code: str = ""
    sector: str = ""


class Moved(Struct, frozen=True, kw_only=True):
    """`sector`: "" where no street says it: alerts to sectors don't reach them until somebody does."""

    id: int
    sector: str
