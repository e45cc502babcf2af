"""`/v1/templates`: alerts that are ready to be sent."""

from __future__ import annotations

from msgspec import Struct

from rules.model import Language, Purpose


class TemplateText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In both languages. What stands in braces in a text, as {area}, is left open."""

    purpose: Purpose
    title: dict[Language, str]
    text: dict[Language, str]


class TemplateRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a template that there is, what is left out stays. `purpose`: emergency where nothing says another."""

    purpose: Purpose | None = None
    title: dict[Language, str] = {}
    text: dict[Language, str] = {}


class Template(Struct, frozen=True, kw_only=True):
    """`blanks`: what is left open, in the order of the text. `own`: the town's, not the program's."""

    name: str
    purpose: Purpose
    title: dict[Language, str]
    text: dict[Language, str]
    blanks: tuple[str, ...]
    own: bool


class Templates(Struct, frozen=True, kw_only=True):
    """By name."""

    templates: tuple[Template, ...]


class TemplateRemoved(Struct, frozen=True, kw_only=True):
    """`shipped`: the one of the program counts again."""

    shipped: bool
