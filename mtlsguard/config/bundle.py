"""Octets of a file -> what lies in it in DER, all of it or a sentence about what is wrong (RFC 7468)."""

import re

from mtlsguard.dialects.encodings import base64_der

_MARK = re.compile(rb"^[ \t]*-----(BEGIN|END) ([A-Z0-9 #-]{1,64})-----[ \t]*\r?$", re.MULTILINE)
_SEQUENCE = 0x30


def certificates(octets: bytes) -> list[bytes] | str:
    """DER of every certificate. Text around PEM blocks is allowed, as bundles have it; damage is not."""
    return blocks(octets, b"CERTIFICATE")


def revocation_lists(octets: bytes) -> list[bytes] | str:
    """The same of certificate revocation lists."""
    return blocks(octets, b"X509 CRL")


def blocks(octets: bytes, label: bytes) -> list[bytes] | str:
    """`label`: that of the PEM blocks; DER is taken as it is."""
    if not octets.strip():
        return "the file is empty"
    if octets[0] == _SEQUENCE:
        return [octets]
    return _blocks(octets, label)


def _blocks(octets: bytes, label: bytes) -> list[bytes] | str:
    marks = list(_MARK.finditer(octets))
    if octets.count(b"-----BEGIN") + octets.count(b"-----END") != len(marks) or len(marks) % 2:
        return "a PEM block is cut off or damaged"
    noun = label.decode()
    found: list[bytes] = []
    for begin, end in zip(marks[::2], marks[1::2], strict=True):
        if (begin[1], end[1]) != (b"BEGIN", b"END") or begin[2] != end[2]:
            return "PEM marks do not match"
        if begin[2] != label:
            return f"a PEM block is not a {noun}"
        der = base64_der(b"".join(octets[begin.end() : end.start()].split()))
        if der is None:
            return "a PEM block is no base64"
        found.append(der)
    return found or f"there is no {noun} in it"
