import re
from pathlib import Path

import pytest

from rules import phone
from rules.model import Language
from service import places, settings, trunk_settings
from service.bad_settings import BadSettings
from service.settings import Settings
from telephony.trunk import Transport, Trunk

TRUNK = '{"name": "north", "host": "127.0.0.1:5070", "channels": 4, "calls_per_second": 2.5, "password": "hush"}'


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)


def _of(folder: Path, text: str) -> Settings:
    return settings.load(_env_file(folder, text))


def _env_file(folder: Path, text: str) -> Path:
    path = folder / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def _complaint(folder: Path, text: str) -> str:
    with pytest.raises(BadSettings) as caught:
        _of(folder, text)
    return str(caught.value)


def test_without_settings_only_loopback_is_bound() -> None:
    plain = settings.load(None)
    assert plain.sip_bind == "127.0.0.1:5060"
    assert plain.ari_host == "127.0.0.1"
    assert settings.warnings(plain, None) == ["TOCSIN_TRUNKS is not set: nobody is called and nobody can call in"]


def test_defaults_are_those_of_the_line() -> None:
    plain = settings.load(None)
    assert plain.home == places.ROOT / "var"
    assert plain.database_url == f"sqlite:///{plain.home}/tocsin.db"
    assert plain.languages == (Language.FR, Language.EN)
    assert (plain.redials, plain.redial_delay_s, plain.ring_s) == (2, 300, 32)
    assert (plain.answers_wait_s, plain.dead_number_days) == (600, 90)
    assert plain.allowed_area_codes == phone.CANADIAN_AREA_CODES
    assert not plain.sms_url


def test_invisible_characters_of_a_value_do_not_count(tmp_path: Path) -> None:
    pasted = (
        "TOCSIN_RING_S=\u200b40\nTOCSIN_CALLER_ID_NUMBER=514\u00a0555\u202f0100\u200e\nTOCSIN_ORGANIZATION=Cite\u0301\n"
    )
    found = _of(tmp_path, f"\ufeff{pasted}")
    assert (found.ring_s, found.caller_id_number, found.organization) == (40, "+15145550100", "Cité")
    assert settings.warnings(found, tmp_path / ".env") == settings.warnings(settings.load(None), None)


def test_a_letter_that_was_lost_is_refused(tmp_path: Path) -> None:
    assert "TOCSIN_ORGANIZATION" in _complaint(tmp_path, "TOCSIN_ORGANIZATION=Cit\N{REPLACEMENT CHARACTER}\n")


def test_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_RING_S", "40")
    assert _of(tmp_path, "TOCSIN_RING_S=20\nTOCSIN_REDIALS=1\n").ring_s == 40
    assert _of(tmp_path, "TOCSIN_RING_S=20\nTOCSIN_REDIALS=1\n").redials == 1


def test_an_empty_value_means_the_default(tmp_path: Path) -> None:
    assert _of(tmp_path, "TOCSIN_RING_S=\nTOCSIN_TRUNKS=\n").ring_s == 32


def test_trunk_for_telephony_has_its_password(tmp_path: Path) -> None:
    [trunk] = _of(tmp_path, f"TOCSIN_TRUNKS='[{TRUNK}]'").trunks
    assert trunk.for_telephony() == Trunk("north", "127.0.0.1:5070", 4, 2.5, password="hush")


def test_keys_of_a_trunk_for_several_carriers(tmp_path: Path) -> None:
    more = '"from": ["203.0.113.0/28"], "priority": 2, "weight": 3, "transport": "tls", "qualify": false'
    [trunk] = _of(tmp_path, f"TOCSIN_TRUNKS='[{TRUNK[:-1]}, {more}}}]'").trunks
    ours = trunk.for_telephony()
    assert (ours.sources, ours.priority, ours.weight, ours.qualify) == (("203.0.113.0/28",), 2, 3, False)
    assert ours.transport is Transport.TLS


