"""Certificates made on the spot, the ways to write them down, and what of them must never be read again."""

import base64
import json
import pprint
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from urllib.parse import quote, quote_plus

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

SERIAL = 0x5AB3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5
DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Material:
    certificate: x509.Certificate
    values: tuple[str, ...]

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @cached_property
    def pem(self) -> str:
        return ssl.DER_cert_to_PEM_cert(self.der)

    @cached_property
    def base64(self) -> str:
        return base64.b64encode(self.der).decode()

    @property
    def dn(self) -> str:
        return self.certificate.subject.rfc4514_string()

    @property
    def serial(self) -> int:
        return self.certificate.serial_number

    @property
    def sha256(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA256())

    def leaks_in(self, text: str) -> list[str]:
        """What of this certificate can be read in the text: runs of eight octets, and the values of its name."""
        plain = text.replace("-", "+").replace("_", "/")
        hexadecimal = text.lower().replace(":", "").replace(" ", "")
        runs = [run for run in _runs(self.base64, 11) if run in plain]
        runs += [run for run in _runs(self.der.hex() + " " + self.sha256.hex(), 16) if run in hexadecimal]
        runs += [value for value in (*self.values, str(self.serial)) if len(value) >= 8 and value in text]
        return runs


def _runs(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(len(text) - length + 1)]


@cache
def private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def private_key_pem() -> str:
    return private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def material(name: str = "alice.billing", organization: str = "Example Org", serial: int = SERIAL) -> Material:
    subject = x509.Name.from_rfc4514_string("C=GB")
    attributes = [
        *subject,
        x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organization),
        x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(attributes))
        .issuer_name(x509.Name(attributes))
        .public_key(private_key().public_key())
        .serial_number(serial)
        .not_valid_before(DAY)
        .not_valid_after(DAY + timedelta(days=1))
    )
    return Material(builder.sign(private_key(), hashes.SHA256()), (name, organization))


def xfcc(one: Material) -> str:
    subject = one.dn.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f"By=spiffe://example.org/edge;Hash={one.sha256.hex()};"
        f'Cert="{quote(one.pem, safe="")}";Subject="{subject}";URI=spiffe://example.org/a'
    )


def _slash(one: Material) -> str:
    return f"/C=GB/O={one.values[1]}/CN={one.values[0]}"


