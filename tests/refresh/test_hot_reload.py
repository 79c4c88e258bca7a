"""Files that change while the service runs: noticed, checked, swapped in whole; what is broken changes nothing."""

import gc
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard import ConfigError
from mtlsguard.decision import Deny
from mtlsguard.engine import Snapshot
from mtlsguard.guard import Guard
from mtlsguard.loading import guard_from
from mtlsguard.reason import Reason
from mtlsguard.refresh import condition, sources
from mtlsguard.revocation.view import View
from mtlsguard.testing import Pki
from tests.refresh.world import asked, configured, eventually, lets_in, pki, serving, write

ROLE = '[[roles]]\nname = "reader"\nmatch = { spiffe = "spiffe://example.org/**" }\n'


@pytest.fixture
def old() -> Pki:
    return pki()


@pytest.fixture
def guard(tmp_path: Path, old: Pki) -> Guard:
    return serving(configured(tmp_path, old))


def test_an_anchor_that_comes_is_used(tmp_path: Path, old: Pki, guard: Guard) -> None:
    new = pki()
    client = new.leaf(issuer=new.root)
    assert asked(guard, client) == Deny(Reason.UNTRUSTED_CHAIN)
    write(tmp_path / "anchors" / "new.pem", new.root.pem)
    assert eventually(lambda: lets_in(guard, client))


def test_an_anchor_that_goes_takes_remembered_decisions_along(tmp_path: Path, old: Pki, guard: Guard) -> None:
    client = old.leaf()
    assert lets_in(guard, client)
    write(tmp_path / "anchors" / "root.pem", pki().root.pem)
    assert eventually(lambda: not lets_in(guard, client))


def test_while_anchors_overlap_a_rollover_refuses_nobody(tmp_path: Path, old: Pki, guard: Guard) -> None:
    new = pki()
    before, after = old.leaf(), new.leaf(issuer=new.root)
    write(tmp_path / "anchors" / "new.pem", new.root.pem)
    assert eventually(lambda: lets_in(guard, after))
    assert lets_in(guard, before)
    (tmp_path / "anchors" / "root.pem").unlink()
    assert eventually(lambda: not lets_in(guard, before))
    assert lets_in(guard, after)


def test_a_folder_behind_a_link_that_turns_is_read_anew(tmp_path: Path, old: Pki) -> None:
    """As Kubernetes swaps a mounted secret: files are links into `..data`, itself a link to a dated folder."""
    mount, new = tmp_path / "mount", pki()
    for day, root in (("..day1", old.root), ("..day2", new.root)):
        (mount / day).mkdir(parents=True)
        write(mount / day / "ca.pem", root.pem)
    (mount / "..data").symlink_to("..day1")
    (mount / "ca.pem").symlink_to("..data/ca.pem")
    guard = serving(configured(tmp_path, old).parent / _toml(tmp_path, "mount"))
    assert lets_in(guard, old.leaf())
    (mount / "..data_tmp").symlink_to("..day2")
    (mount / "..data_tmp").replace(mount / "..data")
    assert eventually(lambda: lets_in(guard, new.leaf(issuer=new.root)))
    assert not lets_in(guard, old.leaf())


def _toml(folder: Path, anchors: str) -> str:
    text = (folder / "mtlsguard.toml").read_text().replace('["anchors"]', f'["{anchors}"]')
    write(folder / "linked.toml", text)
    return "linked.toml"


@pytest.mark.parametrize("keep", [0, 100, 400])
def test_a_half_written_file_keeps_the_last_good_one(tmp_path: Path, old: Pki, guard: Guard, keep: int) -> None:
    client, new = old.leaf(), pki()
    (tmp_path / "anchors" / "root.pem").write_text(new.root.pem[:keep])
    assert eventually(lambda: _error(guard) == "ConfigError")
    assert lets_in(guard, client)
    (tmp_path / "anchors" / "root.pem").write_text(new.root.pem)
    assert eventually(lambda: lets_in(guard, new.leaf(issuer=new.root)))
    assert eventually(lambda: _error(guard) == "")


def _error(guard: Guard) -> str:
    [configuration] = [one for one in guard.health() if one.source == "configuration"]
    return configuration.last_error


def test_a_broken_file_is_told_once_and_so_is_its_recovery(
    tmp_path: Path, old: Pki, guard: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "mtlsguard"):
        write(tmp_path / "mtlsguard.toml", "[proxy")
        assert eventually(lambda: _error(guard) == "ConfigError")
        guard.reload()
        configured(tmp_path, old)
        assert eventually(lambda: _error(guard) == "")
    told = [record.mtlsguard["outcome"] for record in caplog.records if hasattr(record, "mtlsguard")]
    assert told == ["kept", "recovered"]


