"""Fetching from servers that are down, slow, broken or hostile: a value each time, and in time."""

import gzip
import socket
import subprocess
import sys
import threading
from itertools import count

import pytest

from mtlsguard.refresh import connecting
from mtlsguard.refresh.fetching import (
    Addresses,
    Fetched,
    Fetcher,
    FetchFault,
    FetchRules,
    Kind,
    NotModified,
    Validators,
)
from mtlsguard.testing import Pki
from tests.refresh.hostile import Hostile, answering, http, server_context, serving

SHORT = FetchRules(deadline=0.3)
PATIENT = FetchRules(deadline=30)


def fetch(server: Hostile, path: str = "/list", *, rules: FetchRules = PATIENT, **rest):
    return Fetcher(rules).fetch(server.url(path), **rest)


def kind(found: object) -> Kind:
    assert isinstance(found, FetchFault)
    return found.kind


def outcome(*answers: bytes, rules: FetchRules = PATIENT, **rest):
    with answering(*answers) as server:
        return fetch(server, rules=rules, **rest)


# ---- what goes well


def test_what_a_server_sends_is_fetched_as_it_is():
    assert outcome(http(body=b"a list")) == Fetched(b"a list")


def test_a_body_in_chunks_is_put_together():
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na l\r\n3\r\nist\r\n0\r\n\r\n"
    assert outcome(chunked) == Fetched(b"a list")


def test_a_body_may_end_with_the_connection():
    assert outcome(http(body=b"a list", Content_Length="none")) == Fetched(b"a list")


def test_a_body_is_posted_with_its_type():
    with answering(http(body=b"an answer")) as server:
        fetch(server, body=b"a question", content_type="application/ocsp-request")
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /list HTTP/1.1\r\n")
    assert b"\r\nContent-Type: application/ocsp-request" in head
    assert body == b"a question"


def test_a_query_is_part_of_the_address_and_a_fragment_is_not():
    with answering(http()) as server:
        fetch(server, "/list?of=ours#here")
        assert server.requests[0].startswith(b"GET /list?of=ours HTTP/1.1\r\n")


def test_nothing_packed_is_asked_for():
    with answering(http()) as server:
        fetch(server)
        assert b"\r\nAccept-Encoding: identity\r\n" in server.requests[0]


# ---- conditional requests

STATE = Validators('"7"', "Mon, 01 Jun 2026 12:00:00 GMT")


def test_what_a_server_says_about_its_state_comes_with_the_body():
    found = outcome(http(body=b"x", ETag=STATE.etag, Last_Modified=STATE.last_modified))
    assert found == Fetched(b"x", STATE)


def test_the_state_is_handed_back():
    with answering(http("304 Not Modified")) as server:
        assert fetch(server, validators=STATE) == NotModified()
        assert b'\r\nIf-None-Match: "7"\r\n' in server.requests[0]
        assert b"\r\nIf-Modified-Since: Mon, 01 Jun 2026 12:00:00 GMT\r\n" in server.requests[0]


def test_not_modified_without_being_asked_is_no_answer():
    assert outcome(http("304 Not Modified")) == FetchFault(Kind.STATUS, 304)


def test_not_modified_with_a_body_brings_no_body():
    assert outcome(http("304 Not Modified", body=b"old"), validators=STATE) == NotModified()


@pytest.mark.parametrize("tag", ["x" * 257, '"\xe9"', '"a"\x00'], ids=["long", "accent", "zero"])
def test_a_state_that_could_not_be_handed_back_is_dropped(tag):
    assert outcome(http(body=b"x", ETag=tag)) == Fetched(b"x")


# ---- answers that are none


