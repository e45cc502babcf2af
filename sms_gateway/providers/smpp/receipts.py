"""Receipts, in the words of each carrier (SMPP 3.4, appendix B, leaves their form open; 5.2.28 message_state)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from sms_gateway.provider import Receipt
from sms_gateway.providers.smpp import alphabets
from sms_gateway.providers.smpp.fields import MESSAGE_STATE, NETWORK_ERROR, RECEIPTED_MESSAGE_ID, c_string

if TYPE_CHECKING:
    from sms_gateway.providers.smpp.deliveries import CarrierDelivery

RECEIPT, INTERMEDIATE = 0x04, 0x20

STATES = {
    0: "SCHEDULED",
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
    9: "SKIPPED",
}
"""SMPP 3.4, 5.2.28; 0 and 9 are of SMPP 5.0, 4.7.15."""

_LOST = re.compile(
    "UNDELIV|NO[NT]DELIV|FAIL|^REJ|EXPIR|DELET|SKIPP|UNKNOWN|CANCEL|^ERR|BLOCK|BARRED|ABSENT|INVALID|REFUS|DROPP|NACK"
    "|ECHEC|NONLIVR|NONREMIS|NONDISTRIB"
)
_NOT_FINAL = re.compile(
    "ENROUTE|NOTYET|YETTO|ACCEPT|BUFF|QUEUE|PEND|SCHED|SUBMIT|^SENT|RETRY|PROCESS|DELAY|FORWARD|WAIT|TRANSIT|TOSMSC|TOGATEWAY"
    "|TOOPERATOR|TOCARRIER|TONETWORK|ATTENTE|ENCOURS"
)
_DELIVERED = re.compile("DELIV|DLVR|^ACK|^READ|SEEN|SUCCESS|LIVRE|REMIS|DISTRIBUE|TOHANDSET")
"""Looked for in this order: “delivery failed” failed, and “delivered to the network” is not final."""

_NO_SUCH_SUBSCRIBER = re.compile(
    "(UNKNOWN|INVALID|UNALLOCATED|NOSUCH|UNASSIGNED)(SUBSCRIBER|NUMBER|DEST|MSISDN)|INVDST"
)
GSM_NETWORK, UNKNOWN_SUBSCRIBER = 3, 1
"""network_error_code (SMPP 3.4, 5.3.2.31): an error of 3GPP TS 29.002, and the one for a number that nobody has."""

LONGEST_WORD = 20
_ERROR = re.compile("[A-Za-z]{0,2}:?[0-9A-Fa-f]{1,8}")
"""What is kept of a receipt: a garbled one may have somebody's text or number in these places."""

LONGEST_RECEIPT = 2_000
"""Octets that are looked through: the text of the receipt comes last."""

_NAMES = (
    r"(?:msg|message)[ _]?id|id|sub|dlvrd|(?:submit|done)[ _]?date"
    r"|(?:message[ _]?)?stat(?:us|ut|e)?|err(?:or)?(?:[ _]?code)?"
)
_FIELD = re.compile(rf"(?<![A-Za-z0-9_])({_NAMES})[\"']?\s*[:=]\s*", re.I)
_ECHO = re.compile(r"(?<![A-Za-z0-9_])te?xt[\"']?\s*[:=]", re.I)
_ENDS = " \t\r\n,;|&\"'{}\0"


def is_receipt(delivery: CarrierDelivery) -> bool:
    """Marked as one; or not marked, and with all that only a receipt has: some carriers never set esm_class."""
    if delivery.kind & (RECEIPT | INTERMEDIATE):
        return True
    if delivery.fields.get(RECEIPTED_MESSAGE_ID) and delivery.fields.get(MESSAGE_STATE):
        return True
    head, written = _written(delivery.data)
    return _FIELD.match(head) is not None and bool(written.get("id") and written.get("stat"))


def receipt(delivery: CarrierDelivery) -> Receipt | None:
    """The receipt; None when it is not the final word. Raises ValueError when it names no message or no known state.
    The id is that of the optional field, if there is one; `ids` gives all."""
    _, written = _written(delivery.data)
    found = ids(delivery)
    verdicts = [_verdict(word) for word in (written.get("stat", ""), _state(delivery.fields))]
    final = [verdict for verdict in verdicts if isinstance(verdict, bool)]
    if not found or not (final or None in verdicts):
        raise ValueError(f"a receipt that names no message or no known state: {_shown(found, written)}")
    if not final or (delivery.kind == INTERMEDIATE and not final[0]):
        return None
    if final[0]:
        return Receipt(found[0], True)
    return Receipt(found[0], False, _reason(delivery, written), no_subscriber=_no_subscriber(delivery, written))


