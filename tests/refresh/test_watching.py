"""Which looks at files lead to reading them."""

import os
import time
from pathlib import Path

import pytest

from mtlsguard.guard import Guard
from mtlsguard.refresh import denied, lists, watching
from mtlsguard.refresh.watching import Watched
from tests.refresh.test_revocation import LEAF_ONLY, REVOKED, crl
from tests.refresh.world import asked, configured, eventually, lets_in, pki, serving, write


def watched(path: Path) -> Watched:
    found = Watched([str(path)])
    found.look()
    found.accept(found.before_reading())
    return found


@pytest.mark.parametrize("age", [1.0, -60.0, -86_400.0])
def test_a_file_is_read_once_whatever_its_date(tmp_path: Path, age: float) -> None:
    path = write(tmp_path / "a", "one")
    os.utime(path, (time.time() - age,) * 2)
    found = watched(path)
    assert not found.look()
    write(path, "other")
    assert [found.look(), found.look()] == [False, True]


@pytest.mark.parametrize("age", [0.0, -1.0])
def test_a_file_that_is_just_being_written_is_read_again(tmp_path: Path, age: float) -> None:
    path = write(tmp_path / "a", "one")
    os.utime(path, (time.time() - age,) * 2)
    assert watched(path).look()


def once(real: object) -> object:
    """Fails the first time, as with too many open files."""
    calls = []

    def reading(path: Path) -> object:
        calls.append(path)
        if len(calls) == 1:
            raise OSError(24, "Too many open files")
        return real(path)  # type: ignore[operator]

    return reading


def test_a_deny_list_that_could_not_be_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = pki()
    bad, path = ours.leaf(), write(tmp_path / "denied", "# nobody yet\n")
    guard = serving(configured(tmp_path, ours, '[revocation]\ndenylist = "denied"\n'))
    time.sleep(0.6)
    monkeypatch.setattr(watching, "_AGAIN", 0.5)
    monkeypatch.setattr(denied, "read_denylist", once(denied.read_denylist))
    write(path, f"0x{bad.serial:x} CN=Example Intermediate,O=Example\n")
    assert eventually(lambda: asked(guard, bad) == REVOKED)
    assert _errors(guard, "denylist") == [""]


def test_a_list_that_could_not_be_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = pki()
    bad, path = ours.leaf(), write(tmp_path / "a.crl", crl(ours))
    guard = serving(configured(tmp_path, ours, f'{LEAF_ONLY}crls = ["a.crl"]\n'))
    assert lets_in(guard, bad)
    time.sleep(1.2)
    monkeypatch.setattr(watching, "_AGAIN", 0.5)
    monkeypatch.setattr(lists.Path, "read_bytes", once(Path.read_bytes))
    write(path, crl(ours, [bad], number=2))
    assert eventually(lambda: asked(guard, bad) == REVOKED)
    assert _errors(guard, "crl") == [""]


def _errors(guard: Guard, source: str) -> list[str]:
    return [one.last_error for one in guard.health() if one.source == source]