# How proxies, servers, libraries and people write a certificate, or what is in it.
WRITTEN: dict[str, Callable[[Material], str]] = {
    "PEM": lambda one: one.pem,
    "PEM with CRLF": lambda one: one.pem.replace("\n", "\r\n"),
    "PEM on one line with blanks": lambda one: one.pem.replace("\n", " "),
    "PEM on one line with tabs": lambda one: one.pem.replace("\n", "\t"),
    "PEM folded as nginx does": lambda one: one.pem.replace("\n", "\n\t"),
    "PEM indented": lambda one: one.pem.replace("\n", "\n        "),
    "PEM escaped once": lambda one: one.pem.replace("\n", "\\n"),
    "PEM escaped twice": lambda one: one.pem.replace("\n", "\\\\n"),
    "PEM as JSON in JSON": lambda one: json.dumps({"body": json.dumps({"x": one.pem})}),
    "PEM with slashes escaped": lambda one: one.pem.replace("/", "\\/").replace("\n", "\\n"),
    "PEM as bytes": lambda one: repr(one.pem.encode()),
    "PEM as lines": lambda one: repr(one.pem.splitlines()),
    "PEM percent-escaped": lambda one: quote(one.pem, safe=""),
    "PEM percent-escaped in part, as AWS does": lambda one: quote(one.pem, safe="+/="),
    "PEM percent-escaped in lower case": lambda one: quote(one.pem, safe="").replace("%0A", "%0a"),
    "PEM escaped as a form": lambda one: quote_plus(one.pem),
    "PEM percent-escaped twice": lambda one: quote(quote(one.pem, safe=""), safe=""),
    "PEM in base64": lambda one: base64.b64encode(one.pem.encode()).decode(),
    "PEM cut to 80 characters": lambda one: repr(one.pem[:80])[:-1] + "'+700",
    "PEM without its end": lambda one: one.pem[:333],
    "PEM without its beginning": lambda one: one.pem[100:],
    "base64": lambda one: one.base64,
    "base64, cut": lambda one: one.base64[:200],
    "base64 without padding": lambda one: one.base64.rstrip("="),
    "base64url": lambda one: base64.urlsafe_b64encode(one.der).decode(),
    "base64 percent-escaped": lambda one: quote(one.base64, safe=""),
    "base64 in lines": lambda one: base64.encodebytes(one.der).decode(),
    "RFC 9440": lambda one: f":{one.base64}:",
    "two, as Traefik does": lambda one: f"{one.base64},{one.base64}",
    "hexadecimal": lambda one: one.der.hex(),
    "hexadecimal in capitals": lambda one: one.der.hex().upper(),
    "hexadecimal with colons": lambda one: one.der.hex(":"),
    "hexadecimal with blanks": lambda one: one.der.hex(" "),
    "DER as bytes": lambda one: repr(one.der),
    "DER as bytes, cut": lambda one: repr(one.der[:99]),
    "DER as bytes, printed pretty": lambda one: pprint.pformat({"der": one.der}),
    "DER with escapes for what is not ASCII": lambda one: one.der.decode("ascii", "backslashreplace"),
    "DER as JSON": lambda one: json.dumps(one.der.decode("latin-1")),
    "XFCC": xfcc,
    "XFCC twice": lambda one: f"{xfcc(one)},{xfcc(one)}",
    "DN": lambda one: one.dn,
    "DN in quotes": lambda one: f'subject="{one.dn}"',
    "DN behind a label": lambda one: f"subject: {one.dn}",
    "DN with semicolons, as curl does": lambda one: f"subject: C=GB; O={one.values[1]}; CN={one.values[0]}",
    "DN with slashes": _slash,
    "DN of cryptography": lambda one: repr(one.certificate.subject),
    "attributes of cryptography": lambda one: repr(list(one.certificate.subject)),
    "certificate of cryptography": lambda one: repr(one.certificate),
    "public numbers": lambda one: repr(one.certificate.public_key().public_numbers()),
    "DN percent-escaped": lambda one: quote_plus(f'Subject="{one.dn}";SerialNumber="{one.serial}"'),
    "serial number in hexadecimal": lambda one: f"serial={one.serial:X}",
    "serial number in decimal": lambda one: f"serial_number={one.serial}",
    "serial number with colons": lambda one: f"Serial Number:\n    {one.serial.to_bytes(20, 'big').hex(':')}",
    "serial number twice": lambda one: f"Serial Number: {one.serial} ({one.serial:#x})",
    "serial number in JSON": lambda one: json.dumps({"serialNumber": f"{one.serial:X}"}),
    "serial number of Apache": lambda one: f"{{ serialNumber {one.serial}, issuer }}",
    "fingerprint": lambda one: f"fingerprint={one.sha256.hex()}",
    "fingerprint of OpenSSL": lambda one: f"SHA256 Fingerprint={one.sha256.hex(':').upper()}",
    "fingerprint in a sentence": lambda one: f"the fingerprint (SHA-256) is {one.sha256.hex()}",
    "fingerprint in base64": lambda one: f"thumbprint: {base64.b64encode(one.sha256).decode()}",
    "header": lambda one: f"x-ssl-client-serial: {one.serial:x}",
    "header in capitals": lambda one: f"X-SSL-CLIENT-CERT: {one.base64}",
    "environment": lambda one: f"HTTP_X_SSL_CLIENT_S_DN_CN={one.values[0]}",
    "headers as a dict": lambda one: repr({"X-SSL-Client-CN": one.values[0], "Host": "a"}),
    "headers as pairs": lambda one: repr([(b"x-ssl-client-serial", f"{one.serial:x}".encode()), (b"host", b"a")]),
    "headers as JSON": lambda one: json.dumps({"ssl_client_cn": one.values[0], "status": 200}),
    "headers as lists": lambda one: json.dumps({"x-client-dn": [one.values[0], one.values[1]]}),
    "getpeercert": lambda one: repr({"subject": ((("commonName", one.values[0]),),)}),
}
