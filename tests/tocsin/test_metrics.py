"""The metrics that are documented and drawn are those that there are."""

import json
import re

import pytest
from prometheus_client import REGISTRY

from service import (
    places,
    program,  # noqa: F401 - and with it all rooms that count
)

DOCS = places.ROOT / "docs"


@pytest.fixture(scope="module")
def names() -> set[str]:
    families = [family for family in REGISTRY.collect() if family.name.startswith("tocsin_")]
    return {family.name + ("_total" if family.type == "counter" else "") for family in families}


def test_each_is_explained(names: set[str]) -> None:
    explained = re.findall(r"^\| `(tocsin_\w+)` \|", (DOCS / "metrics.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted(names)


def test_the_dashboard_draws_each_that_an_operator_looks_at(names: set[str]) -> None:
    context = json.loads((DOCS / "grafana/tocsin.json").read_text(encoding="utf-8"))
    drawn = " ".join(target["expr"] for panel in context["panels"] for target in panel["targets"])
    used = set(re.findall(r"tocsin_\w+", drawn.replace("_bucket", "")))
    assert used <= names
    assert names - used == {"tocsin_trunk_reachable", "tocsin_open_calls"}