def test_lists_are_read_with_their_spaces(tmp_path: Path) -> None:
    read = _of(tmp_path, "TOCSIN_LANGUAGES=en, fr\nTOCSIN_ALLOWED_AREA_CODES= 450 ,514\nTOCSIN_RTP_PORTS=20000-20100")
    assert read.languages == (Language.EN, Language.FR)
    assert read.allowed_area_codes == {"450", "514"}
    assert read.rtp_ports == (20000, 20100)


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    read = _of(
        tmp_path, "TOCSIN_CALLER_ID_NUMBER=(514) 555-0100\nTOCSIN_RECEPTION=1-450-555-0123\nTOCSIN_SMS_SENDER=12345"
    )
    assert read.caller_id_number == "+15145550100"
    assert read.reception == "+14505550123"
    assert read.sms_sender == "12345"


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ("TOCSIN_RING_S=soon", "soon", "1 to 120"),
        ("TOCSIN_REDIALS=11", "11", "0 to 10"),
        ("TOCSIN_SIP_BIND=localhost", "localhost", "0.0.0.0:5060"),
        ("TOCSIN_SIP_BIND=127.0.0.1:70000", "70000", "0.0.0.0:5060"),
        ("TOCSIN_RTP_PORTS=2000-1000", "2000-1000", "10000-10999"),
        ("TOCSIN_RTP_PORTS=500-1100", "500-1100", "from 1024 up"),
        ("TOCSIN_RTP_PORTS=5000-5100", "5000-5100", "leave out"),
        ("TOCSIN_ARI_PORT=0", "0", "1 to 65535"),
        ("TOCSIN_ARI_HOST=0.0.0.0", "0.0.0.0", "127.0.0.1"),
        ("TOCSIN_CALLER_ID_NAME=Ville <b>", "Ville <b>", "without accents"),
        ("TOCSIN_DATABASE_URL=postgresql:///tocsin", "postgresql:///tocsin", "SQLite only in this version"),
        ("TOCSIN_CALLER_ID_NUMBER=911", "911", "ten-digit"),
        ("TOCSIN_CALLER_ID_NUMBER=514-976-0100", "514-976-0100", "ten-digit"),
        ("TOCSIN_RECEPTION=+33 1 42 68 53 00", "+33 1 42 68 53 00", "ten-digit"),
        ("TOCSIN_LANGUAGES=fr,de", "de", "fr, en"),
        ("TOCSIN_LANGUAGES=fr,fr", "fr,fr", "fr, en"),
        ("TOCSIN_ALLOWED_AREA_CODES=514,5144", "5144", "450,514"),
        ("TOCSIN_ALLOWED_AREA_CODES=514,800", "“800”", "toll-free and special numbers are never rung"),
        ("TOCSIN_ALLOWED_AREA_CODES=900", "“900”", "never rung"),
        ("TOCSIN_ALLOWED_AREA_CODES=600,514", "600", "never rung"),
        ("TOCSIN_SMS_SENDER=TOCSIN", "TOCSIN", "short code"),
        ("TOCSIN_SMS_URL=http://host", "http://host", "smpp://"),
        ("TOCSIN_SMS_URL=smpp://user:ninechars@host", "user:•••@host", "this one has a password of 9 characters"),
        ("TOCSIN_SMS_URL=smpp://user:hush@host/x", "user:•••@host", "this one has a path, •••"),
        ("TOCSIN_DATABASE_URL=mysql://host/x", "mysql://host/x", "sqlite:///PATH"),
        ("TOCSIN_ASTERISK=mine", "mine", "external"),
        ("TOCSIN_LOG_LEVEL=loud", "loud", "debug"),
        ("TOCSIN_LOG_FORMAT=xml", "xml", "json"),
        ("TOCSIN_TRUNKS=one", "•••", "JSON list"),
        (f"TOCSIN_TRUNKS='[{TRUNK}, {TRUNK}]'", "•••", "different names"),
        (f"TOCSIN_TRUNKS='[{TRUNK.replace('4,', '0,')}]'", "trunk 1, channels is “0”", "1 to 5000"),
        (f"TOCSIN_TRUNKS='[{TRUNK.replace(':5070', '')}]'", "trunk 1, host is “127.0.0.1”", "host:port"),
        (f"TOCSIN_TRUNKS='[{TRUNK.replace('name', 'nom')}]'", "trunk 1, name is “missing”", "lower-case name"),
        (
            f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "from": ["10.0.0.1/8"]}}]\'',
            "trunk 1, from is “10.0.0.1/8”",
            "IP addresses",
        ),
        (f"TOCSIN_TRUNKS='[{TRUNK[:-1]}, \"priority\": 0}}]'", "trunk 1, priority is “0”", "from 1, the first"),
        (f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "transport": "sctp"}}]\'', "trunk 1, transport is “sctp”", "udp, tcp or tls"),
        (f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "identity": "ppi"}}]\'', "trunk 1, identity is “ppi”", "pai, rpid, both"),
        (f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "from_user": "a@b"}}]\'', "trunk 1, from_user is “a@b”", "before the @"),
        (
            f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "contact_user": "a;b"}}]\'',
            "trunk 1, contact_user is “a;b”",
            "before the @",
        ),
        (
            f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "from_domain": "x:5"}}]\'',
            "trunk 1, from_domain is “x:5”",
            "without a port",
        ),
        (f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "prefix": "x"}}]\'', "trunk 1, prefix is “x”", "digits, * and #"),
        (f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "shown_format": "7"}}]\'', "trunk 1, shown_format is “7”", "eleven or e164"),
        (f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "outbound_proxy": "x"}}]\'', "trunk 1, outbound_proxy is “x”", "host:port"),
        (f'TOCSIN_TRUNKS=\'[{TRUNK[:-1]}, "auth_username": "ab"}}]\'', "trunk 1, auth_username is “•••”", "a username"),
        ("TOCSIN_SIP_EXTERNAL=home", "home", "203.0.113.7"),
        (f"TOCSIN_TRUNKS='[{TRUNK[:-1]}, \"register\": true}}]'", "trunk 1, register is “true”", "a username"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(tmp_path: Path, line: str, value: str, expected: str) -> None:
    said = _complaint(tmp_path, line)
    assert line.partition("=")[0] in said
    assert value in said
    assert expected in said


def test_people_are_told_from_machines_only_beside_asterisk(tmp_path: Path) -> None:
    elsewhere = "TOCSIN_ASTERISK=external\nTOCSIN_ARI_HOST=10.0.0.5\n"
    said = _complaint(tmp_path, elsewhere)
    assert said.startswith("TOCSIN_ANSWERING is “on”; expected off, or an Asterisk at 127.0.0.1")
    assert "10.0.0.5" in said
    assert _of(tmp_path, f"{elsewhere}TOCSIN_ANSWERING=off\n").answering == "off"
    assert _of(tmp_path, "TOCSIN_ASTERISK=external\nTOCSIN_ARI_HOST=127.0.0.1\n").answering == "on"


def test_texts_need_a_sender(tmp_path: Path) -> None:
    assert "TOCSIN_SMS_SENDER is “”; expected the short code" in _complaint(tmp_path, "TOCSIN_SMS_URL=smpp://u:p@host")


def test_each_wrong_setting_has_one_line(tmp_path: Path) -> None:
    said = _complaint(tmp_path, "TOCSIN_RING_S=x\nTOCSIN_LANGUAGES=de,es\nTOCSIN_REDIALS=-1\n")
    assert [line.split()[0] for line in said.splitlines()] == ["TOCSIN_LANGUAGES", "TOCSIN_REDIALS", "TOCSIN_RING_S"]


@pytest.mark.parametrize(
    "line",
    [
        "TOCSIN_SMS_URL=smpp://:hush@host",
        "TOCSIN_SMS_URL=smtp://user:hush@host:25",
        "TOCSIN_SMS_URL=smpp://user:hush@host:x",
        "TOCSIN_DATABASE_URL=mysql://user:hush@host/x",
        f"TOCSIN_TRUNKS='[{TRUNK.replace('host', 'hosts')}]'",
        'TOCSIN_TRUNKS=\'[{"password": "hush"\'',
        'TOCSIN_TRUNKS=\'[{"password": ["hush"]}]\'',
    ],
)
def test_no_secret_is_ever_printed(tmp_path: Path, line: str) -> None:
    assert "hush" not in _complaint(tmp_path, line)


def test_no_secret_is_in_the_settings_text(tmp_path: Path) -> None:
    secrets = f"TOCSIN_TRUNKS='[{TRUNK}]'\nTOCSIN_SMS_URL=smpp://user:hush@host:2775\nTOCSIN_SMS_SENDER=12345\n"
    assert "hush" not in repr(_of(tmp_path, secrets))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Information ITUM", "Information ITU"), ("Bélœil", "Beloeil"), ("L’Île-d’Orléans", "L'Ile-d'Orleans")],
)
def test_a_name_that_displays_cannot_show_whole_is_warned_of(name: str, shown: str, tmp_path: Path) -> None:
    path = _env_file(tmp_path, f"TOCSIN_CALLER_ID_NAME={name}\n")
    said = [each for each in settings.warnings(settings.load(path), path) if "TOCSIN_CALLER_ID_NAME" in each]
    assert len(said) == 1
    assert f"“{name}”: residents see “{shown}”" in said[0]


