"""drf-spectacular: the certificate as a security scheme. OpenAPI knows it from 3.1 on: OAS_VERSION = "3.1.0"."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class ClientCertificateScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "django_mtlsguard.rest.ClientCertificateAuthentication"
    name = "clientCertificate"
    match_subclasses = True

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {"type": "mutualTLS"}
