"""The deny list shared through a real Valkey server: seen everywhere, and lost by no fault."""

import json
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from mtlsguard.decision import Deny
from mtlsguard.reason import Reason
from mtlsguard.refresh.following import Event
from mtlsguard.refresh.store import StoreFollower
from mtlsguard.revocation.denyfile import Entry, entry_of
from mtlsguard.revocation_policy import OnUnknown, StorePolicy
from mtlsguard.testing import Pki
from tests.refresh.valkey import Cable, Valkey, entry
from tests.refresh.world import asked, configured, eventually, lets_in, pki, refused_when, serving
from tests.revocation.crl_world import link

POLICY = StorePolicy()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    one = Valkey(tmp_path)
    yield one
    one.kill()


class Follower:
    def __init__(self, url: str, policy: StorePolicy = POLICY, **rest: Any) -> None:
        self.events: list[str] = []
        self.follower = StoreFollower(url, policy, lambda _: None, lambda event, _: self.events.append(event), **rest)

    def __enter__(self) -> Self:
        self.follower.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.follower.close()

    def has(self, one: Entry) -> bool:
        return one.key in self.follower.copy

    @property
    def fresh(self) -> bool:
        return not self.follower.health().last_error


def test_what_is_put_is_seen_and_what_is_taken_back_too(valkey: Valkey) -> None:
    with Follower(valkey.url) as one:
        assert valkey.put(entry())
        assert eventually(lambda: one.has(entry()))
        assert valkey.put(entry(), revoked=False)
        assert eventually(lambda: not one.has(entry()))


def test_what_was_there_before_is_there_after_the_first_reading(valkey: Valkey) -> None:
    for serial in range(1, 1_201):
        valkey.put(entry(serial))
    with Follower(valkey.url) as one:
        assert one.follower.load_now(10)
        assert len(one.follower.copy) == 1_200


def test_putting_twice_changes_nothing(valkey: Valkey) -> None:
    assert [valkey.put(entry()), valkey.put(entry())] == [True, False]


def test_an_emptied_server_gets_back_what_its_followers_know(valkey: Valkey) -> None:
    valkey.put(entry())
    with Follower(valkey.url) as one, Follower(valkey.url) as other:
        assert eventually(lambda: one.has(entry()) and other.has(entry()))
        valkey.run("FLUSHALL")
        assert eventually(lambda: Event.RESTORED in one.events + other.events)
        assert one.has(entry())
        with Follower(valkey.url) as late:
            assert eventually(lambda: late.has(entry()))


def test_a_killed_server_that_comes_back_empty_loses_nothing(valkey: Valkey) -> None:
    valkey.put(entry(1))
    valkey.put(entry(2))
    valkey.put(entry(2), revoked=False)
    with Follower(valkey.url) as one:
        assert eventually(lambda: one.has(entry(1)))
        valkey.kill()
        assert eventually(lambda: not one.fresh)
        assert one.has(entry(1))
        valkey.begin()
        assert eventually(lambda: one.fresh)
        assert (one.has(entry(1)), one.has(entry(2))) == (True, False)
        valkey.put(entry(3))
        assert eventually(lambda: one.has(entry(3)))


def test_a_frozen_server_is_noticed_and_told(valkey: Valkey) -> None:
    with Follower(valkey.url) as one:
        assert one.follower.load_now(10)
        valkey.freeze()
        assert eventually(lambda: Event.LOST in one.events)
        valkey.thaw()
        assert eventually(lambda: Event.RECOVERED in one.events)


def test_a_paused_server_is_noticed(valkey: Valkey) -> None:
    with Follower(valkey.url) as one:
        assert one.follower.load_now(10)
        valkey.run("CLIENT", "PAUSE", "4000", "ALL")
        assert eventually(lambda: Event.LOST in one.events)
        assert eventually(lambda: Event.RECOVERED in one.events)


def test_a_partition_is_noticed_and_healed(valkey: Valkey) -> None:
    cable = Cable(valkey.port)
    with Follower(cable.url) as one:
        assert one.follower.load_now(10)
        cable.cut()
        valkey.put(entry())
        assert eventually(lambda: Event.LOST in one.events)
        assert not one.has(entry())
        cable.mend()
        assert eventually(lambda: one.has(entry()))
    cable.close()


def test_lost_messages_are_noticed(valkey: Valkey) -> None:
    with Follower(valkey.url) as one:
        assert one.follower.load_now(10)
        valkey.freeze()
        valkey.thaw()
        for serial in range(1, 200):
            valkey.put(entry(serial))
        valkey.run("XTRIM", "{mtlsguard}:changes", "MAXLEN", "0")
        assert eventually(lambda: len(one.follower.copy) == 199)


