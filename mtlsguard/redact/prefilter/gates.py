"""Without a library that looks for everything at once: one plain question after the other.

Each is for a character or a word without which a part of the pattern cannot fit: that costs a tenth of a search.
"""

import re

from mtlsguard.redact.contract import fold
from mtlsguard.redact.forms import dn, hexdumps, numbers
from mtlsguard.redact.prefilter.pattern import COLONS, search_raw

_KEY = re.compile("key[-_ ]?(?:id|pin)").search
# What stands before a `=`, all at once; the last of them end a string that was broken into pieces.
_BEFORE_EQUALS = re.compile(
    "=(?:(?<=   =)|(?<=[Hh]=)(?<=[Aa][Ss][Hh]=)|(?<=[pl]=)(?:(?<=fp=)|(?<= hl=))|(?<=['\"]=))"
).search


def pass_the_gates(text: str) -> bool:
    if text.isascii():
        lower = text.lower()
    elif search_raw(text):
        return True
    else:
        lower = fold(text)
    return (
        "cert" in lower
        or "serial" in lower
        or "client" in lower
        or "print" in lower
        or "ssl" in lower
        or "leaf" in lower
        or "peer" in lower
        or ("ki" in lower and ("ski" in lower or "aki" in lower or "spki" in lower))
        or ("key" in lower and _KEY(lower) is not None)
        or "modulus" in lower
        or " coord: " in lower
        or ("common" in lower and "name" in lower)
        or ("cn" in lower and ("tls" in lower or "x509" in lower or "subject" in lower or "issuer" in lower))
        or ("alt" in lower and ("altname" in lower or "alt name" in lower or "alternative" in lower))
        or ("ostname " in lower and "match" in lower)
        or "signature hash" in lower
        or "pin-sha256" in lower
        or (lower != text and _holds_capitals(text))
        or ("=" in text and _holds_a_pair(text))
        or hexdumps.glance(text)
        or numbers.glance(text)
        or ("{" in text and _holds_a_structure(text))
        or _holds_a_mark(text)
    )


def _holds_capitals(text: str) -> bool:
    return (
        ("M" in text and "MI" in text)
        or ("N" in text and _holds_a_name(text))
        or ("R" in text and ("RawSubject" in text or "RawIssuer" in text or "RawTBS" in text))
        or ("C" in text and "Critical" in text and "Value" in text)
        or ("S" in text and ("[Serial: " in text or "SignatureAlgorithm" in text or "DER encoded OCTET STRING" in text))
        or ("V" in text and ("BgNV" in text or "YDV" in text))
        or ("U" in text and "GA1U" in text)
        or ("B" in text and ("BEGIN" in text or "Buffer" in text or "UnusedBits" in text or "Key Blob: " in text))
        or ("Q" in text and "CAQ" in text)
        or ("J" in text and "LS0tLS1CRUdJTi" in text)
        or ("K" in text and "KeyID" in text)
        or ("X" in text and "X509" in text)
    )


def _holds_a_name(text: str) -> bool:
    """Or an armour's end, or the beginning of a key of OpenSSH in base64."""
    return (
        "Name" in text
        or "-----END" in text
        or "DNS" in text
        or "SAN=" in text
        or "NotValidForName" in text
        or (
            "CN" in text
            and (
                "CN: " in text
                or "CN] => " in text
                or "CN'" in text
                or 'CN"' in text
                or "CN&" in text
                or "CN\\" in text
                or "_CN" in text
            )
        )
        or ("3" in text and "b3BlbnNz" in text)
    )


def _holds_a_pair(text: str) -> bool:
    return dn.GLANCE(text) is not None or _BEFORE_EQUALS(text) is not None or " altname = " in text


def _holds_a_structure(text: str) -> bool:
    return (
        "null prototype] {" in text
        or ("Type" in text and "Value" in text)
        or "attr_value" in text
        or "unused_bits" in text
        or "general_names" in text
        or "{2.5.29." in text
    )


def _holds_an_escape(text: str) -> bool:
    return "3D" in text or "3d" in text or "3A" in text or "3a" in text or "0%" in text or "30+8" in text


def _holds_a_mark(text: str) -> bool:
    return (
        ("\\" in text and ("0\\" in text or "\\x02" in text or "\\u0002" in text or "\\002" in text))
        or (("%" in text or "+" in text) and _holds_an_escape(text))
        or ("(" in text and ("<" in text or "&lt;" in text or "ommon name: " in text))
        or ("x5" in text and ("x5t" in text or "x5c" in text))
        or ("hash" in text and ("'" in text or '"' in text))
        or ("_" in text and "on_name" in text)
        or "\x02\x01" in text
        or "\x1b[" in text  # a colour may part a word, or a type from its value
        or ("\\" in text and ("x1b[" in text or "u001b[" in text or "033[" in text))
        or text.count(":") > COLONS
    )
