"""Is there anything in a text that a form might recognise? Nearly every line of a log ends here.

What the forms look for, written out: a loop over their hints costs three times as much. First a single character, which
is searched for in a tenth of the time, then the few words with it. Tests hold it against the forms.
"""

from mtlsguard.redact.contract import fold
from mtlsguard.redact.forms import binary, dn, hexadecimal, percent, reprs


def may_hold_certificate_data(text: str) -> bool:
    """No is certain, yes is not. True of a text if it is true of a piece of it."""
    if text.isascii():
        lower = text.lower()
    elif any(octets in text for octets in binary.RAW_HINTS):
        return True
    else:
        lower = fold(text)
    return (
        "cert" in lower
        or "serial" in lower
        or "client" in lower
        or "print" in lower
        or "ssl" in lower
        or ("M" in text and ("MI" in text or "Modulus=" in text))
        or ("N" in text and _holds_a_type(text))
        or ("V" in text and ("BgNV" in text or "YDV" in text))
        or ("U" in text and "GA1U" in text)
        or ("B" in text and "BEGIN" in text)
        or ("Q" in text and "CAQ" in text)
        or ("J" in text and "LS0tLS1CRUdJTi" in text)
        or _holds_a_mark(text)
    )


def _holds_a_type(text: str) -> bool:
    """Of a name, or an armour's end, or the beginning of a key of OpenSSH in base64."""
    return (
        "Name" in text
        or "-----END" in text
        or "DNS" in text
        or ("CN" in text and ("CN'" in text or 'CN"' in text or "CN\\" in text or "_CN" in text))
        or ("3" in text and "b3BlbnNz" in text)
    )


def _holds_a_mark(text: str) -> bool:
    return (
        ("=" in text and _holds_a_pair(text))
        or ("30" in text and hexadecimal.glance(text))
        or ("\\" in text and bool(binary.glance(text)))
        or ("%" in text and percent.GLANCE(text) is not None)
        or ("<" in text and reprs.GLANCE(text) is not None)
        or ("'" in text and ("'x5" in text or "hash':" in text))
        or ('"' in text and ('"x5' in text or 'hash":' in text or 'hash\\"' in text))
        or ("_" in text and "on_name" in text)
        or ("K" in text and "KeyID" in text)
        or ("X" in text and "X509" in text)
        or ("\x02" in text and "\x02\x01" in text)
        or (":" in text and hexadecimal.glance_at_colons(text))
    )


def _holds_a_pair(text: str) -> bool:
    return dn.GLANCE(text) is not None or "ash=" in text or "ASH=" in text or "fp=" in text or " hl=" in text
