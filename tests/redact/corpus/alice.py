"""A client, made on the spot, with everything that may be said about her; and what of it must never be read again."""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)

SERIAL = 0x5AB3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5
DAY = datetime(2026, 1, 1, tzinfo=UTC)
_OCTETS = 8  # as many in a row are a leak
_HEX_RUN, _BASE64_RUN = 2 * _OCTETS, 11

COMMON_NAME, ORGANIZATION, UNIT = "alice.quibbleworth", "Zanzibarian Holdings", "Kumquat Billing"
EMAIL, DNS = "alice@kumquat.example", "laptop7.kumquat.example"
ISSUER = "Zanzibarian Issuing CA"


@dataclass(frozen=True)
class Client:
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate
    authority_key: ec.EllipticCurvePrivateKey

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @cached_property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def base64(self) -> str:
        return base64.b64encode(self.der).decode()

    @property
    def serial(self) -> int:
        return self.certificate.serial_number

    @property
    def hex_serial(self) -> str:
        return f"{self.serial:X}"

    @cached_property
    def sha256(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA256())

    @cached_property
    def sha1(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA1())  # noqa: S303 - nginx and others write it

    @property
    def dn(self) -> str:
        return self.certificate.subject.rfc4514_string()

    @property
    def slash_dn(self) -> str:
        return f"/C=GB/O={ORGANIZATION}/OU={UNIT}/CN={COMMON_NAME}/emailAddress={EMAIL}"

    @property
    def openssl_dn(self) -> str:
        return f"C = GB, O = {ORGANIZATION}, OU = {UNIT}, CN = {COMMON_NAME}, emailAddress = {EMAIL}"

    @cached_property
    def key_pem(self) -> str:
        return self.private(Encoding.PEM, PrivateFormat.PKCS8).decode()

    @cached_property
    def key_der(self) -> bytes:
        return self.private(Encoding.DER, PrivateFormat.PKCS8)

    def private(self, encoding: Encoding, form: PrivateFormat) -> bytes:
        return self.key.private_bytes(encoding, form, NoEncryption())

    @cached_property
    def encrypted_key_pem(self) -> str:
        return self.key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pass phrase")
        ).decode()

    @cached_property
    def public_pem(self) -> str:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @cached_property
    def request(self) -> x509.CertificateSigningRequest:
        builder = x509.CertificateSigningRequestBuilder().subject_name(self.certificate.subject)
        return builder.sign(self.key, None if isinstance(self.key, ed25519.Ed25519PrivateKey) else hashes.SHA256())

    @cached_property
    def crl(self) -> x509.CertificateRevocationList:
        entry = x509.RevokedCertificateBuilder().serial_number(self.serial).revocation_date(DAY).build()
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.authority.subject)
        builder = builder.last_update(DAY).next_update(DAY + timedelta(days=1)).add_revoked_certificate(entry)
        return builder.sign(self.authority_key, hashes.SHA256())

    def pkcs7(self, encoding: Encoding) -> bytes:
        return pkcs7.serialize_certificates([self.certificate, self.authority], encoding)

    @cached_property
    def pkcs12(self) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"alice", self.key, self.certificate, [self.authority], BestAvailableEncryption(b"pass phrase")
        )

    @cached_property
    def _binaries(self) -> tuple[bytes, ...]:
        requests = (self.request.public_bytes(Encoding.DER), self.crl.public_bytes(Encoding.DER))
        issued = (self.der, self.authority.public_bytes(Encoding.DER))
        bags = (self.pkcs12, self.pkcs7(Encoding.DER))
        return (*issued, *requests, *bags, self.key_der, self.sha256, self.sha1)

    @cached_property
    def _hex_runs(self) -> frozenset[str]:
        body = self.pem.partition("\n")[2].rpartition("-----END")[0].encode()
        texts = [octets.hex() for octets in (*self._binaries, body)]
        return frozenset(run for text in texts for run in _runs(text, _HEX_RUN))

    @cached_property
    def _raw_runs(self) -> frozenset[bytes]:
        return frozenset(run for octets in self._binaries for run in _runs(octets, _OCTETS))

    @cached_property
    def _base64_runs(self) -> frozenset[str]:
        texts = [base64.b64encode(octets[start:]).decode() for octets in self._binaries for start in range(3)]
        armoured = [base64.b64encode(self.pem.encode()[start:]).decode() for start in range(3)]
        pems = [self.encrypted_key_pem, self.private(Encoding.PEM, PrivateFormat.OpenSSH).decode()]
        bodies = ["".join(pem.splitlines()[1:-1]) for pem in pems]
        return frozenset(run for text in (*texts, *armoured, *bodies) for run in _runs(text, _BASE64_RUN))

    @cached_property
    def values(self) -> tuple[str, ...]:
        return (COMMON_NAME, ORGANIZATION, UNIT, EMAIL, DNS, ISSUER, str(self.serial))

    def leaks_in(self, text: str) -> list[str]:
        """Eight octets in a row of anything of hers in any writing, and every value of her names."""
        found: set[str] = set()
        for plain in _readings(text):
            found |= {value for value in self.values if value.casefold() in plain.casefold()}
            found |= self._hex_runs.intersection(_runs(_NOT_HEX.sub("", plain.lower()), _HEX_RUN))
            base64url = _NOT_BASE64.sub("", plain).replace("-", "+").replace("_", "/")
            octets = plain.encode("latin-1", "replace")
            found |= {run.hex() for run in self._raw_runs.intersection(_runs(octets, _OCTETS))}
            found |= self._base64_runs.intersection(_runs(base64url, _BASE64_RUN))
        return sorted(found)


