"""Bytes -> Response. The only file that parses OCSP, and the only one that sees its library's errors.

cryptography reads the whole outline at once, strictly and to the last octet, and single fields when they are asked
for: all are asked for here. What it does not hand out (extensions of single answers, names and certificates as they
were signed) a second walk over the same bytes yields.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import ocsp
from cryptography.x509.oid import OCSPExtensionOID

from mtlsguard.revocation.contract import Status
from mtlsguard.revocation.crl.algorithm import Algorithm, algorithm_of
from mtlsguard.revocation.ocsp.rules import MAX_ANSWER, Fault
from mtlsguard.revocation.tlv import (
    BOOLEAN,
    SEQUENCE,
    DerError,
    Element,
    element,
    elements,
    whole,
)

_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UserWarning,
    DerError,
)
_MOST_SINGLES = 1_024
_MOST_EXTENSIONS = 32
_MOST_CERTIFICATES = 10
_BY_NAME, _BY_KEY, _EXTENSIONS = 0xA1, 0xA2, 0xA1

_STATUS = {
    ocsp.OCSPCertStatus.GOOD: Status.GOOD,
    ocsp.OCSPCertStatus.REVOKED: Status.REVOKED,  # for good or on hold
    ocsp.OCSPCertStatus.UNKNOWN: Status.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Single:
    """One SingleResponse. The hashes are of CertID; `algorithm` is empty where nobody here knows it."""

    serial: int = field(repr=False)
    algorithm: str
    name_hash: bytes = field(repr=False)
    key_hash: bytes = field(repr=False)
    status: Status
    this_update: float
    next_update: float | None


@dataclass(frozen=True, slots=True)
class Response:
    """A BasicOCSPResponse that parsed. Nothing about it has been verified.

    Exactly one of `responder_name` (DER) and `responder_key` (SHA-1) is given. `signed` are the octets below
    `signature`; `algorithm` is None where it is not one that is accepted. `critical` says that an extension that
    nobody here knows is marked so, anywhere in it.
    """

    responder_name: bytes | None = field(repr=False)
    responder_key: bytes | None = field(repr=False)
    produced_at: float
    singles: tuple[Single, ...] = field(repr=False)
    nonce: bytes | None = field(repr=False)
    critical: bool
    certificates: tuple[bytes, ...] = field(repr=False)
    signed: bytes = field(repr=False)
    algorithm: Algorithm | None
    signature: bytes = field(repr=False)


def parse(der: bytes) -> Response | Fault:
    """One DER OCSPResponse, all of it and nothing behind it (RFC 6960 section 4.2.1)."""
    if len(der) > MAX_ANSWER:
        return Fault.OVERSIZED
    try:
        loaded = ocsp.load_der_ocsp_response(der)
        if loaded.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return _unsuccessful(loaded.response_status)
        return _touch(loaded, der, _outline(der))
    except _UNREADABLE:
        return Fault.MALFORMED


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> Fault:
    """These answers are not signed by anybody: they say nothing about a certificate."""
    soon = {ocsp.OCSPResponseStatus.TRY_LATER, ocsp.OCSPResponseStatus.INTERNAL_ERROR}
    return Fault.TRY_LATER if status in soon else Fault.REFUSED


def _touch(loaded: ocsp.OCSPResponse, der: bytes, outline: "_Outline") -> Response:
    extensions = list(loaded.extensions)
    nonces = [one.value.nonce for one in extensions if isinstance(one.value, x509.OCSPNonce)]
    unknown = any(one.critical and one.oid != OCSPExtensionOID.NONCE for one in extensions)
    return Response(
        responder_name=outline.responder if outline.by_name else None,
        responder_key=None if outline.by_name else loaded.responder_key_hash,
        produced_at=loaded.produced_at_utc.timestamp(),
        singles=tuple(map(_single, loaded.responses)),
        nonce=nonces[0] if nonces else None,
        critical=unknown or outline.critical,
        certificates=outline.certificates,
        signed=der[outline.signed.at : outline.signed.end],
        algorithm=algorithm_of(outline.algorithm),
        signature=loaded.signature,
    )


def _single(one: ocsp.OCSPSingleResponse) -> Single:
    return Single(
        serial=one.serial_number,
        algorithm=_hash_of(one),
        name_hash=one.issuer_name_hash,
        key_hash=one.issuer_key_hash,
        status=_STATUS[one.certificate_status],
        this_update=one.this_update_utc.timestamp(),
        next_update=_seconds(one.next_update_utc),
    )


def _hash_of(one: ocsp.OCSPSingleResponse) -> str:
    """Another certificate's answer may use a hash that is unknown here; it does not spoil ours."""
    try:
        return one.hash_algorithm.name
    except UnsupportedAlgorithm:
        return ""


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


# The second walk. Its offsets lead to the octets that were signed.


@dataclass(frozen=True, slots=True)
class _Outline:
    signed: Element
    algorithm: bytes
    by_name: bool
    responder: bytes = field(repr=False)
    critical: bool
    certificates: tuple[bytes, ...] = field(repr=False)


def _outline(der: bytes) -> _Outline:
    outer = whole(der, SEQUENCE)
    tagged = elements(der, outer.start, outer.end, 2)[1]
    octets = elements(der, *_content(der, tagged, SEQUENCE), 2)[1]
    basic = element(der, octets.start, octets.end, SEQUENCE)
    signed, algorithm, signature, *certificates = elements(der, basic.start, basic.end, 4)
    if der[signature.start] != 0:  # a signature is whole octets: unused bits would be a second spelling
        raise DerError
    parts = elements(der, signed.start, signed.end, 5)
    responder, _produced, singles = parts[:3]
    if responder.tag not in {_BY_NAME, _BY_KEY}:  # version is v1, which DER leaves out
        raise DerError
    return _Outline(
        signed=signed,
        algorithm=der[algorithm.at : algorithm.end],
        by_name=responder.tag == _BY_NAME,
        responder=der[responder.start : responder.end],
        critical=any(_has_critical(der, single) for single in elements(der, singles.start, singles.end, _MOST_SINGLES)),
        certificates=_certificates(der, certificates),
    )


def _content(der: bytes, tagged: Element, tag: int) -> tuple[int, int]:
    """Where the content of the one element inside an explicit tag begins and ends."""
    inner = element(der, tagged.start, tagged.end, tag)
    return inner.start, inner.end


def _certificates(der: bytes, tagged: list[Element]) -> tuple[bytes, ...]:
    if not tagged:
        return ()
    start, end = _content(der, tagged[0], SEQUENCE)
    return tuple(der[one.at : one.end] for one in elements(der, start, end, _MOST_CERTIFICATES))


def _has_critical(der: bytes, single: Element) -> bool:
    """No extension of a single answer is known here (RFC 6960 section 4.4); none of them is critical in the wild."""
    last = elements(der, single.start, single.end, 5)[-1]
    if last.tag != _EXTENSIONS:
        return False
    extensions = elements(der, *_content(der, last, SEQUENCE), _MOST_EXTENSIONS)
    return any(element(der, *_second(der, one)).tag == BOOLEAN for one in extensions)


def _second(der: bytes, extension: Element) -> tuple[int, int]:
    """critical, where it is there: DER leaves FALSE out."""
    return element(der, extension.start, extension.end).end, extension.end
