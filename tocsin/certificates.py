"""Authorities that the machine does not know, such as that of a proxy that reads TLS: set-up trusts those in the folder
`certificates`, beside the machine's own. Standard library only: set-up runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import os
import re
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tocsin.steps import SetupFailed

MACHINES = "/etc/ssl/certs/ca-certificates.crt"
VARIABLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Where Python and uv, pip, requests and curl are told whom to trust; apt has an option."""

DISTRUST = re.compile(
    r"certificate[ _]verif(y|ication)[ _]failed|unknownissuer|invalid peer certificate|self[- ]signed certificate"
    r"|certificate is NOT trusted|unable to get local issuer",
    re.IGNORECASE,
)
"""How pip, uv, curl and apt say it, with OpenSSL, rustls and GnuTLS."""

REMEDY = (
    "Something between this machine and the internet, such as a proxy, shows certificates of an authority that is not "
    "known here. Ask who runs the network for that authority's certificate and put it into the folder `certificates` "
    "as NAME.crt (PEM); docs/operating.md, “Behind a proxy”, says more."
)


@contextlib.contextmanager
def trusted(folder: Path) -> Iterator[None]:
    """Within, programs that are started trust the folder's certificates, too. Raises SetupFailed."""
    files = sorted(folder.glob("*.crt"))
    if not files:
        yield
        return
    before = dict(os.environ)
    texts = [_machines_own(), *map(_certificate, files)]
    with tempfile.NamedTemporaryFile("w", prefix="tocsin-", suffix=".pem") as bundle:
        bundle.write("\n".join(texts))
        bundle.flush()
        Path(bundle.name).chmod(0o644)  # apt reads it as a user of its own
        os.environ.update(dict.fromkeys(VARIABLES, bundle.name))
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def for_apt() -> list[str]:
    """apt's options: it trusts whom Python trusts."""
    told = os.environ.get("SSL_CERT_FILE")
    return ["-o", f"Acquire::https::CAInfo={told}"] if told else []


def remedy(said: str) -> str:
    """What to do where a program says that it does not trust whom it speaks to; else empty."""
    return REMEDY if DISTRUST.search(said) else ""


def _machines_own() -> str:
    path = Path(os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or MACHINES)
    return path.read_text(errors="replace") if path.exists() else ""


def _certificate(path: Path) -> str:
    text = path.read_bytes().decode("ascii", "backslashreplace")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError) as error:
        convert = f"openssl x509 -inform der -in {path} -out {path}.new && mv {path}.new {path}"
        raise SetupFailed(f"{path} holds no certificate in PEM: {error}.", f"Where it is DER: {convert}") from error
    return text
