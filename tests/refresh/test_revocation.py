"""Revocation that changes while the service runs: lists from files, folders and servers; trust bundles."""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from mtlsguard import ConfigError
from mtlsguard.decision import Allow, Deny
from mtlsguard.guard import Guard
from mtlsguard.loading import guard_from
from mtlsguard.reason import Reason
from mtlsguard.refresh import lists, sources
from mtlsguard.testing import Issued, Pki
from mtlsguard.testing.crls import Revoked
from tests.refresh.world import asked, configured, eventually, lets_in, pki, serving, write

LEAF_ONLY = '[revocation]\ncheck = "leaf"\n'
UNKNOWN = Deny(Reason.REVOCATION_UNKNOWN)
REVOKED = Deny(Reason.REVOKED)


@pytest.fixture
def ours() -> Pki:
    return pki()


def crl(ours: Pki, revoked: Any = (), issuer: Issued | None = None, **details: Any) -> bytes:
    return ours.crl(issuer, revoked, **details).public_bytes(Encoding.DER)


def pem(der: bytes) -> str:
    return f"-----BEGIN X509 CRL-----\n{b64encode(der).decode()}\n-----END X509 CRL-----\n"


def health(guard: Guard, source: str) -> Any:
    [found] = [one for one in guard.health() if one.source == source]
    return found


class Server:
    """Serves `content` under every path; None: an error."""

    def __init__(self) -> None:
        self.content: bytes | None = None
        self.asked = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked += 1
                content = server.content
                self.send_response(200 if content is not None else 500)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/list"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.close()


# files


def test_a_certificate_that_was_good_is_revoked_at_noon(tmp_path: Path, ours: Pki) -> None:
    client = ours.leaf()
    listed = write(tmp_path / "a.crl", crl(ours))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))
    assert lets_in(guard, client)
    assert asked(guard, client).remembered
    write(listed, crl(ours, [client], number=2))
    assert eventually(lambda: asked(guard, client) == REVOKED)
    assert health(guard, "crl").entries == 1


def test_what_is_remembered_is_asked_again_and_nothing_else(tmp_path: Path, ours: Pki) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    listed = write(tmp_path / "a.crl", crl(ours))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))
    before = asked(guard, good).identity
    assert lets_in(guard, bad)
    write(listed, crl(ours, [bad], number=2))
    assert eventually(lambda: asked(guard, bad) == REVOKED)
    assert asked(guard, good).identity is before


def test_every_certificate_below_the_anchor_is_asked_about(tmp_path: Path, ours: Pki) -> None:
    write(tmp_path / "leaves.crl", crl(ours))
    guard = serving(
        configured(tmp_path, ours, '[revocation]\ncrls = ["leaves.crl", "roots.crl"]\n'.replace(', "roots.crl"', ""))
    )
    assert asked(guard, ours.leaf()) == UNKNOWN
    write(tmp_path / "roots.crl", crl(ours, issuer=ours.root))
    configured(tmp_path, ours, '[revocation]\ncrls = ["leaves.crl", "roots.crl"]\n')
    assert eventually(lambda: lets_in(guard, ours.leaf()))
    write(tmp_path / "roots.crl", crl(ours, [ours.intermediate], issuer=ours.root, number=2))
    assert eventually(lambda: asked(guard, ours.leaf()) == REVOKED)


def test_a_folder_of_lists_in_pem_and_der(tmp_path: Path, ours: Pki) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    write(lists / "leaves.pem", "the list of today\n" + pem(crl(ours)))
    write(lists / "roots.crl", crl(ours, issuer=ours.root))
    guard = serving(configured(tmp_path, ours, '[revocation]\ncrls = ["lists"]\n'))
    assert lets_in(guard, ours.leaf())
    client = ours.leaf()
    write(lists / "newer.crl", crl(ours, [client], number=5))
    assert eventually(lambda: asked(guard, client) == REVOKED)


