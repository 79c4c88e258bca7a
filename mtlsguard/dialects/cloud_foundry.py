"""Cloud Foundry's gorouter: `X-Forwarded-Client-Cert`, and not in Envoy's form.

    certificate = base64 DER of the leaf, as in azure-app-service

Missing without a certificate. Only the router's mode `sanitize_set` makes the field its own; in `forward` and
`always_forward` it is what somebody in front of it has sent. There is no verdict.
"""

from mtlsguard.dialects.azure_app_service import read, write
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Verdict

CLOUD_FOUNDRY = Dialect(
    name="cloud-foundry",
    producer="Cloud Foundry gorouter",
    fields=(Field("certificate", "x-forwarded-client-cert"),),
    verdict=Verdict.NONE,
    absent={},
    read=read,
    write=write,
    hint=SIGNATURE,
)