def test_a_name_that_is_shown_whole_is_not_warned_of(tmp_path: Path) -> None:
    path = _env_file(tmp_path, "TOCSIN_CALLER_ID_NAME=VILLE ITUM\n")
    assert not [each for each in settings.warnings(settings.load(path), path) if "CALLER_ID_NAME" in each]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("TOCSIN_ORGANIZATION=Ville de Québec\n".encode("latin-1"))
    with pytest.raises(BadSettings, match="UTF-8"):
        settings.load(path)


def test_an_unknown_name_is_warned_about_with_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_REDIAL", "3")
    path = _env_file(tmp_path, "TOCSIN_LANGUAGE=fr\nTOCSIN_ZZZ=1\nOTHER=2\n")
    language, redial, unheard, *_ = settings.warnings(settings.load(path), path)
    assert "did you mean TOCSIN_LANGUAGES?" in language
    assert "did you mean TOCSIN_REDIALS?" in redial
    assert unheard == "TOCSIN_ZZZ is no setting and changes nothing"


def test_trunks_without_a_number_to_show_are_warned_about(tmp_path: Path) -> None:
    path = _env_file(tmp_path, f"TOCSIN_TRUNKS='[{TRUNK}]'\nTOCSIN_ORGANIZATION=Ville de Sept-Îles\n")
    [said] = settings.warnings(settings.load(path), path)
    assert "TOCSIN_CALLER_ID_NUMBER" in said


