"""Any certificate in any dialect, as the proxy would write it."""

from collections.abc import Mapping

from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.testing.issued import Issued


def present(
    certificate: Issued | bytes | None, dialect: str = "nginx", *, headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Header name -> value, names in lower case, for a test client.

    `certificate`: what `Pki` makes (its chain goes along where the dialect carries one), DER, or None for what
    the proxy says when the client showed none. `headers` renames as `proxy.headers` in the configuration does.
    """
    spoken = HEADER_DIALECTS[dialect]
    names = {field.role: field.header for field in spoken.fields} | dict(headers or {})
    if certificate is None:
        values: Mapping[str, str] = spoken.absent
    elif isinstance(certificate, bytes):
        values = spoken.write(certificate, ())
    else:
        values = spoken.write(certificate.der, tuple(member.der for member in certificate.chain))
    return {names[role].lower(): value for role, value in values.items()}