def ids(delivery: CarrierDelivery) -> list[str]:
    """The ids of the message that a receipt names: that of the optional field first."""
    of_field = c_string(delivery.fields.get(RECEIPTED_MESSAGE_ID, b""), 0)[0].strip()
    return [each for each in (of_field, _written(delivery.data)[1].get("id", "")) if each]


def _verdict(word: str) -> bool | str | None:
    """Delivered or not; None: not the final word; the word itself: no known one."""
    letters = _letters(word) if not word.isdecimal() else STATES.get(int(word[:9]), "")
    if not letters:
        return word or "nothing"
    if _LOST.search(letters):
        return False
    if _NOT_FINAL.search(letters):
        return None
    return True if _DELIVERED.search(letters) else word


def _letters(word: str) -> str:
    """Capitals without accents and signs: « Non livré » is NONLIVRE."""
    return re.sub("[^A-Z]", "", unicodedata.normalize("NFKD", word).upper())


def _state(of: Mapping[int, bytes]) -> str:
    """message_state as a word; some carriers write its digit, or the word itself."""
    octets = of.get(MESSAGE_STATE, b"").strip(b"\0") or of.get(MESSAGE_STATE, b"")[-1:]
    if len(octets) == 1 and octets[0] in STATES:
        return STATES[octets[0]]
    return octets[:20].decode("latin-1") if octets.isalnum() else ""


def _reason(delivery: CarrierDelivery, written: Mapping[str, str]) -> str:
    """The carrier's word and its error number."""
    word = _first(written.get("stat", "")).upper()
    state = STATES[int(word)] if word.isdecimal() and len(word) == 1 else _letters_of(word)
    return " ".join(filter(None, (state or _state(delivery.fields), _error(delivery, written))))


def _error(delivery: CarrierDelivery, written: Mapping[str, str]) -> str:
    if _ERROR.fullmatch(error := _first(written.get("err", ""))):
        return error
    octets = delivery.fields.get(NETWORK_ERROR, b"")
    return f"{octets[0]}/{int.from_bytes(octets[1:3], 'big')}" if octets else ""


def _letters_of(word: str) -> str:
    """Letters alone: a garbled receipt may have somebody's number in its place."""
    found = re.match(r"[^\W\d]*", word)
    return found[0][:LONGEST_WORD] if found else ""


def _no_subscriber(delivery: CarrierDelivery, written: Mapping[str, str]) -> bool:
    """The network has nobody under this number."""
    octets = delivery.fields.get(NETWORK_ERROR, b"")[:3]
    if octets == bytes((GSM_NETWORK, 0, UNKNOWN_SUBSCRIBER)):
        return True
    said = _letters(written.get("stat", "")), _letters(written.get("err", ""))
    return any(map(_NO_SUCH_SUBSCRIBER.search, said))


@lru_cache(maxsize=64)
def _written(data: bytes) -> tuple[str, dict[str, str]]:
    """What a receipt's text says before it repeats the text, and its fields. ASCII, whatever its data_coding says; but
    for those who really write UCS-2 or packed septets."""
    for reading in alphabets.readings(data[:LONGEST_RECEIPT]):
        head = _ECHO.split(reading, maxsplit=1)[0].strip(_ENDS)
        if found := _split(head):
            return head, found
    return "", {}


def _split(head: str) -> dict[str, str]:
    """Each field's value, up to the next field; of one that comes twice, the first that holds something."""
    matches = list(_FIELD.finditer(head))
    ends = [*(match.start() for match in matches[1:]), len(head)]
    found: dict[str, str] = {}
    for match, end in zip(matches, ends, strict=False):
        name = _key(match[1])
        value = head[match.end() : end].strip(_ENDS)
        found[name] = found.get(name) or (_phrase(value) if name in ("stat", "err") else _first(value))
    return found


def _key(name: str) -> str:
    small = name.lower()
    return "id" if small.endswith("id") else next((key for key in ("stat", "err") if key in small), small)


def _phrase(value: str) -> str:
    """Up to a sign, or to a field of the carrier's own."""
    return re.split(r"[,;|\t\r\n]|\s+[\w-]+\s*[:=]", value, maxsplit=1)[0].strip(_ENDS)


def _first(value: str) -> str:
    return re.split(rf"[{re.escape(_ENDS)}]", value.strip(_ENDS), maxsplit=1)[0]


def _shown(found: list[str], written: Mapping[str, str]) -> str:
    """For the log: no value that may be a number or somebody's words."""
    word = _letters(_first(written.get("stat", "")))[:20]
    return f"{'with' if found else 'without'} an id, state “{word}”"
