from __future__ import annotations

import getpass
import os

from staff import authors

NOBODYS_ID = 4_000_000_000


def test_a_user_by_name() -> None:
    assert authors.of_user(os.getuid()) == getpass.getuser()


def test_a_user_without_a_name_here_as_in_a_container() -> None:
    assert authors.of_user(NOBODYS_ID) == "user 4000000000"
