"""Asking responders beside the requests: what is asked, of whom, how often, and what a request sees of it."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from mtlsguard.certificate import distinguished_name
from mtlsguard.refresh.fetching import Fetched, Fetcher, FetchFault, FetchRules, Kind
from mtlsguard.refresh.responders import Asking, Responders
from mtlsguard.revocation.contract import Link, Status
from mtlsguard.revocation.ocsp import Nonce, OcspAnswers, OcspRules
from mtlsguard.revocation_policy import IssuerPolicy
from mtlsguard.testing import Issued, Pki
from mtlsguard.testing.ocsp import Single, answer, delegate
from tests.refresh.hostile import answering, http, serving
from tests.revocation.ocsp_world import NOON, NOW, candidate, leaf, link, pki

GOOD, REVOKED, UNKNOWN = Status.GOOD, Status.REVOKED, Status.UNKNOWN
FIRST, SECOND = "http://one.example/ocsp", "http://two.example/ocsp"
OURS = distinguished_name(pki().intermediate.certificate.subject)
DOWN = FetchFault(Kind.UNREACHABLE)

Desk = Callable[[bytes], Fetched | FetchFault]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class Desks:
    """Stands for the network: what each address answers, and what was asked there."""

    def __init__(self, **desks: Desk) -> None:
        self.desks = {FIRST: desks.get("first"), SECOND: desks.get("second")}
        self.asked: list[str] = []

    def within(self, seconds: float, most_octets: int) -> "Desks":
        self.bounds = seconds, most_octets
        return self

    def fetch(self, url: str, *, body: bytes, content_type: str) -> Fetched | FetchFault:
        assert content_type == "application/ocsp-request"
        self.asked.append(url)
        return self.desks[url](body)


def says(status: str, *, at: datetime = NOON, **details) -> Desk:
    """A responder that has the issuer's key."""

    def desk(body: bytes) -> Fetched:
        asked = ocsp.load_der_ocsp_request(body)
        nonce = {one.value.nonce for one in asked.extensions}
        single = Single(asked.serial_number, status, issuer=pki().intermediate)
        return Fetched(answer(pki().intermediate, [single], at=at, nonce=next(iter(nonce), None), **details))

    return desk


def fails(_: bytes) -> FetchFault:
    return DOWN


class World:
    """Responders over desks, with no thread but the test's own unless asked for."""

    def __init__(self, desks: Desks, *issuers: IssuerPolicy, rules: OcspRules | None = None, most: int = 100) -> None:
        self.clock, self.steady = Clock(), Clock()
        self.desks = desks
        self.changes = 0
        self.answers = OcspAnswers(1_000, writing=threading.Lock())
        entries = issuers or (IssuerPolicy(name=OURS, ocsp=(FIRST, SECOND)),)
        asking = Asking(workers=0, most=most, clock=self.clock, steady=self.steady, random=lambda: 0.0)
        self.responders = Responders(entries, rules or OcspRules(), desks, self.answers, asking)
        self.responders.start(self._change)

    def _change(self) -> None:
        self.changes += 1

    def later(self, seconds: float) -> None:
        self.clock.now += seconds
        self.steady.now += seconds

    def ask(self, about: Link | None = None) -> bool:
        """Asks, and lets the threads' work be done."""
        coming = self.responders.ask(about or link())
        self.responders._step()
        return coming

    def status(self, about: Link | None = None) -> Status:
        return self.answers.answer(about or link(), self.clock()).status

    def errors(self) -> list[str]:
        return [health.last_error for health in self.responders.health()[1:]]


def about(serial: int) -> Link:
    return Link(serial, link().issuer_name, link().issuer, False, None, None, link().not_after)


# ---- what a request sees


def test_what_is_missing_is_asked_for_and_then_known():
    world = World(Desks(first=says("good")))
    assert [world.status(), world.ask(), world.status()] == [UNKNOWN, True, GOOD]


def test_what_is_known_is_not_asked_for():
    world = World(Desks(first=says("good")))
    world.ask()
    assert [world.ask(), world.desks.asked] == [False, [FIRST]]


def test_two_requests_about_one_certificate_ask_once():
    world = World(Desks(first=says("good")))
    assert [world.responders.ask(link()), world.responders.ask(link())] == [True, True]
    world.responders._step()
    assert world.desks.asked == [FIRST]


def test_questions_beyond_the_bound_are_dropped_and_counted():
    world = World(Desks(first=says("good")), most=2)
    assert [world.responders.ask(about(serial)) for serial in (1, 2, 3)] == [True, True, False]
    assert world.responders.dropped == 1


