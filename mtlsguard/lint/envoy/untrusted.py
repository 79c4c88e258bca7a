"""Client certificates that Envoy does not hold against any issuer."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.envoy.forwarded import MODE, MODES
from mtlsguard.lint.envoy.headers import told
from mtlsguard.lint.envoy.model import Envoy, Manager, Node, chosen, routes

_TRUST = "trust_chain_verification"
_MODES = ("VERIFY_TRUST_CHAIN", "ACCEPT_UNTRUSTED")
# Any of these says whom to trust, here or by another service.
_ANCHORED = frozenset(
    [
        "trusted_ca",
        "ca_certificate_provider_instance",
        "custom_validator_config",
        "verify_certificate_spki",
        "verify_certificate_hash",
        "validation_context_sds_secret_config",
        "validation_context_certificate_provider",
        "validation_context_certificate_provider_instance",
        "system_root_certs",
    ]
)
_FIX = ("validation_context:", "  trusted_ca: {filename: /path/to/client-issuers.pem}")


def accepted(model: Envoy, _expected: Expected) -> Iterable[Hit]:
    for context in model.contexts():
        for node in context.walk():
            if _TRUST in node.mapping and chosen(node.word(_TRUST), _MODES) == "ACCEPT_UNTRUSTED":
                fix = (f"{_TRUST}: VERIFY_TRUST_CHAIN",)
                yield Hit(node.mapping[_TRUST].place, "ACCEPT_UNTRUSTED lets every certificate through", fix)


def unanchored(model: Envoy, _expected: Expected) -> Iterable[Hit]:
    for manager in model.managers():
        if manager.tls is not None and _forwards(manager) and not _anchored(manager.tls):
            yield Hit(manager.tls.place, "client certificates are forwarded, but no issuer is configured", _FIX)
    for context in model.contexts():
        if context.yes("require_client_certificate") and not _anchored(context):
            yield Hit(context.place, "a client certificate is required, but no issuer is configured", _FIX)


def _forwards(manager: Manager) -> bool:
    own = manager.enumeration(MODES, MODE) in {"SANITIZE_SET", "APPEND_FORWARD"}
    return own or any(told(route) for route in routes(manager))


def _anchored(context: Node) -> bool:
    return any(_ANCHORED & node.mapping.keys() for node in context.walk())


ACCEPTED = Rule(
    "envoy-untrusted-accepted",
    Level.ERROR,
    "Nothing that Envoy sends tells a certificate that anybody made from one that an issuer of yours signed.",
    accepted,
)
UNANCHORED = Rule(
    "envoy-no-anchor",
    Level.ERROR,
    "Without an issuer Envoy takes any certificate, or asks for none.",
    unanchored,
)