def test_killed_connections_are_made_anew(valkey: Valkey) -> None:
    with Follower(valkey.url) as one:
        assert one.follower.load_now(10)
        valkey.run("CLIENT", "KILL", "TYPE", "normal")
        valkey.put(entry())
        assert eventually(lambda: one.has(entry()))


def test_a_record_that_was_taken_out_past_us_comes_back(valkey: Valkey) -> None:
    valkey.put(entry())
    with Follower(valkey.url) as one:
        assert eventually(lambda: one.has(entry()))
        valkey.run("HDEL", "{mtlsguard}:entries", entry().key.hex())
        assert eventually(lambda: Event.RESTORED in one.events)
        assert one.has(entry())


@pytest.mark.parametrize(
    "junk", [b"", b"junk", b"x" * 100_000, b'{"stamp":1}', b'{"stamp":9,"revoked":false,"epoch":"0000000000000000"}']
)
def test_junk_in_the_place_of_a_record_unrevokes_nothing(valkey: Valkey, junk: bytes) -> None:
    valkey.put(entry())
    with Follower(valkey.url) as one:
        assert eventually(lambda: one.has(entry()))
        valkey.run("HSET", "{mtlsguard}:entries", entry().key.hex(), junk)
        valkey.run("HSET", "{mtlsguard}:entries", "nonsense", junk)
        valkey.put(entry(2))
        assert eventually(lambda: one.has(entry(2)))
        assert one.has(entry())


def test_keys_of_another_kind_are_told_and_change_nothing(valkey: Valkey) -> None:
    valkey.put(entry())
    with Follower(valkey.url) as one:
        assert eventually(lambda: one.has(entry()))
        valkey.run("SET", "{mtlsguard}:entries", "text")
        assert eventually(lambda: one.follower.health().last_error != "")
        assert one.has(entry())


def test_a_wrong_password_is_told_and_the_right_one_works(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path, "--requirepass", "right")
    try:
        with Follower(valkey.url, StorePolicy(password=b"wrong")) as one:
            assert eventually(lambda: one.follower.health().last_error == "WRONGPASS")
        policy = StorePolicy(password=b"right")
        assert valkey.put(entry(), policy=policy)
        with Follower(valkey.url, policy) as one:
            assert eventually(lambda: one.has(entry()))
    finally:
        valkey.kill()


# staleness


@pytest.mark.parametrize(("rule", "status"), [(OnUnknown.DENY, "unknown"), (OnUnknown.ALLOW, "good")])
def test_a_copy_that_is_too_old_follows_the_written_rule(valkey: Valkey, rule: OnUnknown, status: str) -> None:
    policy = StorePolicy(max_staleness=2.0, on_stale=rule)
    leaf = link(pki().leaf())
    with Follower(valkey.url, policy) as one:
        assert one.follower.load_now(10)
        assert one.follower.copy.answer(leaf, time.time()).status.value == "good"
        valkey.kill()
        assert eventually(lambda: Event.STALE in one.events)
        assert one.follower.copy.answer(leaf, time.time()).status.value == status


def test_a_replica_that_has_lost_its_master_is_not_believed(tmp_path: Path, valkey: Valkey) -> None:
    replica = Valkey(tmp_path, "--replicaof", f"127.0.0.1 {valkey.port}")
    try:
        valkey.put(entry())
        with Follower(replica.url) as one:
            assert eventually(lambda: one.has(entry()) and one.fresh)
            valkey.kill()
            assert eventually(lambda: one.follower.health().last_error == "MASTERDOWN")
            assert one.has(entry())
            valkey.begin()
            assert eventually(lambda: one.fresh)
            assert one.has(entry())
    finally:
        replica.kill()


def test_a_clock_that_is_set_back_does_not_prolong_a_copy(valkey: Valkey) -> None:
    clock = [time.time()]
    with Follower(valkey.url, StorePolicy(max_staleness=2.0), clock=lambda: clock[0]) as one:
        assert one.follower.load_now(10)
        valkey.kill()
        clock[0] -= 3_600
        assert eventually(lambda: Event.STALE in one.events)
        assert one.follower.copy.answer(link(pki().leaf()), clock[0]).status.value == "unknown"


