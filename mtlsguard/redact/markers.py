"""What stands where certificate data stood: `[certificate sha256:abcdefgh]`, or `[private key]` without a name."""

from enum import StrEnum

from mtlsguard.redact.patterns import compiled


class Kind(StrEnum):
    """What was there. Where two kinds overlap, the one named first here wins."""

    PRIVATE_KEY = "private key"
    PKCS12 = "pkcs12"
    CERTIFICATE = "certificate"
    REQUEST = "certificate request"
    CRL = "crl"
    PKCS7 = "pkcs7"
    PUBLIC_KEY = "public key"
    DN = "dn"
    SERIAL = "serial"
    FINGERPRINT = "fingerprint"
    UNEXAMINED = "unexamined value"  # too deep, too much or too odd to look at


def marker(kind: Kind, name: str = "") -> str:
    """The text that replaces a value of this kind. `name`: its keyed pseudonym, where one could be computed."""
    return f"[{kind} sha256:{name}]" if name else f"[{kind}]"


RANK = {kind: rank for rank, kind in enumerate(Kind)}

# What the forms see in place of a marker, so that none can ever recognise one, or count its letters.
MASK = "[~]"
MARKER = compiled(rf"\[(?P<kind>{'|'.join(Kind)})(?: sha256:[a-z2-7]{{8}})?\]")


def is_marker(value: str) -> bool:
    return value == MASK or MARKER.fullmatch(value) is not None