def test_waiting_ends_when_the_answer_is_there():
    asked, may = threading.Event(), threading.Event()

    def slow(body: bytes) -> Fetched:
        asked.set()
        assert may.wait(30)
        return says("good")(body)

    with threads(Desks(first=slow)) as (responders, answers):
        responders.ask(link())
        assert asked.wait(30)
        waiter = threading.Thread(target=responders.wait, args=(link(), 30))
        waiter.start()
        may.set()
        waiter.join(30)
        assert answers.answer(link(), NOW).status is GOOD


def test_waiting_ends_when_the_time_is_over():
    may = threading.Event()
    with threads(Desks(first=lambda body: may.wait(30) and fails(body))) as (responders, _):
        responders.ask(link())
        assert not responders.wait(link(), 0.01)
        may.set()


def test_waiting_ends_when_nobody_can_answer():
    with threads(Desks(first=fails, second=fails)) as (responders, _):
        responders.ask(link())
        assert not responders.wait(link(), 30)


def test_nobody_waits_for_what_nobody_asked():
    assert not World(Desks()).responders.wait(link(), 30)


def test_whoever_waits_is_let_go_when_all_ends():
    asked, may = threading.Event(), threading.Event()

    def slow(body: bytes) -> FetchFault:
        asked.set()
        may.wait(30)
        return fails(body)

    with threads(Desks(first=slow, second=fails)) as (responders, _):
        responders.ask(link())
        assert asked.wait(30)
        waiter = threading.Thread(target=responders.wait, args=(link(), 30))
        waiter.start()
        responders.close()
        waiter.join(30)
        assert not waiter.is_alive()
        may.set()


def test_after_the_end_nothing_is_asked_until_the_next_start():
    world = World(Desks(first=says("good")))
    world.responders.close()
    assert not world.ask()
    world.responders.start(lambda: None)
    assert world.ask()


@contextmanager
def threads(desks: Desks, workers: int = 2) -> Iterator[tuple[Responders, OcspAnswers]]:
    """With threads of their own."""
    answers = OcspAnswers(1_000, writing=threading.Lock())
    entries = (IssuerPolicy(name=OURS, ocsp=(FIRST, SECOND)),)
    responders = Responders(entries, OcspRules(), desks, answers, Asking(workers=workers, clock=lambda: NOW))
    try:
        yield responders, answers
    finally:
        responders.close()


def test_no_thread_begins_before_the_first_question():
    with threads(Desks(first=says("good"))) as (responders, _):
        assert responders._loops == []


