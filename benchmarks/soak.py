"""`python -m benchmarks.soak [--minutes 10]`: exit status 1 if one decision contradicts the snapshot it was made by.

Two processes decide all the time, two threads in each. Every second a writer turns to the next state of the world: who
is on the deny list and on the lists of three authorities, which anchors and intermediates are trusted, which role is
given. All of them know the states beforehand, and a snapshot tells by which states it goes: by a marker on its deny
list, by the numbers of its lists, by its policy. What it must decide follows from these without its own look-ups.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from resource import getpagesize
from statistics import median
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard.connection import from_asgi
from mtlsguard.decision import Allow, Deny, settled
from mtlsguard.engine import Snapshot
from mtlsguard.guard import Guard
from mtlsguard.loading import guard_from
from mtlsguard.reason import Reason
from mtlsguard.revocation.contract import Link, Status
from mtlsguard.revocation.crl.store import CrlStore
from mtlsguard.revocation.names import name_key
from mtlsguard.testing import Issued, Pki, present

PROCESSES, THREADS = 2, 2
_TURN = 1.0  # seconds
_BOUND = 20.0  # seconds after which a revocation that was written is never overlooked: about hanging, not about speed
_KEPT = 90  # turns that are remembered; whoever needs an older one has waited far longer than the bound
_MARK = 1 << 100  # serial numbers from here on are markers: no client has one so short
_PEER = "10.0.0.1"
_AUTHORITIES = ("standing", "intermediate", "anchor")  # always trusted, and those that come and go
_ROLE = '[[roles]]\nname = "reader"\nmatch = { spiffe = "spiffe://example.org/**" }\n'
_ALLOWED, _REVOKED, _UNTRUSTED = "allowed", "revoked", "untrusted"
_OUTCOMES = {
    Deny: _UNTRUSTED,
    Reason.REVOKED: _REVOKED,
    Reason.UNKNOWN_ISSUER: _UNTRUSTED,
    Reason.UNTRUSTED_CHAIN: _UNTRUSTED,
}


@dataclass(frozen=True, slots=True)
class Client:
    """`authority` is a position in `_AUTHORITIES`."""

    authority: int
    serial: int = field(repr=False)
    header: tuple[tuple[bytes, bytes], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a process needs to know. `ders` and `names` are the authorities' certificates and subjects."""

    folder: str
    clients: tuple[Client, ...]
    ders: tuple[bytes, ...] = field(repr=False)
    names: tuple[bytes, ...] = field(repr=False)
    seconds: float


@dataclass(frozen=True, slots=True)
class State:
    """Clients by number: on the deny list, and on the list of their authority."""

    denied: frozenset[int] = frozenset()
    listed: frozenset[int] = frozenset()

    @property
    def revoked(self) -> frozenset[int]:
        return self.denied | self.listed


