"""What the maker hands out: a certificate with its key and whoever issued it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from ssl import DER_cert_to_PEM_cert

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from . import der
from .details import Field, Party
from .keys import PrivateKey
from .signing import Signing


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """One certificate, kept as bytes, so that one which no parser accepts can be held as well."""

    der: bytes
    key: PrivateKey = field(compare=False)
    issuer: "Issued | None" = field(compare=False)
    signing: Signing = field(compare=False)

    def __repr__(self) -> str:
        return "Issued(<certificate withheld>)"

    @property
    def certificate(self) -> x509.Certificate:
        """Parsed; raises what `cryptography` raises where the certificate is broken on purpose."""
        return x509.load_der_x509_certificate(self.der)

    @property
    def pem(self) -> str:
        return DER_cert_to_PEM_cert(self.der)

    @property
    def key_pem(self) -> str:
        """PKCS#8, not encrypted."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER, in lower-case hexadecimal."""
        return sha256(self.der).hexdigest()

    @property
    def issuers(self) -> "tuple[Issued, ...]":
        """From the direct issuer up to the root; none for a self-signed certificate."""
        return tuple(_upwards(self.issuer))

    @property
    def chain(self) -> "tuple[Issued, ...]":
        """The intermediates between this and the root, nearest first: without this and without the root."""
        return self.issuers[:-1]

    @property
    def root(self) -> "Issued":
        return (self, *self.issuers)[-1]

    @property
    def chain_pem(self) -> str:
        """What a TLS peer sends: this certificate, then `chain`."""
        return "".join(one.pem for one in (self, *self.chain))

    @property
    def to_be_signed(self) -> bytes:
        return der.children(self.der)[0]

    @property
    def serial(self) -> int:
        return int.from_bytes(der.content(self.element(Field.SERIAL)), "big", signed=True)

    @property
    def party(self) -> Party:
        """Its subject, as the issuer of others."""
        return Party(self.element(Field.SUBJECT), self.element(Field.PUBLIC_KEY))

    def element(self, wanted: Field) -> bytes:
        """One element of the TBSCertificate, whole, as it is."""
        elements = der.children(self.to_be_signed)
        lacks_version = elements[0][0] == der.INTEGER
        return elements[wanted - lacks_version]

    def resigned(self, edit: "Callable[[bytes], bytes]") -> "Issued":
        """The same with its TBSCertificate edited and signed again by the same key: odd, not forged."""
        return replace(self, der=self.signing.signed(edit(self.to_be_signed)))

    def altered(self, edit: "Callable[[bytes], bytes]") -> "Issued":
        """The same with its bytes edited after signing: tampered with."""
        return replace(self, der=edit(self.der))

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Writes `name`.pem (`chain_pem`) and `name`.key (for its owner only), and says where."""
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_text(self.chain_pem)
        key.unlink(missing_ok=True)
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.key_pem)
        return certificate, key


def _upwards(issued: Issued | None) -> Iterator[Issued]:
    while issued is not None:
        yield issued
        issued = issued.issuer
