"""DER in base64 without a frame: a certificate, a request, a list, a bag, a key; and a PEM block in base64.

The first eight characters of base64 hold tag and length of the outer element and the tag of the first inner one.
A random text looks like that once in four billion places, so no boundary is asked for before it.
"""

from binascii import Error, a2b_base64
from collections.abc import Iterator

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms.base64text import BREAK, LINE_END, SHORTEST_SECRET, at_least, character, unescaped
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

# SEQUENCE of 256 to 65535 octets that begins with a SEQUENCE, a short INTEGER, a content type or a status.
_LONG = rf"MI[I-L]{character()}{{2}}(?:[DTjz](?:C[BC]|A[A-P])|[AQgw](?:IB|YJ|oB))"
# SEQUENCE of 128 to 255 octets that begins with a SEQUENCE of 64 or more, or with a short INTEGER.
_SHORT = rf"MI[GH]{character()}(?:M[E-I]|Ag[EI]{character()})"
# Small keys: RFC 5915 on a curve of 256 bits, RFC 8410; and OpenSSH's own.
_KEY = r"M[A-H][A-Za-z0-9+/_-]CAQ(?:EE|Aw)|b3BlbnNzaC1rZXktdj"
_ARMOURED = "LS0tLS1CRUdJTi"  # -----BEGIN

_RUN = compiled(rf"(?:MI(?<=MI)(?:{_LONG[2:]}|{_SHORT[2:]})|{_KEY}|{_ARMOURED}){at_least(0)}?+")

# Lines of a wrapped block: any number of long ones, then one that may be short.
_WRAPPED_AT = 100  # no tool wraps wider; a longer run is the whole thing on one line
_MORE = compiled(
    rf"(?:{BREAK}{{1,40}}+{at_least(40)})++(?:{BREAK}{{1,40}}+{at_least(SHORTEST_SECRET)})?+"
    rf"|{LINE_END}{BREAK}{{0,40}}+{at_least(SHORTEST_SECRET)}"
)


# A piece of which the beginning was cut away shows itself by the types of a name or of an extension, 2.5.4.x and
# 2.5.29.x, each with the SEQUENCE before it, at one of three places within a group of four.
_MIDDLE = compiled(
    r"B(?<=[DTjz][AB].B)gNV(?:BA|H[QRS])|Y(?<=w.[AQgw]Y)(?:DVQQ[A-L]|DVR0)|G(?<=M[A-D].G)(?:A1UE[A-C]|A1Ud)"
)
_MIDDLE_WORD = compiled(at_least(0))
_BEFORE = compiled(
    r"(?:[A-Za-z0-9+/=_%\\-]|[\s\"',()\[\]|>\u2500-\u259f]{1,160}+(?=[A-Za-z0-9+/_%\\-]{40}))*+"
)  # backwards


def find_middles(text: Text) -> Iterator[Span]:
    raw, position = text.raw, 0
    while found := _MIDDLE.search(raw, position):
        before = _BEFORE.match(raw[position : found.start()][::-1])
        start = found.start() - (before.end() if before else 0)
        word = _MIDDLE_WORD.match(raw, found.start())
        end = word.end() if word else found.end()
        more = _MORE.match(raw, end) if end - found.start() <= _WRAPPED_AT and raw[end - 1] != "=" else None
        position = more.end() if more else end
        yield Span(start, position, Kind.CERTIFICATE)


def find(text: Text) -> Iterator[Span]:
    position = 0
    while run := _RUN.search(text.raw, position):
        position = run.end()
        if position - run.start() <= _WRAPPED_AT and (more := _MORE.match(text.raw, position)):
            position = more.end()
        yield Span(run.start(), position, _kind(run.group()))


def _kind(run: str) -> Kind:
    head = _decoded(unescaped(run[:120])[:80])
    if b"PRIVATE" in head or b"openssh-key" in head or _begins_like_a_key(head):
        return Kind.PRIVATE_KEY
    return Kind.CERTIFICATE


def _begins_like_a_key(der: bytes) -> bool:
    """RFC 5958, 8017, 5915: version 0 or 1 and then the key, where a request has a SEQUENCE (a name)."""
    inner = der[{b"\x82": 4, b"\x81": 3}.get(der[1:2], 2) :]
    return inner.startswith((b"\x02\x01\x00\x02", b"\x02\x01\x00\x30", b"\x02\x01\x01\x04", b"\x02\x01\x01\x30"))


def _decoded(base64: str) -> bytes:
    whole = base64[: len(base64) // 4 * 4].partition("=")[0]
    try:
        return a2b_base64(whole[: len(whole) // 4 * 4])
    except (Error, ValueError):
        return b""


FORM = Form(find, hints=("MI", "CAQ", "b3BlbnNz", _ARMOURED))
MIDDLE_FORM = Form(find_middles, hints=("BgNV", "YDV", "GA1U"))
