"""The command line as a whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tocsin.commands import contacts, lazy, program

HEAVY = ("aiohttp", "pydantic", "sqlalchemy", "structlog", "numpy", "rapidfuzz", "python_calamine", "xlrd")


@pytest.mark.parametrize("name", program.COMMANDS)
def test_the_list_of_commands_says_of_each_what_its_own_help_begins_with(name: str) -> None:
    said = program.made(name).get_short_help_str(200)
    assert said == program.COMMANDS[name]


@pytest.mark.parametrize("name", contacts.LATER)
def test_so_does_the_list_of_those_for_residents(name: str) -> None:
    later = contacts.LATER[name]
    assert lazy.loaded(name, later).get_short_help_str(200) == later.says


@pytest.mark.parametrize("command", ["alert", "contacts", "status", "prompts", "dialplan", "doctor"])
def test_a_command_that_asks_the_service_loads_nothing_else_of_it(command: str) -> None:
    code = f"""
import sys
from tocsin.commands import contacts, lazy, program
command = program.made({command!r})
if {command!r} == "contacts":
    [lazy.loaded(name, later) for name, later in contacts.LATER.items()]
print(*sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []
