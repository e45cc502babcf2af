from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from tocsin import certificates
from tocsin.steps import SetupFailed

AUTHORITY = """\
-----BEGIN CERTIFICATE-----
MIIBmTCCAT+gAwIBAgIUQF6HBi7vhTeAZM5EZF5kGGP/51EwCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWVmFsbW9udCB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjkxMTEw
NTRaGA8yMTI2MTEwNTExMTA1NFowITEfMB0GA1UEAwwWVmFsbW9udCB0ZXN0IGF1
dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGT39Pj99EH/a9+YMAi3
8zzfxevQA6D1JG162n8bsM2SHU9jKgzfHRdg8irtFBw3U7ympXHT/zMDHJp8UmGk
VbKjUzBRMB0GA1UdDgQWBBTUt/xip4w2dwbPMzIlYf4rzoA1zjAfBgNVHSMEGDAW
gBTUt/xip4w2dwbPMzIlYf4rzoA1zjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
BAMCA0gAMEUCICa7urBMNKZfo9Q5bSM0GwlFctMSO7cOcF2qrg6i5/cgAiEAq1I5
ySoXjBjSBJncxNe7Lg4QkxN97MX9e6MnjBHsrSE=
-----END CERTIFICATE-----
"""
NOT_TRUSTED = (
    "(Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed:"
    " unable to get local issuer certificate (_ssl.c:992)')))",
    "  Caused by: invalid peer certificate: UnknownIssuer",
    "Err:1 https://deb.debian.org/debian bookworm InRelease\n  Certificate verification failed: The certificate is NOT"
    " trusted. The certificate issuer is unknown.  Could not handshake: Error in the certificate verification.",
)


def test_programs_that_set_up_starts_trust_the_folder_beside_the_machine(tmp_path: Path) -> None:
    machine, before = len(ssl.create_default_context().get_ca_certs()), dict(os.environ)
    (tmp_path / "proxy.crt").write_text(AUTHORITY)
    with certificates.trusted(tmp_path):
        bundle = os.environ["SSL_CERT_FILE"]
        assert {os.environ[name] for name in certificates.VARIABLES} == {bundle}
        assert certificates.for_apt() == ["-o", f"Acquire::https::CAInfo={bundle}"]
        known = [str(each["subject"]) for each in ssl.create_default_context(cafile=bundle).get_ca_certs()]
    assert (len(known), "Valmont test authority" in known[-1]) == (machine + 1, True)
    assert dict(os.environ) == before
    assert not Path(bundle).exists()


def test_without_certificates_nothing_changes(tmp_path: Path) -> None:
    before = dict(os.environ)
    with certificates.trusted(tmp_path):
        assert dict(os.environ) == before


def test_a_certificate_that_is_no_pem_stops_set_up_and_says_how_to_make_one(tmp_path: Path) -> None:
    (tmp_path / "proxy.crt").write_bytes(ssl.PEM_cert_to_DER_cert(AUTHORITY))
    with pytest.raises(SetupFailed, match=r"proxy\.crt holds no certificate") as caught, certificates.trusted(tmp_path):
        pass
    assert "openssl x509 -inform der" in caught.value.remedy


@pytest.mark.parametrize("said", NOT_TRUSTED)
def test_what_a_program_says_that_trusts_nobody_leads_to_the_folder(said: str) -> None:
    assert "the folder `certificates`" in certificates.remedy(said)


def test_other_failures_keep_their_own_remedy() -> None:
    assert certificates.remedy("E: Unable to locate package ffmpeg") == ""
