"""What certificate data looks like, and how to keep it out of logs.

Stands apart from the rest of the package: it knows nothing but the names of the dialects' headers.
"""

from mtlsguard.redact.engine import redact_text
from mtlsguard.redact.events import redact_certificates

__all__ = ["redact_certificates", "redact_text"]
