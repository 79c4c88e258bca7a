"""Google Cloud Application Load Balancer: five custom request headers, which replace what a client sends."""

from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import Asked, Deployment, File, Handover, Recipe
from mtlsguard.proxies.names import own, secret_header
from mtlsguard.proxies.text import filled, preamble

_VALUES = {
    "present": "client_cert_present",
    "verify": "client_cert_chain_verified",
    "error": "client_cert_error",
    "certificate": "client_cert_leaf",
    "chain": "client_cert_chain",
}
_ASKED = {Asked.OPTIONAL: "ALLOW_INVALID_OR_MISSING_CLIENT_CERT", Asked.REQUIRED: "REJECT_INVALID"}

_TEMPLATE = """\
@PREAMBLE@

resource "google_certificate_manager_trust_config" "clients" {
  name     = "clients"
  location = "global"
  trust_stores {
    trust_anchors {
      pem_certificate = file("@CLIENTCA@")
    }
  }
}

resource "google_network_security_server_tls_policy" "mtls" {
  name     = "mtls"
  location = "global"
  mtls_policy {
    # The other mode lets requests without a certificate, and with a bad one, through; the headers below tell which.
    client_validation_mode         = "@ASKED@"
    client_validation_trust_config = google_certificate_manager_trust_config.clients.id
  }
}

resource "google_compute_target_https_proxy" "mtls" {
  name              = "mtls"
  url_map           = var.url_map
  ssl_certificates  = var.ssl_certificates
  server_tls_policy = google_network_security_server_tls_policy.mtls.id
}

resource "google_compute_backend_service" "application" {
  name                  = "application"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTP"
  backend {
    group = var.backend_group
  }

  # What the guard reads. On every backend service that reaches the application.
  custom_request_headers = [
    @OWN@
    @SECRET@
  ]
}
@VARIABLE@
"""
_VARIABLE = """
variable "proxy_secret" {
  type      = string
  sensitive = true    # no default: without the value nothing is applied
}
"""


def _write(deployment: Deployment) -> tuple[File, ...]:
    names, secret = own(deployment), secret_header(deployment)
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment,
                "Google Cloud Application Load Balancer (Terraform, provider hashicorp/google)",
                start=["Give it your own variables, then: terraform apply", *_secret_start(deployment)],
                trailers=Trailers.POSSIBLE,
                notes=GCP.notes,
            ),
            "CLIENTCA": deployment.client_ca,
            "ASKED": _ASKED[deployment.verify],
            "OWN": [f'"{names[role]}:{{{value}}}",' for role, value in _VALUES.items()],
            "SECRET": [f'"{name}:${{var.proxy_secret}}",' for name in secret],
            "VARIABLE": _VARIABLE.splitlines() if secret else [],
        },
    )
    return (File("gcp.tf", text),)


def _secret_start(deployment: Deployment) -> list[str]:
    if not secret_header(deployment):
        return []
    return [f'The secret: export TF_VAR_proxy_secret="$(head -n 1 {deployment.secret})"']


GCP = Recipe(
    name="gcp",
    producer="Google Cloud Application Load Balancer",
    dialects=("gcp",),
    write=_write,
    command=None,
    trailers=Trailers.POSSIBLE,
    handover=Handover.VARIABLE,
    notes=(
        "Not driven here: written from the vendor's documents.",
        "A backend service takes 16 custom headers, so other products' certificate headers are not cleared, and names",
        "with underscores pass; mtlsguard removes the first and refuses the second. The firewall admits the load",
        "balancer's ranges only, and proxy.trusted names them. Health checks carry none of these headers.",
    ),
)
