"""Azure App Service: `X-ARR-ClientCert`.

    certificate = base64 DER of the leaf

Missing without a certificate, and on plain HTTP. The platform asks for a certificate and validates none: any
self-made one arrives. Hence no verdict; the certificate is always verified here. Not confirmed: that the platform
never sends the field empty; an empty one is malformed.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import base64_der, to_base64
from mtlsguard.reason import Reason


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if text is None:
        return Absent()
    der = base64_der(text)
    return Presented(der) if der is not None else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"certificate": to_base64(leaf)}


AZURE_APP_SERVICE = Dialect(
    name="azure-app-service",
    producer="Azure App Service",
    fields=(Field("certificate", "x-arr-clientcert"),),
    verdict=Verdict.NONE,
    absent={},
    read=read,
    write=write,
    hint=SIGNATURE,
)
