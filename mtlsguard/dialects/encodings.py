"""Texts that hold DER, read strictly: every certificate has exactly one spelling in each of them.

All decoders answer None for what is not that one spelling: second spellings (other line lengths, stray
characters, pad bits, lower-case escapes) would make two cache keys and two readings of one certificate.
"""

from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp, b2a_base64
from collections.abc import Callable
from urllib.parse import quote

_LINE = 64  # RFC 7468 section 2
_PEM_BEGIN = b"-----BEGIN CERTIFICATE-----\n"
_PEM_END = b"-----END CERTIFICATE-----\n"
_SPACED_BEGIN = b"-----BEGIN CERTIFICATE----- "
_SPACED_END = b"-----END CERTIFICATE-----"
_BEGIN = b"-----BEGIN%20CERTIFICATE-----%0A"
_END = b"-----END%20CERTIFICATE-----%0A"
# The only characters of a PEM body that are not unreserved (RFC 3986 section 2.3): line feed, plus, slash, equals.
_ESCAPES = (b"%0A", b"%2B", b"%2F", b"%3D")
_LINE_FEED = b"%0A"
_PERCENT_TO_EQUALS = bytes.maketrans(b"%", b"=")


def base64_der(text: bytes) -> bytes | None:
    """Base64 with padding and nothing else (RFC 4648 section 4) -> DER."""
    try:
        der = a2b_base64(text)
    except BinasciiError:
        return None
    return der if der and b2a_base64(der, newline=False) == text else None


def byte_sequence(text: bytes) -> bytes | None:
    """A structured-field byte sequence, `:base64:` (RFC 8941 section 3.3.5), without parameters -> DER."""
    return base64_der(text[1:-1]) if text[:1] == text[-1:] == b":" else None


def escaped_pem(text: bytes) -> bytes | None:
    """One CERTIFICATE block, every character but the unreserved ones percent-escaped in capitals -> DER."""
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        return None
    body = text[len(_BEGIN) : -len(_END)]
    if b"+" in body or b"/" in body or b"=" in body or sum(map(body.count, _ESCAPES)) != body.count(b"%"):
        return None
    # With every escape known to be one of the four, quoted-printable decodes them all in one pass.
    lines = a2b_qp(body.translate(_PERCENT_TO_EQUALS))
    try:
        der = a2b_base64(lines)
    except BinasciiError:
        return None
    return der if der and pem_body(der) == lines else None


def escaped_pems(text: bytes) -> tuple[bytes, ...] | None:
    """Several such blocks run together -> their DER in order."""
    return _each(text, _END, escaped_pem)


def half_escaped_pem(text: bytes) -> bytes | None:
    """One CERTIFICATE block with only blanks and line feeds percent-escaped; plus, slash and equals stay -> DER."""
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        return None
    body = text[len(_BEGIN) : -len(_END)]
    try:
        der = a2b_base64(body.replace(_LINE_FEED, b"\n"))
    except BinasciiError:
        return None
    return der if der and pem_body(der).replace(b"\n", _LINE_FEED) == body else None


def half_escaped_pems(text: bytes) -> tuple[bytes, ...] | None:
    """Several such blocks run together -> their DER in order."""
    return _each(text, _END, half_escaped_pem)


def _each(text: bytes, end: bytes, decode: Callable[[bytes], bytes | None]) -> tuple[bytes, ...] | None:
    """Blocks that end in `end` -> what each of them holds; None unless there is one and all can be read."""
    blocks = text.split(end)
    if blocks.pop() != b"" or not blocks:
        return None
    ders = [decode(block + end) for block in blocks]
    return tuple(der for der in ders if der is not None) if None not in ders else None


def pem(text: bytes) -> bytes | None:
    """One CERTIFICATE block of RFC 7468 in 64 columns, whether or not a line feed ends it -> DER."""
    ders = pem_blocks(text if text.endswith(b"\n") else text + b"\n")
    return ders[0] if ders is not None and len(ders) == 1 else None


def spaced_pem(text: bytes) -> bytes | None:
    """One CERTIFICATE block in 64 columns with a blank in the place of each line end -> DER.

    The blank behind the block may be missing. Blanks at the end are no part of a field's value (RFC 9110 section
    5.5): some servers take them off, some do not, so with and without that one it is the same spelling.
    """
    text = text.removesuffix(b" ")
    if b"\n" in text or not (text.startswith(_SPACED_BEGIN) and text.endswith(_SPACED_END)):
        return None
    lines = text[len(_SPACED_BEGIN) : -len(_SPACED_END)].replace(b" ", b"\n")
    return _pem_block(_PEM_BEGIN + lines)


def pem_blocks(text: bytes) -> tuple[bytes, ...] | None:
    """Several such blocks run together, each ended by a line feed -> their DER in order, at least one."""
    blocks = text.split(_PEM_END)
    if blocks.pop() != b"" or not blocks:
        return None
    ders = [_pem_block(block) for block in blocks]
    return tuple(der for der in ders if der is not None) if None not in ders else None


def _pem_block(block: bytes) -> bytes | None:
    if not block.startswith(_PEM_BEGIN):
        return None
    lines = block[len(_PEM_BEGIN) :]
    try:
        der = a2b_base64(lines)
    except BinasciiError:
        return None
    return der if der and pem_body(der) == lines else None


def pem_body(der: bytes) -> bytes:
    """The lines between the marks of RFC 7468, each ended by a line feed."""
    text = b2a_base64(der, newline=False)
    return b"".join([text[at : at + _LINE] + b"\n" for at in range(0, len(text), _LINE)])


def to_base64(der: bytes) -> str:
    return b2a_base64(der, newline=False).decode("ascii")


def to_byte_sequence(der: bytes) -> str:
    return f":{to_base64(der)}:"


def to_pem(der: bytes) -> str:
    return (_PEM_BEGIN + pem_body(der) + _PEM_END).decode("ascii")


def to_spaced_pem(der: bytes) -> str:
    return to_pem(der).rstrip("\n").replace("\n", " ")


def to_escaped_pem(der: bytes) -> str:
    return quote(to_pem(der), safe="")


def to_half_escaped_pem(der: bytes) -> str:
    return quote(to_pem(der), safe="+/=")
