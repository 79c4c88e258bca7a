"""WSGI environ: what the server, or a web server by FastCGI or uwsgi, says under keys without `HTTP_`.

    verify      = "SUCCESS" / "NONE" / "FAILED:" text / "GENEROUS"       SSL_CLIENT_VERIFY
    certificate = PEM, or PEM percent-escaped as nginx does it           SSL_CLIENT_CERT
    chain-n     = the same, from 0 up, without the leaf                  SSL_CLIENT_CERT_CHAIN_n
    socket      = PEM, of gunicorn.socket.getpeercert(binary_form=True)  where gunicorn ended TLS

mod_wsgi (SSLOptions +StdEnvVars +ExportCertData), cheroot, and whatever `fastcgi_param` or `uwsgi_param` names;
`proxy.headers` renames the keys. A key that starts with HTTP_ is a client's to write and never named here. An empty
value is a missing one: FastCGI and uwsgi send empty ones where nginx has nothing to say.

For nginx's parameters take $ssl_client_escaped_cert, or $ssl_client_raw_cert: $ssl_client_cert is folded with tabs for
headers, and refused as malformed.

GENEROUS is mod_ssl's word for "shown, and not checked": no success. The socket is asked where there are no
variables; Python's ssl has checked its certificate. Both at once contradict each other: one of the two then
belongs to a proxy.
"""

from collections.abc import Mapping
from typing import Any

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import (
    SIGNATURE,
    UNREADABLE,
    Dialect,
    Field,
    Interface,
    Native,
    Presented,
    Values,
    Verdict,
    filled,
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
    if not callable(getpeercert):
        return []
    try:
        der = getpeercert(binary_form=True)
    except (OSError, ValueError):  # a connection that is closed, or not yet greeted: nobody knows who that is
        return [(keys["socket"], UNREADABLE)]
    return [(keys["socket"], to_pem(der).encode("ascii"))] if isinstance(der, bytes) and der else []


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    given = filled(values)
    verdict, socket = only(given, "verify"), only(given, "socket")
    if socket is not None:
        return _from_socket(socket, given)
    if verdict is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE) if given else Absent()
    if verdict.startswith(_REFUSED):
        return Deny(Reason.PROXY_NOT_VERIFIED)
    if verdict == b"NONE":
        return Absent() if given.keys() == {"verify"} else Deny(Reason.AMBIGUOUS_HEADER)
    if verdict != b"SUCCESS":
        return Deny(Reason.MALFORMED_HEADER)
    return _presented(given)


def _from_socket(text: bytes, given: Values) -> Presented | Deny:
    if given.keys() != {"socket"}:
        return Deny(Reason.AMBIGUOUS_HEADER)
    der = pem(text)
    return Presented(der) if der is not None else Deny(Reason.MALFORMED_HEADER)


def _presented(given: Values) -> Presented | Deny:
    text = only(given, "certificate")
    if text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    above = [member for role in _CHAIN if (member := only(given, role))]
    if len(above) > MAX_CHAIN:
        return Deny(Reason.OVERSIZED)
    leaf, *chain = [_certificate(member) for member in (text, *above)]
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
