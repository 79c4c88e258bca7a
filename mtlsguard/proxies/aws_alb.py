"""AWS Application Load Balancer: one listener with mutual TLS; it clears nothing but what it sets itself."""

from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import Asked, CannotWriteError, Deployment, File, Handover, Recipe
from mtlsguard.proxies.names import own
from mtlsguard.proxies.text import filled, preamble

_MODES = {"aws-alb-verify": "verify", "aws-alb-passthrough": "passthrough"}
_RENAMES = {
    "aws-alb-verify": "routing_http_request_x_amzn_mtls_clientcert_leaf_header_name",
    "aws-alb-passthrough": "routing_http_request_x_amzn_mtls_clientcert_header_name",
}

_TEMPLATE = """\
@PREAMBLE@

resource "aws_lb" "application" {
  name               = "application"
  load_balancer_type = "application"
  subnets            = var.subnets
  security_groups    = var.security_groups

  # Names with underscores and other odd characters: some servers read X_Amzn_... as X-Amzn-...
  drop_invalid_header_fields = true
}

@STORE@
resource "aws_lb_listener" "mtls" {
  load_balancer_arn = aws_lb.application.arn
  port              = @PORT@
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  # The name that the guard reads. The load balancer replaces what a client sends under it.
  @NAME@

  mutual_authentication {
    mode = "@MODE@"
    @VERIFY@
  }

  default_action {
    type             = "forward"
    target_group_arn = var.target_group_arn
  }
}
"""
_STORE = """\
resource "aws_lb_trust_store" "clients" {
  name                             = "clients"
  ca_certificates_bundle_s3_bucket = var.client_ca_bucket
  ca_certificates_bundle_s3_key    = var.client_ca_key     # @CLIENTCA@
}

"""


def _write(deployment: Deployment) -> tuple[File, ...]:
    dialect, verify = deployment.proxy.dialect, deployment.proxy.dialect == "aws-alb-verify"
    if deployment.proxy.secret is not None:
        raise CannotWriteError("this load balancer adds no header of your choice: leave proxy.secret out")
    trust = ["trust_store_arn = aws_lb_trust_store.clients.arn", "ignore_client_certificate_expiry = false"]
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment,
                "AWS Application Load Balancer (Terraform, provider hashicorp/aws 5.80 or later)",
                start=["Give it your own variables, then: terraform apply"],
                trailers=Trailers.POSSIBLE,
                notes=AWS_ALB.notes,
            ),
            "STORE": filled(_STORE, {"CLIENTCA": deployment.client_ca}).splitlines() if verify else [],
            "PORT": str(deployment.listen[1]),
            "NAME": f'{_RENAMES[dialect]} = "{own(deployment)["certificate"]}"',
            "MODE": _MODES[dialect],
            "VERIFY": trust if verify else [],
        },
    )
    return (File("aws-alb.tf", text),)


AWS_ALB = Recipe(
    name="aws-alb",
    producer="AWS Application Load Balancer",
    dialects=("aws-alb-verify", "aws-alb-passthrough"),
    write=_write,
    command=None,
    trailers=Trailers.POSSIBLE,
    handover=Handover.VARIABLE,
    asks=(Asked.REQUIRED,),
    notes=(
        "Not driven here: written from the vendor's documents.",
        "No other listener may reach the same target group: on one without mutual TLS a client's own headers pass.",
        "It removes no other product's certificate headers; mtlsguard does. The targets' security group admits the",
        "load balancer only, and proxy.trusted names its subnets. Its verify mode has no optional certificates.",
    ),
)
