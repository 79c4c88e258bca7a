"""The index of a long list: one file for all workers, built once, believed only if it is whole."""

import fcntl
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard.refresh import indexing
from mtlsguard.refresh.indexing import Indexing, mapped
from mtlsguard.revocation.crl.entries import Entry
from mtlsguard.revocation.crl.outline import Outline, outline
from tests.refresh.world import eventually
from tests.world import pki

SERIALS = [3**at for at in range(1, 90)]


def der_of(serials: Any = SERIALS) -> bytes:
    return pki().crl(None, serials).public_bytes(Encoding.DER)


def outlined(der: bytes) -> Outline:
    found = outline(der)
    assert isinstance(found, Outline)
    return found


class Told(list[str]):
    def __call__(self, word: str) -> None:
        self.append(word)


def index(der: bytes, folder: Path, told: Told | None = None) -> Any:
    return Indexing(folder, told if told is not None else Told(), long=0)(der, outlined(der))


def knows(found: Any) -> bool:
    listed = all(found.find(None, serial) is Entry.REVOKED for serial in SERIALS)
    return listed and all(found.find(None, serial + 1) is Entry.ABSENT for serial in SERIALS)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_the_file_says_what_the_list_says(tmp_path: Path) -> None:
    assert knows(index(der_of(), tmp_path / "own"))
    [name] = files(tmp_path / "own")
    assert name.endswith(".index")
    assert (tmp_path / "own" / name).stat().st_mode & 0o777 == 0o600


def test_it_is_used_again_and_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    der = der_of()
    index(der, tmp_path / "own")
    monkeypatch.setattr(indexing, "_built_beside", lambda *_: pytest.fail("it is built again"))
    assert knows(index(der, tmp_path / "own"))


def test_where_no_process_can_be_started_it_is_built_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/sbin/uwsgi")
    assert knows(index(der_of(), tmp_path / "own"))
    assert len(files(tmp_path / "own")) == 1


@pytest.mark.parametrize("at", [0, 9, 20, 60, 200, -40, -1])
def test_an_octet_that_changed_is_noticed_and_the_file_built_anew(tmp_path: Path, at: int) -> None:
    der = der_of()
    index(der, tmp_path / "own")
    [name] = files(tmp_path / "own")
    path, source = tmp_path / "own" / name, sha256(der).digest()
    octets = bytearray(path.read_bytes())
    octets[at] ^= 1
    path.write_bytes(octets)
    assert mapped(path, source) is None
    assert knows(index(der, tmp_path / "own"))
    assert mapped(path, source) is not None


def test_no_cut_of_the_file_is_believed(tmp_path: Path) -> None:
    der = der_of()
    index(der, tmp_path / "own")
    [name] = files(tmp_path / "own")
    path, source = tmp_path / "own" / name, sha256(der).digest()
    octets = path.read_bytes()
    for size in range(0, len(octets), max(1, len(octets) // 50)):
        path.write_bytes(octets[:size])
        assert mapped(path, source) is None


def test_the_index_of_another_list_is_not_believed(tmp_path: Path) -> None:
    index(der_of(), tmp_path / "own")
    [name] = files(tmp_path / "own")
    assert mapped(tmp_path / "own" / name, sha256(der_of([1])).digest()) is None


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    der = der_of()
    index(der, tmp_path / "own")
    [name] = files(tmp_path / "own")
    path, source = tmp_path / "own" / name, sha256(der).digest()
    assert mapped(path, source) is not None
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert mapped(path, source) is None


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777])
def test_a_folder_that_others_can_enter_is_not_used(tmp_path: Path, mode: int) -> None:
    folder, told = tmp_path / "own", Told()
    folder.mkdir()
    folder.chmod(mode)
    assert knows(index(der_of(), folder, told))
    assert told == ["open-to-others"]
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_a_link_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "own").symlink_to(tmp_path / "real")
    told = Told()
    assert knows(index(der_of(), tmp_path / "own", told))
    assert told == ["not-a-folder"]


def _full(der: bytes, folder: str, told: Any) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    words = Told()
    told.put((knows(index(der, Path(folder), words)), list(words)))


def test_a_full_disk_leaves_nothing_and_the_list_is_indexed_in_memory(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    process = context.Process(target=_full, args=(der_of(), str(tmp_path / "own"), told))
    process.start()
    right, words = told.get()
    process.join()
    assert (right, words) == (True, ["OSError"])
    assert files(tmp_path / "own") == []


SLOW = """
import sys, time
from pathlib import Path
from mtlsguard.refresh import indexing
indexing._built_beside = lambda *_: False
indexing._rest = lambda: (Path(sys.argv[2], "begun").touch(), time.sleep(60))
from tests.refresh.test_indexing import index
index(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2], "own"))
"""


def test_a_builder_that_is_killed_leaves_nothing_that_is_believed(tmp_path: Path) -> None:
    der = der_of()
    (tmp_path / "list").write_bytes(der)
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(tmp_path / "list"), str(tmp_path)])
    assert eventually((tmp_path / "begun").exists)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not [name for name in files(tmp_path / "own") if name.endswith(".index")]
    assert knows(index(der, tmp_path / "own"))


