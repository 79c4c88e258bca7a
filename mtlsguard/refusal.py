"""What a refused client gets: one constant answer per status, and how answers are kept out of shared caches.

RFC 9457 problem details without any detail. Which rule refused, and why, is the operator's to know.
"""

from dataclasses import dataclass
from http import HTTPStatus

from mtlsguard.decision import Deny
from mtlsguard.reason import EXPLANATIONS

NO_STORE = (b"cache-control", b"no-store")
# RFC 9110 section 15.5.2 wants a challenge with 401; there is no registered scheme for client certificates.
_CHALLENGE = (b"www-authenticate", b"ClientCertificate")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The whole answer, ready to send. Header names are lower case, as ASGI and HTTP/2 want them."""

    status: int
    phrase: str
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


def _refusal(status: int) -> Refusal:
    phrase = HTTPStatus(status).phrase
    body = f'{{"type":"about:blank","title":"{phrase}","status":{status}}}'.encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        NO_STORE,
    ]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append(_CHALLENGE)
    return Refusal(status, phrase, body, tuple(headers))


_REFUSALS = {status: _refusal(status) for status in {entry.status for entry in EXPLANATIONS.values()}}


def refusal(deny: Deny) -> Refusal:
    return _REFUSALS[EXPLANATIONS[deny.reason].status]


def caching(cache_control: bytes, header: bytes) -> tuple[bytes, bytes] | None:
    """The header to add to an answer that depends on the certificate (RFC 9440 section 2.4), if any.

    `cache_control` is the application's own word; without any, NO_STORE is added. Where it allows storing,
    `Vary` names the header that carried the certificate.
    """
    directives = {directive.strip(b" \t") for directive in cache_control.lower().split(b",")}
    return None if directives & {b"no-store", b"private"} else (b"vary", header)
