"""The records that every room shares; times are UTC-aware."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from rules.frozen import Record
from rules.outcome import Announcement, DeliveryOutcome, Disposition, Reply
from rules.status import AlertStatus, AttemptStatus, MessageStatus


class Channel(StrEnum):
    VOICE = "voice"
    SMS = "sms"
    EMAIL = "email"


class Language(StrEnum):
    FR = "fr"
    EN = "en"


class Purpose(StrEnum):
    """Why residents are called; decides the hours (CRTC, Unsolicited Telecommunications Rules, part IV)."""

    EMERGENCY = "emergency"
    PUBLIC_SERVICE = "public_service"
    INFORMATION = "information"


class Numbers(StrEnum):
    """How many of a person's numbers are called."""

    FIRST_REACHED = "first_reached"  # in their order, until one is reached
    EVERY = "every"


class Household(StrEnum):
    """Whether the people of one address are told one by one."""

    EACH = "each"
    ONCE = "once"  # until one of them is reached


class CallPurpose(StrEnum):
    """What an outbound call is for."""

    ALERT = "alert"
    RING_BACK = "ring_back"  # not out: the resident called in and heard the alert
    CODE = "code"  # read a log-in code to the number that asked for it
    LEAVE = "leave"  # ask a number whether it wants no more alerts, as a caller said


class ContactPoint(Record, frozen=True):
    """One way to reach a contact. `address`: E.164 with its plus for voice and sms, else an e-mail address."""

    id: int
    contact_id: int
    channel: Channel
    address: str
    position: int
    extension: str = ""
    active: bool = True
    verified: bool = False
    dead: bool = False
    description: str = ""
    suspected: bool = False  # the network said once that it does not exist


class Contact(Record, frozen=True):
    id: int
    first_name: str
    last_name: str
    language: Language
    active: bool  # False while an enrolment is pending
    civic_number: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    postal_code: str = ""
    sector: str = ""
    topics: tuple[str, ...] = ()
    points: tuple[ContactPoint, ...] = ()
    latitude: float | None = None
    longitude: float | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Wording(Record, frozen=True):
    """What somebody agrees to. `version`: another when the text changes."""

    key: str
    language: Language
    version: str
    text: str


class Alert(Record, frozen=True):
    id: int
    title: str
    texts: Mapping[Language, str]
    purpose: Purpose
    target: str
    channels: tuple[Channel, ...]
    status: AlertStatus
    redials: int
    redial_delay_s: float
    created_at: datetime
    created_by: str = ""
    ended_at: datetime | None = None
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    numbers: Numbers = Numbers.FIRST_REACHED
    household: Household = Household.EACH
    follows: int | None = None  # the alert that this one updates or ends
    unspoken: Mapping[Language, str] = {}  # whose calls wait for audio: why, or "" while it is being made


class Attempt(Record, frozen=True):
    """One call, planned or made. `id` is also the channel id in Asterisk: 32 hexadecimal digits, fixed length."""

    id: str
    errand: CallPurpose
    status: AttemptStatus
    address: str
    language: Language
    due_at: datetime
    alert_id: int | None = None
    delivery_id: int | None = None
    point_id: int | None = None
    extension: str = ""
    trunk: str = ""
    placed_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    disposition: Disposition | None = None
    reply: Reply = Reply.NONE
    heard: float = 0.0
    sip: int | None = None
    cause: int | None = None
    announcement: Announcement | None = None
    reason: str = ""  # why it was withdrawn, where its number may not be called any more


class Message(Record, frozen=True):
    """One text, out or in. `secret`: its body holds a code and is blanked once the carrier took it. `provider`: that it
    was last given to, or that brought it."""

    id: str
    channel: Channel
    status: MessageStatus
    address: str
    body: str
    language: Language
    created_at: datetime
    delivery_id: int | None = None
    secret: bool = False
    tries: int = 0
    parts: int = 0
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    provider: str = ""


class Delivery(Record, frozen=True):
    """One person in one alert. `outcome` is None while something may still reach them."""

    id: int
    alert_id: int
    contact_id: int | None
    name: str
    language: Language
    outcome: DeliveryOutcome | None
    reason: str = ""  # why left out
    attempts: tuple[Attempt, ...] = ()
    messages: tuple[Message, ...] = ()
