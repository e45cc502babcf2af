"""Authors: in whose name something is done, as the journal has it. Whoever may open the socket of the service has all
rights."""

from __future__ import annotations

import pwd


def of_user(user_id: int) -> str:
    """The user of this machine that a program runs as."""
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user {user_id}"
