"""What the operator does about a trunk, by what its calls end with."""

from __future__ import annotations

from rules.outcome import Disposition, Outcome, denies

FORBIDDEN, SILENCE = 403, 408
DECLINES = (603, 607, 608)
"""By the called party, or by a network that wants no call of ours: 603 is also “network blocked” (ATIS-1000099), 607
“unwanted” (RFC 8197), 608 “rejected” by an analytics engine (RFC 8688)."""

BLOCKED = (
    "ask the carrier why calls that show TOCSIN_CALLER_ID_NUMBER are refused: an analytics engine may take them for "
    "nuisance calls"
)
LOG_IN = "check this trunk's username and password in TOCSIN_TRUNKS with the carrier"
NUMBER_FORMAT = (
    "check this trunk's number_format in TOCSIN_TRUNKS first: the carrier says of every number that it does not exist; "
    "then ask the carrier whether this account may call"
)
REMEDIES = {
    401: LOG_IN,
    407: LOG_IN,
    402: "ask the carrier about the account: it wants to be paid",
    603: BLOCKED,
    607: BLOCKED,
    608: BLOCKED,
    FORBIDDEN: "ask the carrier whether this address may call, and show TOCSIN_CALLER_ID_NUMBER",
    SILENCE: "check this trunk's host in TOCSIN_TRUNKS, TOCSIN_SIP_BIND and the firewall: nothing there answers",
    200: "ask the carrier why it answers without taking sound (its SDP says inactive or sendonly, or there is none)",
    488: "ask the carrier to take G.711 (ulaw or alaw)",
}
CONGESTED_REMEDY = "ask the carrier why it takes no call, and compare the trunk's channels and calls_per_second with it"
OTHER_REMEDY = "ask the carrier what this status means for this trunk"
OUR_OWN_REMEDY = "Asterisk itself refused the call: its log is TOCSIN_HOME/asterisk/log/messages.log"
OPTIONS_REMEDY = "check that the carrier is up and that its key `qualify` is false where it answers no OPTIONS"


def remedy(outcome: Outcome) -> str:
    if outcome.disposition is Disposition.CONGESTION:
        return CONGESTED_REMEDY
    if denies(outcome):
        return NUMBER_FORMAT
    return REMEDIES.get(outcome.sip, OTHER_REMEDY) if outcome.sip else OUR_OWN_REMEDY
