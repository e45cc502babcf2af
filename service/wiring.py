"""Builds each room's parts from the settings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from db.engine.store import Store
from ivr import menus
from ivr.app import MOST_CALLERS
from ivr.context import Context
from prompts import engines
from prompts.studio import Studio
from rules import channels, code, english
from rules.model import Language
from rules.policy import Policy
from service import clock, places
from service import settings as settings_
from service.bad_settings import BadSettings
from service.settings import Settings
from service.settings_together import PORTS_OF_A_CALL
from sms_gateway.providers.smpp import url
from telephony import ari, asterisk, layout, site
from telephony.ports import Port, udp
from upkeep.equipment import Equipment, Menus, TextCarrier, UnusableSettings

CATALOGUE = places.ROOT / "prompts/catalogue"
APP = "tocsin"


def policy(settings: Settings) -> Policy:
    """What the settings say of alerts."""
    return Policy(
        timezone=settings.timezone,
        languages=languages(settings),
        area_codes=settings.allowed_area_codes,
        organization=settings.organization,
        channels=frozenset(each for each in channels.OFFERED if _is_set(settings, channels.TRAITS[each].setting)),
        redials=settings.redials,
        redial_delay_s=settings.redial_delay_s,
        redial_table=settings.redial_table,
        ring_s=settings.ring_s,
        lines=sum(trunk.channels for trunk in settings.trunks),
        calls_per_second=sum(trunk.calls_per_second for trunk in settings.trunks),
        emergency_ends_after=timedelta(hours=settings.emergency_ends_after_h),
        other_alerts_end_after=settings.other_alerts_end_after,
    )


def languages(settings: Settings) -> tuple[Language, ...]:
    """In which residents are served, the first to be spoken first."""
    return english.languages(settings.english, settings.languages)


def _is_set(settings: Settings, name: str) -> bool:
    return bool(getattr(settings, name.removeprefix("TOCSIN_").lower()))


def binary(settings: Settings) -> layout.Binary:
    """The host's Asterisk or the private copy. Raises AsteriskFailed when there is neither."""
    if settings.asterisk == "external":
        return layout.Binary(Path("/"))  # as it lies where it runs, in another container
    private = settings.cache / "asterisk"
    for root in (private,) if settings.asterisk == "own" else (private, Path("/")):
        if (root / "usr/sbin/asterisk").exists():
            return layout.Binary(root)
    raise asterisk.AsteriskFailed("There is no Asterisk on this machine. Run `make setup`, which gets one.")


def sounds(settings: Settings) -> Path:
    """Asterisk's recorded digits; a folder that is not there means that digits are synthesised."""
    try:
        return binary(settings).sounds
    except asterisk.AsteriskFailed:
        return Path("/usr/share/asterisk/sounds")


def folder(settings: Settings) -> layout.Folder:
    return layout.Folder(settings.home / "asterisk")


def address(settings: Settings) -> ari.AriAddress:
    return ari.AriAddress(settings.ari_host, settings.ari_port, layout.ARI_USER, folder(settings).password())


def ports(settings: Settings) -> list[Port]:
    """What must be free for Asterisk."""
    ari_port = Port("TOCSIN_ARI_PORT", settings.ari_host, settings.ari_port)
    return [ari_port, udp("TOCSIN_SIP_BIND", settings.sip_bind)]


def site_files(settings: Settings) -> dict[str, str]:
    values = {"TOCSIN_APP": APP, "TOCSIN_AUDIO": str(settings.home / "audio")}
    return site.files(
        [trunk.for_telephony() for trunk in settings.trunks],
        sip_bind=settings.sip_bind,
        rtp_ports=settings.rtp_ports,
        address=address(settings),
        values=values,
        external=settings.sip_external,
    )


def most_callers(settings: Settings) -> int:
    """On the line at once: what the alerts' calls leave of Asterisk's ports, at least half of them."""
    ports, lines = settings.rtp_ports, sum(trunk.channels for trunk in settings.trunks)
    room = (ports.last - ports.first + 1) // PORTS_OF_A_CALL
    return max(1, min(MOST_CALLERS, max(room - lines, room // 2)))


def studio(settings: Settings) -> Studio:
    return Studio(
        CATALOGUE,
        settings.home / "recordings",
        settings.home / "audio",
        settings.cache / "speech",
        engines.named(settings.prompt_engines),
        sounds(settings),
        {
            "organization": settings.organization,
            "reception": spaced(reception(settings)),
            "address": settings.address,
            **code.variables(),
        },
        alert_engines=engines.named(settings.alert_engines),
        own_texts_dir=settings.home / "prompts",
    )


def reception(settings: Settings) -> str:
    """The number of a person: TOCSIN_RECEPTION, else the number that residents see; E.164 or ""."""
    return settings.reception or settings.caller_id_number or ""


def spaced(number: str) -> str:
    """A number as a voice should read it: digit by digit, in groups."""
    national = number.removeprefix("+1")
    groups = (national[:3], national[3:6], national[6:])
    return ", ".join(" ".join(group) for group in groups if group)


def context(settings: Settings, store: Store) -> Context:
    return Context(
        store=store,
        studio=studio(settings),
        languages=languages(settings),
        organization=settings.organization,
        reception=reception(settings),
        area_codes=settings.allowed_area_codes,
        now=clock.now,
        texts=bool(settings.sms_url.get_secret_value()),
        english=settings.english,
    )


def equipment(settings: Settings) -> Equipment:
    """What the use cases of the administrator are given."""
    return Equipment(
        home=settings.home,
        database_url=settings.database_url,
        timezone=settings.timezone,
        now=clock.now,
        warnings=lambda: settings_.warnings(settings),
        languages=languages(settings),
        studio=lambda: studio(settings),
        engines={"prompts": settings.prompt_engines, "confirmed public alerts": settings.alert_engines},
        dialplans=places.DIALPLANS,
        menus=Menus(menus.read, menus.unsaid),
        asterisk=lambda: binary(settings),
        external=settings.asterisk == "external",
        site_files=lambda: site_files(settings),
        ports=ports(settings),
        sip_bind=settings.sip_bind,
        ari_bind=f"{settings.ari_host}:{settings.ari_port}",
        trunks=[trunk.for_telephony() for trunk in settings.trunks],
        carrier=_carrier(settings.sms_url.get_secret_value()),
    )


def _carrier(address: str) -> TextCarrier | None:
    if not address:
        return None
    account, _ = url.parse(address)
    return TextCarrier(account.host, account.port, account.tls)


def equipment_now() -> Equipment:
    """By the settings as they can be read now. Raises UnusableSettings."""
    try:
        return equipment(settings_.load())
    except BadSettings as error:
        raise UnusableSettings(map(str, error.problems)) from error
