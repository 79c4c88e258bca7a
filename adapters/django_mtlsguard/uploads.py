"""A file with a certificate, from the admin or from a shell -> Candidate. Nothing of the file is kept."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard import Deny
from mtlsguard.certificate import Candidate, parse

_MOST_OCTETS = 64 * 1024
_PEM = b"-----BEGIN CERTIFICATE-----"


class NoCertificateError(ValueError):
    """Says what is wrong with a file, and nothing of what is in it."""


def certificate_in(octets: bytes) -> Candidate:
    """The certificate of a PEM or DER file; of a chain the first one, which is the client's."""
    if len(octets) > _MOST_OCTETS:
        raise NoCertificateError(f"A certificate file has at most {_MOST_OCTETS // 1024} KB.")
    candidate = parse(_der(octets) if _PEM in octets else octets)
    if isinstance(candidate, Deny):
        raise NoCertificateError("This is no certificate in PEM or DER that could be used.")
    return candidate


def _der(octets: bytes) -> bytes:
    try:
        return x509.load_pem_x509_certificates(octets)[0].public_bytes(Encoding.DER)
    except (ValueError, x509.InvalidVersion):
        raise NoCertificateError("This is no certificate in PEM or DER that could be used.") from None
