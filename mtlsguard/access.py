"""Identity -> roles, and route -> who may pass. Asked on every request; only the rule look-up is remembered."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mtlsguard.decision import Absent, Allow, Decision, Deny, Waiting
from mtlsguard.policy import Access, NameKind, RoleRule, RouteRule, WhenAbsent
from mtlsguard.reason import Reason
from mtlsguard.segments import SegmentTree

# Method; path as the router sees it, decoded, below the mount; path as on the wire, b"" where that is not known.
Target = tuple[str, str, bytes]

WEBSOCKET = "WEBSOCKET"  # the method of a websocket handshake, so that no rule for GET opens one

_SEPARATOR = {NameKind.SPIFFE: "/", NameKind.URI: "/", NameKind.DNS: ".", NameKind.EMAIL: "@"}
_REMEMBERED_TARGETS = 8_192
_REMEMBERED_LENGTH = 1_024
_METHOD = re.compile(r"[A-Z][A-Z_-]*", re.ASCII)
# In the decoded path: what a router, a file system or a second decoding may read differently.
_TWO_READINGS = re.compile(r"//|\\|;|%[0-9A-Fa-f]{2}|(?:^|/)\.\.?(?:/|$)|[\x00-\x1f\x7f\ufffd\ud800-\udfff]")
# On the wire: separators, dots and NUL that hid behind an escape, and what is not UTF-8 escaped in the usual way.
_HIDDEN = re.compile(rb"%(?:2[fF]|5[cC]|2[eE]|3[bB]|00|25)|%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]")


def name_segments(kind: NameKind, name: str) -> list[str]:
    """A name cut where its kind has boundaries; kinds without any are one segment, compared whole."""
    separator = _SEPARATOR.get(kind)
    return name.split(separator) if separator else [name]


class Roles:
    """All role rules of a snapshot."""

    def __init__(self, rules: Iterable[RoleRule]) -> None:
        self._by_kind: dict[NameKind, SegmentTree[str]] = {}
        for rule in rules:
            tree = self._by_kind.setdefault(rule.kind, SegmentTree())
            tree.add(name_segments(rule.kind, rule.pattern), rule.role)

    def of(self, names: dict[NameKind, str]) -> frozenset[str]:
        """`names`: the identity's one name by its kind, and the fingerprint."""
        return frozenset(
            role
            for kind, name in names.items()
            if kind in self._by_kind
            for role in self._by_kind[kind].find(name_segments(kind, name))
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """What a request has to bring. `refusal` is set where nothing can open it."""

    access: Access
    require: frozenset[str] = frozenset()
    refusal: Reason | None = None

    def pass_on(self, decision: Decision | Waiting) -> Decision | Waiting:
        """The engine's decision about the client, narrowed to this route."""
        if type(decision) is Allow:
            if self.refusal is not None:
                return Deny(self.refusal, decision.identity.pseudonym)
            if self.require and self.require.isdisjoint(decision.identity.roles):
                return Deny(Reason.FORBIDDEN, decision.identity.pseudonym)
        elif type(decision) is Absent and self.access is not Access.OPTIONAL:
            return Deny(Reason.NO_CERTIFICATE)
        elif type(decision) is Waiting:
            return self._pass_on_waiting(decision)
        return decision

    def _pass_on_waiting(self, waiting: Waiting) -> Decision | Waiting:
        """Whom this route refuses anyway, nobody waits for."""
        otherwise = self.pass_on(waiting.otherwise)
        hopeless = isinstance(waiting.otherwise, Allow) and isinstance(otherwise, Deny)
        if hopeless or not isinstance(otherwise, Allow | Deny):
            return otherwise
        return Waiting(otherwise, waiting.awaited)


_AMBIGUOUS = Gate(Access.VERIFIED, refusal=Reason.AMBIGUOUS_REQUEST)
_UNNAMED_METHOD = Gate(Access.VERIFIED, refusal=Reason.FORBIDDEN)
_GATES = {access: Gate(access) for access in Access}


class Routes:
    """All route rules of a snapshot: the first that matches path and method decides.

    A path that some rule names is closed for methods that no rule on it names. Paths that no rule names need a
    verified identity (or none, where the policy says that absence is anonymous).
    """

    def __init__(self, rules: tuple[RouteRule, ...], absent: WhenAbsent) -> None:
        self._tree: SegmentTree[tuple[int, RouteRule]] = SegmentTree()
        for rank, rule in enumerate(rules):
            self._tree.add(rule.path.split("/")[1:], (rank, rule))
        self._default = _GATES[Access.OPTIONAL if absent is WhenAbsent.ANONYMOUS else Access.VERIFIED]
        # Where every route asks the same, two readings of a path make no difference.
        gates = [(rule.access, rule.require, rule.methods) for rule in rules]
        self._uniform = all(gate == (self._default.access, frozenset(), frozenset()) for gate in gates)
        self.known: dict[Target, Gate] = {}

    def gate(self, target: Target) -> Gate:
        """What `known` has, or finds it and adds it there."""
        gate = self._find(*target)
        if len(self.known) >= _REMEMBERED_TARGETS:
            self.known = {}
        if len(target[1]) + len(target[2]) <= _REMEMBERED_LENGTH:
            self.known[target] = gate
        return gate

    def _find(self, method: str, path: str, raw: bytes) -> Gate:
        if self._uniform:
            return self._default
        if ambiguous(method, path, raw):
            return _AMBIGUOUS
        candidates = self.matching(path)
        for _, rule in candidates:
            if names_method(rule, method):
                return Gate(rule.access, rule.require)
        return _UNNAMED_METHOD if candidates else self._default

    def matching(self, path: str) -> list[tuple[int, RouteRule]]:
        """The rules that match this path, with their ranks, the first one first.

        Many routers serve a path with and without its last slash. Rules that close do so for both spellings,
        rules that open only for the one they name.
        """
        segments = path.split("/")[1:]
        other = [entry for entry in self._tree.find(_other_slash(segments)) if entry[1].access is Access.VERIFIED]
        ranked = dict([*self._tree.find(segments), *other])
        return sorted(ranked.items())


def _other_slash(segments: list[str]) -> list[str]:
    return segments[:-1] if segments and segments[-1] == "" else [*segments, ""]


def names_method(rule: RouteRule, method: str) -> bool:
    """A rule without methods covers everything; one for GET covers HEAD, which has the same handler."""
    return not rule.methods or method in rule.methods or (method == "HEAD" and "GET" in rule.methods)


def ambiguous(method: str, path: str, raw: bytes) -> bool:
    """Could another reader see another path or method than these?"""
    if not path.startswith("/") and path not in {"", "*"}:
        return True
    odd_path = _TWO_READINGS.search(path) or _HIDDEN.search(raw)
    return odd_path is not None or _METHOD.fullmatch(method) is None


def route_path(path: str, root: str) -> str:
    """`path` below the mount `root`, cut at a segment's end: what the router inside the mount matches."""
    if root and path.startswith(root) and path[len(root) : len(root) + 1] in {"", "/"}:
        return path[len(root) :]
    return path
