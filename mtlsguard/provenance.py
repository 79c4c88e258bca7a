"""Is the transport peer one of our proxies? Decided before one byte of a certificate header is looked at."""

from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address

from mtlsguard.policy import Network, ProxyPolicy

_REMEMBERED_PEERS = 4_096  # addresses, not connections: real deployments have a handful of proxies


class Proxies:
    """The trusted peers of one snapshot. Knows addresses it has seen, so a request costs one look-up."""

    __slots__ = ("_known", "_networks", "_unix")

    def __init__(self, policy: ProxyPolicy) -> None:
        self._networks = policy.networks
        self._unix = policy.unix
        self._known: dict[str, bool] = {}

    def trust(self, host: str | None) -> bool:
        """`host` is the socket's peer; None or "" is a UNIX socket, or a server that hides the peer."""
        if not host:
            return self._unix
        known = self._known.get(host)
        if known is not None:
            return known
        if len(self._known) >= _REMEMBERED_PEERS:
            self._known = {}
        self._known[host] = known = in_networks(host, self._networks)
        return known


def in_networks(host: str, networks: tuple[Network, ...]) -> bool:
    """Strict: what does not parse is in no network, and only ::ffff:0:0/96 is unwrapped to IPv4."""
    address = parse_address(host)
    return address is not None and any(address in network for network in networks)


def parse_address(host: str) -> IPv4Address | IPv6Address | None:
    if "%" in host:  # a zone id means something on one machine's links only
        return None
    try:
        address = ip_address(host)
    except (AddressValueError, ValueError):
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
