"""Cloudflare: a managed transform for the verdicts, transform rules that remove and then set the rest."""

from mtlsguard.dialects.names import spellings
from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import Asked, CannotWriteError, Deployment, File, Handover, Recipe
from mtlsguard.proxies.names import others, own, secret_header
from mtlsguard.proxies.text import aligned, filled, preamble

_VALUES = {"certificate": "cf.tls_client_auth.cert_rfc9440", "chain": "cf.tls_client_auth.cert_chain_rfc9440"}
_MOST = 30  # headers that one rule may change

_TEMPLATE = """\
@PREAMBLE@

# The verdicts, on every request: Cf-Cert-Presented, Cf-Cert-Verified, Cf-Cert-Revoked.
resource "cloudflare_managed_transforms" "mtls" {
  zone_id                  = var.zone_id
  managed_request_headers  = [{ id = "add_client_certificate_headers", enabled = true }]
  managed_response_headers = []
}

resource "cloudflare_ruleset" "mtls" {
  zone_id = var.zone_id
  name    = "client certificates"
  kind    = "zone"
  phase   = "http_request_late_transform"

  # In this order, each for every request: first nobody's certificate headers, then ours.
  rules = [
    @REMOVE@
    {
      description = "what the guard reads; the verdicts say what it is worth"
      expression  = "true"
      action      = "rewrite"
      action_parameters = {
        headers = {
          @OWN@
          @SECRET@
        }
      }
    },
  ]
}
@REFUSE@
@VARIABLE@
"""
_REMOVAL = """\
{
  description = "@WHAT@"
  expression  = "true"
  action      = "rewrite"
  action_parameters = {
    headers = {
      @NAMES@
    }
  }
},
"""
_REFUSAL = """
resource "cloudflare_ruleset" "refuse" {
  zone_id = var.zone_id
  name    = "no request without a certificate"
  kind    = "zone"
  phase   = "http_request_firewall_custom"
  rules = [{
    description = "block"
    expression  = "not cf.tls_client_auth.cert_verified or cf.tls_client_auth.cert_revoked"
    action      = "block"
  }]
}
"""
_VARIABLE = """
variable "proxy_secret" {
  type      = string
  sensitive = true    # no default: without the value nothing is applied
}
"""


def _write(deployment: Deployment) -> tuple[File, ...]:
    if not deployment.proxy.headers.keys() <= _VALUES.keys():
        raise CannotWriteError("Cloudflare cannot rename its verdicts: rename certificate and chain only")
    names, secret = own(deployment), secret_header(deployment)
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment,
                "Cloudflare (Terraform, provider cloudflare/cloudflare 5)",
                start=["Give it your own variables, then: terraform apply", *_secret_start(deployment)],
                trailers=Trailers.POSSIBLE,
                notes=CLOUDFLARE.notes,
            ),
            "REMOVE": _removals(deployment),
            "OWN": aligned((f'"{names[role]}"', _set(value)) for role, value in _VALUES.items()),
            "SECRET": [f'"{name}" = {{ operation = "set", value = var.proxy_secret }}' for name in secret],
            "REFUSE": _refusal(deployment.verify),
            "VARIABLE": _VARIABLE.splitlines() if secret else [],
        },
    )
    return (File("cloudflare.tf", text),)


def _set(expression: str) -> str:
    return f'= {{ operation = "set", expression = "{expression}" }}'


def _removals(deployment: Deployment) -> list[str]:
    """Cloudflare lets nobody touch names that start with cf-, and sends its own under them."""
    names = [own(deployment)[role] for role in _VALUES] + secret_header(deployment)
    ours = [spelling for name in names for spelling in spellings(name)]
    theirs = [name for name in others(deployment) if not name.lower().startswith(("cf-", "x-cf-"))]
    return _removal("ours, in every spelling", ours) + _removal("other products' names for the same", theirs)


def _removal(what: str, names: list[str]) -> list[str]:
    lines: list[str] = []
    for at in range(0, len(names), _MOST):
        removed = [f'"{name}" = {{ operation = "remove" }}' for name in names[at : at + _MOST]]
        lines += filled(_REMOVAL, {"WHAT": what, "NAMES": removed}).splitlines()
    return lines


def _refusal(asked: Asked) -> list[str]:
    return _REFUSAL.splitlines() if asked is Asked.REQUIRED else []


def _secret_start(deployment: Deployment) -> list[str]:
    if not secret_header(deployment):
        return []
    return [f'The secret: export TF_VAR_proxy_secret="$(head -n 1 {deployment.secret})"']


CLOUDFLARE = Recipe(
    name="cloudflare",
    producer="Cloudflare",
    dialects=("cloudflare-managed",),
    write=_write,
    command=None,
    trailers=Trailers.POSSIBLE,
    handover=Handover.VARIABLE,
    notes=(
        "Not driven here: written from the vendor's documents.",
        "Enable mutual TLS for the host names, with your own authority uploaded: the certificate is sent whatever came",
        "of its verification, and only the verdicts say. A revoked certificate stays verified.",
        "The origin admits Cloudflare only (authenticated origin pulls or a tunnel), and proxy.trusted names it.",
        "Other products' names with underscores pass; mtlsguard removes them.",
    ),
)