def test_of_files_with_ever_new_names_only_what_counts_is_kept(tmp_path: Path, ours: Pki) -> None:
    bad, folder = ours.leaf(), tmp_path / "lists"
    folder.mkdir()
    write(folder / "0.crl", crl(ours, [bad], issuer=ours.root))
    write(folder / "1.crl", crl(ours, number=1))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["lists"]\n'))
    (folder / "0.crl").unlink()
    for number in (2, 3):
        write(folder / f"{number}.crl", crl(ours, [bad], number=number))
        (folder / f"{number - 1}.crl").unlink()
        guard.reload()
        assert health(guard, "crl").entries == 2
    assert asked(guard, bad) == REVOKED
    (folder / "3.crl").unlink()
    guard.reload()
    assert health(guard, "crl").entries == 2
    assert asked(guard, bad) == REVOKED


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x30\x82"])
def test_a_broken_list_stops_the_start(tmp_path: Path, ours: Pki, content: bytes) -> None:
    write(tmp_path / "a.crl", content)
    with pytest.raises(ConfigError, match=r"revocation\.crls"):
        guard_from(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))


def test_a_list_that_breaks_or_goes_stays_in_use(tmp_path: Path, ours: Pki) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    listed = write(tmp_path / "a.crl", crl(ours, [bad]))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))
    for break_it in (lambda: listed.write_bytes(crl(ours)[:50]), listed.unlink):
        break_it()
        assert eventually(lambda: health(guard, "crl").last_error == "unusable")
        assert (lets_in(guard, good), asked(guard, bad)) == (True, REVOKED)


def test_an_older_list_does_not_take_the_place_of_a_newer_one(tmp_path: Path, ours: Pki) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    old = crl(ours, number=1)
    listed = write(tmp_path / "a.crl", old)
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))
    write(listed, crl(ours, [bad], number=2))
    assert eventually(lambda: asked(guard, bad) == REVOKED)
    write(listed, old)
    assert eventually(lambda: health(guard, "crl").last_error == "rollback")
    assert (lets_in(guard, good), asked(guard, bad)) == (True, REVOKED)
    write(listed, crl(ours, number=3))
    assert eventually(lambda: lets_in(guard, bad))
    assert eventually(lambda: health(guard, "crl").last_error == "")


def test_an_older_list_of_an_authority_that_clients_bring_takes_no_place_either(tmp_path: Path, ours: Pki) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    listed = write(tmp_path / "a.crl", crl(ours, [bad], number=2))
    path = configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n')
    write(path, path.read_text().replace('"nginx"', '"rfc9440"').replace('["intermediate.pem"]', "[]"))
    guard = serving(path)

    def found(client: Issued) -> Any:
        snapshot = guard.current
        written = snapshot.dialect.write(client.der, (ours.intermediate.der,))
        return snapshot.check(snapshot.names.connection("10.0.0.1", written), time.time())

    assert (found(bad), isinstance(found(good), Allow)) == (REVOKED, True)
    for number in (1, 0):
        write(listed, crl(ours, number=number))
        assert eventually(lambda: health(guard, "crl").last_error == "rollback")
        assert (found(bad), isinstance(found(good), Allow)) == (REVOKED, True)
    write(listed, crl(ours, number=3))
    assert eventually(lambda: isinstance(found(bad), Allow))
    assert health(guard, "crl").last_error == ""


def test_an_older_list_in_a_folder_keeps_no_newer_one_out(tmp_path: Path, ours: Pki) -> None:
    other, bad = ours.authority("Other", issuer=ours.root), ours.leaf()
    lists = tmp_path / "lists"
    lists.mkdir()
    path = configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["lists"]\n')
    write(tmp_path / "intermediate.pem", ours.intermediate.pem + other.pem)
    write(lists / "a.crl", crl(ours, [5], issuer=other, number=5))
    write(lists / "b.crl", crl(ours, number=1))
    guard = serving(path)
    write(lists / "a.crl", crl(ours, issuer=other, number=4))
    assert eventually(lambda: health(guard, "crl").last_error == "rollback")
    write(lists / "b.crl", crl(ours, [bad], number=2))
    assert eventually(lambda: asked(guard, bad) == REVOKED)
    write(lists / "b.crl", crl(ours, [bad, 7], number=3))
    assert eventually(lambda: health(guard, "crl").entries == 3)
    write(lists / "b.crl", crl(ours, [bad, 7, 8], number=4))
    assert eventually(lambda: health(guard, "crl").entries == 4)
    assert asked(guard, bad) == REVOKED