def test_the_configuration_itself_is_read_again(tmp_path: Path, old: Pki, guard: Guard) -> None:
    client = old.leaf()
    assert asked(guard, client).identity.roles == frozenset()
    configured(tmp_path, old, ROLE)
    assert eventually(lambda: asked(guard, client).identity.roles == {"reader"})


def test_a_file_named_by_a_broken_configuration_may_come_later(tmp_path: Path, old: Pki, guard: Guard) -> None:
    text = (tmp_path / "mtlsguard.toml").read_text().replace('["anchors"]', '["later.pem"]')
    write(tmp_path / "mtlsguard.toml", text)
    assert eventually(lambda: _error(guard) == "ConfigError")
    new = pki()
    write(tmp_path / "later.pem", new.root.pem)
    assert eventually(lambda: lets_in(guard, new.leaf(issuer=new.root)))


def test_reload_looks_at_once(tmp_path: Path, old: Pki) -> None:
    guard = serving(configured(tmp_path, old, '[refresh]\nwatch = "off"\n'))
    new = pki()
    client = new.leaf(issuer=new.root)
    write(tmp_path / "anchors" / "new.pem", new.root.pem)
    guard.reload()
    assert lets_in(guard, client)


def test_sighup_looks_at_once(tmp_path: Path, old: Pki) -> None:
    previous = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        guard = serving(configured(tmp_path, old, '[refresh]\nwatch = "off"\n'))
        new = pki()
        write(tmp_path / "anchors" / "new.pem", new.root.pem)
        os.kill(os.getpid(), signal.SIGHUP)
        assert eventually(lambda: lets_in(guard, new.leaf(issuer=new.root)))
    finally:
        signal.signal(signal.SIGHUP, previous)


def test_who_asks_during_a_reload_gets_another_one(tmp_path: Path, old: Pki) -> None:
    """What was read may have changed since, and nobody else would look."""
    new, reading, go_on = pki(), threading.Event(), threading.Event()
    guard = serving(configured(tmp_path, old, '[refresh]\nwatch = "off"\n'))
    keeper: Any = guard.keeper
    load = keeper._load

    def slow(fetched: Any) -> Any:
        loaded = load(fetched)
        reading.set()
        go_on.wait(20.0)
        return loaded

    keeper._load = slow
    keeper.nudge()
    assert reading.wait(20.0)
    write(tmp_path / "anchors" / "new.pem", new.root.pem)
    keeper.nudge()
    go_on.set()
    assert eventually(lambda: lets_in(guard, new.leaf(issuer=new.root)))


