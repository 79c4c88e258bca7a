"""OCSP (RFC 6960): what to ask a responder, what its answer proves, and a memory of what is proven.

Nothing here asks anybody: `mtlsguard.refresh.responders` does, outside the requests.
"""

from mtlsguard.revocation.ocsp.answers import OcspAnswers, Plan, key_of
from mtlsguard.revocation.ocsp.asking import NONCE_OCTETS, request
from mtlsguard.revocation.ocsp.reading import read
from mtlsguard.revocation.ocsp.rules import CertIdHash, Fault, OcspAnswer, OcspRules, Signer
from mtlsguard.revocation_policy import Nonce

__all__ = [
    "NONCE_OCTETS",
    "CertIdHash",
    "Fault",
    "Nonce",
    "OcspAnswer",
    "OcspAnswers",
    "OcspRules",
    "Plan",
    "Signer",
    "key_of",
    "read",
    "request",
]
