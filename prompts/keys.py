"""The key of each prompt: its name in the catalogues, in the code that plays it, and of its file of audio."""

from __future__ import annotations

from enum import StrEnum


class Key(StrEnum):
    """A prompt that calls may play. A member is in every catalogue; digits and pauses need no text there."""

    # the line answers
    GREETING = "greeting"
    MAIN_MENU = "main_menu"
    OTHER_LANGUAGE = "other_language"
    ENGLISH_FOR_EXCEPTIONS = "english_for_exceptions"
    WRONG_KEY = "wrong_key"
    NO_ANSWER_GOODBYE = "no_answer_goodbye"
    GOODBYE = "goodbye"
    RECEPTION = "reception"
    FAULT = "fault"
    APOLOGY = "apology"

    # a number
    ENTER_NUMBER = "enter_number"
    ENTER_NUMBER_OR_OWN = "enter_number_or_own"
    NUMBER_IS = "number_is"
    NUMBER_RIGHT = "number_right"
    NUMBER_WRONG = "number_wrong"
    NUMBER_NOT_ALLOWED = "number_not_allowed"

    # enrolling
    CONSENT = "consent"
    CONSENT_REFUSED = "consent_refused"
    CODE_WAY = "code_way"
    CODE_IS = "code_is"
    CODE_AGAIN = "code_again"
    CODE_BY_CALL_OWN = "code_by_call_own"
    CODE_BY_CALL_OTHER = "code_by_call_other"
    CODE_BY_TEXT = "code_by_text"
    CODE_TOO_MANY = "code_too_many"
    ENTER_CODE = "enter_code"
    CODE_WRONG = "code_wrong"
    CODE_VOID = "code_void"
    TEXTS_TOO = "texts_too"
    ENROLLED = "enrolled"

    # the code, read by a call from us
    CODE_CALL = "code_call"
    CODE_NOT_ASKED = "code_not_asked"
    CODE_REFUSED = "code_refused"
    CODE_CALL_END = "code_call_end"

    # alerts
    NO_ALERT = "no_alert"
    ALERTS_NOW = "alerts_now"
    NEXT_ALERT = "next_alert"

    # the file
    ENTER_CODE_OR_NEW = "enter_code_or_new"
    FILE_ACTIVE = "file_active"
    FILE_MENU_TEXTS = "file_menu_texts"
    FILE_MENU = "file_menu"
    TEXTS_ON = "texts_on"
    TEXTS_OFF = "texts_off"
    LANGUAGE_CHANGED = "language_changed"

    # leaving
    LEAVE_CONFIRM = "leave_confirm"
    LEAVE_ASK = "leave_ask"
    LEAVE_BY_TEXT = "leave_by_text"
    LEAVE_BY_CALL = "leave_by_call"
    LEAVE_ASKED_ALREADY = "leave_asked_already"
    LEAVE_CALL = "leave_call"
    LEAVE_KEPT = "leave_kept"
    LEAVE_UNKNOWN = "leave_unknown"
    LEFT = "left"
    CANCELLED = "cancelled"

    # an alert, said to the person called
    ALERT_WHO = "alert_who"
    ALERT_MENU = "alert_menu"
    ALERT_THANKS = "alert_thanks"
    ALERT_END = "alert_end"
    ALERT_CANCELLED = "alert_cancelled"
    ALERT_STOP_CONFIRM = "alert_stop_confirm"
    ALERT_STOPPED = "alert_stopped"

    # a resident calls back the number that called them
    RING_BACK = "ring_back"
    RING_BACK_MENU = "ring_back_menu"
    RING_BACK_AGAIN = "ring_back_again"
    RING_BACK_THANKS = "ring_back_thanks"
    RING_BACK_PRIVATE = "ring_back_private"
    RING_BACK_END = "ring_back_end"

    # given without a text: prompts/given.py
    DIGIT_0 = "digit_0"
    DIGIT_1 = "digit_1"
    DIGIT_2 = "digit_2"
    DIGIT_3 = "digit_3"
    DIGIT_4 = "digit_4"
    DIGIT_5 = "digit_5"
    DIGIT_6 = "digit_6"
    DIGIT_7 = "digit_7"
    DIGIT_8 = "digit_8"
    DIGIT_9 = "digit_9"
    PAUSE_SHORT = "pause_short"
    PAUSE_DIGIT = "pause_digit"
    PAUSE_GROUP = "pause_group"


DIGITS = tuple(key for key in Key if key.startswith("digit_"))
"""In order, from 0."""

PAUSES = tuple(key for key in Key if key.startswith("pause_"))

OF_ALERTS = tuple(key for key in Key if key.startswith("alert_") or key is Key.WRONG_KEY)
"""What a call with an alert may say beside its text."""


def digit(character: str) -> Key:
    """The prompt of one of the characters 0 to 9. Raises ValueError."""
    return Key(f"digit_{character}")
