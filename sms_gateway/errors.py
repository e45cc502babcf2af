"""Why a text could not be sent, and what follows from it."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from rules.operator_error import OperatorError

NUMBER_NOT_ALLOWED = "number not allowed"
"""As whoever is left out of an alert for it is told of."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """`retry`: the carrier did not take the text, try later. `unsure`: it may have, so never send it again by
    ourselves. `our_fault`: nothing is wrong with the number. `dead_number`: evidence that
    the number does not exist."""

    for_operator: str
    retry: bool = False
    unsure: bool = False
    our_fault: bool = False
    dead_number: bool = False


class Reason(Enum):
    THROTTLED = Consequence("The carrier asks for fewer texts a second; Tocsin slows down by itself.", retry=True)
    QUEUE_FULL = Consequence("The carrier's queue is full; Tocsin slows down by itself.", retry=True)
    TEMPORARY = Consequence("A passing fault at the carrier; Tocsin tries again by itself.", retry=True)
    NOT_CONNECTED = Consequence("No connection to the carrier; the text left nowhere and waits.", retry=True)
    NO_RESPONSE = Consequence(
        "The carrier never said whether it took the text. It is not sent twice: ask the resident or the carrier.",
        unsure=True,
    )
    INCOMPLETE = Consequence("The carrier took the first parts of a long text and not the last ones.", unsure=True)
    BAD_NUMBER = Consequence("The carrier says that this number does not exist.", dead_number=True)
    DENIES_ALL = Consequence(
        "The carrier says of every number that it does not exist: check number_format in TOCSIN_SMS_URL first, "
        "then ask the carrier whether this account may send. Texts wait and are tried again.",
        retry=True,
        our_fault=True,
    )
    REFUSED = Consequence("The carrier refuses to text this number.")
    UNKNOWN_CODE = Consequence("The carrier refused with a code of its own: look it up in the carrier's manual.")
    BAD_SENDER = Consequence(
        "The carrier refuses the sender: check TOCSIN_SMS_SENDER with the carrier.", retry=True, our_fault=True
    )
    BAD_SESSION = Consequence(
        "The carrier refuses this account: check TOCSIN_SMS_URL with the carrier.", retry=True, our_fault=True
    )
    BAD_MESSAGE = Consequence("The carrier could not read what Tocsin sent: report it.", our_fault=True)
    NOT_ALLOWED = Consequence("Its area code is not in TOCSIN_ALLOWED_AREA_CODES.")
    FAULT = Consequence(
        "Something failed within Tocsin while it sent: it may have left. Report it, with the log.",
        unsure=True,
        our_fault=True,
    )
    TOO_LONG = Consequence("The text needs too many parts: shorten it.", our_fault=True)

    @property
    def retry(self) -> bool:
        return self.value.retry

    @property
    def unsure(self) -> bool:
        return self.value.unsure

    @property
    def our_fault(self) -> bool:
        return self.value.our_fault

    @property
    def dead_number(self) -> bool:
        return self.value.dead_number

    @property
    def for_operator(self) -> str:
        return self.value.for_operator

    @property
    def word(self) -> str:
        """As stored with the message."""
        return NUMBER_NOT_ALLOWED if self is Reason.NOT_ALLOWED else self.name.lower()


class SendFailed(Exception):
    """One text was not sent, or nobody knows. `detail`: the carrier's own word, for the log. `where`: host:port of the
    carrier that said so."""

    def __init__(self, reason: Reason, detail: str = "", *, where: str = "") -> None:
        super().__init__(f"{reason.word} {detail}".strip())
        self.reason, self.detail, self.where = reason, detail, where


def described(error: Exception) -> dict[str, str]:
    """For the log: what and where; in words only where they are meant for the operator. Others may hold a number or a
    text."""
    if isinstance(error, OperatorError):
        return {"error": type(error).__name__, "why": str(error)}
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return {"error": type(error).__name__, "at": f"{Path(frame.filename).name}:{frame.lineno}"}


class BadSetting(OperatorError, ValueError):
    """A setting that cannot work; the text names it, and says what to write."""
