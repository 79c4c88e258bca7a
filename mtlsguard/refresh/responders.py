"""EDGE: asks OCSP responders, beside the requests.

A request only leaves a note of what it misses, or waits as long as the operator allows. A few threads ask, remember
what is proven, and ask again before it ends.
"""

import math
import random as chance
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from mtlsguard.health import SourceHealth
from mtlsguard.refresh.backoff import Backoff
from mtlsguard.refresh.directory import Directory, Responder
from mtlsguard.refresh.fetching import Fetched, Fetcher, FetchFault
from mtlsguard.refresh.loop import Loop
from mtlsguard.revocation.contract import Link, Status
from mtlsguard.revocation.ocsp import (
    NONCE_OCTETS,
    Fault,
    Nonce,
    OcspAnswer,
    OcspAnswers,
    OcspRules,
    key_of,
    read,
    request,
)
from mtlsguard.revocation.ocsp.answers import Key
from mtlsguard.revocation.ocsp.rules import MAX_ANSWER
from mtlsguard.revocation_policy import IssuerPolicy

_CONTENT_TYPE = "application/ocsp-request"  # RFC 6960 appendix A.1
_SECONDS = 10.0  # for one answer: while a responder hangs, a thread of ours does
_PERIOD = 1.0  # seconds between two looks at what is due
_AGAIN = Backoff(first=1.0, most=30.0)  # about one certificate
_MOST_RESTING = 4_096
# Faults of the responder as a whole; all others may be about one certificate only.
_OUT_OF_ORDER = {Fault.TRY_LATER, Fault.MALFORMED, Fault.OVERSIZED}


@dataclass(frozen=True, slots=True)
class Asking:
    """`workers` threads; at most `most` certificates wait for them, and what comes beyond is dropped and counted. Half
    of that room is kept from what is asked again, for what is asked anew. `clock` is POSIX time; `steady`,
    which nobody sets, is that of pauses."""

    workers: int = 2
    most: int = 1_024
    clock: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    random: Callable[[], float] = chance.random


@dataclass(slots=True, eq=False)
class _Question:
    key: Key
    link: Link = field(repr=False)
    done: threading.Event = field(default_factory=threading.Event)


