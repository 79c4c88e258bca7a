"""ingress-nginx: nginx's grammar under the names of the controller, with `auth-tls-*` annotations.

    certificate = as in `nginx`       only with auth-tls-pass-certificate-to-upstream: "true"
    verify      = as in `nginx`       on every host with auth-tls-secret

Without these annotations the controller does not touch the two names, and a client's own values pass through it: a
host behind which this dialect is spoken needs both. The documentation prints a blank behind `FAILED:`; nginx writes
none, and either is a refusal.
"""

from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Verdict
from mtlsguard.dialects.nginx import read, write

INGRESS_NGINX = Dialect(
    name="ingress-nginx",
    producer="ingress-nginx (Kubernetes)",
    fields=(Field("certificate", "ssl-client-cert"), Field("verify", "ssl-client-verify")),
    verdict=Verdict.FIELD,
    absent={"verify": "NONE"},
    read=read,
    write=write,
    hint=SIGNATURE,
)
