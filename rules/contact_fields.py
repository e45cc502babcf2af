"""What a column of a file of residents can hold."""

from __future__ import annotations

from rules.contact_rows import ALL_COLUMNS

VOICE, SMS, MOBILE, FAX = "voice", "sms", "mobile", "fax"
EXTENSION, ADDRESS, MORE_ADDRESS, MAILING, WHOLE_NAME = "extension", "address", "more_address", "mailing", "name"
ORGANISATION, STREET_TYPE, IGNORED = "organisation", "street_type", "ignored"

FIELDS = (
    *ALL_COLUMNS,
    *(MOBILE, EXTENSION, ADDRESS, MORE_ADDRESS, STREET_TYPE, WHOLE_NAME, ORGANISATION, FAX, IGNORED),
)
"""What a column can be: a column of the store, or one that feeds several. `mobile`: called and texted; `name`: first
and last name in one; `fax`: never rung."""

SEVERAL = frozenset({VOICE, SMS, MOBILE, FAX, EXTENSION, MORE_ADDRESS, "email", "topics", IGNORED})
"""Fields that several columns may feed, in their order."""

NAMES = frozenset({"first_name", "last_name", WHOLE_NAME, ORGANISATION})
WAYS = frozenset({VOICE, SMS, MOBILE, "email"})