def test_an_older_list_in_a_file_keeps_no_newer_one_out(tmp_path: Path, ours: Pki) -> None:
    other = ours.authority("Other", issuer=ours.root)
    good, bad, worse = ours.leaf("good"), ours.leaf("bad"), ours.leaf("worse", issuer=other)
    path = configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["all.pem"]\n')
    write(tmp_path / "intermediate.pem", ours.intermediate.pem + other.pem)
    listed = write(tmp_path / "all.pem", pem(crl(ours, [worse], issuer=other, number=5)) + pem(crl(ours, number=1)))
    guard = serving(path)
    assert lets_in(guard, bad)
    write(listed, pem(crl(ours, issuer=other, number=4)) + pem(crl(ours, [bad], number=2)))
    assert eventually(lambda: asked(guard, bad) == REVOKED)
    assert (asked(guard, worse), lets_in(guard, good)) == (REVOKED, True)


def test_a_list_of_a_stranger_with_the_same_name_keeps_no_other_out(tmp_path: Path, ours: Pki) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    write(lists / "a.crl", crl(pki()))
    write(lists / "b.crl", crl(ours))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["lists"]\n'))
    assert health(guard, "crl").last_error == "signed-by-nobody-known"
    assert lets_in(guard, ours.leaf())


def test_what_a_list_with_the_same_number_says_against_somebody_is_heard(tmp_path: Path, ours: Pki) -> None:
    good, bad, worse = ours.leaf("good"), ours.leaf("bad"), ours.leaf("worse")
    listed = write(tmp_path / "a.crl", crl(ours, [bad], number=1))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))
    write(listed, crl(ours, [worse], number=1))
    assert eventually(lambda: health(guard, "crl").last_error == "contradiction")
    assert (asked(guard, bad), asked(guard, worse), lets_in(guard, good)) == (REVOKED, REVOKED, True)


def test_a_thread_that_is_slow_puts_no_older_deny_list_back(
    tmp_path: Path, ours: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thread has looked at the deny list, and then another publishes a newer one before it goes on."""
    bad = ours.leaf()
    denied = write(tmp_path / "denied", "# nobody yet\n")
    listed = write(tmp_path / "a.crl", crl(ours))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\ndenylist = "denied"\n'))
    assert lets_in(guard, bad)
    slow, written = threading.Event(), sources.DenyLists

    def made(lists: Any) -> Any:
        if threading.current_thread().name == "mtlsguard-lists":
            slow.set()
            time.sleep(2.0)
        return written(lists)

    monkeypatch.setattr(sources, "DenyLists", made)
    write(listed, crl(ours, number=2))
    assert slow.wait(20.0)
    write(denied, f"0x{bad.serial:x} CN=Example Intermediate,O=Example\n")
    assert eventually(lambda: asked(guard, bad) == REVOKED)
    time.sleep(2.0)
    assert asked(guard, bad) == REVOKED


def slow_lists(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Tells when a list is being read, and is told when that may end."""
    reading, go_on, lists_in = threading.Event(), threading.Event(), lists.lists_in

    def slow(octets: bytes, index: Any) -> Any:
        reading.set()
        go_on.wait(30.0)
        return lists_in(octets, index)

    monkeypatch.setattr(lists, "lists_in", slow)
    return reading, go_on


def test_a_long_list_keeps_nobody_from_looking_at_the_deny_list(
    tmp_path: Path, ours: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = ours.leaf()
    denied = write(tmp_path / "denied", "# nobody yet\n")
    listed = write(tmp_path / "a.crl", crl(ours))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\ndenylist = "denied"\n'))
    keeper: Any = guard.keeper
    reading, go_on = slow_lists(monkeypatch)
    write(listed, crl(ours, number=2))
    assert reading.wait(20.0)
    keeper.nudge()  # as SIGHUP does
    time.sleep(0.5)
    write(denied, f"0x{bad.serial:x} CN=Example Intermediate,O=Example\n")
    assert eventually(lambda: asked(guard, bad) == REVOKED, 10.0)
    go_on.set()


@pytest.mark.parametrize("other_sources", [False, True], ids=["the same sources", "other sources"])
def test_a_long_list_keeps_nobody_from_reading_the_deny_list_after_the_configuration(
    tmp_path: Path, ours: Pki, monkeypatch: pytest.MonkeyPatch, *, other_sources: bool
) -> None:
    bad = ours.leaf()
    denied = write(tmp_path / "denied", "# nobody yet\n")
    listed = write(tmp_path / "a.crl", crl(ours))
    text = f'{LEAF_ONLY}crls = ["a.crl"]\ndenylist = "denied"\n'
    guard = serving(configured(tmp_path, ours, text))
    reading, go_on = slow_lists(monkeypatch)
    write(listed, crl(ours, number=2))
    assert reading.wait(20.0)
    configured(tmp_path, ours, text + ('[validity]\nclock_skew = "50s"\n' if other_sources else "[cache]\nsize = 7\n"))
    try:
        assert other_sources or eventually(lambda: guard.current.policy.cache.size == 7, 10.0)
        time.sleep(1.0)
        write(denied, f"0x{bad.serial:x} CN=Example Intermediate,O=Example\n")
        assert eventually(lambda: asked(guard, bad) == REVOKED, 10.0)
    finally:
        go_on.set()
    assert eventually(lambda: guard.current.policy.validity.clock_skew == 50.0 or not other_sources)
    assert asked(guard, bad) == REVOKED


def test_a_decision_ends_with_the_list_it_rests_on(tmp_path: Path, ours: Pki) -> None:
    ends = ours.now + timedelta(seconds=30)
    write(tmp_path / "a.crl", crl(ours, next_update=ends))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))
    decision = asked(guard, ours.leaf())
    assert isinstance(decision, Allow)
    assert decision.valid_until == ends.timestamp()
    assert health(guard, "crl").fresh_until == ends.timestamp()