class Responders:
    """Of one guard. Thread-safe."""

    _lock: threading.Lock
    _pending: dict[Key | None, _Question]
    _waiting: deque[_Question]
    _loops: list[Loop]

    def __init__(
        self,
        issuers: tuple[IssuerPolicy, ...],
        rules: OcspRules,
        fetcher: Fetcher,
        answers: OcspAnswers,
        asking: Asking | None = None,
    ) -> None:
        self._rules = rules
        self._fetcher = fetcher.within(_SECONDS, MAX_ANSWER)
        self._answers = answers
        self._asking = asking or Asking()
        self._clock, self._steady, self._random = self._asking.clock, self._asking.steady, self._asking.random
        self._directory = Directory(issuers, self._clock, self._random)
        self._resting: dict[Key, tuple[int, float]] = {}
        self._changed: Callable[[], None] = lambda: None
        self._looked = -math.inf
        self._bugs = ""
        self._closed = False
        self.dropped = 0
        self._reset()

    def ask(self, link: Link) -> bool:
        """Never blocks. True: an answer that is not there yet may come."""
        now = self._clock()
        if not self._answers.missing(link, now):
            return False
        return self._enqueue(link, self._asking.most)

    def wait(self, link: Link, seconds: float) -> bool:
        """Blocks the calling thread until the question is settled, `seconds` at most. Is there an answer now?"""
        question = self._pending.get(key_of(link))
        if question is not None:
            question.done.wait(seconds)
        return link.issuer is not None and not self._answers.missing(link, self._clock())

    def start(self, changed: Callable[[], None]) -> None:
        """In each process that serves, and again after `close`; threads begin with the first question. `changed` is
        called, by one of them, when allowances may be wrong by what was just learnt."""
        self._changed = changed
        self._closed = False

    def close(self) -> None:
        """Nothing new is asked; a question that is on its way ends at its deadline. Whoever waits is let go."""
        with self._lock:
            self._closed = True
            loops, questions = self._loops, list(self._pending.values())
            self._pending, self._waiting, self._loops = {}, deque(), []
        for loop in loops:
            loop.close()
        for question in questions:
            question.done.set()

    def after_fork(self) -> None:
        """In the child: the parent's threads are not there, and what they held stays held."""
        self._answers.write_under(threading.Lock())
        self._reset()

    def health(self) -> tuple[SourceHealth, ...]:
        """The memory, then each responder."""
        held = SourceHealth("ocsp", "ocsp-answers", entries=len(self._answers), last_error=self._bugs)
        return (held, *self._directory.health())

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._pending, self._waiting, self._loops = {}, deque(), []

    def _enqueue(self, link: Link, most: int) -> bool:
        key, now = key_of(link), self._steady()
        if key is None or self._resting.get(key, (0, 0.0))[1] > now:
            return False
        if not any(responder.rests_until <= now for responder, _ in self._directory.responders(link)):
            return False
        with self._lock:
            if self._closed:
                return False
            if key in self._pending:
                return True
            if len(self._pending) >= most:
                self.dropped += most == self._asking.most
                return False
            if not self._begin():
                return False
            self._pending[key] = question = _Question(key, link)
            self._waiting.append(question)
            for loop in self._loops:
                loop.nudge()
        return True

    def _begin(self) -> bool:
        """False: nobody could be made to ask. The next question tries again."""
        while len(self._loops) < self._asking.workers:
            loop = Loop("ocsp", _PERIOD, self._step, self._failed)
            try:
                loop.start()
            except RuntimeError as error:
                self._failed(type(error).__name__)
                return bool(self._loops)
            self._loops.append(loop)
        return True

    def _step(self) -> None:
        while (question := self._next()) is not None:
            try:
                self._settle(question)
            finally:
                with self._lock:
                    if self._pending.get(question.key) is question:
                        del self._pending[question.key]
                question.done.set()

    def _next(self) -> _Question | None:
        self._ask_again()
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _ask_again(self) -> None:
        """About whose answer ends soon. What finds no room now is still due at the next look."""
        now = self._steady()
        if now - self._looked < _PERIOD:
            return
        self._looked = now
        for link in self._answers.due(self._clock()):
            self._enqueue(link, self._asking.most // 2)

    def _failed(self, error: str) -> None:
        self._bugs = error

    def _settle(self, question: _Question) -> None:
        """The first answer that says good or revoked; unknown only where all who were asked say so."""
        link, unknown, failed = question.link, None, False
        for responder, url in self._directory.responders(link):
            if responder.rests_until > self._steady():
                failed = True
                continue
            found = self._asked(responder, url, link)
            if found is None:
                failed = True
            elif found.status is Status.UNKNOWN:
                unknown = found
            else:
                self._learn(question, found)
                return
        if unknown is not None and not failed:
            self._learn(question, unknown)
        else:
            self._rest(question.key)

    def _asked(self, responder: Responder, url: str, link: Link) -> OcspAnswer | None:
        nonce = None if self._rules.nonce is Nonce.OFF else secrets.token_bytes(NONCE_OCTETS)
        body = request(link, nonce, self._rules.cert_id)
        if isinstance(body, Fault):
            return None
        sent = self._fetcher.fetch(url, body=body, content_type=_CONTENT_TYPE)
        now = self._clock()
        if not isinstance(sent, Fetched):
            responder.failed(sent.kind.value if isinstance(sent, FetchFault) else "not-modified", self._steady())
            return None
        found = read(sent.octets, link, now, self._rules, nonce)
        if isinstance(found, OcspAnswer):
            responder.good()
            return found
        if found in _OUT_OF_ORDER:
            responder.failed(found.value, self._steady())
        else:
            responder.bad(found.value)
        return None

    def _learn(self, question: _Question, answer: OcspAnswer) -> None:
        self._resting.pop(question.key, None)
        if self._answers.put(question.link, answer, self._clock(), self._random()):
            self._changed()

    def _rest(self, key: Key) -> None:
        """Nobody could say anything about it: it is left alone for a while, each time for longer."""
        with self._lock:
            failures = self._resting.pop(key, (0, 0.0))[0] + 1
            if len(self._resting) >= _MOST_RESTING:
                del self._resting[next(iter(self._resting))]
            self._resting[key] = failures, self._steady() + _AGAIN.pause(failures, self._random)