def test_a_configuration_that_raises_stops_no_deny_list(tmp_path: Path, old: Pki) -> None:
    client, denied = old.leaf(), write(tmp_path / "denied", "# nobody yet\n")
    guard = serving(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n'))
    keeper: Any = guard.keeper

    def broken(_fetched: Any) -> Any:
        raise RuntimeError

    keeper._load = broken
    write(tmp_path / "anchors" / "root.pem", old.root.pem)
    assert eventually(lambda: _error(guard) == "RuntimeError")
    write(denied, f"0x{client.serial:x} CN=Example Intermediate,O=Example\n")
    assert eventually(lambda: asked(guard, client) == Deny(Reason.REVOKED))


def test_a_process_in_which_nothing_could_be_started_tries_again(
    tmp_path: Path, old: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, denied = old.leaf(), write(tmp_path / "denied", "# nobody yet\n")
    more = f'crls = ["a.crl"]\ncheck = "leaf"\ndenylist = ["denied", "unix://{tmp_path}/none"]\n'
    write(tmp_path / "a.crl", old.crl().public_bytes(Encoding.DER))
    store = '[revocation.store]\non_stale = "allow"\n'
    guard = guard_from(configured(tmp_path, old, f"[revocation]\n{more}{store}"))
    for part in ("refresh", "lists", "store-1"):
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", _failing(f"mtlsguard-{part}"))
            with pytest.raises(RuntimeError):
                guard.wake()
        assert guard.current.dormant
    monkeypatch.setattr(sources, "_START", 0.1)
    assert not guard.wake().dormant
    assert lets_in(guard, client)
    write(denied, f"0x{client.serial:x} CN=Example Intermediate,O=Example\n")
    assert eventually(lambda: asked(guard, client) == Deny(Reason.REVOKED))
    guard.rest()


def _failing(name: str) -> Callable[[threading.Thread], None]:
    start = threading.Thread.start

    def starting(thread: threading.Thread) -> None:
        if thread.name == name:
            raise RuntimeError("can't start new thread")
        start(thread)

    return starting


def test_of_two_who_change_a_guard_at_once_neither_is_lost(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    before, view = guard.current.policy, View()
    after = replace(before, trust=replace(before.trust, depth=3))
    guard = Guard(before)
    with_view, looking = Snapshot.with_view, threading.Event()

    def slow(snapshot: Snapshot, view: View) -> Snapshot:
        looking.set()
        time.sleep(0.3)
        return with_view(snapshot, view)

    monkeypatch.setattr(Snapshot, "with_view", slow)
    looker = threading.Thread(target=guard.look, args=(view,))
    looker.start()
    assert looking.wait(20.0)
    guard.replace(after)
    looker.join()
    assert (guard.current.policy, guard.current.view) == (after, view)


def test_a_handler_of_somebody_else_is_left_alone(tmp_path: Path, old: Pki) -> None:
    heard = []
    previous = signal.signal(signal.SIGHUP, lambda *_: heard.append(1))
    try:
        serving(configured(tmp_path, old))
        os.kill(os.getpid(), signal.SIGHUP)
        assert heard == [1]
    finally:
        signal.signal(signal.SIGHUP, previous)


def test_nothing_runs_before_the_first_request_and_nothing_after_the_guard_is_gone(tmp_path: Path, old: Pki) -> None:
    guard = guard_from(configured(tmp_path, old))
    assert guard.current.dormant
    others = _refreshers()  # of guards that other tests still hold
    guard.wake()
    guard.wake()
    (own,) = _refreshers() - others
    del guard
    assert eventually(lambda: own not in _refreshers())


def _refreshers() -> set[threading.Thread]:
    gc.collect()
    return {thread for thread in threading.enumerate() if thread.name == "mtlsguard-refresh"}


def test_a_guard_that_nothing_can_change_is_never_dormant(old: Pki) -> None:
    trust = {"anchors": [old.root.pem], "intermediates": [old.intermediate.pem]}
    assert not guard_from({"proxy": {"dialect": "nginx", "trusted": ["10.0.0.1"]}, "trust": trust}).current.dormant


def test_a_worker_that_was_forked_long_ago_catches_up_before_its_first_answer(tmp_path: Path, old: Pki) -> None:
    guard = guard_from(configured(tmp_path, old))
    new = pki()
    write(tmp_path / "anchors" / "root.pem", new.root.pem)
    guard.wake()
    assert lets_in(guard, new.leaf(issuer=new.root))


def test_a_child_of_a_serving_process_starts_its_own(tmp_path: Path, old: Pki, guard: Guard) -> None:
    assert not guard.current.dormant
    child = os.fork()
    if child == 0:
        asleep = guard.current.dormant
        guard.wake()
        os._exit(0 if asleep and len(_refreshers()) == 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not guard.current.dormant


def test_the_native_side_cannot_change_under_a_running_service(tmp_path: Path, old: Pki, guard: Guard) -> None:
    text = (tmp_path / "mtlsguard.toml").read_text().replace('dialect = "nginx"', 'dialect = "wsgi-environ"')
    write(tmp_path / "mtlsguard.toml", text.replace('trusted = ["10.0.0.1"]\n', ""))
    assert eventually(lambda: _error(guard) == "ConfigError")
    assert guard.current.dialect.name == "nginx"


def test_a_deny_list_is_read_again_within_a_second_or_so(tmp_path: Path, old: Pki) -> None:
    client = old.leaf()
    denied = write(tmp_path / "denied", "# nobody yet\n")
    guard = serving(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n'))
    assert lets_in(guard, client)
    write(denied, f"0x{client.serial:x} CN=Example Intermediate,O=Example\n")
    assert eventually(lambda: asked(guard, client) == Deny(Reason.REVOKED))
    write(denied, "# nobody any more\n")
    assert eventually(lambda: lets_in(guard, client))


def test_a_broken_log_keeps_no_deny_list_from_being_read(
    tmp_path: Path, old: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As structlog's, where standard output is a pipe that nobody reads any more."""
    client = old.leaf()
    denied = write(tmp_path / "denied", "# nobody yet\n")
    guard = serving(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n'))

    def broken(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(condition, "tell", broken)
    write(denied, "everybody\n")
    assert eventually(lambda: any(one.last_error for one in guard.health() if one.source == "denylist"))
    write(denied, f"0x{client.serial:x} CN=Example Intermediate,O=Example\n")
    assert eventually(lambda: asked(guard, client) == Deny(Reason.REVOKED))


def test_the_deny_list_reaches_the_authorities_too(tmp_path: Path, old: Pki) -> None:
    write(tmp_path / "denied", f"0x{old.intermediate.serial:x} CN=Example Root,O=Example\n")
    guard = serving(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n'))
    assert asked(guard, old.leaf()) == Deny(Reason.REVOKED)


def test_a_policy_whose_deny_list_nobody_reads_lets_nobody_in(tmp_path: Path, old: Pki, guard: Guard) -> None:
    """One that was put in place by hand: what is configured is not read because of that."""
    client = old.leaf()
    assert lets_in(guard, client)
    write(tmp_path / "denied", "# nobody\n")
    policy = guard_from(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n')).current.policy
    unknown = Deny(Reason.REVOCATION_UNKNOWN)
    assert asked(guard_from(policy), client) == unknown
    guard.keeper = None
    guard.replace(policy)
    assert asked(guard, client) == unknown


def test_a_policy_with_another_deny_list_than_is_read_lets_nobody_in(tmp_path: Path, old: Pki) -> None:
    """Until the configuration says the same: then the list is read."""
    good, bad, known = old.leaf("good"), old.leaf("bad"), old.leaf("known")
    line = "{:#x} CN=Example Intermediate,O=Example\n"
    write(tmp_path / "denied", line.format(known.serial))
    write(tmp_path / "other", line.format(bad.serial))
    text = '[refresh]\nwatch = "off"\n[revocation]\ndenylist = "{}"\n'
    guard = serving(configured(tmp_path, old, text.format("denied")))
    assert lets_in(guard, bad)
    policy = guard.current.policy
    guard.replace(replace(policy, revocation=replace(policy.revocation, denylists=(str(tmp_path / "other"),))))
    unknown, revoked = Deny(Reason.REVOCATION_UNKNOWN), Deny(Reason.REVOKED)
    time.sleep(0.5)
    assert [asked(guard, one) for one in (good, bad, known)] == [unknown, unknown, revoked]
    configured(tmp_path, old, text.format("other"))
    guard.reload()
    assert asked(guard, bad) == revoked
    assert lets_in(guard, good)
    assert lets_in(guard, known)


def test_while_another_deny_list_is_read_nobody_is_refused(
    tmp_path: Path, old: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = old.leaf()
    write(tmp_path / "denied", "# nobody\n")
    write(tmp_path / "other", "# nobody\n")
    guard = serving(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n'))
    starting, start = [], sources.Sources.start

    def slow(one: sources.Sources, nudge: Callable[[], None], publish: Callable[[], None]) -> None:
        publish()  # as a thread of theirs does
        starting.append(lets_in(guard, client))
        start(one, nudge, publish)

    monkeypatch.setattr(sources.Sources, "start", slow)
    configured(tmp_path, old, '[revocation]\ndenylist = "other"\n')
    assert eventually(lambda: guard.current.policy.revocation.denylists[0].endswith("other"))
    assert (starting, lets_in(guard, client)) == ([True], True)


def test_the_deny_list_reaches_an_anchor_too(tmp_path: Path, old: Pki) -> None:
    client, name = old.leaf(), "CN=Example Root,O=Example"
    denied = write(tmp_path / "denied", "# nobody yet\n")
    guard = serving(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n'))
    (tmp_path / "anchors" / "issuing.pem").write_text(old.intermediate.pem)
    (tmp_path / "anchors" / "root.pem").unlink()
    assert lets_in(guard, client)
    write(denied, f"0x{old.intermediate.serial:x} {name}\n")
    assert eventually(lambda: asked(guard, client) == Deny(Reason.REVOKED))
    write(denied, f"0x{old.root.serial:x} {name}\n")
    (tmp_path / "anchors" / "issuing.pem").unlink()
    (tmp_path / "anchors" / "root.pem").write_text(old.root.pem)
    guard.reload()
    assert asked(guard, client) == Deny(Reason.REVOKED)


def test_a_deny_list_that_is_broken_stops_the_start(tmp_path: Path, old: Pki) -> None:
    write(tmp_path / "denied", "everybody\n")
    with pytest.raises(ConfigError, match=r"revocation\.denylist"):
        guard_from(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n'))


def test_a_deny_list_that_breaks_or_goes_keeps_refusing(tmp_path: Path, old: Pki) -> None:
    client = old.leaf()
    denied = write(tmp_path / "denied", f"0x{client.serial:x} CN=Example Intermediate,O=Example\n")
    guard = serving(configured(tmp_path, old, '[revocation]\ndenylist = "denied"\n'))
    for break_it in (lambda: write(denied, "everybody\n"), denied.unlink):
        break_it()
        assert eventually(lambda: any(one.last_error for one in guard.health() if one.source == "denylist"))
        assert asked(guard, client) == Deny(Reason.REVOKED)


def test_a_decision_does_not_outlive_its_authority_after_a_reload(tmp_path: Path, old: Pki, guard: Guard) -> None:
    short = old.authority("Short", issuer=old.root, not_after=old.now + timedelta(hours=1))
    write(tmp_path / "intermediate.pem", short.pem)
    client = old.leaf(issuer=short)
    assert eventually(lambda: lets_in(guard, client))
    assert asked(guard, client).valid_until <= (old.now + timedelta(hours=1)).timestamp() + 1
