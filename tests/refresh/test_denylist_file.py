"""The deny list in a file: whole or not at all, and never half written by a command."""

import fcntl
import os
import stat
import threading
from pathlib import Path

import pytest

from mtlsguard.refresh import denylist_file
from mtlsguard.refresh.denylist_file import Broken, Edited, add, entries_of, read_denylist, remove
from mtlsguard.revocation.denyfile import Entry, entry_of
from mtlsguard.revocation.denylist import DenyList

ISSUER = "CN=Issuing CA,O=Example"
THREE = f"# ours\n0x1 {ISSUER}\n\n# stolen\n0x2 {ISSUER}\n02 {ISSUER}\n".replace("02 ", "00:02 ")


def entry(serial: int) -> Entry:
    found = entry_of(f"{serial:#x}", ISSUER)
    assert isinstance(found, Entry)
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "denied"
    path.write_text(THREE)
    return path


def numbers(path: Path) -> list[int]:
    found = entries_of(path)
    assert isinstance(found, list)
    return [one.serial for one in found]


def faults(path: Path) -> list[int]:
    found = read_denylist(path)
    assert isinstance(found, Broken)
    return [problem.line for problem in found.problems]


# reading


def test_a_file_is_a_list_in_which_doubles_count_once(path: Path) -> None:
    found = read_denylist(path)
    assert isinstance(found, DenyList)
    assert (len(found), [entry(at).key in found for at in (1, 2, 3)]) == (2, [True, True, False])


def test_a_file_whose_last_line_was_cut_off_is_broken(path: Path) -> None:
    path.write_text(THREE + f"0x3 {ISSUER}")
    assert faults(path) == [7]


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_file_that_is_cut_within_a_line_is_broken(path: Path, cut: int) -> None:
    whole = THREE.encode()
    path.write_bytes(whole[:-cut])
    found = read_denylist(path)
    assert isinstance(found, Broken) or whole[:-cut].endswith(b"\n")


def test_an_empty_file_is_broken_because_a_writer_may_just_have_emptied_it(path: Path) -> None:
    path.write_bytes(b"")
    assert faults(path) == [0]


def test_a_file_with_a_comment_only_is_an_empty_list(path: Path) -> None:
    path.write_text("# nobody\n")
    found = read_denylist(path)
    assert isinstance(found, DenyList)
    assert len(found) == 0


def test_every_bad_line_is_named_and_none_is_repeated(path: Path) -> None:
    path.write_text(f"0x1 {ISSUER}\nsecret-one\n0x2 {ISSUER}\n17 secret-two\n")
    found = read_denylist(path)
    assert isinstance(found, Broken)
    assert ([problem.line for problem in found.problems], "secret" in str(found)) == ([2, 4], False)


def test_problems_are_told_up_to_a_bound(path: Path) -> None:
    path.write_text("junk\n" * 1_000)
    assert len(faults(path)) == 20


def test_a_line_without_an_end_is_not_read_into_memory(path: Path) -> None:
    path.write_bytes(b"x" * 50_000_000)
    assert faults(path) == [1]


def test_more_lines_than_the_bound_are_a_problem(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denylist_file, "MOST_LINES", 3)
    assert faults(path) == [4]


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_denylist(tmp_path / "none")


def test_other_threads_run_while_a_long_file_is_read(path: Path) -> None:
    """Line by line: another thread counts to a number that it could not reach if it had to wait for the whole."""
    path.write_text("".join(f"{serial:#x} {ISSUER}\n" for serial in range(1, 60_001)))
    turns, reading = 0, threading.Event()

    def read() -> None:
        reading.set()
        found.append(read_denylist(path))

    found: list[DenyList | Broken] = []
    reader = threading.Thread(target=read)
    reader.start()
    reading.wait()
    while reader.is_alive():
        turns += 1
        reader.join(0.001)
    assert isinstance(found[0], DenyList)
    assert (len(found[0]), turns > 5) == (60_000, True)


# changing


def test_a_certificate_is_added_at_the_end_with_its_note(path: Path) -> None:
    assert add(path, entry(3), "lost") == Edited(changed=True, entries=3)
    *before, note, line = path.read_text().splitlines(keepends=True)
    assert ("".join(before), note.endswith(" lost\n"), line) == (THREE, True, f"0x3 {ISSUER}\n")


def test_adding_again_writes_nothing(path: Path) -> None:
    before = path.stat().st_ino
    assert (add(path, entry(2)), path.stat().st_ino) == (Edited(changed=False, entries=2), before)


def test_removing_takes_out_every_spelling_and_leaves_the_rest(path: Path) -> None:
    assert remove(path, entry(2).key) == Edited(changed=True, entries=1)
    assert path.read_text() == f"# ours\n0x1 {ISSUER}\n\n# stolen\n"


def test_removing_what_is_not_there_writes_nothing(path: Path) -> None:
    assert (remove(path, entry(9).key).changed, path.read_text()) == (False, THREE)  # type: ignore[union-attr]


def test_the_last_certificate_can_be_removed_and_the_file_stays_sound(path: Path) -> None:
    path.write_text(f"0x1 {ISSUER}\n")
    remove(path, entry(1).key)
    assert numbers(path) == []


def test_a_missing_file_is_made(tmp_path: Path) -> None:
    add(tmp_path / "new", entry(1))
    assert numbers(tmp_path / "new") == [1]


def test_a_broken_file_is_not_written_over(path: Path) -> None:
    path.write_text("junk\n")
    assert (isinstance(add(path, entry(1)), Broken), path.read_text()) == (True, "junk\n")


def test_the_mode_of_the_file_stays(path: Path) -> None:
    path.chmod(0o640)
    add(path, entry(3))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_of_the_file_stays(path: Path) -> None:
    os.chown(path, 12_345, 23_456)
    add(path, entry(3))
    assert (path.stat().st_uid, path.stat().st_gid) == (12_345, 23_456)


def test_a_link_stays_a_link_and_what_it_leads_to_changes(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    add(link, entry(3))
    assert (link.is_symlink(), numbers(path)[-1]) == (True, 3)


def test_a_full_disk_leaves_the_old_file_and_nothing_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(denylist_file.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        add(path, entry(3))
    assert (path.read_text(), [one.name for one in path.parent.iterdir() if ".new" in one.name]) == (THREE, [])


def test_what_a_killed_command_left_behind_is_no_hindrance(path: Path) -> None:
    path.with_name(".denied.new").write_text("half")
    assert add(path, entry(3)) == Edited(changed=True, entries=3)


def test_commands_at_once_all_happen(path: Path) -> None:
    threads = [threading.Thread(target=add, args=(path, entry(serial))) for serial in range(10, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers(path)) == [1, 2, 2, *range(10, 30)]


def test_a_command_waits_for_another_one(path: Path) -> None:
    done = threading.Event()
    lock = os.open(path.with_name(".denied.lock"), os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    waiting = threading.Thread(target=lambda: (add(path, entry(3)), done.set()))
    waiting.start()
    assert not done.wait(0.2)
    os.close(lock)
    waiting.join()
    assert numbers(path)[-1] == 3
