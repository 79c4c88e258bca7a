"""What certificate data looks like, and how to keep it out of logs.

Stands apart from the rest of the package: it knows nothing but the names of the dialects' headers, and how the audit
events name a certificate.
"""

from mtlsguard.redact.contract import Span
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.prefilter import may_hold_certificate_data
from mtlsguard.redact.redactor import Redactor, redact_certificates, redact_text, redact_value, spans, use_key

__all__ = [
    "Kind",
    "Redactor",
    "Span",
    "may_hold_certificate_data",
    "redact_certificates",
    "redact_text",
    "redact_value",
    "spans",
    "use_key",
]
