"""What objects of cryptography print: names with all they hold, attributes, numbers of public keys."""

from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_START = compiled(
    r"<(?:Name|RelativeDistinguishedName|NameAttribute|RSAPublicNumbers|EllipticCurvePublicNumbers|DNSName|RFC822Name|"
    r"UniformResourceIdentifier|DirectoryName|IPAddress|OtherName|RegisteredID|SubjectKeyIdentifier|"
    r"AuthorityKeyIdentifier|RevokedCertificate)\("
)
_END = ")>"
# The only repr with another one inside it; the object identifier is no secret and comes first.
_IDENTIFIER = compiled(r"oid=<ObjectIdentifier\([^()<>]{0,200}+\)>")
# `<X509Name object '/O=O'Brien/CN=a'>`, where nothing is escaped: up to the last quote before another angle opens.
_OF_PYOPENSSL = compiled(r"<X509Name object \\{0,15}+'")
_INSIDE = compiled(r"(?:[^<\r\n\\']++|[\\']++(?!>)|[\\']++>(?=[^<\r\n]{0,300}?'>))*+")


def find_of_pyopenssl(text: Text) -> Iterator[Span]:
    raw, position = text.raw, 0
    while start := _OF_PYOPENSSL.search(raw, position):
        inside = _INSIDE.match(raw, start.end())
        position = inside.end() if inside else start.end()
        yield Span(start.end(), position, Kind.DN)


def find(text: Text) -> Iterator[Span]:
    """Up to the closing `)>`, which cryptography escapes within a name; without one the line is cut off."""
    raw, position = text.raw, 0
    last = raw.rfind(_END)  # asked for once: else each start without an end would look through all that follows
    while start := _START.search(raw, position):
        identifier = _IDENTIFIER.match(raw, start.end())
        inside = identifier.end() if identifier else start.end()
        end = raw.find(_END, inside) if inside <= last else -1
        position = end + len(_END) if end >= 0 else quoting.end_of_line(raw, start.end())
        yield Span(start.start(), position, Kind.CERTIFICATE if "Public" in start.group() else Kind.DN)


GLANCE = _START.search

FORM = Form(find, gate="<", glance=GLANCE)
PYOPENSSL_FORM = Form(find_of_pyopenssl, hints=("X509Name object",))
