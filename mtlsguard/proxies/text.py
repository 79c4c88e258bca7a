"""How the texts are put together: placeholders, addresses, and the comment that every one of them starts with."""

import re
from collections.abc import Iterable, Mapping, Sequence

from mtlsguard.policy import ProxyPolicy, Trailers
from mtlsguard.proxies.contract import Deployment

_BLOCK = re.compile(r"^( *)@([A-Z]+)@\n", re.MULTILINE)
_INLINE = re.compile("@([A-Z]+)@")
_UNIX = "unix:"


def filled(template: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """Each `@NAME@` replaced. One that stands alone on its line takes any number of lines, none too."""

    def block(match: re.Match[str]) -> str:
        value = values[match[2]]
        lines = [value] if isinstance(value, str) else value
        return "".join(f"{match[1]}{line}\n" for line in lines)

    return _INLINE.sub(lambda match: str(values[match[1]]), _BLOCK.sub(block, template))


def address(listen: tuple[str, int]) -> str:
    return f"{bracketed(listen[0])}:{listen[1]}"


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def socket_path(upstream: str) -> str | None:
    """The path of a UNIX socket, or None where the upstream is a host and a port."""
    return upstream.removeprefix(_UNIX) if upstream.startswith(_UNIX) else None


def host_and_port(upstream: str) -> tuple[str, int]:
    host, _, port = upstream.rpartition(":")
    return host.strip("[]"), int(port)


def aligned(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Two columns."""
    rows = list(rows)
    first = max((len(row[0]) for row in rows), default=0)
    return [f"{name:<{first}} {value}".rstrip() for name, value in rows]


def preamble(
    deployment: Deployment, producer: str, *, start: Sequence[str], trailers: Trailers, notes: Sequence[str] = ()
) -> list[str]:
    """What it is, how it is started, which lines of mtlsguard.toml go with it, what else to know."""
    lines = [f"{producer} in front of mtlsguard.", "", *start, ""]
    lines += ["These lines of mtlsguard.toml go with it:", *guard_lines(deployment, trailers)]
    if notes:
        lines += ["", *notes]
    return [f"# {line}".rstrip() for line in lines]


def guard_lines(deployment: Deployment, trailers: Trailers) -> list[str]:
    proxy = deployment.proxy
    lines = ["    [proxy]", f'    dialect = "{proxy.dialect}"', f"    trusted = [{_trusted(deployment)}]"]
    if trailers is Trailers.DROPPED:
        lines.append('    trailers = "dropped"')
    if proxy.hops > 1:
        lines.append(f"    hops = {proxy.hops}")
    if proxy.headers:
        renamed = ", ".join(f'{role} = "{name}"' for role, name in proxy.headers.items())
        lines.append(f"    headers = {{ {renamed} }}")
    if proxy.secret is not None:
        file = deployment.secret or "..."
        lines.append(f'    secret = {{ header = "{proxy.secret.header}", file = "{file}" }}')
    return lines


def _trusted(deployment: Deployment) -> str:
    """The configured peers; without any, where this proxy would come from."""
    named = _peers(deployment.proxy)
    if named:
        return ", ".join(f'"{peer}"' for peer in named)
    if socket_path(deployment.upstream) is not None:
        return '"unix"'
    host = host_and_port(deployment.upstream)[0]
    return '"127.0.0.1"' if host in {"127.0.0.1", "localhost"} else '"the address that this proxy connects from"'


def _peers(proxy: ProxyPolicy) -> list[str]:
    return [str(network) for network in proxy.networks] + ["unix"] * proxy.unix
