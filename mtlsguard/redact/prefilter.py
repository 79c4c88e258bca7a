"""Is there anything in a text that a form might recognise? Nearly every line of a log ends here.

One pattern says it, in the common language of `re` and RE2. For long texts RE2 is asked (the extra `fast`): it looks
for everything at once, in time linear in the length whatever the text is. Short ones first pass by a few gates, which
cost a tenth of a search: each is a character or a word without which a part of the pattern cannot fit. Without RE2 long
texts pass by the gates alone. Tests hold the pattern against the forms and the gates against the pattern.
"""

import re
from collections.abc import Callable

from mtlsguard.redact.contract import fold
from mtlsguard.redact.forms import attributes, dn, hexadecimal
from mtlsguard.redact.forms.alternatives import any_of

try:
    import re2
except ImportError:
    re2 = None

_LONG = 256  # characters; RE2 takes 1 us before it begins, as long as the gates
_SHORT = 512  # characters; what passes the gates is searched with `re` before the forms look at it

# Names and words, in any case.
_WORDS = (
    r"(?i:cert(?:[^a]|$)|serial(?:[^i]|$)|ssl[-_]?client|x[-_]ssl|client[-_](?:common|subject|issuer|id|d|uri|verify)"
    r"|client[-. _](?:sha|hash|digest)|client[\"']: ?\{|(?:finger|thumb)print)"
)
_BASE64 = r"MI[G-L][A-Za-z0-9+/_%\\-]|CAQ(?:EE|Aw)|b3BlbnNz|LS0tLS1CRUdJTi|BgNV(?:BA|H[QRS])|YDV(?:QQ|R0)|GA1U[Ed]"
_ARMOUR = r"BEGIN[ \t+_%\\]|-----END"
# An OpenSSL dump writes `commonName                = `; the text before a type may be a colour of a terminal.
_BOUNDARY = r"(?:^|[^A-Za-z0-9]|[0-9\[]m|\\[nrt])"
_GAP = r"(?: |\x1b\[[0-9;]{0,30}m)"
_BEGINNINGS = any_of({*dn.BEGINNINGS, *attributes.BEGINNINGS})
_TYPES = rf"{_BOUNDARY}(?:{_BEGINNINGS}|[0-2](?:\.[0-9]{{1,9}}){{2,20}}){_GAP}{{0,30}}="
_EQUALS = rf"{_TYPES}|(?i:hash)=|fp=| hl=|Modulus="
_PERCENT = r"[NstrUCOLT]%(?:25){0,4}3[Dd]"
_REPR = (
    r"<(?:Name|RelativeDistinguishedName|NameAttribute|RSAPublicNumbers|EllipticCurvePublicNumbers|DNSName|RFC822Name|"
    r"UniformResourceIdentifier|DirectoryName|IPAddress|OtherName|RegisteredID|SubjectKeyIdentifier|"
    r"AuthorityKeyIdentifier|RevokedCertificate)\("
)
_NAMES = (
    r"[Oo]n_?[Nn]ame|Name: |lternative Name|ltName|DNS[:\"'\\]|;SAN=|_CN|CN[\"'\\]|KeyID|X509|[\"']x5|hash\\*[\"']: "
)
_OCTETS = (
    r"0\\{1,8}(?:x8|u008|20)|0[w.t]\\{1,8}(?:x02|u0002|002)|\x02\x01"
    rf"|{hexadecimal.NEAR}|:(?:[0-9a-fA-F]{{2}}:){{14}}"
)
_COLONS = 13  # fewer do not hold what the pattern looks for
# DER that somebody read as Latin-1 or as bad UTF-8: not in texts of ASCII alone
_RAW = "0[\x81\x82\ufffd\udc81\udc82]"
_RAW_OCTETS = b"0(?:\xc2[\x81\x82]|\xef\xbf\xbd|\xed\xb2[\x81\x82])"  # the same in UTF-8

_PATTERN = f"{_WORDS}|{_BASE64}|{_ARMOUR}|{_EQUALS}|{_PERCENT}|{_REPR}|{_NAMES}|{_OCTETS}"
_SEARCH = re.compile(_PATTERN).search
_SEARCH_RAW = re.compile(_RAW).search


def may_hold_certificate_data(text: str) -> bool:
    """No is certain, yes is not. True of a text if it is true of a piece of it."""
    return lets_through(text) and (len(text) > _SHORT or is_told(text))


def lets_through(text: str) -> bool:
    """The same with less certainty of a yes: short texts pass by the gates alone."""
    if len(text) >= _LONG and _SEARCH_LONG is not None:
        return _SEARCH_LONG(text)
    return _pass_the_gates(text)


def is_told(text: str) -> bool:
    """Is there something, by the pattern? To be asked of short texts that were let through."""
    return _SEARCH(text) is not None or (not text.isascii() and _SEARCH_RAW(text) is not None)


def _search_long() -> Callable[[str], bool] | None:
    if re2 is None:
        return None
    pattern, raw = _set_of(_PATTERN.encode()), _set_of(_RAW_OCTETS)

    def found(text: str) -> bool:
        octets = text.encode("utf-8", "surrogatepass")
        return bool(pattern(octets)) or (len(octets) > len(text) and bool(raw(octets)))

    return found


def _set_of(pattern: bytes) -> Callable[[bytes], list[int]]:
    """A set of one: it says whether there is a match and does not look for where, which takes half the time."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # octets: what is no text must be searched too
    options.max_mem = 64 << 20  # of its automaton; with less it falls back to a slower one
    patterns = re2.Set.SearchSet(options)
    patterns.Add(pattern)
    patterns.Compile()
    return patterns.Match  # type: ignore[no-any-return]


_SEARCH_LONG = _search_long()


def _pass_the_gates(text: str) -> bool:
    if text.isascii():
        lower = text.lower()
    elif _SEARCH_RAW(text):
        return True
    else:
        lower = fold(text)
    return (
        "cert" in lower
        or "serial" in lower
        or "client" in lower
        or "print" in lower
        or "ssl" in lower
        or (lower != text and _holds_capitals(text))
        or ("=" in text and _holds_a_pair(text))
        or ("30" in text and hexadecimal.glance(text))
        or _holds_a_mark(text)
    )


def _holds_capitals(text: str) -> bool:
    return (
        ("M" in text and ("MI" in text or "Modulus=" in text))
        or ("N" in text and _holds_a_name(text))
        or ("V" in text and ("BgNV" in text or "YDV" in text))
        or ("U" in text and "GA1U" in text)
        or ("B" in text and "BEGIN" in text)
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
        or ("CN" in text and ("CN'" in text or 'CN"' in text or "CN\\" in text or "_CN" in text))
        or ("3" in text and "b3BlbnNz" in text)
    )


def _holds_a_pair(text: str) -> bool:
    return (
        dn.GLANCE(text) is not None
        or "   =" in text
        or "ash=" in text
        or "ASH=" in text
        or "fp=" in text
        or " hl=" in text
    )


def _holds_a_mark(text: str) -> bool:
    return (
        ("\\" in text and ("0\\" in text or "\\x02" in text or "\\u0002" in text or "\\002" in text))
        or ("%" in text and ("3D" in text or "3d" in text))
        or ("<" in text and "(" in text)
        or ("'" in text and ("'x5" in text or "hash" in text))
        or ('"' in text and ('"x5' in text or "hash" in text))
        or ("_" in text and "on_name" in text)
        or "\x02\x01" in text
        or "\x1b[" in text  # a colour may part a type from its value
        or text.count(":") > _COLONS
    )
