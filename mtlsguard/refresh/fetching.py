"""EDGE: fetches lists, bundles and answers from addresses that the operator configured, and from no others.

Its own total deadline, a bound on what it reads, no unpacking, no redirect to another origin, no proxy from the
environment. Whatever a server does, a value comes back: see `Kind`.
"""

import ssl
from copy import copy
from dataclasses import replace
from urllib.parse import urljoin

from mtlsguard.refresh.backoff import Backoff
from mtlsguard.refresh.connecting import Deadline, Route, UnusableError, connected
from mtlsguard.refresh.fetched import (
    Addresses,
    Fetched,
    FetchFault,
    FetchRules,
    Kind,
    Moved,
    NotModified,
    Question,
    Target,
    Validators,
    target_of,
)

__all__ = [
    "Addresses",
    "Backoff",
    "FetchFault",
    "FetchRules",
    "Fetched",
    "Fetcher",
    "Kind",
    "MissingExtraError",
    "NotModified",
    "Validators",
    "target_of",
]


class MissingExtraError(ImportError):
    """Fetching was configured without what it needs."""


class Fetcher:
    """Thread-safe; each fetch has a connection of its own. Raises at the start about what can never work."""

    def __init__(self, rules: FetchRules | None = None) -> None:
        """MissingExtraError without urllib3; ValueError for a file of authorities or a proxy that cannot be used."""
        try:
            from mtlsguard.refresh.exchange import exchange  # noqa: PLC0415 - needs an extra
        except ImportError:
            raise MissingExtraError("fetching needs urllib3: install mtlsguard[revocation]") from None
        self._exchange = exchange
        self._rules = rules or FetchRules()
        self._route = Route(_context(self._rules.ca), self._rules.addresses, _proxy(self._rules))

    def within(self, seconds: float, most_octets: int) -> "Fetcher":
        """The same in narrower bounds; wider ones change nothing."""
        other = copy(self)
        other._rules = replace(  # noqa: SLF001 - another of its own kind
            self._rules,
            deadline=min(seconds, self._rules.deadline),
            most_octets=min(most_octets, self._rules.most_octets),
        )
        return other

    def fetch(
        self,
        url: str,
        *,
        body: bytes | None = None,
        content_type: str = "",
        validators: Validators | None = None,
    ) -> Fetched | NotModified | FetchFault:
        """GET, or POST where there is a body. Blocks for `deadline` seconds at most; never raises about the server."""
        target = target_of(url)
        if target is None:
            return FetchFault(Kind.BAD_ADDRESS)
        deadline = Deadline.after(self._rules.deadline)
        for _ in range(self._rules.redirects + 1):
            found = self._once(target, deadline, body, content_type, validators)
            if not isinstance(found, Moved):
                return found
            moved = _moved(target, found.location)
            if moved is None:
                break
            target = moved
        return FetchFault(Kind.REDIRECTED)

    def _once(
        self, target: Target, deadline: Deadline, body: bytes | None, content_type: str, validators: Validators | None
    ) -> Fetched | NotModified | Moved | FetchFault:
        question = Question(
            target=target,
            line=self._request_target(target),
            most_octets=self._rules.most_octets,
            body=body,
            content_type=content_type,
            validators=validators,
        )
        try:
            with connected(target, self._route, deadline) as line:
                found = self._exchange(line, question, deadline.left())
        except UnusableError as unusable:
            found = unusable.fault
        # A body that has no length ends where the connection ends: cut off, it would look complete.
        return FetchFault(Kind.DEADLINE) if deadline.over else found

    def _request_target(self, target: Target) -> str:
        through_proxy = self._rules.proxy and target.scheme == "http"
        return f"http://{target.authority}{target.path}" if through_proxy else target.path


def _moved(target: Target, location: str) -> Target | None:
    """The same origin only: scheme, host and port."""
    try:
        found = target_of(urljoin(f"{target.scheme}://{target.authority}{target.path}", location)) if location else None
    except ValueError:
        return None
    return found if found is not None and found.origin == target.origin else None


def _context(ca: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca or None)
    except OSError:  # SSLError is one
        raise ValueError("the file of certificate authorities for fetching cannot be read") from None


def _proxy(rules: FetchRules) -> Target | None:
    if not rules.proxy:
        return None
    if rules.addresses is Addresses.PUBLIC:
        raise ValueError("a proxy resolves names itself: addresses cannot be looked at here")
    proxy = target_of(rules.proxy)
    if proxy is None or proxy.scheme != "http":
        raise ValueError("the proxy for fetching must be http://host:port, without user and password")
    return proxy
