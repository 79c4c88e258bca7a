"""Azure Application Gateway: rewrite rules that set fields from its mutual authentication server variables.

    certificate = {var_client_certificate}                     PEM of the leaf, percent-escaped as by nginx
    verify      = {var_client_certificate_verification}        "SUCCESS" / "NONE" / "FAILED:" text

The names are the operator's; both must be set on every route, which also replaces the client's own. An empty
certificate counts as a missing one. There is no variable for the chain: intermediates must be configured under
trust.intermediates. Not confirmed by the vendor: the escaping. Users of the product report URL-encoded PEM; that every
character but the unreserved ones is escaped, as by nginx, is an assumption. In the gateway's passthrough mode nothing
is verified; whatever it then sends but SUCCESS refuses.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import nginx
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, filled


def read(values: Values, hops: int) -> Presented | Absent | Deny:
    return nginx.read(filled(values), hops)


AZURE_APPLICATION_GATEWAY = Dialect(
    name="azure-application-gateway",
    producer="Azure Application Gateway",
    fields=(
        Field("certificate", "x-client-certificate"),
        Field("verify", "x-client-certificate-verification"),
    ),
    verdict=Verdict.FIELD,
    absent={"verify": "NONE", "certificate": ""},
    read=read,
    write=nginx.write,
    hint=SIGNATURE,
)
