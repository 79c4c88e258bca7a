"""The configuration of the guard in the play: a file as an operator would write it."""

from pathlib import Path

from cryptography import x509

from mtlsguard.cli.demo.cast import DOMAIN
from mtlsguard.testing import Issued

FILE = "mtlsguard.toml"
SECRET_FILE = "proxy-secret"  # noqa: S105 - the name of a file
SECRET_HEADER = "X-Proxy-Secret"  # noqa: S105 - the name of a header


def write_configuration(folder: Path, proxy_lines: str, revoked: Issued) -> Path:
    path = folder / FILE
    path.write_text(_TEMPLATE.format(proxy=proxy_lines, deny=_entry(revoked), domain=DOMAIN, secret=_SECRET))
    return path


def _entry(revoked: Issued) -> str:
    issuer: x509.Name = revoked.certificate.issuer
    return f'{{ issuer = "{issuer.rfc4514_string()}", serial = "0x{revoked.serial:x}" }}'


_SECRET = f'{{ header = "{SECRET_HEADER}", file = "{SECRET_FILE}" }}'

# The proxy and the forger who goes past it share an address here: the secret tells them apart.
_TEMPLATE = """\
[proxy]
{proxy}
trusted = ["127.0.0.1"]
secret = {secret}

[trust]
anchors = ["root.pem"]
intermediates = ["intermediate.pem"]   # this proxy sends the client's certificate without its chain

[serials]
deny = [{deny}]

[identity]
name = "spiffe"

[audit]
allowed = "every"

[[roles]]
name = "billing"
match = {{ spiffe = "{domain}/pay" }}

[[roles]]
name = "billing"
match = {{ spiffe = "{domain}/shop" }}

[[routes]]
path = "/invoices/**"
require = ["billing"]

[[routes]]
path = "/status"
methods = ["GET"]
access = "public"
"""
