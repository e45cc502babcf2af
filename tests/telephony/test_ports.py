"""Whether Asterisk will get its ports."""

import socket

import pytest

from telephony.ports import Port, udp


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_taken_by_another_program(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            other.listen()
        port = Port("TOCSIN_X", "127.0.0.1", other.getsockname()[1], kind)
        assert port.trouble().startswith(f"TOCSIN_X: port {port.port} of 127.0.0.1 can't be opened: another program")
    assert port.trouble() == ""


def test_an_address_of_another_machine() -> None:
    assert "this machine has no such address" in udp("TOCSIN_SIP_BIND", "203.0.113.7:5060").trouble()


def test_an_address_in_brackets() -> None:
    assert udp("TOCSIN_SIP_BIND", "[::1]:5060") == Port("TOCSIN_SIP_BIND", "::1", 5060, socket.SOCK_DGRAM)