def test_a_worker_that_starts_while_the_server_is_away_goes_on_with_the_last_copy(
    tmp_path: Path, valkey: Valkey
) -> None:
    kept = str(tmp_path / "kept")
    with Follower(valkey.url, directory=kept) as one:
        valkey.put(entry())
        assert eventually(lambda: one.has(entry()))
    valkey.kill()
    with Follower(valkey.url, directory=kept) as late:
        assert late.has(entry())
        valkey.begin()
        assert eventually(lambda: Event.RESTORED in late.events)


def test_a_damaged_copy_on_disk_is_not_believed(tmp_path: Path, valkey: Valkey) -> None:
    kept = tmp_path / "kept"
    with Follower(valkey.url, directory=str(kept)) as one:
        valkey.put(entry())
        assert eventually(lambda: one.has(entry()))
    [state] = kept.glob("denylist-*[!k]")
    octets = bytearray(state.read_bytes())
    octets[len(octets) // 2] ^= 1
    state.write_bytes(octets)
    valkey.kill()
    with Follower(valkey.url, directory=str(kept)) as late:
        assert Event.STATE in late.events
        assert not late.has(entry())
    valkey.begin()


# whole services


def shared(tmp_path: Path, valkey: Valkey, ours: Pki, more: str = "") -> Path:
    return configured(tmp_path, ours, f'[revocation]\ndenylist = ["{valkey.url}"]\n{more}')


def command(*arguments: str) -> Any:
    line = [sys.executable, "-m", "mtlsguard", *arguments]
    found = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(found.stdout)


def test_a_revoked_certificate_is_refused_though_it_is_remembered(tmp_path: Path, valkey: Valkey) -> None:
    ours = pki()
    client, other = ours.leaf("client"), ours.leaf("other")
    config = str(shared(tmp_path, valkey, ours))
    guard = serving(Path(config))
    assert lets_in(guard, client)
    assert lets_in(guard, other)
    (tmp_path / "client.pem").write_text(client.pem)
    told = command("revoke", "--json", "--config", config, "--certificate", str(tmp_path / "client.pem"))
    assert told == {"ok": True, "changed": True, "where": "store"}
    assert eventually(lambda: asked(guard, client) == Deny(Reason.REVOKED))
    assert lets_in(guard, other)
    assert command("revoked", "--json", "--config", config)["count"] == 1
    command("unrevoke", "--json", "--config", config, "--certificate", str(tmp_path / "client.pem"))
    assert eventually(lambda: lets_in(guard, client))


def _worker(config: str, der: bytes, ready: Any, refused: Any) -> None:
    refused_when(config, der, ready, refused)


@pytest.mark.parametrize("rule", ["allow", "deny"])
def test_a_configuration_that_changes_while_the_server_is_away_forgets_nobody(
    tmp_path: Path, valkey: Valkey, rule: str
) -> None:
    ours = pki()
    good, bad = ours.leaf("good"), ours.leaf("bad")
    text = f'[revocation]\ndenylist = "{valkey.url}"\n[revocation.store]\non_stale = "{rule}"\n'
    guard = serving(configured(tmp_path, ours, text))
    valkey.put(entry_of(f"0x{bad.serial:x}", "CN=Example Intermediate,O=Example"))
    assert eventually(lambda: asked(guard, bad) == Deny(Reason.REVOKED))
    valkey.kill()
    configured(tmp_path, ours, f'{text}[validity]\nclock_skew = "50s"\n')
    assert eventually(lambda: guard.current.policy.validity.clock_skew == 50.0)
    assert (asked(guard, bad), lets_in(guard, good)) == (Deny(Reason.REVOKED), True)
    valkey.begin()
    assert eventually(lambda: not any(one.last_error for one in guard.health()))
    assert asked(guard, bad) == Deny(Reason.REVOKED)
    valkey.put(entry_of(f"0x{good.serial:x}", "CN=Example Intermediate,O=Example"))
    assert eventually(lambda: asked(guard, good) == Deny(Reason.REVOKED))


def test_every_process_sees_it_within_two_seconds(tmp_path: Path, valkey: Valkey) -> None:
    ours = pki()
    client = ours.leaf()
    config = str(shared(tmp_path, valkey, ours))
    context = multiprocessing.get_context("spawn")
    ready, refused = context.Semaphore(0), context.Semaphore(0)
    workers = [context.Process(target=_worker, args=(config, client.der, ready, refused)) for _ in range(3)]
    for worker in workers:
        worker.start()
    assert all(ready.acquire(timeout=60) for _ in workers)
    valkey.put(entry(client.serial))
    try:
        assert all(refused.acquire(timeout=2) for _ in workers)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