_NOT_HEX = re.compile(r"\\x|[\s:\\'\"|,-]")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[mK]")
_NOT_BASE64 = re.compile(r"\\+[nrt]|[\s'\"\\,]")
_ESCAPE = re.compile(r"\\+(?:(?:u00|x)(?P<code>[0-9a-fA-F]{2})|(?P<letter>[nrt'\"])|(?<=\\)(?P<itself>)(?!\\))")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}


def _readings(text: str) -> list[str]:
    """The text as it is and with its escapes undone, as a reader of the log would, and a terminal."""
    readings = {text, _COLOUR.sub("", text), unquote(text), unquote(unquote(unquote(text)))}
    return [*readings, *(_ESCAPE.sub(_meant, one) for one in readings)]


def _meant(found: re.Match[str]) -> str:
    if found["code"]:
        return chr(int(found["code"], 16))
    return _LETTERS.get(found["letter"] or "", found["letter"] or "\\")


def _runs(text, length):
    return [text[start : start + length] for start in range(len(text) - length + 1)]


_SUBJECT = (
    (x509.NameOID.COUNTRY_NAME, "GB"),
    (x509.NameOID.ORGANIZATION_NAME, ORGANIZATION),
    (x509.NameOID.ORGANIZATIONAL_UNIT_NAME, UNIT),
    (x509.NameOID.COMMON_NAME, COMMON_NAME),
    (x509.NameOID.EMAIL_ADDRESS, EMAIL),
)
_NAMES = (x509.DNSName(DNS), x509.RFC822Name(EMAIL))


def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, ISSUER),
        ]
    )
    builder = _builder(name, name, SERIAL - 1).public_key(key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.sign(key, hashes.SHA256()), key


def _builder(subject: x509.Name, issuer: x509.Name, serial: int) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).serial_number(serial)
    return builder.not_valid_before(DAY).not_valid_after(DAY + timedelta(days=3650))


def client_with(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> Client:
    authority, authority_key = _authority()
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in _SUBJECT])
    builder = _builder(subject, authority.subject, SERIAL).public_key(key.public_key())
    builder = builder.add_extension(x509.SubjectAlternativeName(_NAMES), critical=False)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    usage = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CLIENT_AUTH, x509.ExtendedKeyUsageOID.SERVER_AUTH])
    builder = builder.add_extension(usage, critical=False)
    return Client(key, builder.sign(authority_key, hashes.SHA256()), authority, authority_key)


@cache
def alice() -> Client:
    return client_with(ec.generate_private_key(ec.SECP256R1()))


@cache
def alice_with_rsa() -> Client:
    return client_with(rsa.generate_private_key(65537, 2048))


@cache
def alice_with_ed25519() -> Client:
    return client_with(ed25519.Ed25519PrivateKey.generate())