def test_on_unknown_is_a_rule_of_the_issuer(tmp_path: Path, ours: Pki) -> None:
    other = ours.authority("Other", issuer=ours.root)
    write(tmp_path / "a.crl", crl(ours, issuer=other))
    rule = '[[revocation.issuers]]\nissuer = "CN=Example Intermediate,O=Example"\non_unknown = "allow"\n'
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n{rule}'))
    assert lets_in(guard, ours.leaf())
    write(tmp_path / "intermediate.pem", other.pem)
    strangers = ours.authority("Third", issuer=ours.root)
    write(tmp_path / "intermediate.pem", strangers.pem)
    assert eventually(lambda: asked(guard, ours.leaf(issuer=strangers)) == UNKNOWN)


# servers


def test_a_list_from_a_server(tmp_path: Path, ours: Pki, server: Server) -> None:
    client = ours.leaf()
    server.content = crl(ours)
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["{server.url}"]\n'))
    assert eventually(lambda: lets_in(guard, client))
    server.content = crl(ours, [client], number=2)
    guard.reload()
    assert eventually(lambda: asked(guard, client) == REVOKED)


def test_a_server_that_is_down_at_the_start_leaves_it_to_the_rule_until_it_is_up(
    tmp_path: Path, ours: Pki, server: Server
) -> None:
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["{server.url}"]\n'))
    assert asked(guard, ours.leaf()) == UNKNOWN
    assert health(guard, "crl").last_error == "status"
    server.content = crl(ours)
    assert eventually(lambda: lets_in(guard, ours.leaf()))


def test_garbage_from_a_server_keeps_the_last_list(tmp_path: Path, ours: Pki, server: Server) -> None:
    bad = ours.leaf()
    server.content = crl(ours, [bad])
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["{server.url}"]\n'))
    server.content = b"<html>"
    guard.reload()
    assert eventually(lambda: health(guard, "crl").last_error == "unusable")
    assert asked(guard, bad) == REVOKED


