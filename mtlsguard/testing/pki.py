"""A certificate authority for tests: good certificates by default, and any bad one in a line.

    pki = Pki()
    pki.leaf()                                                # one that should be let in
    pki.leaf(not_after=pki.now - timedelta(hours=1))          # expired an hour ago
    pki.leaf(serial=-5, signed_by=Pki().root.key)             # what no builder would make

The words a certificate is described in are those of `details.Details`. Nothing is written to disk.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Unpack

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import crls, keys, names
from .crls import CrlDetails, Revoked
from .details import Details, Party, require_known, to_be_signed
from .issued import Issued
from .keys import PrivateKey, Purpose
from .names import Attribute
from .signing import Signing, digest_of

__all__ = ["Issued", "Pki", "Revoked", "subject_of"]

SPIFFE = "spiffe://example.org/ns/default/sa/"


def subject_of(*common_names: str) -> list[Attribute]:
    """`O=Example` and the common names, the subject that `Pki` gives unless told."""
    return [(NameOID.ORGANIZATION_NAME, "Example"), *((NameOID.COMMON_NAME, name) for name in common_names)]


class Pki:
    """One hierarchy: a root, an intermediate under it, and what a test asks for.

    Two of them have the same names and different keys: to each other they are forgers.
    """

    def __init__(self, now: datetime | None = None, algorithm: str = "p256") -> None:
        self.now = (now or datetime.now(UTC)).replace(microsecond=0)
        self.algorithm = algorithm

    @cached_property
    def root(self) -> Issued:
        return self.authority("Example Root")

    @cached_property
    def intermediate(self) -> Issued:
        return self.authority("Example Intermediate", issuer=self.root)

    def authority(
        self,
        common_name: str = "Example Authority",
        *,
        issuer: Issued | None = None,
        path_length: int | None = None,
        **overrides: Unpack[Details],
    ) -> Issued:
        """A CA certificate (RFC 5280 section 4.2.1.9); without an issuer it is a root."""
        usual = Details(
            subject=subject_of(common_name),
            not_before=self.now - timedelta(days=1),
            not_after=self.now + timedelta(days=3650),
            basic_constraints=x509.BasicConstraints(ca=True, path_length=path_length),
            key_usage=("key_cert_sign", "crl_sign"),
        )
        return self._issue({**usual, **overrides}, issuer, "authority")

    def leaf(
        self,
        common_name: str | Sequence[str] = "client",
        *,
        issuer: Issued | None = None,
        **overrides: Unpack[Details],
    ) -> Issued:
        """A client certificate, from the intermediate unless told; several common names make several CNs."""
        return self._issue({**self._leaf(common_name), **overrides}, issuer or self.intermediate, "leaf")

    def self_signed(self, common_name: str | Sequence[str] = "client", **overrides: Unpack[Details]) -> Issued:
        """A client certificate that its own key signed."""
        return self._issue({**self._leaf(common_name), **overrides}, None, "leaf")

    def server(
        self,
        names: Sequence[str] = ("localhost",),
        *,
        issuer: Issued | None = None,
        **overrides: Unpack[Details],
    ) -> Issued:
        """A certificate for a proxy: its DNS names, and `addresses=` (127.0.0.1 unless told)."""
        usual = self._leaf(names[:1])
        usual["spiffe"], usual["dns"], usual["addresses"] = None, names, ("127.0.0.1",)
        usual["extended_key_usage"] = [ExtendedKeyUsageOID.SERVER_AUTH]
        return self._issue({**usual, **overrides}, issuer or self.intermediate, "leaf")

    def crl(
        self,
        issuer: Issued | None = None,
        revoked: Iterable[Issued | int | Revoked] = (),
        **overrides: Unpack[CrlDetails],
    ) -> x509.CertificateRevocationList:
        """A CRL, of the intermediate unless told, good for a week (RFC 5280 section 5)."""
        usual = CrlDetails(this_update=self.now - timedelta(hours=1), next_update=self.now + timedelta(days=7))
        return crls.make({**usual, **overrides}, issuer or self.intermediate, revoked)

    def _leaf(self, common_name: str | Sequence[str]) -> Details:
        common_names = [common_name] if isinstance(common_name, str) else common_name
        return Details(
            subject=subject_of(*common_names),
            spiffe=SPIFFE + next(iter(common_names), "client"),
            not_before=self.now - timedelta(hours=1),
            not_after=self.now + timedelta(days=30),
            key_usage=("digital_signature",),
            extended_key_usage=[ExtendedKeyUsageOID.CLIENT_AUTH],
        )

    def _issue(self, details: Details, issuer: Issued | None, purpose: Purpose) -> Issued:
        require_known(details)
        key = self._key(details, purpose)
        subject = Party(names.distinguished_name(details["subject"]), _public_key(details, key))
        above = issuer.party if issuer else subject
        if "issuer_name" in details:
            above = above._replace(name=names.distinguished_name(details["issuer_name"]))
        signing = _signing(details, issuer.key if issuer else key)
        return Issued(signing.signed(to_be_signed(details, subject, above, signing.algorithm)), key, issuer, signing)

    def _key(self, details: Details, purpose: Purpose) -> PrivateKey:
        if "key" in details:
            return details["key"]
        algorithm = details.get("algorithm", self.algorithm)
        return keys.generate(algorithm) if details.get("fresh") else keys.draw(algorithm, purpose)


def _public_key(details: Details, key: PrivateKey) -> bytes:
    public_key = details.get("public_key", key.public_key())
    return public_key if isinstance(public_key, bytes) else keys.spki(public_key)


def _signing(details: Details, key: PrivateKey) -> Signing:
    return Signing(
        key=details.get("signed_by", key),
        digest=digest_of(details.get("signature_hash", "sha256")),
        pss=details.get("rsa_pss", False),
    )