@pytest.mark.parametrize(
    "status", ["201 Created", "204 No Content", "206 Partial Content", "404 Not Found", "503 Busy"]
)
def test_only_200_brings_something(status):
    assert outcome(http(status, body=b"")) == FetchFault(Kind.STATUS, int(status[:3]))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut off",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnot a number\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 6\r\n\r\na list",
    ],
    ids=[
        "closed at once",
        "another protocol",
        "no status",
        "a huge header",
        "too many headers",
        "a body that is cut off",
        "a chunk without size",
        "a chunk that is cut off",
        "a chunk of negative size",
        "two lengths",
    ],
)
def test_what_is_no_sound_http_is_no_answer(octets):
    assert kind(outcome(octets)) is Kind.PROTOCOL


def test_a_length_that_is_too_short_cuts_the_body_which_then_does_not_parse():
    assert outcome(http(body=b"a list", Content_Length="2")) == Fetched(b"a ")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip"])
def test_what_is_packed_is_not_unpacked(encoding):
    bomb = gzip.compress(b"\0" * 1_000_000)
    assert outcome(http(body=bomb, Content_Encoding=encoding)) == FetchFault(Kind.ENCODED)


def test_what_is_packed_for_the_way_is_not_unpacked():
    assert outcome(http(body=b"x", Content_Length="none", Transfer_Encoding="gzip")) == FetchFault(Kind.ENCODED)


# ---- how much


def test_no_more_is_read_than_allowed():
    rules = FetchRules(most_octets=10)
    found = [outcome(http(body=b"x" * size, Content_Length="none"), rules=rules) for size in (10, 11)]
    assert found == [Fetched(b"x" * 10), FetchFault(Kind.OVERSIZED)]


def test_a_body_that_says_it_is_too_large_is_not_begun():
    assert outcome(http(Content_Length="11"), rules=FetchRules(most_octets=10)) == FetchFault(Kind.OVERSIZED)


def endless(server: Hostile, line: socket.socket, opening: bytes, more: bytes) -> None:
    server.read(line)
    line.sendall(opening)
    while not server.ended.is_set():
        line.sendall(more)


@pytest.mark.parametrize(
    ("opening", "more"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\n", b"x" * 65_536),
    ],
    ids=["plain", "in chunks", "in one huge chunk"],
)
def test_an_endless_body_ends_at_the_bound(opening, more):
    with serving(lambda server, line: endless(server, line, opening, more)) as server:
        assert fetch(server) == FetchFault(Kind.OVERSIZED)


def test_bounds_can_be_made_narrower_for_one_purpose_and_no_wider():
    fetcher = Fetcher(FetchRules(most_octets=10))
    with answering(http(body=b"x" * 8)) as server:
        found = [fetcher.within(30, most).fetch(server.url()) for most in (7, 8, 11)]
        assert found == [FetchFault(Kind.OVERSIZED), Fetched(b"x" * 8), Fetched(b"x" * 8)]
        assert fetcher.fetch(server.url()) == Fetched(b"x" * 8)
    with answering(http(body=b"x" * 11)) as server:
        assert fetcher.within(30, 20).fetch(server.url()) == FetchFault(Kind.OVERSIZED)


# ---- how long


def dripping(server: Hostile, line: socket.socket, opening: bytes, drop: bytes) -> None:
    server.read(line)
    line.sendall(opening)
    while not server.ended.wait(0.02):
        line.sendall(drop)