def test_a_list_from_a_server_is_read_once_good_or_not(
    tmp_path: Path, ours: Pki, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, read, lists_in = ours.leaf(), [], lists.lists_in

    def counted(octets: bytes, index: Any) -> Any:
        read.append(octets)
        return lists_in(octets, index)

    monkeypatch.setattr(lists, "lists_in", counted)
    server.content = crl(ours, [bad])
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["{server.url}"]\n'))
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00")
    server.content = crl(ours, [Revoked(5, extensions=[(unknown, True)])], number=2)
    guard.reload()
    assert eventually(lambda: health(guard, "crl").last_error == "unusable")
    time.sleep(1.5)
    assert (asked(guard, bad), len(read)) == (REVOKED, 2)


def test_an_old_list_from_a_server_keeps_the_newer_one(tmp_path: Path, ours: Pki, server: Server) -> None:
    bad, old = ours.leaf(), crl(ours, number=1)
    server.content = crl(ours, [bad], number=2)
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["{server.url}"]\n'))
    server.content = old
    guard.reload()
    assert eventually(lambda: health(guard, "crl").last_error == "rollback")
    assert asked(guard, bad) == REVOKED


def test_a_configuration_that_changes_while_the_server_is_away_forgets_no_list(
    tmp_path: Path, ours: Pki, server: Server
) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    server.content = crl(ours, [bad])
    text = f'{LEAF_ONLY}crls = ["{server.url}"]\n'
    guard = serving(configured(tmp_path, ours, text))
    assert (asked(guard, bad), lets_in(guard, good)) == (REVOKED, True)
    server.content = None
    configured(tmp_path, ours, f'{text}[validity]\nclock_skew = "50s"\n')
    assert eventually(lambda: guard.current.policy.validity.clock_skew == 50.0)
    assert (asked(guard, bad), lets_in(guard, good)) == (REVOKED, True)


def test_a_configuration_that_changes_makes_no_older_list_the_newest(tmp_path: Path, ours: Pki) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    listed = write(tmp_path / "a.crl", crl(ours, [bad], number=2))
    text = f'{LEAF_ONLY}crls = ["a.crl"]\n'
    guard = serving(configured(tmp_path, ours, text))
    write(listed, crl(ours, number=1))
    assert eventually(lambda: health(guard, "crl").last_error == "rollback")
    configured(tmp_path, ours, f'{text}[validity]\nclock_skew = "50s"\n')
    assert eventually(lambda: guard.current.policy.validity.clock_skew == 50.0)
    assert (asked(guard, bad), lets_in(guard, good)) == (REVOKED, True)


def test_a_service_that_starts_while_the_server_is_away_goes_on_with_what_it_kept(
    tmp_path: Path, ours: Pki, server: Server
) -> None:
    server.content = crl(ours)
    text = f'{LEAF_ONLY}directory = "kept"\ncrls = ["{server.url}"]\n'
    assert lets_in(serving(configured(tmp_path, ours, text)), ours.leaf())
    assert eventually(lambda: any((tmp_path / "kept").iterdir()))
    server.content = None
    assert lets_in(serving(configured(tmp_path, ours, text)), ours.leaf())


def _faulty(ours: Pki) -> bytes:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00")
    return crl(ours, [Revoked(5, extensions=[(unknown, True)])], number=3)


@pytest.mark.parametrize(
    ("worse", "word"),
    [
        (_faulty, "unusable"),
        (lambda ours: crl(ours, number=3, signed_by=ours.leaf(fresh=True).key), "signed-by-nobody-known"),
        (lambda ours: crl(ours, number=1), "rollback"),
        (lambda ours: crl(ours, number=2), "contradiction"),
    ],
    ids=["faulty entries", "a stranger's", "an older one", "another of its number"],
)
def test_a_list_that_is_not_used_takes_no_place_of_one_that_is_kept(
    tmp_path: Path, ours: Pki, server: Server, worse: Any, word: str
) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    server.content = crl(ours, [bad], number=2)
    text = f'{LEAF_ONLY}directory = "kept"\ncrls = ["{server.url}"]\n'
    guard = serving(configured(tmp_path, ours, text))
    assert eventually(lambda: any((tmp_path / "kept").glob("fetched-*")))
    server.content = worse(ours)
    guard.reload()
    assert eventually(lambda: health(guard, "crl").last_error == word)
    time.sleep(0.3)
    server.content = None
    guard.keeper.close()
    again = serving(configured(tmp_path, ours, text))
    assert (asked(again, bad), lets_in(again, good)) == (REVOKED, True)


def test_a_newer_list_takes_the_place_of_one_that_is_kept(tmp_path: Path, ours: Pki, server: Server) -> None:
    """Though what came in between did not."""
    good, bad = ours.leaf("good"), ours.leaf("bad")
    server.content = crl(ours, number=2)
    text = f'{LEAF_ONLY}directory = "kept"\ncrls = ["{server.url}"]\n'
    guard = serving(configured(tmp_path, ours, text))
    assert eventually(lambda: any((tmp_path / "kept").glob("fetched-*")))
    [before] = [path.read_bytes() for path in (tmp_path / "kept").glob("fetched-*")]
    server.content = crl(ours, number=1)
    guard.reload()
    assert eventually(lambda: health(guard, "crl").last_error == "rollback")
    server.content = crl(ours, [bad], number=3)
    guard.reload()
    assert eventually(lambda: [path.read_bytes() for path in (tmp_path / "kept").glob("fetched-????*")] != [before])
    server.content = None
    guard.keeper.close()
    again = serving(configured(tmp_path, ours, text))
    assert (asked(again, bad), lets_in(again, good)) == (REVOKED, True)


def test_nothing_is_fetched_because_of_a_certificate(tmp_path: Path, ours: Pki, server: Server) -> None:
    where = x509.UniformResourceIdentifier(server.url)
    points = x509.CRLDistributionPoints([x509.DistributionPoint([where], None, None, None)])
    access = x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)])
    write(tmp_path / "a.crl", crl(ours))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))
    lets_in(guard, ours.leaf(extensions=[(points, False), (access, False)]))
    assert server.asked == 0


