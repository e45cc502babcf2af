"""Settings: read from the environment and `.env`, all named TOCSIN_…; docs/operating.md lists them.

A wrong value raises BadSettings, which says for each setting what it holds and what was expected.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rules import phone, visible
from rules.english import English
from rules.model import Language
from rules.retry import Cause
from service import setting_values as values
from service import settings_together
from service.bad_settings import PREFIX, TRUNKS_EXAMPLE, BadSettings, BadValue, problems
from service.places import ENV_FILE, HOME, ROOT
from service.setting_values import Expected
from service.trunk_settings import TrunkSettings
from telephony.answering.tuning import Tuning

REDIAL_EXAMPLE = '{"busy": {"redials": 4, "delay_s": 60}, "hung_up": {"redials": 2}}'


class PortRange(NamedTuple):
    """First and last port, both included."""

    first: int
    last: int


Number = Annotated[str, AfterValidator(values.number), Expected("a ten-digit number that can be dialled: 514 555 0100")]
Folder = Annotated[Path, AfterValidator(lambda path: ROOT / path.expanduser()), Expected("a folder")]
Port = Annotated[int, Field(ge=1, le=65535), Expected("a port from 1 to 65535")]
Engines = Annotated[
    tuple[Literal["gtts", "pico", "espeak-ng"], ...],
    NoDecode,
    BeforeValidator(values.comma_list),
    AfterValidator(values.at_least_one),
    Expected("gtts, pico and espeak-ng, or some of them, with commas, the first to be asked first"),
]
Ports = Annotated[
    PortRange, NoDecode, BeforeValidator(values.port_range), Expected("first-last, from 1024 up, such as 10000-10999")
]


ENCODING = "utf-8-sig"
"""Of `.env`: Notepad puts a mark before the first name, which is not part of it."""


class Settings(BaseSettings):
    """Every setting of Tocsin, checked. Paths are absolute; relative ones start at the project's folder."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, validate_default=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _seen(cls, value: Any, info: ValidationInfo) -> Any:
        """Without invisible characters, which pasted values bring along. Paths are as the disk has them."""
        on_disk = info.field_name in ("home", "cache", "database_url")
        return value if on_disk or not isinstance(value, str) else visible.text(value, lines=True).strip()

    # where things are
    home: Folder = Path(HOME)
    cache: Folder = Path("~/.cache/tocsin")
    database_url: Annotated[
        str,
        Field(default_factory=lambda data: f"sqlite:///{data.get('home')}/tocsin.db", repr=False),
        AfterValidator(values.database_url),
        Expected("sqlite:///PATH: SQLite only in this version"),
    ]

    # the line
    trunks: Annotated[
        tuple[TrunkSettings, ...],
        NoDecode,
        BeforeValidator(values.json_list),
        AfterValidator(values.names_once),
        Expected(f"a JSON list of trunks with different names, such as {TRUNKS_EXAMPLE}"),
    ] = ()
    sip_bind: Annotated[str, AfterValidator(values.bind), Expected("IP address:port, such as 0.0.0.0:5060")] = (
        "127.0.0.1:5060"
    )
    sip_external: Annotated[
        str, AfterValidator(values.maybe_ip_address), Expected("the IP address that carriers see, such as 203.0.113.7")
    ] = ""
    rtp_ports: Ports = PortRange(10000, 10999)
    asterisk: Annotated[Literal["auto", "own", "external"], Expected("auto, own or external")] = "auto"
    ari_host: Annotated[str, AfterValidator(values.ip_address), Expected("an IP address")] = "127.0.0.1"
    ari_port: Port = 8088

    # who calls
    organization: Annotated[
        str, Field(pattern=r"^[^\x00-\x1f;]{1,80}$"), Expected("what is said as the caller's name, 1 to 80 characters")
    ] = "Tocsin"
    caller_id_name: Annotated[
        str,
        AfterValidator(values.caller_name),
        Expected("1 to 80 letters, digits and spaces; displays show the first 15, without accents"),
    ] = "TOCSIN"
    caller_id_number: Number = ""
    reception: Number = ""
    address: Annotated[
        str,
        Field(pattern=r"^[^\x00-\x1f;{}]{0,120}$"),
        Expected("the address that alert calls say, at most 120 characters"),
    ] = ""
    languages: Annotated[
        tuple[Language, ...],
        NoDecode,
        BeforeValidator(values.comma_list),
        AfterValidator(values.at_least_one),
        Expected("fr, en or both with a comma, the first to be spoken first"),
    ] = (Language.FR, Language.EN)
    english: Annotated[English, Expected("everyone, exceptions or none: who is served in English")] = English.EVERYONE

    prompt_engines: Engines = ("gtts", "pico", "espeak-ng")
    # The texts of alerts are spoken here while that is possible: that is quicker, and they stay in the house.
    alert_engines: Engines = ("pico", "espeak-ng", "gtts")
    timezone: Annotated[
        str, AfterValidator(values.timezone), Expected("a time zone, such as America/Toronto or America/Halifax")
    ] = "America/Toronto"

    # how residents are called
    redials: Annotated[int, Field(ge=0, le=10), Expected("a number from 0 to 10")] = 2
    redial_delay_s: Annotated[float, Field(ge=0, le=86400), Expected("seconds from 0 to 86400")] = 300.0
    redial_table: Annotated[
        dict[str, dict[str, float]],
        NoDecode,
        BeforeValidator(values.redial_table),
        Expected(f"a JSON object of causes ({', '.join(Cause)}), such as {REDIAL_EXAMPLE}"),
    ] = {}
    calls_per_number: Annotated[int, Field(ge=1, le=100), Expected("calls an hour, from 1 to 100")] = 4
    dead_number_days: Annotated[int, Field(ge=1, le=3650), Expected("days from 1 to 3650")] = 90
    answers_wait_s: Annotated[int, Field(ge=10, le=86400), Expected("whole seconds from 10 to 86400")] = 600
    emergency_ends_after_h: Annotated[float, Field(gt=0, le=168), Expected("hours, above 0 and up to 168")] = 12.0
    other_alerts_end_after: Annotated[int, Field(ge=0, le=14), Expected("a number from 0 to 14")] = 1
    ring_s: Annotated[int, Field(ge=1, le=120), Expected("whole seconds from 1 to 120")] = 32
    allowed_area_codes: Annotated[
        frozenset[Annotated[str, Field(pattern=r"^[2-9]\d\d$"), AfterValidator(values.area_code)]],
        NoDecode,
        BeforeValidator(values.comma_list),
        AfterValidator(values.at_least_one),
        Expected("area codes of places, with commas, such as 450,514: toll-free and special numbers are never rung"),
    ] = phone.CANADIAN_AREA_CODES

    # person or machine
    answering: Annotated[Literal["on", "off"], Expected("on or off")] = "on"
    answering_tuning: Annotated[
        Tuning,
        NoDecode,
        BeforeValidator(values.answering_tuning),
        Expected(f"a JSON object of numbers, with any of {', '.join(values.THRESHOLDS)}"),
    ] = Tuning()

    # texts
    sms_url: Annotated[
        SecretStr, AfterValidator(values.sms_url), Expected("smpp://USER:PASSWORD@HOST:PORT, such as port 2775")
    ] = SecretStr("")
    sms_sender: Annotated[
        str, AfterValidator(values.sms_sender), Expected("a short code of 5 or 6 digits, or a ten-digit number")
    ] = ""

    # seen from outside
    metrics_bind: Annotated[
        str, AfterValidator(values.bind_or_off), Expected("IP address:port, such as 127.0.0.1:9464, or off")
    ] = "127.0.0.1:9464"

    # the log
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Expected("debug, info, warning or error")] = (
        "info"
    )
    log_format: Annotated[Literal["console", "json"], Expected("console or json")] = "console"


def load(env_file: Path | None = ENV_FILE) -> Settings:
    """The settings of the environment, then of `env_file`, then the defaults. Raises BadSettings."""
    try:
        settings = Settings(_env_file=env_file, _env_file_encoding=ENCODING)
    except ValidationError as error:
        raise BadSettings(problems(error, Settings.model_fields)) from None
    except UnicodeDecodeError:
        raise BadSettings([BadValue(str(env_file), "not UTF-8", "a text file saved as UTF-8")]) from None
    if found := list(settings_together.contradictions(settings)):
        raise BadSettings(found)
    return settings


def warnings(settings: Settings, env_file: Path | None = ENV_FILE) -> list[str]:
    """What does not stop the start but is probably not meant, one sentence each."""
    found = {
        name.upper()
        for name in [*os.environ, *dotenv_values(env_file, encoding=ENCODING)]
        if name.upper().startswith(PREFIX)
    }
    return [*map(_unknown, sorted(found - set(names()))), *settings_together.omissions(settings)]


def names() -> list[str]:
    """The names of all settings, in order."""
    return [PREFIX + field.upper() for field in Settings.model_fields]


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), Settings.model_fields, n=1)
    hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""
    return f"{name} is no setting and changes nothing{hint}"
