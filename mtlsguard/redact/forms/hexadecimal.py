"""DER in hexadecimal: plain, or octet by octet with a colon, blank, dash or `\\x` between."""

from collections.abc import Iterator

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

# SEQUENCE, two octets of length, then a SEQUENCE of similar length, an INTEGER 0 to 3, or a content type.
_HEX = "[0-9a-f]"
_INNER = (("30", "8[12]"), ("02", "01", "0[0-3]"), ("06", "09"))


def _written_with(between: str) -> str:
    """The pattern for one way to separate octets; a run may be wrapped, and may break off in an octet."""
    octet = _HEX * 2
    inner = "|".join(between.join(octets) for octets in _INNER)
    start = between.join(("30", "82", octet, octet, f"(?:{inner})"))
    wrap = rf"(?:{between}\s{{1,20}}+)" if between.strip() else r"(?:\s{1,20}+)"
    return rf"{start}(?:(?:{between}|{wrap}){octet})*+(?:{between}{_HEX})?+"


_BETWEEN = ("", ":", " ", "-", r"\\{1,8}+x")
_RUN = compiled("|".join(f"30(?<!{_HEX}30){_written_with(between)[2:]}" for between in _BETWEEN))


_SECOND_OCTET = compiled(r"82(?:(?<=3082)|(?<=30[: -]82)|(?<=\\x82))")


def find(text: Text) -> Iterator[Span]:
    for run in _RUN.finditer(text.folded):
        yield Span(run.start(), run.end(), Kind.CERTIFICATE)


FORM = Form(find, gate="8", glance=_SECOND_OCTET.search)
