"""Every dialect that this version speaks, in the order of the documentation."""

from mtlsguard.dialects.apache import APACHE
from mtlsguard.dialects.asgi_tls import ASGI_TLS
from mtlsguard.dialects.aws_alb_passthrough import AWS_ALB_PASSTHROUGH
from mtlsguard.dialects.aws_alb_verify import AWS_ALB_VERIFY
from mtlsguard.dialects.aws_cloudfront import AWS_CLOUDFRONT
from mtlsguard.dialects.azure_app_service import AZURE_APP_SERVICE
from mtlsguard.dialects.azure_application_gateway import AZURE_APPLICATION_GATEWAY
from mtlsguard.dialects.caddy import CADDY
from mtlsguard.dialects.cloud_foundry import CLOUD_FOUNDRY
from mtlsguard.dialects.cloudflare import CLOUDFLARE
from mtlsguard.dialects.cloudflare_managed import CLOUDFLARE_MANAGED
from mtlsguard.dialects.contract import Dialect
from mtlsguard.dialects.custom import CUSTOM, dialect_of
from mtlsguard.dialects.envoy_json import ENVOY_JSON
from mtlsguard.dialects.f5 import F5
from mtlsguard.dialects.gcp import GCP
from mtlsguard.dialects.haproxy import HAPROXY
from mtlsguard.dialects.ingress_nginx import INGRESS_NGINX
from mtlsguard.dialects.kong import KONG
from mtlsguard.dialects.names import RELATED_HEADERS
from mtlsguard.dialects.nginx import NGINX
from mtlsguard.dialects.openshift import OPENSHIFT
from mtlsguard.dialects.rfc9440 import RFC9440
from mtlsguard.dialects.traefik import TRAEFIK
from mtlsguard.dialects.wsgi_environ import WSGI_ENVIRON
from mtlsguard.dialects.xfcc import XFCC
from mtlsguard.policy import ProxyPolicy

DIALECTS: dict[str, Dialect] = {
    "nginx": NGINX,
    "rfc9440": RFC9440,
    "xfcc": XFCC,
    "haproxy": HAPROXY,
    "apache": APACHE,
    "traefik": TRAEFIK,
    "caddy": CADDY,
    "ingress-nginx": INGRESS_NGINX,
    "openshift": OPENSHIFT,
    "f5": F5,
    "kong": KONG,
    "envoy-json": ENVOY_JSON,
    "aws-alb-verify": AWS_ALB_VERIFY,
    "aws-alb-passthrough": AWS_ALB_PASSTHROUGH,
    "aws-cloudfront": AWS_CLOUDFRONT,
    "gcp": GCP,
    "cloudflare": CLOUDFLARE,
    "cloudflare-managed": CLOUDFLARE_MANAGED,
    "azure-app-service": AZURE_APP_SERVICE,
    "azure-application-gateway": AZURE_APPLICATION_GATEWAY,
    "cloud-foundry": CLOUD_FOUNDRY,
    "custom": CUSTOM,
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
    return DIALECTS[policy.dialect] if policy.custom is None else dialect_of(policy.custom)
