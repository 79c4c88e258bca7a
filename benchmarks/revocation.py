"""A list of many revoked serial numbers: what its index takes, what making it costs, and whom that makes wait.

Beside cryptography's own reading of the same octets: `{entry.serial_number for entry in list}`.
"""

import gc
import random
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from benchmarks.harness import Estimate, Goal, Row, Table
from mtlsguard.refresh.indexing import Indexing
from mtlsguard.revocation.crl.entries import EntryIndex, read_entries
from mtlsguard.revocation.crl.outline import Outline, outline
from mtlsguard.testing import Pki, der

_ROUNDS = 5
_ASKED = 50_000
_MILLI, _MICRO = 1e3, 1e6
_TICK = 0.001  # seconds that a thread beside the work sleeps: what it sleeps longer, it was made to wait
_LONGEST = 20.0  # milliseconds
_REASON = bytes.fromhex("300c300a0603551d1504030a01")


def table(number: int) -> Table:
    plain, reasons = _list(number, reasons=0.0), _list(number, reasons=0.7)
    rows = [*_size(plain), *_taking_in("plain", plain), *_taking_in("with reasons", reasons), *_stalls(plain)]
    return Table(f"Revocation, {number:,} serial numbers of 16 to 20 octets", "as each row says", rows)


def _list(number: int, reasons: float) -> bytes:
    """DER of a list. The signature is no matter here, and no signature."""
    draw = random.Random(number)  # noqa: S311 - not for secrets
    entries = b"".join(_entry(draw, reasons) for _ in range(number))
    crl = Pki().crl()
    parts, signed = der.children(crl.tbs_certlist_bytes), der.children(crl.public_bytes(Encoding.DER))
    return der.sequence(der.sequence(*parts[:5], der.tlv(der.SEQUENCE, entries), *parts[5:]), *signed[1:])


def _entry(draw: random.Random, reasons: float) -> bytes:
    serial = draw.getrandbits(8 * draw.choice((16, 18, 20)) - 1)
    date = f"26{draw.randint(1, 12):02}{draw.randint(1, 28):02}120000Z".encode()
    reason = _REASON + bytes((draw.choice((1, 4, 5)),)) if draw.random() < reasons else b""
    return der.sequence(der.integer(serial), der.tlv(0x17, date), reason)


def _theirs(octets: bytes) -> set[int]:
    return {entry.serial_number for entry in x509.load_der_x509_crl(octets)}


def _outlined(octets: bytes) -> Outline:
    found = outline(octets)
    if not isinstance(found, Outline):
        raise TypeError("the list cannot be read")
    return found


def _ours(octets: bytes) -> EntryIndex:
    found = _outlined(octets)
    return read_entries(octets, *found.entries, indirect_default=found.indirect_default)


def _size(octets: bytes) -> list[Row]:
    index, serials = _ours(octets), _theirs(octets)
    each = (sys.getsizeof(serials) + sum(map(sys.getsizeof, serials))) / len(serials)
    ours = index.octets / index.count
    listed = random.Random(0).sample(sorted(serials), min(_ASKED, len(serials)))  # noqa: S311 - not for secrets
    hits = _per_call(lambda serial: index.find(None, serial), listed)
    misses = _per_call(lambda serial: index.find(None, serial), [serial ^ 1 for serial in listed])
    set_hits = _per_call(serials.__contains__, [serial + 0 for serial in listed])
    return [
        Row("set of int, each number", each, "B"),
        Row("index, each number ÷ set of int", ours, "B", Estimate(ours / each, ours / each), Goal(0.27)),
        Row("set of int, cold look-up", set_hits.least),
        Row("index, cold look-up, listed ÷ 1 µs", hits.least, "µs", hits, Goal(1)),
        Row("index, cold look-up, not listed ÷ 1 µs", misses.least, "µs", misses, Goal(1)),
    ]


def _per_call(ask: Callable[[int], object], serials: list[int]) -> Estimate:
    """Microseconds. No number is asked twice in a round, and all rounds together are larger than a cache."""
    times = []
    for part in range(_ROUNDS):
        asked = list(islice(serials, part, None, _ROUNDS))
        start = perf_counter()
        for serial in asked:
            ask(serial)
        times.append((perf_counter() - start) / len(asked) * _MICRO)
    return Estimate(min(times), median(times))


def _taking_in(name: str, octets: bytes) -> list[Row]:
    theirs, ours = [], []
    for _ in range(_ROUNDS):
        theirs.append(_time(_theirs, octets))
        ours.append(_time(_ours, octets))
    ratio = Estimate(min(ours) / min(theirs), median(one / other for one, other in zip(ours, theirs, strict=True)))
    return [
        Row(f"cryptography, list to set, {name}", min(theirs) * _MILLI, "ms"),
        Row(f"list to index, {name} ÷ cryptography", min(ours) * _MILLI, "ms", ratio, Goal(0.9)),
    ]


def _time(read: Callable[[bytes], object], octets: bytes) -> float:
    gc.collect()
    start = perf_counter()
    read(octets)
    return perf_counter() - start


def _stalls(octets: bytes) -> list[Row]:
    """Of the longest in each of the rounds: the least, and the median."""
    found = _outlined(octets)
    with tempfile.TemporaryDirectory() as folder:
        names = iter(range(1_000))
        # An index is found again where it was made: each round has a folder of its own.
        beside = lambda: Indexing(Path(folder, str(next(names))), long=0)(octets, found)  # noqa: E731
        here = lambda: Indexing(Path(folder), long=len(octets) + 1)(octets, found)  # noqa: E731
        works = {
            "nothing": lambda: sleep(0.5),
            "cryptography": lambda: _theirs(octets),
            "index, in a thread ÷ 20 ms": here,
            "index, by a process of its own ÷ 20 ms": beside,
        }
        return [_stall(name, work) for name, work in works.items()]


def _stall(name: str, work: Callable[[], object]) -> Row:
    longest = [_longest(work) * _MILLI for _ in range(_ROUNDS)]
    ratio = Estimate(min(longest) / _LONGEST, median(longest) / _LONGEST)
    ours = name.startswith("index")
    title = f"longest stall: {name}"
    return Row(title, median(longest), "ms", ratio if ours else None, Goal(1) if ours else None)


def _longest(work: Callable[[], object]) -> float:
    """Seconds that this thread, which wakes up all the time, was made to wait while another worked."""
    worker = threading.Thread(target=work)
    worker.start()
    return max(_waits(worker), default=0.0)


def _waits(worker: threading.Thread) -> Iterable[float]:
    while worker.is_alive():
        start = perf_counter()
        sleep(_TICK)
        yield perf_counter() - start - _TICK