@pytest.mark.parametrize(
    ("opening", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"z"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"z"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nz\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["status", "header", "body", "body of a length", "size of a chunk", "chunks", "interim answers"],
)
def test_a_server_that_drips_is_cut_off(opening, drop):
    with serving(lambda server, line: dripping(server, line, opening, drop)) as server:
        assert fetch(server, rules=SHORT) == FetchFault(Kind.DEADLINE)


def test_a_server_that_says_nothing_is_cut_off():
    with serving(lambda server, line: server.ended.wait(30)) as server:
        assert fetch(server, rules=SHORT) == FetchFault(Kind.DEADLINE)


def test_a_server_that_does_not_read_is_cut_off():
    with serving(lambda server, line: server.ended.wait(30)) as server:
        found = fetch(server, rules=SHORT, body=b"x" * 50_000_000)
    assert found == FetchFault(Kind.DEADLINE)


def test_a_handshake_that_never_ends_is_cut_off():
    with serving(lambda server, line: server.ended.wait(30)) as server:
        assert Fetcher(SHORT).fetch(server.url(scheme="https")) == FetchFault(Kind.DEADLINE)


def test_a_handshake_that_drips_is_cut_off():
    def behave(server: Hostile, line: socket.socket) -> None:
        line.sendall(b"\x16\x03\x03\x40\x00")  # a long handshake record begins
        while not server.ended.wait(0.02):
            line.sendall(b"\x02")

    with serving(behave) as server:
        assert Fetcher(SHORT).fetch(server.url(scheme="https")) == FetchFault(Kind.DEADLINE)


def test_redirects_share_one_deadline():
    numbers = count()

    def behave(server: Hostile, line: socket.socket) -> None:
        server.read(line)
        server.ended.wait(0.2)
        line.sendall(http("302 Found", Location=f"/{next(numbers)}"))

    with serving(behave) as server:
        assert fetch(server, rules=FetchRules(deadline=0.5, redirects=100)) == FetchFault(Kind.DEADLINE)


def test_a_resolver_that_never_answers_is_not_waited_for(monkeypatch):
    asleep = threading.Event()
    monkeypatch.setattr(connecting.socket, "getaddrinfo", lambda *_, **__: asleep.wait(30) and [])
    try:
        assert Fetcher(SHORT).fetch("http://slow.example/") == FetchFault(Kind.DEADLINE)
    finally:
        asleep.set()


def test_a_watch_leaves_nothing_behind():
    with answering(http()) as server:
        fetch(server)
        assert not any(isinstance(thread, threading.Timer) for thread in threading.enumerate())


# ---- where to


def test_a_server_that_is_down_is_unreachable():
    with answering(http()) as server:
        url = server.url()
    assert Fetcher(PATIENT).fetch(url) == FetchFault(Kind.UNREACHABLE)


def test_a_name_that_leads_nowhere_is_unresolved(monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(connecting.socket, "getaddrinfo", fail)
    assert Fetcher(PATIENT).fetch("http://nowhere.example/") == FetchFault(Kind.UNRESOLVED)


def test_the_next_address_of_a_name_is_tried(monkeypatch):
    with answering(http(body=b"here")) as server, socket.create_server(("127.0.0.1", 0)) as closed:
        dead = closed.getsockname()
        closed.close()
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", at) for at in (dead, ("127.0.0.1", server.port))]
        monkeypatch.setattr(connecting.socket, "getaddrinfo", lambda *_, **__: found)
        assert Fetcher(PATIENT).fetch("http://two.example/") == Fetched(b"here")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "list.crl",
        "file:///etc/passwd",
        "ftp://ca.example/list",
        "ldap://ca.example/cn=CA",
        "http://",
        "http:///list",
        "http://user@ca.example/",
        "http://user:secret@ca.example/",
        "http://@ca.example/",
        "http://ca.example:0/",
        "http://ca.example:99999/",
        "http://ca.example:x/",
        "http://ca.example/a b",
        "http://ca.example/\r\nX: y",
        "http://ca.example\\@other.example/",
        "http://ca.ex\u00e4mple/",
        "http://[::1/",
        "http://ca%2eexample/",
        "http://ca.example/" + "x" * 3000,
    ],
    ids=repr,
)
def test_what_is_no_address_of_http_is_not_fetched(url):
    assert Fetcher(PATIENT).fetch(url) == FetchFault(Kind.BAD_ADDRESS)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_refused_where_only_public_ones_may_be(host):
    with answering(http()) as server:
        rules = FetchRules(addresses=Addresses.PUBLIC)
        assert Fetcher(rules).fetch(server.url(host=host)) == FetchFault(Kind.NOT_PUBLIC)
        assert server.connections == 0


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1%1", "fd00::1", "::ffff:10.0.0.1", "224.0.0.1"]
)
def test_a_name_that_leads_into_a_private_network_is_refused_there(monkeypatch, address):
    public = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("93.184.216.34", 80))
    private = (socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80))
    monkeypatch.setattr(connecting.socket, "getaddrinfo", lambda *_, **__: [public, private])
    found = Fetcher(FetchRules(addresses=Addresses.PUBLIC)).fetch("http://rebinding.example/")
    assert found == FetchFault(Kind.NOT_PUBLIC)


