"""Any certificate in any dialect, as the proxy would write it."""

from collections.abc import Mapping

from mtlsguard.dialects import HEADER_DIALECTS, spoken
from mtlsguard.dialects.contract import Dialect
from mtlsguard.guard import Guard
from mtlsguard.policy import Policy
from mtlsguard.testing.issued import Issued
from mtlsguard.wrappers import guard_of


def present(
    certificate: Issued | bytes | None, dialect: str = "nginx", *, headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Header name -> value, names in lower case, for a test client.

    `certificate`: what `Pki` makes (its chain goes along where the dialect carries one), DER, or None for what
    the proxy says when the client showed none. `headers` renames as `proxy.headers` in the configuration does.
    """
    return _written(HEADER_DIALECTS[dialect], headers or {}, certificate)


def _written(dialect: Dialect, renamed: Mapping[str, str], certificate: Issued | bytes | None) -> dict[str, str]:
    names = {field.role: field.header for field in dialect.fields} | dict(renamed)
    if certificate is None:
        values: Mapping[str, str] = dialect.absent
    elif isinstance(certificate, bytes):
        values = dialect.write(certificate, ())
    else:
        values = dialect.write(certificate.der, tuple(member.der for member in certificate.chain))
    return {names[role].lower(): value for role, value in values.items()}


def present_to(target: object, certificate: Issued | bytes | None) -> dict[str, str]:
    """What the configured proxy would send: its dialect, its renamed headers, its secret, an element for each hop.

    `target`: a Guard, a Policy, or an application with a guard around it. TypeError where there is none, and for
    a native dialect: there no header counts, and the test has to fill in what the server itself would say.
    """
    proxy = policy_of(target).proxy
    dialect = spoken(proxy)
    if dialect.native is not None:
        where = " and ".join(field.header for field in dialect.fields)
        raise TypeError(
            f"{dialect.name} has no headers: put {where} into the {dialect.native.interface.value.upper()} request, "
            "as the server does"
        )
    headers = _written(dialect, proxy.headers, certificate)
    if dialect.hops:
        headers = {name: ",".join([value] * proxy.hops) for name, value in headers.items() if value}
    if proxy.secret is not None:
        headers[proxy.secret.header.lower()] = proxy.secret.values[0].decode("latin-1")
    return headers


def policy_of(target: object) -> Policy:
    """The policy in force behind a Guard, a Policy or an application."""
    if isinstance(target, Policy):
        return target
    guard = target if isinstance(target, Guard) else guard_of(target)
    if guard is None:
        raise TypeError("there is no guard around this application: give the Guard or the Policy itself")
    return guard.current.policy


def peer_of(target: object) -> str:
    """An address that may speak for a client; "" for a UNIX socket."""
    networks = policy_of(target).proxy.networks
    return str(networks[0].network_address) if networks else ""
