"""The scripts of the shared deny list in a real Valkey, against what they must do; one connection and its deadlines."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtlsguard.refresh.resp import LostError, RefusedError, StoreError, Wire, address_of
from mtlsguard.refresh.sharing import Store
from mtlsguard.revocation.records import MOST_STAMP, Record, joined, read, written
from mtlsguard.revocation.shared import Owed
from mtlsguard.revocation_policy import StorePolicy
from mtlsguard.testing import Pki
from tests.refresh.valkey import Valkey, entry

EPOCHS = ["a" * 16, "b" * 16, "c" * 16, "d" * 16]
HISTORY = ",".join(EPOCHS[:3])
ENTRIES, META = "{mtlsguard}:entries", "{mtlsguard}:meta"
RECORDS = st.builds(
    Record,
    stamp=st.integers(1, 4),
    revoked=st.booleans(),
    epoch=st.sampled_from(EPOCHS),
    serial=st.just(1),
    issuer=st.just("CN=x"),
    note=st.sampled_from(["", "stolen"]),
)
ON_ONE_SERVER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    one = Valkey(tmp_path_factory.mktemp("valkey"))
    yield one
    one.kill()


@pytest.fixture
def store(valkey: Valkey) -> Iterator[Store]:
    valkey.run("FLUSHALL")
    one = Store(valkey.url, StorePolicy())
    yield one
    one.close()


def remembering(store: Store, history: str) -> None:
    info = store.wire.call(1, "INFO", "server")
    assert isinstance(info, bytes)
    run = info.partition(b"run_id:")[2][:40]
    store.wire.call(1, "HSET", META, "history", history, "run", run)


def kept(store: Store) -> Record | None:
    found = store.wire.call(1, "HGET", ENTRIES, entry().key.hex())
    assert isinstance(found, bytes)
    return read(found)


@given(RECORDS, RECORDS)
@ON_ONE_SERVER
def test_the_store_joins_as_the_followers_do(store: Store, old: Record, new: Record) -> None:
    remembering(store, HISTORY)
    store.wire.call(1, "HSET", ENTRIES, entry().key.hex(), written(old))
    store.join([(entry().key, Owed(written(new)))])
    assert kept(store) == joined(old, new, HISTORY)


@given(RECORDS, st.booleans())
@ON_ONE_SERVER
def test_what_is_put_is_newer_than_all_that_was_there(store: Store, old: Record, revoked: bool) -> None:
    ahead = Record(4_000_000_000_000_000, old.revoked, old.epoch, 1, "CN=x")
    store.wire.call(1, "HSET", ENTRIES, entry().key.hex(), written(ahead))
    store.put(entry().key, "true" if revoked else "false", 1, "CN=x")
    found = kept(store)
    assert found is not None
    assert (found.revoked, found.stamp > ahead.stamp) == (revoked, True)


def test_a_clock_that_was_set_back_orders_nothing_wrongly(store: Store) -> None:
    store.wire.call(1, "HSET", META, "stamp", 4_000_000_000_000_000)
    store.put(entry().key, "true", 1, "CN=x")
    found = kept(store)
    assert found is not None
    assert found.stamp == 4_000_000_000_000_001


@pytest.mark.parametrize("junk", ["", "x", "-1", "1e300", "nan", "9" * 30])
def test_junk_in_the_counters_stops_no_revocation(store: Store, junk: str) -> None:
    store.wire.call(1, "HSET", META, "stamp", junk, "seq", junk, "history", junk, "last", junk, "run", junk)
    assert store.put(entry().key, "true", 1, "CN=x")
    found = kept(store)
    assert found is not None
    assert (found.revoked, store.position().size) == (True, 1)


def test_what_no_follower_would_take_is_not_written(store: Store) -> None:
    with pytest.raises(StoreError):
        store.put(entry().key, "true", 1, "CN=" + "\N{SNOWMAN}" * 2_000)
    assert store.position().size == 0


def test_a_refusal_of_our_scripts_keeps_its_word(store: Store) -> None:
    store.wire.call(1, "SET", ENTRIES, "no hash")
    with pytest.raises(RefusedError, match="WRONGTYPE"):
        store.put(entry().key, "true", 1, "CN=x")
    store.wire.call(1, "DEL", ENTRIES)
    store.wire.call(1, "HSET", META, "stamp", str(MOST_STAMP - 1))
    with pytest.raises(RefusedError, match="STAMPS"):
        store.put(entry().key, "true", 1, "CN=x")
    store.wire.call(1, "FLUSHALL")


# one connection


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "database"),
    [
        ("redis://one.example", "one.example", 6379, "", 0),
        ("redis://one.example:7000/3", "one.example", 7000, "", 3),
        ("rediss://[::1]:7000", "::1", 7000, "", 0),
        ("unix:///run/valkey.sock?db=2", "", 0, "/run/valkey.sock", 2),
    ],
)
def test_addresses(url: str, host: str, port: int, path: str, database: int) -> None:
    found = address_of(url)
    assert (found.host, found.port, found.path, found.database) == (host, port, path, database)
    assert found.tls == url.startswith("rediss")


def test_a_unix_socket_works(tmp_path: Path) -> None:
    path = tmp_path / "s"
    one = Valkey(tmp_path, "--unixsocket", str(path))
    try:
        store = Store(f"unix://{path}?db=0", StorePolicy())
        assert store.put(entry().key, "true", 1, "CN=x")
        store.close()
    finally:
        one.kill()


def encrypted(valkey: Valkey, certificate: Path, key: Path) -> str:
    """In front of the server: what terminates TLS for one connection."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))

    def pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while octets := one.recv(65_536):
                other.sendall(octets)

    def serve() -> None:
        with suppress(OSError), listening, listening.accept()[0] as plain:
            where = ("127.0.0.1", valkey.port)
            with context.wrap_socket(plain, server_side=True) as near, socket.create_connection(where) as far:
                threading.Thread(target=pump, args=(far, near), daemon=True).start()
                pump(near, far)

    threading.Thread(target=serve, daemon=True).start()
    return f"rediss://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(("ours", "names"), [(True, ("127.0.0.1",)), (False, ("127.0.0.1",)), (True, ("10.9.9.9",))])