# SPIFFE


def bundle(*authorities: Issued, sequence: int = 1, refresh: int = 300) -> str:
    keys = [{"kty": "EC", "use": "x509-svid", "x5c": [b64encode(one.der).decode()]} for one in authorities]
    keys.append({"kty": "EC", "use": "jwt-svid", "kid": "other"})
    return json.dumps({"keys": keys, "spiffe_sequence": sequence, "spiffe_refresh_hint": refresh})


def federated(tmp_path: Path, **domains: str) -> Path:
    rows = "".join(
        f'[[trust.bundles]]\ntrust_domain = "{name}.test"\nsource = "{place}"\n' for name, place in domains.items()
    )
    text = f'[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.1"]\n{rows}'
    return write(tmp_path / "mtlsguard.toml", text)


def svid(of: Pki, name: str) -> Issued:
    return of.leaf(issuer=of.root, spiffe=f"spiffe://{name}")


def test_each_identity_only_under_the_keys_of_its_own_domain(tmp_path: Path) -> None:
    a, b = pki(), pki()
    write(tmp_path / "a.json", bundle(a.root))
    write(tmp_path / "b.json", bundle(b.root))
    guard = serving(federated(tmp_path, a="a.json", b="b.json"))
    assert lets_in(guard, svid(a, "a.test/x"))
    assert lets_in(guard, svid(b, "b.test/x"))
    for forged in (svid(a, "b.test/x"), svid(b, "a.test/x"), svid(a, "c.test/x")):
        assert not lets_in(guard, forged)


def test_a_domain_rotates_its_keys(tmp_path: Path) -> None:
    old, new = pki(), pki()
    write(tmp_path / "a.json", bundle(old.root))
    guard = serving(federated(tmp_path, a="a.json"))
    write(tmp_path / "a.json", bundle(old.root, new.root, sequence=2))
    assert eventually(lambda: lets_in(guard, svid(new, "a.test/x")))
    assert lets_in(guard, svid(old, "a.test/x"))
    write(tmp_path / "a.json", bundle(new.root, sequence=3))
    assert eventually(lambda: not lets_in(guard, svid(old, "a.test/x")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"keys": []}',
        '{"keys": [{"use": "x509-svid", "x5c": []}]}',
        '{"keys": 1}',
        '{"keys": [], "keys": []}',
    ],
)
def test_a_bundle_that_is_none_stops_the_start(tmp_path: Path, text: str) -> None:
    write(tmp_path / "a.json", text)
    with pytest.raises(ConfigError, match=r"trust\.bundles\[0\]\.source"):
        guard_from(federated(tmp_path, a="a.json"))


def test_a_bundle_that_breaks_keeps_the_last_good_one(tmp_path: Path) -> None:
    a = pki()
    write(tmp_path / "a.json", bundle(a.root))
    guard = serving(federated(tmp_path, a="a.json"))
    write(tmp_path / "a.json", bundle(a.root)[:-20])
    assert eventually(lambda: health(guard, "configuration").last_error == "ConfigError")
    assert lets_in(guard, svid(a, "a.test/x"))
