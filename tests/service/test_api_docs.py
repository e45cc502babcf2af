"""docs/api.md is what the routes and their records say."""

from __future__ import annotations

from service.api import docs
from service.api.server import ROUTES
from service.places import ROOT


def test_the_page_is_up_to_date() -> None:
    """`python -m service.api.docs > docs/api.md` makes it so."""
    assert (ROOT / "docs/api.md").read_text(encoding="utf-8") == docs.page()


def test_each_route_says_what_it_is_for() -> None:
    assert [route.path for route in ROUTES if not route.says] == []