class History:
    """The states of all turns, the same in every process. Turn 0 is the start, where nobody is revoked."""

    def __init__(self, clients: int) -> None:
        self._draw = random.Random(5)  # noqa: S311 - not for secrets
        self._clients = clients
        self._states: deque[State] = deque([State()], _KEPT)
        self._last = 0

    def at(self, turn: int) -> State:
        while self._last < turn:
            before = self._states[-1]
            self._states.append(State(before.denied ^ self._some(), before.listed ^ self._some()))
            self._last += 1
        return self._states[turn - self._last - 1]

    def _some(self) -> frozenset[int]:
        return frozenset(self._draw.sample(range(self._clients), max(1, self._clients // 40)))


@dataclass(slots=True)
class Tally:
    """What one thread saw. `overlooked`: seconds that a written revocation was not in use, at the most."""

    outcomes: Counter[str] = field(default_factory=Counter)
    contradictions: Counter[str] = field(default_factory=Counter)
    states: set[tuple[str, int]] = field(default_factory=set)
    policies: int = 0
    views: int = 0
    overlooked: float = 0.0
    behind: Counter[str] = field(default_factory=Counter)  # turns by which a source was at the most
    memory: list[float] = field(default_factory=list)  # MB, of the whole process, once a second
    broken: tuple[str, ...] = ()


class Oracle:
    """What a snapshot must decide, by the states that it goes by."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._history = History(len(plan.clients))
        self._keys = [name_key(name) for name in plan.names]

    def expected(self, snapshot: Snapshot, latest: int) -> tuple[list[str], list[tuple[str, int]]]:
        """The outcome for each client, and which states of which source these are."""
        denied = self._turn_of_denied(snapshot, latest)
        numbers = _numbers(snapshot, self._keys)
        trusted = _trusted(snapshot, self._plan.ders)
        on_file = self._history.at(denied).denied
        listed = [frozenset() if number is None else self._history.at(number).listed for number in numbers]
        outcomes = [
            _UNTRUSTED
            if not trusted[client.authority]
            else _REVOKED
            if at in on_file or at in listed[client.authority]
            else _ALLOWED
            if numbers[client.authority] is not None
            else Reason.REVOCATION_UNKNOWN.value
            for at, client in enumerate(self._plan.clients)
        ]
        lists = [(name, at) for name, at in zip(_AUTHORITIES, numbers, strict=True) if at is not None]
        return outcomes, [("deny list", denied), *lists]

    def standing(self, latest: int) -> dict[int, int]:
        """Who is on the deny list or on a list, that which is being written included, and since which turn on the same
        without a break."""
        found: dict[int, int] = {}
        for of in (lambda state: state.denied, lambda state: state.listed):
            rest = of(self._history.at(latest + 1))
            for turn in range(latest, max(-1, latest - _KEPT // 2), -1):
                rest &= of(self._history.at(turn))
                found |= {at: min(turn, found.get(at, turn)) for at in rest}
        return found

    def _turn_of_denied(self, snapshot: Snapshot, latest: int) -> int:
        denied = snapshot.view.denied
        for turn in range(latest + 1, max(-1, latest - _KEPT + 2), -1):
            link = Link(_MARK + turn, self._plan.names[0], None, is_ca=False, points=None, access=None, not_after=0)
            if denied is not None and denied.answer(link, 0.0).status is Status.REVOKED:
                return turn
        raise ValueError("a deny list of no known turn")


def _numbers(snapshot: Snapshot, keys: list[bytes]) -> list[int | None]:
    """Of the lists in force; None where there is none of an authority."""
    [store] = snapshot.view.sources
    if not isinstance(store, CrlStore):
        raise TypeError("a source that is not of lists")
    found = {one.outline.issuer_key: one.outline.number for one in store.lists}
    return [found.get(key) for key in keys]


def _trusted(snapshot: Snapshot, ders: tuple[bytes, ...]) -> list[bool]:
    trust = snapshot.policy.trust
    known = {*trust.anchors, *trust.intermediates}
    return [der in known for der in ders]


# the processes that decide


_written: "SynchronizedArray[float]"  # by turn: when it was written, on the monotonic clock; 0 where it was not


def _share(written: "SynchronizedArray[float]") -> None:
    global _written  # noqa: PLW0603 - a new process has no other way to be given it
    _written = written


def deciding(plan: Plan) -> list[Tally]:
    """One process. Whatever is raised in it is a crash."""
    guard = guard_from(Path(plan.folder, "mtlsguard.toml"))
    guard.wake()
    end = time.monotonic() + plan.seconds
    with ThreadPoolExecutor(THREADS) as threads:
        running = [threads.submit(_decide, guard, plan, number, end) for number in range(THREADS)]
        memory = list(_memory(end))
    tallies = [one.result() for one in running]
    tallies[0].memory = memory
    tallies[0].broken = tuple(f"{one.source}: {one.last_error}" for one in guard.health() if one.last_error)
    guard.rest()
    return tallies


def _memory(end: float) -> Iterator[float]:
    while time.monotonic() < end:
        time.sleep(min(_TURN, max(0.0, end - time.monotonic())))
        yield int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize() / 1e6


def _decide(guard: Guard, plan: Plan, number: int, end: float) -> Tally:
    draw, oracle, tally = random.Random(number), Oracle(plan), Tally()  # noqa: S311 - not for secrets
    everybody = range(len(plan.clients))
    known: Snapshot | None = None
    expected: list[str] = []
    states: list[tuple[str, int]] = []
    latest, standing = -1, dict[int, int]()
    while (before := time.monotonic()) < end:
        old, latest = latest, _latest(max(0, latest))
        if latest != old:
            standing = oracle.standing(latest)
        for name, turn in states:
            tally.behind[name] = max(tally.behind[name], latest - turn)
        for at in draw.choices(everybody, k=20):
            snapshot = guard.current
            if snapshot is not known:
                expected, states = oracle.expected(snapshot, _latest(latest))
                tally.views += 1
                tally.policies += known is None or known.policy is not snapshot.policy
                tally.states.update(states)
                known = snapshot
            found = outcome(snapshot, plan.clients[at])
            tally.outcomes[found] += 1
            if found != expected[at]:
                tally.contradictions[f"{expected[at]}, but {found}"] += 1
            if found == _ALLOWED and at in standing:
                tally.overlooked = max(tally.overlooked, before - _written[standing[at]])
    return tally


def _latest(turn: int) -> int:
    while _written[turn + 1]:
        turn += 1
    return turn


def outcome(snapshot: Snapshot, client: Client) -> str:
    scope: dict[str, Any] = {"type": "http", "headers": list(client.header), "client": (_PEER, 4711), "extensions": {}}
    connection, _ = from_asgi(scope, snapshot.names)
    decision = settled(snapshot.check(connection, time.time()))
    if isinstance(decision, Allow):
        has_role = bool(decision.identity.roles)
        return _ALLOWED if has_role == bool(snapshot.policy.roles) else "allowed with roles of another policy"
    return _OUTCOMES.get(decision.reason, decision.reason.value) if isinstance(decision, Deny) else "no answer"


# the writer


class Writer:
    """Puts the states into files, each of them whole."""

    def __init__(self, folder: Path, clients: int) -> None:
        self._folder = folder
        self._pki = Pki()
        self._other = self._pki.authority("Other Root")
        second = self._pki.authority("Other Intermediate", issuer=self._pki.root)
        self.authorities = (self._pki.intermediate, second, self._other)
        self.clients = tuple(self._client(number) for number in range(clients))
        self._history = History(clients)
        (folder / "anchors").mkdir()

    def _client(self, number: int) -> Client:
        authority = number % len(_AUTHORITIES)
        leaf = self._pki.leaf(f"client-{number}", issuer=self.authorities[authority])
        header = tuple((name.encode(), value.encode("latin-1")) for name, value in present(leaf, "nginx").items())
        return Client(authority, leaf.serial, header)

    def plan(self, seconds: float) -> Plan:
        ders = tuple(one.der for one in self.authorities)
        return Plan(str(self._folder), self.clients, ders, tuple(one.party.name for one in self.authorities), seconds)

    def turn_to(self, turn: int) -> None:
        """Every third turn an authority comes or goes, every seventh the configuration changes."""
        state = self._history.at(turn)
        self._write("denied", self._denied(turn, state))
        for number, authority in enumerate(self.authorities):
            self._write(f"{_AUTHORITIES[number]}.crl", self._list(number, authority, turn, state))
        first, second = self.authorities[:2]
        self._write("intermediates.pem", first.pem + (second.pem if turn // 3 % 2 == 0 else ""))
        self._write("anchors/root.pem", self._pki.root.pem)
        if turn // 3 % 2:
            self._write("anchors/other.pem", self._other.pem)
        else:
            (self._folder / "anchors" / "other.pem").unlink(missing_ok=True)
        self._write("mtlsguard.toml", _configuration(_ROLE if turn // 7 % 2 else ""))

    def _denied(self, turn: int, state: State) -> str:
        lines = [self._line(self.clients[at].serial, self.clients[at].authority) for at in sorted(state.denied)]
        return "".join([*lines, self._line(_MARK + turn, 0)])

    def _line(self, serial: int, authority: int) -> str:
        return f"{serial:#x} #{self.authorities[authority].party.name.hex()}\n"

    def _list(self, number: int, authority: Issued, turn: int, state: State) -> bytes:
        serials = [self.clients[at].serial for at in sorted(state.listed) if self.clients[at].authority == number]
        return self._pki.crl(authority, serials, number=turn).public_bytes(Encoding.DER)

    def _write(self, name: str, content: str | bytes) -> None:
        path = self._folder / name
        new = path.with_name(f".{path.name}.new")
        new.write_bytes(content.encode() if isinstance(content, str) else content)
        new.replace(path)


def _configuration(more: str) -> str:
    lists = ", ".join(f'"{name}.crl"' for name in _AUTHORITIES)
    return (
        f'[proxy]\ndialect = "nginx"\ntrusted = ["{_PEER}"]\n'
        '[trust]\nanchors = ["anchors"]\nintermediates = ["intermediates.pem"]\n'
        f'[revocation]\ncheck = "leaf"\ncrls = [{lists}]\ndenylist = "denied"\n{more}'
    )


# all together


@dataclass(frozen=True, slots=True)
class Outcome:
    """`crashes`: what processes ended by. `turns`: how often the world was changed."""

    tallies: tuple[Tally, ...]
    crashes: tuple[str, ...]
    turns: int
    seconds: float

    def total(self, name: str) -> Counter[str]:
        return sum((getattr(one, name) for one in self.tallies), Counter[str]())

    @property
    def contradictions(self) -> int:
        return self.total("contradictions").total()

    @property
    def overlooked(self) -> float:
        return max((one.overlooked for one in self.tallies), default=0.0)

    @property
    def holds(self) -> bool:
        return not (self.contradictions or self.overlooked > _BOUND or self.crashes)


def soak(seconds: float, clients: int = 300) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(Path(folder), clients)
        writer.turn_to(0)
        context = multiprocessing.get_context("spawn")
        written = context.Array("d", int(seconds / _TURN) + 600)
        written[0] = time.monotonic()
        with ProcessPoolExecutor(PROCESSES, context, _share, (written,)) as processes:
            running = [processes.submit(deciding, writer.plan(seconds)) for _ in range(PROCESSES)]
            turns = _turn(writer, written, running)
    done = [one.result() for one in running if not one.exception()]
    crashes = tuple(repr(error) for one in running if (error := one.exception()))
    return Outcome(tuple(tally for process in done for tally in process), crashes, turns, seconds)


def _turn(writer: Writer, written: "SynchronizedArray[float]", running: "list[Future[list[Tally]]]") -> int:
    turn = 0
    while not all(one.done() for one in running):
        time.sleep(_TURN)
        turn += 1
        writer.turn_to(turn)
        written[turn] = time.monotonic()
    return turn


def lines(found: Outcome) -> Iterator[str]:
    outcomes = found.total("outcomes")
    yield f"{found.seconds:.0f} s, {PROCESSES} processes of {THREADS} threads, {found.turns} changes of the world"
    yield f"  decisions            {outcomes.total():,} ({', '.join(f'{n:,} {name}' for name, n in outcomes.items())})"
    yield f"  contradictions       {found.contradictions} {dict(found.total('contradictions')) or ''}"
    yield f"  longest overlooked   {found.overlooked:.1f} s of a revocation that was written, at most {_BOUND:g}"
    yield f"  crashes              {len(found.crashes)} {', '.join(found.crashes)}"
    for number, first in enumerate(found.tallies[::THREADS], 1):
        denied = sum(name == "deny list" for name, _ in first.states)
        seen = f"{first.views} snapshots, {first.policies} policies, {denied} deny lists"
        yield f"  process {number}            {seen}, {len(first.states) - denied} CRLs"
        yield f"    turns behind       {', '.join(f'{name} {most}' for name, most in first.behind.items())}"
        yield f"    broken at the end  {', '.join(first.broken) or 'nothing'}"
        yield f"    memory             {_flatness(first.memory)}"


def _flatness(memory: list[float]) -> str:
    """Medians of the first and the last minute; thirds of what is shorter than three."""
    part = max(1, min(60, len(memory) // 3))
    first, last = median(memory[:part]), median(memory[-part:])
    flat = last <= first * 1.05 + 5
    return f"{first:.1f} MB at first, {last:.1f} MB at last, {max(memory):.1f} at most: {'flat' if flat else 'GROWS'}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--minutes", type=float, default=10.0)
    found = soak(60 * parser.parse_args().minutes)
    print("\n".join(lines(found)))
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main())