def test_where_no_thread_can_be_started_the_next_question_tries_again(monkeypatch: pytest.MonkeyPatch):
    def failing(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with threads(Desks(first=says("good"))) as (responders, answers):
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", failing)
            assert not responders.ask(link())
        assert responders.health()[0].last_error == "RuntimeError"
        assert responders.ask(link())
        assert responders.wait(link(), 30)
        assert answers.answer(link(), NOW).status is GOOD


def test_many_requests_at_once_ask_about_each_certificate_once():
    seen = []
    with threads(
        Desks(
            first=lambda body: (seen.append(ocsp.load_der_ocsp_request(body).serial_number), fails(body))[1],
            second=fails,
        )
    ) as (responders, _):
        links = [about(serial) for serial in range(1, 51)]
        crowd = [threading.Thread(target=lambda: [responders.ask(one) for one in links]) for _ in range(8)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join(30)
        for one in links:
            responders.wait(one, 30)
    assert len(seen) == len(set(seen))


def asked_in_child(responders: Responders) -> bool:
    try:
        responders.after_fork()
        responders.ask(about(7))
        return responders.wait(about(7), 10)
    except BaseException:  # noqa: BLE001 - nothing of the test runner may run twice
        return False


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the very thing that is tried
def test_a_child_of_a_fork_asks_with_threads_of_its_own():
    with threads(Desks(first=says("good"))) as (responders, answers):
        responders.ask(link())
        responders.wait(link(), 30)
        with answers._writing:  # as a thread of the parent may hold it
            child = os.fork()
            if child == 0:  # pragma: no cover - the child's own process
                os._exit(0 if asked_in_child(responders) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# ---- whether decisions may be wrong


@pytest.mark.parametrize(("status", "changes"), [("good", 0), ("revoked", 1), ("unknown", 1)])
def test_what_may_make_allowances_wrong_is_told(status, changes):
    world = World(Desks(first=says(status), second=says(status)))
    world.ask()
    assert world.changes == changes


# ---- again, before it ends


def test_an_answer_is_asked_for_again_before_it_ends():
    world = World(Desks(first=says("good")))
    world.ask()
    world.later(2_000)
    world.desks.desks[FIRST] = says("revoked", at=NOON + timedelta(seconds=2_000))
    world.responders._step()
    assert [world.status(), world.changes] == [REVOKED, 1]


def test_a_responder_that_is_down_leaves_the_last_answer_until_its_end():
    world = World(Desks(first=says("good"), second=fails))
    world.ask()
    world.desks.desks[FIRST] = fails
    world.later(2_000)
    world.responders._step()
    first = world.status()
    world.later(1_600)
    assert [first, world.status()] == [GOOD, UNKNOWN]


def test_an_old_answer_that_is_replayed_does_not_make_a_revoked_certificate_good():
    world = World(Desks(first=says("revoked")))
    world.ask()
    world.status()
    world.later(2_000)
    world.desks.desks[FIRST] = says("good", at=NOON - timedelta(seconds=30))
    world.responders._step()
    assert [len(world.desks.asked), world.status()] == [2, REVOKED]


def test_what_is_asked_again_leaves_room_for_what_is_new():
    world = World(Desks(first=says("good"), second=fails), most=10)
    for serial in range(1, 11):
        world.ask(about(serial))
    world.later(2_000)
    world.responders._ask_again()
    assert [world.responders.ask(about(serial)) for serial in range(100, 107)] == [True] * 5 + [False] * 2


# ---- whom


def test_the_next_responder_is_asked_when_the_first_does_not_answer():
    world = World(Desks(first=fails, second=says("good")))
    world.ask()
    assert [world.desks.asked, world.status()] == [[FIRST, SECOND], GOOD]


def test_a_clock_that_is_set_back_makes_no_pause_longer():
    world = World(Desks(first=fails), IssuerPolicy(name=OURS, ocsp=(FIRST,)))
    world.ask()
    world.clock.now -= 86_400.0
    world.desks.desks[FIRST] = says("good", at=NOON - timedelta(days=1))
    world.later(2.0)
    world.ask()
    assert [world.desks.asked, world.status()] == [[FIRST, FIRST], GOOD]


def test_a_clock_that_is_set_ahead_makes_no_pause_shorter():
    world = World(Desks(first=fails), IssuerPolicy(name=OURS, ocsp=(FIRST,)))
    world.ask()
    world.clock.now += 86_400.0
    world.ask()
    assert world.desks.asked == [FIRST]


def test_what_is_held_is_asked_about_again_in_time_though_the_clock_was_set_back():
    world = World(Desks(first=says("good", at=NOON)), IssuerPolicy(name=OURS, ocsp=(FIRST,)))
    world.ask()
    world.clock.now -= 86_400.0
    world.later(2.0)
    world.responders._step()
    assert world.desks.asked == [FIRST, FIRST]


def test_the_next_responder_is_asked_when_the_first_does_not_know():
    world = World(Desks(first=says("unknown"), second=says("revoked")))
    world.ask()
    assert world.status() is REVOKED


def test_not_to_know_counts_only_where_all_say_so():
    world = World(Desks(first=says("good"), second=fails))
    world.ask()
    world.desks.desks[FIRST] = says("unknown", at=NOON + timedelta(seconds=2_000))
    world.later(2_000)
    world.responders._step()
    assert [world.desks.asked, world.status()] == [[FIRST, FIRST, SECOND], GOOD]


def test_not_to_know_does_not_count_while_another_is_left_alone():
    world = World(Desks(first=says("good"), second=fails))
    world.ask()
    world.desks.desks[FIRST] = says("unknown", at=NOON + timedelta(seconds=2_000))
    world.responders._directory._by_url[SECOND].failed("unreachable", NOW + 2_000)
    world.later(2_000)
    world.responders._step()
    assert [world.desks.asked, world.status()] == [[FIRST, FIRST], GOOD]


def test_an_answer_that_does_not_count_is_none():
    world = World(Desks(first=says("good", signed_by=leaf().key), second=says("good")))
    world.ask()
    assert [world.desks.asked, world.status(), world.errors()] == [[FIRST, SECOND], GOOD, ["wrong-signature", ""]]


@pytest.mark.parametrize(
    "entry",
    [
        IssuerPolicy(key=bytes.fromhex("00" * 32), ocsp=(FIRST,)),
        IssuerPolicy(name=distinguished_name(pki().root.certificate.subject), ocsp=(FIRST,)),
        IssuerPolicy(name=OURS),
    ],
    ids=["another key", "another name", "no responder"],
)
def test_a_responder_is_asked_about_its_issuers_certificates_only(entry):
    world = World(Desks(first=says("good")), entry)
    assert [world.ask(), world.desks.asked] == [False, []]


def test_an_issuer_may_be_named_by_its_key():
    key = x509_key_digest(pki().intermediate)
    world = World(Desks(first=says("good")), IssuerPolicy(key=key, ocsp=(FIRST,)))
    world.ask()
    assert world.status() is GOOD


def x509_key_digest(issued: Issued) -> bytes:
    from hashlib import sha256

    return sha256(candidate(issued).spki).digest()


def test_a_certificate_without_issuer_is_not_asked_about():
    world = World(Desks(first=says("good")))
    lonely = Link(7, link().issuer_name, None, False, None, None, 0)
    assert [world.ask(lonely), world.responders.wait(lonely, 30), world.desks.asked] == [False, False, []]


# ---- what a certificate names


def access(
    *urls: str, method: x509.ObjectIdentifier = AuthorityInformationAccessOID.OCSP
) -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(method, x509.UniformResourceIdentifier(url)) for url in urls]
    )


def naming(*urls: str, **rest) -> Link:
    return link(pki().leaf(extensions=[(access(*urls, **rest), False)]))


def test_a_responder_that_a_certificate_names_is_asked_where_its_origin_is_on_the_list():
    world = World(Desks(first=says("good")), IssuerPolicy(name=OURS, aia=frozenset({"http://one.example"})))
    named = naming(FIRST)
    world.ask(named)
    assert world.status(named) is GOOD


@pytest.mark.parametrize(
    "url",
    [
        "http://two.example/ocsp",
        "https://one.example/ocsp",
        "http://one.example:8080/ocsp",
        "http://one.example.evil.example/ocsp",
        "http://one.example@two.example/ocsp",
        "http://sub.one.example/ocsp",
        "file:///etc/passwd",
        "ldap://one.example/",
        "http://one.example\\@two.example/",
        "",
    ],
    ids=repr,
)
def test_a_responder_whose_origin_is_not_on_the_list_is_not_asked(url):
    world = World(Desks(first=says("good")), IssuerPolicy(name=OURS, aia=frozenset({"http://one.example"})))
    assert [world.ask(naming(url)), world.desks.asked] == [False, []]


def test_the_list_of_one_issuer_does_not_open_anything_for_another():
    other = IssuerPolicy(name=distinguished_name(pki().root.certificate.subject), aia=frozenset({"http://one.example"}))
    world = World(Desks(first=says("good")), IssuerPolicy(name=OURS, ocsp=(SECOND,)), other)
    world.desks.desks[SECOND] = fails
    world.ask(naming(FIRST))
    assert world.desks.asked == [SECOND]


def test_each_issuer_has_a_list_of_its_own():
    root = distinguished_name(pki().root.certificate.subject)
    theirs = IssuerPolicy(name=root, aia=frozenset({"http://one.example"}))
    ours = IssuerPolicy(name=OURS, aia=frozenset({"http://two.example"}))
    assert not World(Desks(first=says("good")), ours, theirs).ask(naming(FIRST))


def test_where_an_issuers_certificates_lie_is_no_responder():
    issuers = AuthorityInformationAccessOID.CA_ISSUERS
    world = World(Desks(first=says("good")), IssuerPolicy(name=OURS, aia=frozenset({"http://one.example"})))
    assert not world.ask(naming(FIRST, method=issuers))


def test_no_connection_is_opened_because_of_what_a_certificate_says():
    with answering(http(body=b"x")) as server:
        points = x509.CRLDistributionPoints(
            [x509.DistributionPoint([x509.UniformResourceIdentifier(server.url("/crl"))], None, None, None)]
        )
        every = x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(method, x509.UniformResourceIdentifier(server.url("/named")))
                for method in (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
            ]
        )
        named = link(pki().leaf(extensions=[(every, False), (points, False)]))
        down = IssuerPolicy(name=OURS, ocsp=("http://127.0.0.1:1/",), aia=frozenset({"http://127.0.0.1:1"}))
        world = World(Fetcher(FetchRules(deadline=5)), down)
        assert world.ask(named)
        assert [world.status(named), server.connections] == [UNKNOWN, 0]