# ---- redirects


def test_a_redirect_on_the_same_origin_is_followed():
    with answering(http("301 Moved", Location="/new"), http(body=b"x")) as server:
        assert fetch(server) == Fetched(b"x")
        assert server.requests[1].startswith(b"GET /new HTTP/1.1\r\n")


def test_a_redirect_may_name_the_same_origin_in_full():
    moved = http("308 Moved", Location="http://127.0.0.1:{port}/new")
    assert outcome(moved, http(body=b"x")) == Fetched(b"x")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:{port}/",
        "http://localhost:{port}/",
        "http://127.0.0.1/",
        "https://127.0.0.1:{port}/",
        "//127.0.0.2:{port}/",
        "http://user@127.0.0.1:{port}/",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ],
)
def test_a_redirect_to_another_origin_is_not_followed(location):
    with answering(http("302 Found", Location=location)) as server:
        assert fetch(server) == FetchFault(Kind.REDIRECTED)
        assert server.connections == 1


def test_redirects_in_a_circle_end():
    with answering(http("302 Found", Location="/again")) as server:
        assert fetch(server) == FetchFault(Kind.REDIRECTED)
        assert server.connections == 4


def test_a_question_is_not_sent_elsewhere():
    with answering(http("307 Moved", Location="/new")) as server:
        assert fetch(server, body=b"a question") == FetchFault(Kind.REDIRECTED, 307)
        assert server.connections == 1


# ---- TLS


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    folder, pki = tmp_path_factory.mktemp("tls"), Pki()
    sound = server_context(*pki.server().write(folder, "server"))
    (folder / "ca.pem").write_text(pki.root.pem)
    return folder / "ca.pem", sound, folder, pki


def secure(tls, context, host="localhost"):
    with answering(http(body=b"x"), context=context) as server:
        return Fetcher(FetchRules(ca=str(tls[0]))).fetch(server.url(scheme="https", host=host))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_server_of_a_configured_authority_is_believed(tls, host):
    assert secure(tls, tls[1], host) == Fetched(b"x")


def test_a_server_of_another_authority_is_not_believed(tls):
    other = server_context(*Pki().server().write(tls[2], "other"))
    assert secure(tls, other) == FetchFault(Kind.TLS)


def test_a_server_of_another_name_is_not_believed(tls):
    other = server_context(*tls[3].server(["other.example"], addresses=()).write(tls[2], "name"))
    assert secure(tls, other) == FetchFault(Kind.TLS)


def test_by_default_the_systems_authorities_are_asked(tls):
    with answering(http(body=b"x"), context=tls[1]) as server:
        assert Fetcher(PATIENT).fetch(server.url(scheme="https", host="localhost")) == FetchFault(Kind.TLS)


def test_a_server_without_tls_is_no_server_with_tls():
    with serving(lambda server, line: line.recv(1) and line.sendall(http("400 Bad Request"))) as server:
        assert Fetcher(PATIENT).fetch(server.url(scheme="https")) == FetchFault(Kind.TLS)


