"""Every dialect that this version speaks, in the order of the documentation."""

from mtlsguard.dialects.asgi_tls import ASGI_TLS
from mtlsguard.dialects.contract import Dialect
from mtlsguard.dialects.haproxy import HAPROXY
from mtlsguard.dialects.names import RELATED_HEADERS
from mtlsguard.dialects.nginx import NGINX
from mtlsguard.dialects.rfc9440 import RFC9440
from mtlsguard.dialects.wsgi_environ import WSGI_ENVIRON
from mtlsguard.dialects.xfcc import XFCC
from mtlsguard.policy import ProxyPolicy

DIALECTS: dict[str, Dialect] = {
    "nginx": NGINX,
    "rfc9440": RFC9440,
    "xfcc": XFCC,
    "haproxy": HAPROXY,
    "asgi-tls": ASGI_TLS,
    "wsgi-environ": WSGI_ENVIRON,
}

HEADER_DIALECTS: dict[str, Dialect] = {name: one for name, one in DIALECTS.items() if one.native is None}

# Lower-case names with dashes: what never reaches an application and is never printed.
EVIDENCE_HEADERS: frozenset[str] = RELATED_HEADERS | {
    field.header for dialect in HEADER_DIALECTS.values() for field in dialect.fields
}


def spoken(policy: ProxyPolicy) -> Dialect:
    """The one dialect that is read."""
    return DIALECTS[policy.dialect]