def test_a_responder_cannot_send_the_question_elsewhere():
    with answering(http(body=b"x")) as other:
        with answering(http("302 Found", Location=other.url())) as server:
            world = World(Fetcher(FetchRules(deadline=5)), IssuerPolicy(name=OURS, ocsp=(server.url(),)))
            world.ask()
        assert [other.connections, world.errors()] == [0, ["redirected"]]


# ---- failures


def test_a_responder_that_is_down_is_left_alone_for_longer_each_time():
    world = World(Desks(first=fails), IssuerPolicy(name=OURS, ocsp=(FIRST,)))
    pauses = []
    for serial in range(1, 9):
        asked = len(world.desks.asked)
        waited = 0
        while len(world.desks.asked) == asked:
            world.ask(about(serial))
            world.later(1)
            waited += 1
        pauses.append(waited)
    assert pauses == [1, 1, 2, 4, 8, 16, 32, 60]


def test_while_all_responders_are_left_alone_no_request_waits():
    world = World(Desks(first=fails, second=fails))
    world.ask(about(1))
    assert not world.ask(about(2))


def test_a_responder_that_refuses_one_certificate_is_asked_about_others():
    refusal = Fetched(answer(pki().intermediate, [], at=NOON, status=6))
    world = World(Desks(first=lambda body: refusal), IssuerPolicy(name=OURS, ocsp=(FIRST,)))
    assert [world.ask(about(1)), world.ask(about(1)), world.ask(about(2))] == [True, False, True]