def test_a_server_that_drips_within_tls_is_cut_off(tls):
    def behave(server: Hostile, line: socket.socket) -> None:
        dripping(server, line, b"HTTP/1.1 200 OK\r\n\r\n", b"z")

    with serving(behave, tls[1]) as server:
        rules = FetchRules(deadline=0.5, ca=str(tls[0]))
        assert Fetcher(rules).fetch(server.url(scheme="https", host="localhost")) == FetchFault(Kind.DEADLINE)


# ---- proxies


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    with answering(http(body=b"from the proxy")) as proxy, answering(http(body=b"from the server")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url("/"))
        assert fetch(server) == Fetched(b"from the server")
        assert proxy.connections == 0


def test_a_configured_proxy_is_asked_for_the_whole_address():
    with answering(http(body=b"x")) as proxy:
        found = Fetcher(FetchRules(proxy=proxy.url("/"))).fetch("http://ca.example/list")
        assert found == Fetched(b"x")
        assert proxy.requests[0].startswith(b"GET http://ca.example/list HTTP/1.1\r\nHost: ca.example\r\n")


def relaying(to: Hostile):
    """A proxy that opens a tunnel to that server, whatever is asked for."""

    def behave(proxy: Hostile, line: socket.socket) -> None:
        proxy.read(line)
        line.sendall(b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n")
        with socket.create_connection(("127.0.0.1", to.port)) as other:
            back = threading.Thread(target=pump, args=(other, line), daemon=True)
            back.start()
            pump(line, other)
            back.join(10)

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while octets := source.recv(65_536):
                sink.sendall(octets)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    return behave


def test_tls_goes_through_a_proxy_in_a_tunnel(tls):
    with answering(http(body=b"x"), context=tls[1]) as server, serving(relaying(server)) as proxy:
        rules = FetchRules(ca=str(tls[0]), proxy=proxy.url("/"))
        assert Fetcher(rules).fetch("https://localhost:9/list") == Fetched(b"x")
        assert proxy.requests[0].startswith(b"CONNECT localhost:9 HTTP/1.1\r\n")
        assert server.requests[0].startswith(b"GET /list HTTP/1.1\r\n")


@pytest.mark.parametrize("answer", [http("403 Forbidden"), b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 2000\r\n" + b"X" * 9000])
def test_a_proxy_that_opens_no_tunnel_is_no_way(tls, answer):
    with answering(answer) as proxy:
        found = Fetcher(FetchRules(proxy=proxy.url("/"))).fetch("https://localhost:9/list")
    assert found == FetchFault(Kind.PROXY_REFUSED)


def test_a_proxy_that_drips_is_cut_off():
    with serving(lambda server, line: dripping(server, line, b"HTTP/1.1 200 OK\r\nX: ", b"y")) as proxy:
        rules = FetchRules(deadline=0.3, proxy=proxy.url("/"))
        assert Fetcher(rules).fetch("https://localhost:9/list") == FetchFault(Kind.DEADLINE)


# ---- what can never work is told at the start


@pytest.mark.parametrize(
    "rules",
    [
        FetchRules(ca="/nowhere.pem"),
        FetchRules(ca=__file__),
        FetchRules(proxy="https://proxy.example:3128"),
        FetchRules(proxy="http://user:secret@proxy.example:3128"),
        FetchRules(proxy="proxy.example"),
        FetchRules(proxy="http://proxy.example", addresses=Addresses.PUBLIC),
    ],
    ids=str,
)
def test_rules_that_can_never_work_are_an_error_at_the_start(rules):
    with pytest.raises(ValueError, match=r"fetching|proxy"):
        Fetcher(rules)


def test_without_its_extra_fetching_says_what_to_install():
    program = (
        "import sys; sys.modules['urllib3'] = None\n"
        "from mtlsguard.refresh.fetching import Fetcher\n"
        "try: Fetcher()\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "mtlsguard[revocation]" in done.stdout


def test_nothing_of_an_address_is_printed():
    found = repr((FetchRules(proxy="http://inner.example:3128"), connecting.UnusableError(Kind.TLS)))
    assert "inner" not in found
