"""Names as a certificate writes them, unchecked: too long, empty, with a NUL inside if a test asks for it."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from cryptography import x509
from cryptography.x509.oid import NameOID

from . import der

Attribute = tuple[x509.ObjectIdentifier, str | bytes]
NameLike = x509.Name | Sequence[Attribute] | bytes
GeneralNameLike = x509.GeneralName | bytes

_PRINTABLE = {
    NameOID.COUNTRY_NAME,
    NameOID.JURISDICTION_COUNTRY_NAME,
    NameOID.SERIAL_NUMBER,
    NameOID.DN_QUALIFIER,
}
_IA5 = {NameOID.EMAIL_ADDRESS, NameOID.DOMAIN_COMPONENT}


def distinguished_name(name: NameLike) -> bytes:
    """A `Name` (RFC 5280 section 4.1.2.4), one attribute to each RDN; bytes are taken as finished DER."""
    match name:
        case bytes():
            return name
        case x509.Name():
            return name.public_bytes()
    return der.sequence(*(der.tlv(der.SET, _attribute(oid, value)) for oid, value in name))


def _attribute(oid: x509.ObjectIdentifier, value: str | bytes) -> bytes:
    """The string type that RFC 5280 appendix A asks for; a value in bytes is a finished element."""
    if isinstance(value, bytes):
        return der.sequence(der.oid(oid), value)
    tag = der.PRINTABLE_STRING if oid in _PRINTABLE else der.IA5_STRING if oid in _IA5 else der.UTF8_STRING
    return der.sequence(der.oid(oid), der.tlv(tag, value.encode()))


def general_names(names: Iterable[GeneralNameLike]) -> bytes:
    """`GeneralNames`, the value of a subjectAltName (RFC 5280 section 4.2.1.6)."""
    return der.sequence(*(general_name(name) for name in names))


def general_name(name: GeneralNameLike) -> bytes:
    if isinstance(name, bytes):
        return name
    return der.content(x509.SubjectAlternativeName([name]).public_bytes())


def email(value: str) -> bytes:
    """`rfc822Name [1]`"""
    return der.tlv(0x81, value.encode())


def dns(value: str) -> bytes:
    """`dNSName [2]`"""
    return der.tlv(0x82, value.encode())


def uri(value: str) -> bytes:
    """`uniformResourceIdentifier [6]`"""
    return der.tlv(0x86, value.encode())


def address(value: str) -> bytes:
    """`iPAddress [7]`"""
    return der.tlv(0x87, ip_address(value).packed)
