"""Envoy: `x-forwarded-client-cert` in its text form.

    header  = element *( "," element )          one element for each hop, the nearest proxy's last
    element = pair *( ";" pair )
    pair    = key "=" ( quoted / plain )        keys in any letter case
    quoted  = DQUOTE *( not DQUOTE or backslash / backslash any ) DQUOTE
    plain   = anything but "," ";" DQUOTE

Keys: By, Hash, Cert, Chain, Subject, URI, DNS, Issuer. Cert and Chain are escaped PEM, Chain with the leaf
first; Hash is the SHA-256 of the leaf in lower-case hex. By, URI and DNS may repeat.

Envoy writes URI and DNS values without quotes or escapes, so a name with "," or ";" in an honest certificate
becomes header structure. Hence: exactly as many elements as there are hops of ours, every key but those three
at most once, no unknown key, Hash must fit Cert, and no name is ever taken from this text.
"""

from hashlib import sha256

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Dialect, Field, Presented, Times, Values, Verdict, only
from mtlsguard.dialects.encodings import escaped_pem, escaped_pems, to_escaped_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason

Element = dict[bytes, bytes]

_REPEATED = frozenset({b"by", b"uri", b"dns"})
_SINGLE = frozenset({b"hash", b"cert", b"chain", b"subject", b"issuer"})
_MAX_PAIRS = 600  # a leaf of the largest size has fewer names
_BACKSLASH = ord("\\")


def read(values: Values, hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if text is None:
        return Absent()
    elements = _elements(text)
    if elements is None:
        return Deny(Reason.MALFORMED_HEADER)
    if len(elements) > hops:
        return Deny(Reason.AMBIGUOUS_HEADER)
    if len(elements) < hops:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    return _presented(elements[-hops])


def _presented(element: Element) -> Presented | Deny:
    digest, text, chain = element.get(b"hash"), element.get(b"cert"), element.get(b"chain")
    if digest is None or text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    leaf = escaped_pem(text)
    if chain is not None and chain.count(b"-----BEGIN") > MAX_CHAIN + 1:
        return Deny(Reason.OVERSIZED)
    members = escaped_pems(chain) if chain is not None else ()
    if leaf is None or members is None:
        return Deny(Reason.MALFORMED_HEADER)
    if sha256(leaf).hexdigest().encode() != digest or (members and members[0] != leaf):
        return Deny(Reason.AMBIGUOUS_HEADER)
    return Presented(leaf, members[1:])


def _elements(text: bytes) -> list[Element] | None:
    """All elements, or None where the text leaves the grammar. One pass, each byte looked at once."""
    elements: list[Element] = [{}]
    at = pairs = 0
    while True:
        pairs += 1
        end = _pair(text, at, elements[-1])
        if end is None or pairs > _MAX_PAIRS:
            return None
        if end == len(text):
            return elements
        if text[end : end + 1] == b",":
            elements.append({})
        at = end + 1


def _pair(text: bytes, at: int, element: Element) -> int | None:
    """Reads the pair at `at` into `element`; answers where its delimiter stands."""
    equals = text.find(b"=", at, at + 16)
    if equals < 0:
        return None
    key = text[at:equals].lower()
    if key not in _REPEATED and (key not in _SINGLE or key in element):
        return None
    value, end = _quoted(text, equals + 1) if text[equals + 1 : equals + 2] == b'"' else _plain(text, equals + 1)
    if end < 0:
        return None
    element[key] = value
    return end


def _plain(text: bytes, at: int) -> tuple[bytes, int]:
    ends = [end for end in (text.find(b";", at), text.find(b",", at)) if end >= 0]
    end = min(ends, default=len(text))
    value = text[at:end]
    return (value, end) if b'"' not in value else (b"", -1)


def _quoted(text: bytes, at: int) -> tuple[bytes, int]:
    close = text.find(b'"', at + 1)
    while close >= 0 and _escaped(text, close, at):
        close = text.find(b'"', close + 1)
    end = close + 1
    complete = close >= 0 and (end == len(text) or text[end] in b";,")
    return (text[at + 1 : close], end) if complete else (b"", -1)


def _escaped(text: bytes, at: int, opening: int) -> bool:
    """Is an odd number of backslashes before `at`? Runs before different quotes do not overlap: linear."""
    run = at - 1
    while run > opening and text[run] == _BACKSLASH:
        run -= 1
    return (at - 1 - run) % 2 == 1


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    certificates = "".join(to_escaped_pem(der) for der in (leaf, *chain))
    pairs = f'Hash={sha256(leaf).hexdigest()};Cert="{to_escaped_pem(leaf)}";Chain="{certificates}"'
    return {"certificate": pairs}


# Hash stands behind By, the proxy's own name; the end of the text is a name that many certificates may share.
_HASH = slice(0, 256)


XFCC = Dialect(
    name="xfcc",
    producer="Envoy, Istio (text form)",
    fields=(Field("certificate", "x-forwarded-client-cert", Times.LISTED),),
    verdict=Verdict.NONE,
    absent={},
    read=read,
    write=write,
    hint=_HASH,
    hops=True,
)
