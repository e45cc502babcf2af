"""What all the tests share."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those on the real Asterisk come first: the many short ones fill the gaps beside the last of them."""
    items.sort(key=lambda item: "tests/live/" not in item.nodeid)
