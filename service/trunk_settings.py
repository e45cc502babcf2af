"""One trunk of TOCSIN_TRUNKS."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, SecretStr
from pydantic.dataclasses import dataclass, is_pydantic_dataclass
from pydantic.fields import FieldInfo

from service import setting_values as values
from service.setting_values import Expected
from telephony import trunk

Name = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9-]{0,29}$"),
    Expected("a lower-case name: letters, digits and dashes, at most 30"),
]
SipUser = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9+*._~!-]{0,64}$"),
    Expected("the part before the @ alone: letters, digits and + * . _ ~ ! -"),
]
Domain = Annotated[str, AfterValidator(values.domain), Expected("a domain without a port, such as carrier.example")]
HOST_PORT = "host:port, such as sip.carrier.example:5060"
HostPort = Annotated[str, AfterValidator(values.host_port), Expected(HOST_PORT)]


SECRETS = ("username", "password", "auth_username")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class TrunkSettings:
    """One way into the telephone network, as in TOCSIN_TRUNKS."""

    name: Name
    host: HostPort
    channels: Annotated[int, Field(ge=1, le=5000), Expected("a number of lines from 1 to 5000")]
    calls_per_second: Annotated[float, Field(gt=0, le=1000), Expected("calls per second, above 0 and up to 1000")]
    username: Annotated[SecretStr, Expected("the name that the carrier gave")] = SecretStr("")
    password: Annotated[SecretStr, Expected("the password that the carrier gave")] = SecretStr("")
    register: Annotated[bool, Expected("true or false")] = False
    number_format: Annotated[trunk.NumberFormat, Expected("national, eleven or e164")] = trunk.NumberFormat.NATIONAL
    transport: Annotated[trunk.Transport, Expected("udp, tcp or tls")] = trunk.Transport.UDP
    sources: Annotated[
        tuple[Annotated[str, AfterValidator(values.network)], ...],
        Field(alias="from"),
        Expected('a list of IP addresses and networks, such as ["203.0.113.0/28"]'),
    ] = ()
    priority: Annotated[int, Field(ge=1, le=100), Expected("a number from 1, the first, to 100")] = 1
    weight: Annotated[int, Field(ge=1, le=1000), Expected("a number from 1 to 1000")] = 1
    qualify: Annotated[bool, Expected("true or false")] = True
    auth_username: Annotated[SecretStr, Expected("the name of the log-in, where it is not username")] = SecretStr("")
    from_user: SipUser = ""
    from_domain: Domain = ""
    contact_user: SipUser = ""
    identity: Annotated[trunk.Identity, Expected("pai, rpid, both or none")] = trunk.Identity.PAI
    shown_format: Annotated[trunk.NumberFormat | None, Expected("national, eleven or e164")] = None
    prefix: Annotated[
        str, Field(pattern=r"^[0-9*#+]{0,16}$"), Expected("digits, * and #, at most 16, that go before each number")
    ] = ""
    user_phone: Annotated[bool, Expected("true or false")] = False
    outbound_proxy: Annotated[str, AfterValidator(values.maybe_host_port), Expected(HOST_PORT)] = ""

    def for_telephony(self) -> trunk.Trunk:
        """The same with its secrets readable, as the telephony room takes it."""
        fields = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        secrets = {name: fields[name].get_secret_value() for name in SECRETS}
        return trunk.Trunk(**fields | secrets)


def _fields(kind: type[Any]) -> dict[str, FieldInfo]:
    assert is_pydantic_dataclass(kind)
    return {field.alias or name: field for name, field in kind.__pydantic_fields__.items()}


TRUNK_FIELDS = _fields(TrunkSettings)
"""By the keys of TOCSIN_TRUNKS."""
