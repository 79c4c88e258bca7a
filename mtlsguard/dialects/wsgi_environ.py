"""WSGI environ: what the server, or a web server by FastCGI or uwsgi, says under keys without `HTTP_`.

    verify      = "SUCCESS" / "NONE" / "FAILED:" text / "GENEROUS"    SSL_CLIENT_VERIFY
    certificate = PEM, or PEM percent-escaped as nginx does it           SSL_CLIENT_CERT; missing or empty without one
    chain-n     = PEM, from 0 up, without the leaf                       SSL_CLIENT_CERT_CHAIN_n
    socket      = PEM, of gunicorn.socket.getpeercert(binary_form=True)  where gunicorn ended TLS

mod_wsgi (SSLOptions +StdEnvVars +ExportCertData), cheroot, and whatever `fastcgi_param` or `uwsgi_param` names;
`proxy.headers` renames the keys. A key that starts with HTTP_ is a client's to write and never named here.

GENEROUS is mod_ssl's word for "shown, and not checked": no success. The socket is asked where there are no
variables; Python's ssl has checked its certificate. Both at once contradict each other: one of the two then
belongs to a proxy.
"""

from collections.abc import Mapping
from typing import Any

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import (
    SIGNATURE,
    Dialect,
    Field,
    Interface,
    Native,
    Presented,
    Values,
    Verdict,
    only,
)
from mtlsguard.dialects.encodings import escaped_pem, pem, to_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason

_CHAIN = [f"chain-{number}" for number in range(MAX_CHAIN + 1)]
_REFUSED = (b"FAILED:", b"GENEROUS")


def collect(environ: Mapping[str, Any], keys: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """The certificate of gunicorn's own TLS socket, where that is what the request came by."""
    getpeercert = getattr(environ.get("gunicorn.socket"), "getpeercert", None)
    der = getpeercert(binary_form=True) if callable(getpeercert) else None
    return [(keys["socket"], to_pem(der).encode("ascii"))] if isinstance(der, bytes) and der else []


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    verdict, socket = only(values, "verify"), only(values, "socket")
    text = only(values, "certificate") or None
    if socket is not None:
        der = pem(socket)
        return Presented(der) if der and values.keys() == {"socket"} else Deny(Reason.AMBIGUOUS_HEADER)
    if verdict is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE) if values else Absent()
    if verdict.startswith(_REFUSED):
        return Deny(Reason.PROXY_NOT_VERIFIED)
    if verdict == b"NONE":
        return Absent() if text is None else Deny(Reason.AMBIGUOUS_HEADER)
    if verdict != b"SUCCESS":
        return Deny(Reason.MALFORMED_HEADER)
    return _presented(text, values)


def _presented(text: bytes | None, values: Values) -> Presented | Deny:
    if text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    given = [member for role in _CHAIN if (member := only(values, role))]
    if len(given) > MAX_CHAIN:
        return Deny(Reason.OVERSIZED)
    leaf, *chain = [_certificate(member) for member in (text, *given)]
    if leaf is None or None in chain:
        return Deny(Reason.MALFORMED_HEADER)
    return Presented(leaf, tuple(der for der in chain if der is not None))


def _certificate(text: bytes) -> bytes | None:
    return escaped_pem(text) if b"%" in text else pem(text)


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    members = {f"chain-{number}": to_pem(der) for number, der in enumerate(chain)}
    return {"certificate": to_pem(leaf), "verify": "SUCCESS", **members}


WSGI_ENVIRON = Dialect(
    name="wsgi-environ",
    producer="WSGI server or gateway (mod_wsgi, FastCGI, uwsgi, cheroot, gunicorn's TLS)",
    fields=(
        Field("certificate", "SSL_CLIENT_CERT"),
        Field("verify", "SSL_CLIENT_VERIFY"),
        *(Field(role, f"SSL_CLIENT_CERT_CHAIN_{number}") for number, role in enumerate(_CHAIN)),
        Field("socket", "gunicorn.socket.certificate"),
    ),
    verdict=Verdict.FIELD,
    absent={"verify": "NONE"},
    read=read,
    write=write,
    hint=SIGNATURE,
    native=Native(Interface.WSGI, collect),
)
