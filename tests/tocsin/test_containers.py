import re
from typing import Any

import yaml

from service import places, settings

ROOT = places.ROOT


def _services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return services


def test_containers_use_settings_that_exist() -> None:
    given = {name for service in _services().values() for name in service.get("environment", {})}
    written = set(re.findall(r"TOCSIN_[A-Z_]+(?==)", (ROOT / "containers/Containerfile").read_text()))
    assert given | written <= set(settings.names())


def test_all_share_the_network_of_the_line() -> None:
    others = {name: service["network_mode"] for name, service in _services().items() if name != "line"}
    assert set(others.values()) == {"service:line"}
    assert not any("ports" in service for service in _services().values())


def test_asterisk_and_the_service_share_one_volume_and_are_watched() -> None:
    pair = [_services()["asterisk"], _services()["tocsin"]]
    assert all(service["volumes"] == ["state:/var/lib/tocsin"] for service in pair)
    assert all("healthcheck" in service for service in pair)


def test_what_an_image_copies_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    rooms = [path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    assert not [room for room in rooms if f"!{room}" not in ignored]


def test_an_image_is_built_through_the_proxy_of_the_machine_and_with_its_certificates() -> None:
    builds = [service["build"] for service in _services().values()]
    assert all(build["args"] == ["http_proxy", "https_proxy", "no_proxy"] for build in builds)
    steps = (ROOT / "containers/Containerfile").read_text()
    assert "apt-get" not in re.sub(r"(?m)^#.*", "", steps)  # install-packages trusts them
    assert steps.count("COPY certificates /usr/local/share/ca-certificates") == steps.count("FROM debian:")
