"""OCSP (RFC 6960): what to ask a responder, what its answer proves, and a memory of what is proven.

Nothing here asks anybody: `mtlsguard.refresh.responders` does, outside the requests.
"""

from mtlsguard.revocation.ocsp.asking import request
from mtlsguard.revocation.ocsp.reading import read
from mtlsguard.revocation.ocsp.rules import CertIdHash, Fault, Nonce, OcspAnswer, OcspRules, Signer

__all__ = ["CertIdHash", "Fault", "Nonce", "OcspAnswer", "OcspRules", "Signer", "read", "request"]