def test_a_server_must_prove_who_it_is(valkey: Valkey, tmp_path: Path, ours: bool, names: tuple[str, ...]) -> None:
    authority = Pki()
    url = encrypted(valkey, *authority.server(addresses=names).write(tmp_path, "server"))
    ca = tmp_path / "ca.pem"
    ca.write_text((authority if ours else Pki()).root.pem)
    policy = StorePolicy(ca=str(ca))
    if not ours or names != ("127.0.0.1",):
        with pytest.raises(LostError, match="SSLCertVerificationError"):
            Store(url, policy)
        return
    store = Store(url, policy)
    store.put(entry().key, "true", 1, "CN=x")
    store.close()


def server(answer: bytes, pause: float = 0.0) -> str:
    """Answers every connection with these octets, one by one where there is a pause."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError), listening:
            one, _ = listening.accept()
            with one:
                for at in range(len(answer)) if pause else ():
                    one.sendall(answer[at : at + 1])
                    time.sleep(pause)
                if not pause:
                    one.sendall(answer)
                one.settimeout(10)
                while one.recv(65_536):
                    pass

    threading.Thread(target=serve, daemon=True).start()
    return f"redis://127.0.0.1:{listening.getsockname()[1]}"


def asked(url: str, seconds: float = 5.0) -> object:
    wire = Wire(address_of(url), StorePolicy(), 5)
    try:
        return wire.call(seconds, "PING")
    finally:
        wire.close()


def test_an_answer_that_comes_an_octet_at_a_time_is_cut_at_the_deadline_of_the_whole() -> None:
    with pytest.raises(LostError, match="TimeoutError"):
        asked(server(b"+" + b"x" * 1_000, pause=0.05), seconds=0.4)


def test_silence_ends_at_the_deadline() -> None:
    with pytest.raises(LostError, match="TimeoutError"):
        asked(server(b""), seconds=0.2)


@pytest.mark.parametrize(
    "answer",
    [
        b"?\r\n",
        b"\r\n",
        b"$x\r\n",
        b"$3\r\nabcde",
        b"$99999999999\r\n",
        b"*99999999999\r\n",
        b"*1\r\n" * 20 + b"+x\r\n",
        b"*1\r\n-ERR x\r\n",
        b"+" + b"x" * 100_000,
        b":\r\n",
    ],
)
def test_an_answer_that_is_none_ends_the_connection(answer: bytes) -> None:
    with pytest.raises(LostError):
        asked(server(answer))


@pytest.mark.parametrize(("answer", "kind"), [(b"-WRONGPASS secret\r\n", "WRONGPASS"), (b"-secret word\r\n", "ERR")])
def test_a_refusal_is_a_word_of_ours(answer: bytes, kind: str) -> None:
    with pytest.raises(RefusedError) as error:
        asked(server(answer))
    assert (error.value.kind, "secret" in str(error.value)) == (kind, False)


@pytest.mark.parametrize("where", ["redis://127.0.0.1:1", "unix:///none", "redis://no-such-host.invalid"])
def test_nobody_there_is_a_lost_connection(where: str) -> None:
    with pytest.raises(LostError):
        Wire(address_of(where), StorePolicy(), 2)
