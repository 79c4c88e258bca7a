"""Every dialect that this version speaks, in the order of the documentation."""

from mtlsguard.dialects.contract import Dialect
from mtlsguard.dialects.haproxy import HAPROXY
from mtlsguard.dialects.names import RELATED_HEADERS
from mtlsguard.dialects.nginx import NGINX
from mtlsguard.dialects.rfc9440 import RFC9440
from mtlsguard.dialects.xfcc import XFCC

DIALECTS: dict[str, Dialect] = {
    "nginx": NGINX,
    "rfc9440": RFC9440,
    "xfcc": XFCC,
    "haproxy": HAPROXY,
}

# Lower-case names with dashes: what never reaches an application and is never printed.
EVIDENCE_HEADERS: frozenset[str] = RELATED_HEADERS | {
    field.header for dialect in DIALECTS.values() for field in dialect.fields
}
