"""`/v1/topics`: what residents can follow."""

from __future__ import annotations

from msgspec import Struct

from rules.model import Language


class TopicText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`spoken`: what is said of it, in both languages. `category`: under which it is offered. Of a topic that is
    offered already, what is left out stays."""

    spoken: dict[Language, str] = {}
    category: str | None = None


class TopicView(Struct, frozen=True, kw_only=True):
    """`people`: enrolled, who follow it, those who follow every topic not counted. `offered`: False for one that is
    only in files of residents."""

    name: str
    category: str
    spoken: dict[Language, str]
    people: int
    offered: bool


class Topics(Struct, frozen=True, kw_only=True):
    """`everything`: people who follow every topic, later ones too."""

    topics: tuple[TopicView, ...]
    everything: int


class TopicsChosen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that somebody follows; "*" is every topic, later ones too."""

    topics: tuple[str, ...]