COUNTED = """
import sys
from pathlib import Path
from mtlsguard.refresh import indexing
whole = indexing.write
def write(*arguments):
    with Path(sys.argv[2], "built").open("a") as file:
        file.write("x")
    whole(*arguments)
indexing.write, indexing._built_beside = write, lambda *_: False
from tests.refresh.test_indexing import index, knows
sys.exit(not knows(index(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2], "own"))))
"""


def test_workers_that_start_together_build_it_once(tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(der_of())
    line = [sys.executable, "-c", COUNTED, str(tmp_path / "list"), str(tmp_path)]
    workers = [subprocess.Popen(line) for _ in range(4)]
    assert [worker.wait() for worker in workers] == [0, 0, 0, 0]
    assert (tmp_path / "built").read_text() == "x"


def test_a_holder_of_the_lock_that_was_stopped_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    der, told = der_of(), Told()
    index(der_of([1]), tmp_path / "own")
    monkeypatch.setattr(indexing, "_WAIT", 0.2, raising=False)
    hold = "import fcntl, sys, time; file = open(sys.argv[1]); fcntl.flock(file, fcntl.LOCK_EX)"
    line = [sys.executable, "-c", f"{hold}; print(flush=True); time.sleep(60)", str(tmp_path / "own" / "index.lock")]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            holder.stdout.readline()
            os.kill(holder.pid, signal.SIGSTOP)
            assert knows(index(der, tmp_path / "own", told))
        finally:
            holder.kill()
    assert told == ["TimeoutError"]


def test_what_nobody_opened_for_long_goes(tmp_path: Path) -> None:
    index(der_of(), tmp_path / "own")
    [old] = files(tmp_path / "own")
    os.utime(tmp_path / "own" / old, (0, 0))
    index(der_of([1, 2]), tmp_path / "own")
    assert old not in files(tmp_path / "own")


def test_lists_that_come_and_go_leave_one_lock(tmp_path: Path) -> None:
    for serial in range(1, 4):
        index(der_of([serial]), tmp_path / "own")
    assert [path.name for path in (tmp_path / "own").iterdir() if path.suffix == ".lock"] == ["index.lock"]


def test_a_worker_that_is_forked_while_an_index_is_built_does_not_keep_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers, end = [], os.pipe()

    def forking(path: Path, *arguments: Any) -> None:
        if (pid := os.fork()) == 0:
            os.close(end[1])
            os.read(end[0], 1)  # until the test is over
            os._exit(0)
        workers.append(pid)
        whole(path, *arguments)

    whole = indexing.write
    monkeypatch.setattr(indexing, "write", forking)
    monkeypatch.setattr(indexing, "_built_beside", lambda *_: False)
    try:
        index(der_of(), tmp_path / "own")
        with (tmp_path / "own" / "index.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(end[1])
        for pid in workers:
            os.waitpid(pid, 0)
    assert len(workers) == 1


MANY = 60_000


def _shared(folder: str, der: bytes, told: Any, asked: Any, ended: Any) -> None:
    """One worker: private and proportional octets of the mapping, while all workers have it."""
    found = index(der, Path(folder))
    right = all(found.find(None, serial) is Entry.REVOKED for serial in range(1, MANY, 7))
    told.put(right)
    asked.get()
    told.put(_mapping(folder))
    ended.get()  # not from the queue of questions: whoever is quick would take another's


def _mapping(folder: str) -> dict[str, int]:
    """Octets by kind, of what is mapped from the folder."""
    here, octets = False, {"Pss": 0, "Private_Clean": 0, "Private_Dirty": 0, "Size": 0}
    for line in Path("/proc/self/smaps").read_text().splitlines():
        name, *rest = line.split()
        if not name.endswith(":"):
            here = folder in line
        elif here and name[:-1] in octets:
            octets[name[:-1]] += int(rest[0]) * 1024
    return octets


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says whose memory it is")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_four_workers_have_one_copy(tmp_path: Path, method: str) -> None:
    der, context = der_of(range(1, MANY)), multiprocessing.get_context(method)
    told, asked, ended = context.SimpleQueue(), context.SimpleQueue(), context.SimpleQueue()
    line = (str(tmp_path / "own"), der, told, asked, ended)
    workers = [context.Process(target=_shared, args=line) for _ in range(4)]
    for worker in workers:
        worker.start()
    assert [told.get() for _ in workers] == [True] * 4
    for _ in workers:
        asked.put("how much?")
    shares = [told.get() for _ in workers]
    for _ in workers:
        ended.put("end")
    for worker in workers:
        worker.join()
    [name] = files(tmp_path / "own")
    size = (tmp_path / "own" / name).stat().st_size
    assert all(share["Size"] >= size for share in shares)
    assert all(share["Private_Clean"] + share["Private_Dirty"] == 0 for share in shares)
    assert sum(share["Pss"] for share in shares) <= size + 4 * 4_096