def test_too_few_ports_for_the_lines_are_warned_about(tmp_path: Path) -> None:
    numbered = "TOCSIN_ORGANIZATION=Ville\nTOCSIN_CALLER_ID_NUMBER=5145550100\n"
    path = _env_file(tmp_path, f"TOCSIN_TRUNKS='[{TRUNK}]'\nTOCSIN_RTP_PORTS=10000-10005\n{numbered}")
    [said] = settings.warnings(settings.load(path), path)
    assert said.startswith("TOCSIN_RTP_PORTS has room for 3 calls, TOCSIN_TRUNKS carries 4")


def test_every_setting_is_in_the_example() -> None:
    example = (places.ROOT / ".env.example").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^#(TOCSIN_\w+)=", example, re.MULTILINE)) == sorted(settings.names())


def test_the_example_uncommented_is_valid(tmp_path: Path) -> None:
    example = (places.ROOT / ".env.example").read_text(encoding="utf-8")
    read = _of(tmp_path, re.sub(r"^#(TOCSIN_)", r"\1", example, flags=re.MULTILINE))
    assert read.trunks[0].name == "carrier"


def test_every_setting_is_in_the_operators_guide() -> None:
    guide = (places.ROOT / "docs/operating.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(TOCSIN_\w+)` \|", guide, re.MULTILINE)) == sorted(settings.names())


def test_every_key_of_a_trunk_is_in_the_operators_guide() -> None:
    guide = (places.ROOT / "docs/operating.md").read_text(encoding="utf-8")
    keys = guide.partition("### Keys of a trunk")[2]
    assert not [key for key in trunk_settings.TRUNK_FIELDS if f"`{key}`" not in keys]
