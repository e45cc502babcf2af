"""What is written for Asterisk from the trunks of a site."""

from telephony import ari, site
from telephony.trunk import NumberFormat, Transport, Trunk

NUMBER = "+14185550101"


def trunks_conf(*trunks: Trunk, external: str = "") -> str:
    address = ari.AriAddress("127.0.0.1", 8088, "tocsin", "hush")
    bind = "0.0.0.0:5060"
    return site.files(trunks, sip_bind=bind, rtp_ports=(1, 2), address=address, values={}, external=external)[
        "trunks.conf"
    ]


def section(conf: str, name: str) -> list[str]:
    found = conf.partition(f"[{name}]")[2].partition("\n\n")[0].splitlines()
    return [line for line in found[1:] if line]


def test_numbers_as_each_trunk_wants_them() -> None:
    written = {form: Trunk("t", "host:5060", 1, 1, number_format=form).written(NUMBER) for form in NumberFormat}
    assert written == {"national": "4185550101", "eleven": "14185550101", "e164": "+14185550101"}


def test_a_call_is_placed_over_the_trunks_transport() -> None:
    assert Trunk("t", "host:5060", 1, 1).dial(NUMBER) == "PJSIP/t/sip:4185550101@host:5060"
    tls = Trunk("t", "host:5061", 1, 1, transport=Transport.TLS)
    assert tls.dial(NUMBER) == "PJSIP/t/sip:4185550101@host:5061;transport=tls"


def test_only_the_transports_that_trunks_use_are_opened() -> None:
    plain = trunks_conf(Trunk("t", "host:5060", 1, 1))
    assert "transport-udp" in plain
    assert "protocol = tcp" not in plain
    tls = trunks_conf(Trunk("t", "host:5061", 1, 1, transport=Transport.TLS))
    assert "bind = 0.0.0.0:5061" in section(tls, "transport-tls")
    assert "verify_server = yes" in section(tls, "transport-tls")


def test_a_semicolon_in_a_uri_is_no_comment() -> None:
    conf = trunks_conf(Trunk("t", "host:5060", 1, 1, transport=Transport.TCP))
    assert r"contact = sip:host:5060\;transport=tcp" in conf.splitlines()


def test_carriers_call_in_from_their_host_and_from_pools() -> None:
    conf = trunks_conf(Trunk("t", "192.0.2.1:5060", 1, 1, sources=("203.0.113.0/28", "198.51.100.7")))
    assert "match = 192.0.2.1,203.0.113.0/28,198.51.100.7" in section(conf, "t-who")


def test_behind_a_router_carriers_see_the_outer_address_and_the_lan_ours() -> None:
    conf = section(trunks_conf(Trunk("t", "host:5060", 1, 1), external="203.0.113.7"), "transport-udp")
    assert "external_signaling_address = 203.0.113.7" in conf
    assert "external_media_address = 203.0.113.7" in conf
    assert any(line.startswith("local_net = ") and "192.168.0.0/16" in line for line in conf)


def test_a_trunk_that_answers_no_options_is_not_asked() -> None:
    assert "qualify_frequency = 0" in trunks_conf(Trunk("t", "host:5060", 1, 1, qualify=False))
    assert "qualify_frequency" not in trunks_conf(Trunk("t", "host:5060", 1, 1))


def test_a_trunk_without_wishes_has_none_written() -> None:
    conf = trunks_conf(Trunk("t", "host:5060", 1, 1))
    assert section(conf, "t") == ["aors = t", "transport = transport-udp"]


def test_what_goes_before_a_number_is_kept_whole_in_a_uri() -> None:
    trunk = Trunk("t", "host:5060", 1, 1, prefix="8812#", number_format=NumberFormat.E164)
    assert trunk.dial(NUMBER) == "PJSIP/t/sip:8812%23+14185550101@host:5060"
    assert trunk.shown(NUMBER) == NUMBER


def test_carriers_behind_a_proxy_call_in_from_it_too() -> None:
    conf = trunks_conf(Trunk("t", "host:5060", 1, 1, outbound_proxy="192.0.2.9:5060"))
    assert "match = host,192.0.2.9" in section(conf, "t-who")
    assert r"outbound_proxy = sip:192.0.2.9:5060\;lr" in section(conf, "t")