@pytest.mark.parametrize(
    ("desk", "error"),
    [
        (fails, "unreachable"),
        (lambda body: FetchFault(Kind.DEADLINE), "deadline"),
        (lambda body: FetchFault(Kind.STATUS, 500), "status"),
        (lambda body: Fetched(b"<html>"), "malformed"),
        (lambda body: Fetched(answer(pki().intermediate, [], at=NOON, status=3)), "try-later"),
        (lambda body: Fetched(answer(pki().intermediate, [], at=NOON, status=6)), "refused"),
        (says("good", at=NOON - timedelta(days=9)), "stale"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_operator_sees_why(desk, error):
    world = World(Desks(first=desk), IssuerPolicy(name=OURS, ocsp=(FIRST,)))
    world.ask()
    assert [world.errors(), world.status()] == [[error], UNKNOWN]


def test_an_operator_sees_how_it_is():
    world = World(Desks(first=fails, second=says("good")))
    world.ask()
    held, first, second = world.responders.health()
    assert (held.name, held.entries) == ("ocsp-answers", 1)
    assert (first.name, first.last_success, first.last_error) == ("ocsp-1", None, "unreachable")
    assert (second.name, second.last_success, second.last_error) == ("ocsp-2", NOW, "")


def test_a_nonce_that_is_not_required_may_be_missing_and_a_wrong_one_may_not():
    outcomes = []
    for nonce in (None, b"another"):
        response = Fetched(answer(pki().intermediate, [Single(link().serial)], at=NOON, nonce=nonce))
        world = World(Desks(first=lambda body, response=response: response), IssuerPolicy(name=OURS, ocsp=(FIRST,)))
        world.ask()
        outcomes.append((world.status(), world.errors()))
    assert outcomes == [(GOOD, [""]), (UNKNOWN, ["wrong-nonce"])]


def test_every_question_has_a_nonce_of_its_own():
    nonces = set()

    def desk(body: bytes) -> Fetched:
        nonces.update(one.value.nonce for one in ocsp.load_der_ocsp_request(body).extensions)
        return says("good")(body)

    world = World(Desks(first=desk))
    for serial in range(1, 6):
        world.ask(about(serial))
    assert [len(nonces), {len(nonce) for nonce in nonces}] == [5, {32}]


def test_no_nonce_is_sent_where_they_are_off():
    sent = []

    def desk(body: bytes) -> FetchFault:
        sent.append(list(ocsp.load_der_ocsp_request(body).extensions))
        return DOWN

    World(Desks(first=desk, second=desk), rules=OcspRules(nonce=Nonce.OFF)).ask()
    assert sent == [[], []]


def test_nothing_secret_is_printed_about_what_goes_on(caplog):
    world = World(Desks(first=fails, second=says("good")))
    world.ask()
    world.later(2_000)
    world.desks.desks[SECOND] = fails
    world.responders._step()
    printed = caplog.text + repr(world.responders.health())
    assert caplog.records
    assert not [secret for secret in (str(link().serial), "Example", "one.example") if secret in printed]


# ---- the responder of openssl

PRESENT = Pki()


@contextmanager
def openssl(folder: Path, signer: Issued, *options: str, listed: dict[Issued, str]) -> Iterator[str]:
    """The address of a real responder that knows these certificates as "V" (valid) or "R" (revoked)."""
    (folder / "ca.pem").write_text(PRESENT.intermediate.pem)
    signer.write(folder, "signer")
    lines = [
        "\t".join(
            [state, "351231235959Z", "250101000000Z" * (state == "R"), hexadecimal(one.serial), "unknown", "/CN=x\n"]
        )
        for one, state in listed.items()
    ]
    (folder / "index.txt").write_text("".join(lines))
    files = ["-index", "index.txt", "-CA", "ca.pem", "-rsigner", "signer.pem", "-rkey", "signer.key"]
    with subprocess.Popen(
        ["openssl", "ocsp", "-port", "0", *files, *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            # A connection that only looks whether it is open would confuse this responder: it says so itself.
            accepting = process.stdout.readline().decode()
            port = re.search(r":(\d+) PID", accepting)[1]
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def hexadecimal(serial: int) -> str:
    digits = f"{serial:X}"
    return digits if len(digits) % 2 == 0 else "0" + digits


def really(url: str, what: Issued, rules: OcspRules | None = None) -> tuple[Status, list[str]]:
    """What a real exchange yields, and the errors noted."""
    answers = OcspAnswers(10, writing=threading.Lock())
    entry = IssuerPolicy(name=distinguished_name(PRESENT.intermediate.certificate.subject), ocsp=(url,))
    required = rules or OcspRules(nonce=Nonce.REQUIRED)
    responders = Responders((entry,), required, Fetcher(FetchRules(deadline=30)), answers)
    try:
        assert responders.ask(link(what))
        responders.wait(link(what), 60)
    finally:
        responders.close()
    return answers.answer(link(what), time.time()).status, [one.last_error for one in responders.health()[1:]]


@pytest.mark.parametrize("by", ["issuer", "delegate"])
def test_openssl_says_good_revoked_and_unknown(tmp_path, by):
    signer = PRESENT.intermediate if by == "issuer" else delegate(PRESENT)
    good, revoked, unknown = PRESENT.leaf(), PRESENT.leaf(), PRESENT.leaf()
    with openssl(tmp_path, signer, "-nmin", "5", listed={good: "V", revoked: "R"}) as url:
        found = [really(url, one) for one in (good, revoked, unknown)]
    assert found == [(GOOD, [""]), (REVOKED, [""]), (UNKNOWN, [""])]


@pytest.mark.parametrize(
    ("signer", "error"),
    [
        (lambda: PRESENT.root, "unauthorised"),
        (lambda: delegate(PRESENT, issuer=PRESENT.root), "unauthorised"),
        (PRESENT.leaf, "unauthorised"),
        (lambda: delegate(PRESENT, extensions=[]), "delegate-undetermined"),
        (
            lambda: delegate(
                PRESENT,
                extended_key_usage=[ExtendedKeyUsageOID.OCSP_SIGNING],
                not_before=datetime.now(UTC) - timedelta(days=9),
                not_after=datetime.now(UTC) - timedelta(days=1),
            ),
            "delegate-expired",
        ),
    ],
    ids=["root", "root's delegate", "client", "without nocheck", "expired"],
)
def test_openssl_with_a_signer_that_may_not_is_not_believed(tmp_path, signer, error):
    good = PRESENT.leaf()
    with openssl(tmp_path, signer(), listed={good: "V"}) as url:
        assert really(url, good) == (UNKNOWN, [error])


def test_a_responder_that_sends_without_end_is_cut_off():
    def behave(server, line) -> None:
        server.read(line)
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.ended.is_set():
            line.sendall(b"x" * 4_096)

    with serving(behave) as server:
        world = World(
            Fetcher(FetchRules(deadline=30, most_octets=2**40)), IssuerPolicy(name=OURS, ocsp=(server.url(),))
        )
        world.ask()
        assert world.errors() == ["oversized"]


def test_a_drip_of_a_responder_ends_at_the_deadline():
    def behave(server, line) -> None:
        server.read(line)
        while not server.ended.wait(0.02):
            line.sendall(b"H")

    with serving(behave) as server:
        world = World(Fetcher(FetchRules(deadline=0.3)), IssuerPolicy(name=OURS, ocsp=(server.url(),)))
        world.ask()
        assert world.errors() == ["deadline"]
