"""How a call that was not answered ended: Q.850 cause and SIP status to Disposition, in one table.

Sources: ITU-T Q.850 (causes), RFC 3261 section 21 (SIP statuses), RFC 3326 (Reason header, which Asterisk turns into
the cause), RFC 3398 (mapping between the two).
"""

from __future__ import annotations

from rules.outcome import Disposition

BY_SIP: dict[int, Disposition] = {
    403: Disposition.REFUSED,  # of the called party while the trunk carries other calls: see dialer.trunks
    603: Disposition.REFUSED,
    607: Disposition.REFUSED,  # unwanted, RFC 8197
    608: Disposition.REFUSED,  # rejected by an analytics engine, RFC 8688
    486: Disposition.BUSY,
    600: Disposition.BUSY,
    480: Disposition.NO_ANSWER,
    483: Disposition.NO_ANSWER,
    408: Disposition.NO_ANSWER,
    487: Disposition.NO_ANSWER,  # our own CANCEL when it has rung long enough
    404: Disposition.DEAD_NUMBER,
    410: Disposition.DEAD_NUMBER,
    484: Disposition.DEAD_NUMBER,
    485: Disposition.DEAD_NUMBER,
    604: Disposition.DEAD_NUMBER,
    482: Disposition.NO_ANSWER,  # this and 483: the network sends the call in a circle
    430: Disposition.UNREACHABLE,  # the network has lost the way to the telephone, RFC 5626
    429: Disposition.CONGESTION,  # too many requests, RFC 6585
    501: Disposition.TRUNK_FAULT,  # this and the next: as the 4xx below, whoever is called
    505: Disposition.TRUNK_FAULT,
    513: Disposition.TRUNK_FAULT,
    606: Disposition.TRUNK_FAULT,
}

BY_CLASS: dict[int, Disposition] = {
    4: Disposition.TRUNK_FAULT,  # something in our call does not suit the trunk, whoever is called
    5: Disposition.CONGESTION,
    6: Disposition.BUSY,
}
"""Statuses that are not in BY_SIP count as 400, 500 and 600 (RFC 3261, 8.1.3.2)."""

BY_CAUSE: dict[int, Disposition] = {
    1: Disposition.DEAD_NUMBER,
    3: Disposition.DEAD_NUMBER,
    22: Disposition.DEAD_NUMBER,
    28: Disposition.DEAD_NUMBER,
    17: Disposition.BUSY,
    18: Disposition.NO_ANSWER,
    19: Disposition.NO_ANSWER,
    20: Disposition.UNREACHABLE,
    21: Disposition.REFUSED,
    27: Disposition.CONGESTION,
    34: Disposition.CONGESTION,
    38: Disposition.CONGESTION,
    41: Disposition.CONGESTION,
    42: Disposition.CONGESTION,
    44: Disposition.CONGESTION,
    58: Disposition.TRUNK_FAULT,
    102: Disposition.CONGESTION,
}

REASON_WINS = {480, 500, 503}
"""Statuses that switches use for whatever they can't map (FreeSWITCH answers 480): the Reason header knows better."""

DEFAULT_CAUSE = {480: 19, 500: 38, 503: 34}
"""The cause that Asterisk derives from these statuses when the network sent no Reason header."""

NO_SOUND = {406, 488}
"""Statuses by which Asterisk ends a call at its answer: the answer says nothing of sound, or nothing that we know."""

BROKEN_OFF = {34, 38, 41, 42, 44, 47}
"""Causes of the end of an answered call that are the network's own failure (Q.850, 2.2.7.3)."""


def disposition(cause: int, sip: int) -> Disposition:
    """The disposition of a call that ended unanswered. `sip` 0: no final SIP status was seen."""
    if sip in REASON_WINS and cause in BY_CAUSE and cause != DEFAULT_CAUSE[sip]:
        return BY_CAUSE[cause]
    if sip in BY_SIP:
        return BY_SIP[sip]
    if sip // 100 in BY_CLASS:
        return BY_CLASS[sip // 100]
    # Nothing is known: as for a telephone that rang and nobody came, the resident is called again.
    return BY_CAUSE.get(cause, Disposition.NO_ANSWER)
