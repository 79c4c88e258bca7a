"""A certificate made for the occasion, and whether anything of it can be read in a text."""

import base64
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

_RUN = 12  # characters of base64 or hexadecimal that nobody else writes by chance
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, repr=False)
class Bait:
    """`name` is the common name."""

    der: bytes
    name: str
    serial: int

    @classmethod
    def made(cls) -> "Bait":
        key, name = ec.generate_private_key(ec.SECP256R1()), f"canary-{token_hex(8)}"
        now, subject = datetime.now(UTC), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        unsigned = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        unsigned = unsigned.serial_number(x509.random_serial_number() | 1 << 152)
        signed = unsigned.not_valid_before(now - _DAY).not_valid_after(now + _DAY).sign(key, hashes.SHA256())
        return cls(signed.public_bytes(Encoding.DER), name, signed.serial_number)

    @property
    def pem(self) -> str:
        return ssl.DER_cert_to_PEM_cert(self.der)

    @property
    def dn(self) -> str:
        return f"CN={self.name},O=Canary"

    def kinds_in(self, text: str) -> frozenset[str]:
        plain, body = text.lower().replace(":", ""), base64.b64encode(self.der).decode()
        fingerprint = sha256(self.der).hexdigest()
        signs = {
            "certificate": any(body[at : at + _RUN] in text for at in range(0, len(body) - _RUN, 8)),
            "dn": self.name in text,
            "serial": f"{self.serial:x}" in plain or str(self.serial) in text,
            "fingerprint": fingerprint in plain,
        }
        return frozenset(kind for kind, shows in signs.items() if shows)

    def error(self) -> ValueError:
        """With the data in its text and in the variables of its frame."""
        try:
            _fail(self.pem, self.dn, [(b"x-ssl-client-serial", f"{self.serial:x}".encode())])
        except ValueError as error:
            return error


def _fail(leaf: str, dn: str, headers: list[tuple[bytes, bytes]]) -> NoReturn:
    raise ValueError(f"no path for {dn}", len(leaf), len(headers))


# How data gets into a record of the standard library: what `makeLogRecord` is given.
RECORDS: dict[str, Callable[[Bait], dict[str, Any]]] = {
    "the message": lambda bait: {"msg": f"canary {bait.pem}"},
    "an argument": lambda bait: {"msg": "canary: subject %s, serial=%X", "args": (bait.dn, bait.serial)},
    "an extra": lambda bait: {"msg": "canary", "client_cert": bait.pem, "fingerprint": sha256(bait.der).hexdigest()},
    "an exception": lambda bait: {"msg": "canary", "exc_info": exc_info(bait.error())},
}
# And into an event of structlog.
EVENTS: dict[str, Callable[[Bait], dict[str, Any]]] = {
    "the event": lambda bait: {"event": f"canary {bait.pem}"},
    "a value": lambda bait: {"event": "canary", "subject": bait.dn, "serial": bait.serial, "client_cert": bait.pem},
    "an exception": lambda bait: {"event": "canary", "exc_info": bait.error()},
}


def exc_info(error: BaseException) -> tuple[Any, Any, Any]:
    return type(error), error, error.__traceback__


def record_of(name: str, fields: dict[str, Any]) -> logging.LogRecord:
    """Grave enough for every level."""
    known = {"name": name, "levelno": logging.CRITICAL, "levelname": "CRITICAL", "pathname": __file__, "lineno": 1}
    return logging.makeLogRecord(known | fields)
