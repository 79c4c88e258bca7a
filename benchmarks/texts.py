"""The stream filter on a clean log, and texts that were written to keep a redactor busy."""

import gc
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

from benchmarks.harness import Estimate, Goal, Row, Table, at_least
from benchmarks.redaction import replaced
from mtlsguard.redact.redactor import Redactor
from mtlsguard.redact.stream import Stream

_ROUNDS = 5
_CHUNK = 256 * 1024
_MEGA = 1_000_000
_REDACTOR = Redactor(b"k" * 32)
_LINE = (
    '10.0.0.7 - - [27/Nov/2026:21:00:00 +0000] "GET /invoices/{0}?page=2 HTTP/1.1" 200 1834 '
    '"https://app.example.org/list" "Mozilla/5.0 (X11; Linux x86_64)" rt=0.012 id=8f14e45f-ceea-467f-a1d6-{0:012d}\n'
    '{{"event":"invoice paid","level":"info","timestamp":"2026-11-27T21:00:00.{0:06d}Z","path":"/invoices/{0}"}}\n'
)
_WORST = {
    "names": "CN=a,O=b;",
    "names of clients": "CN=client-17,O=Example, C=DE; ",
    "serial numbers": "serial=0A1B2C3D ",
    "words without numbers": "serial ",
    "fingerprints": "fingerprint ab12ab12ab12ab12ab12 ",
    "headers that do not end": 'client_cert="',
    "beginnings of PEM": "BEGIN A",
    "ends of PEM": "END X-----",
    "whole PEM": "-----BEGIN CERTIFICATE-----\nMIIBsjCCATigAwIBAgIUAAAAAAAAAAAAAAAAAAAA\n-----END CERTIFICATE-----\n",
    "beginnings of DER": "MIIBsjCCATig ",
    "middles of DER": "BgNVBAMM",
    "hexadecimal": "30820a0b3082 ",
    "octets with colons": "ab:",
    "pairs": "('CN', '",
    "reprs": "<Name(",
    "XFCC": "By=a;Hash=abcdefabcdef0;",
    "percents": "CN%3D%2C",
    "asn1parse": " 1:d=1 hl=1 l= 1 prim: INTEGER           :0A0B0C0D\n",
    "escapes": '\\\\\\\\\\\\\\"',
    "boxes": "\u2502 \n",
    "colours": "\x1b[0m",
    "JSON": '{"subject":"CN=a,O=b","serial":"0A0B0C0D"},',
    "JSON on lines": '{"subject":"CN=a,O=b","serial":"0A0B0C0D"}\n',
    "lines of a collector": "web-1  | serial=0A1B2C3D CN=a,O=b\n",
    "dashes": "-",
    "blanks": " ",
}


def table(megabytes: int) -> Table:
    return Table("Redaction of texts", "as each row says", [*_stream(megabytes), *_worst()])


def _stream(megabytes: int) -> Iterator[Row]:
    text = "".join(_LINE.format(number) for number in range(megabytes * _MEGA // 300))
    octets = text.encode()
    chunks = [octets[at : at + _CHUNK] for at in range(0, len(octets), _CHUNK)]
    size = len(octets) / _MEGA
    rates = [size / _time(lambda: _filtered(chunks)) for _ in range(_ROUNDS)]
    yield Row("stream filter, clean log ÷ MB/s", max(rates), "MB/s", Estimate(max(rates), median(rates)), at_least(200))
    naive = [size / _time(lambda: replaced(text)) for _ in range(_ROUNDS)]
    yield Row("five naive patterns, the same", max(naive), "MB/s")


def _filtered(chunks: list[bytes]) -> None:
    stream = Stream(_REDACTOR)
    for chunk in chunks:
        stream.feed(chunk)
    stream.close()


def _worst() -> Iterator[Row]:
    """Milliseconds for a megabyte; the slowest of all kinds, and the one that grows most."""
    times = {kind: (_of(piece, _MEGA // 10), _of(piece, _MEGA)) for kind, piece in _WORST.items()}
    slowest = max(times, key=lambda kind: times[kind][1].least)
    _, whole = times[slowest]
    yield Row(f"1 MB of {slowest} ÷ 20 ms", whole.least, "ms", Estimate(whole.least / 20, whole.middle / 20), Goal(1))
    growth = {kind: whole / tenth for kind, (tenth, whole) in times.items()}
    steepest = max(growth, key=lambda kind: growth[kind].least)
    yield Row(f"1 MB ÷ 100 KB of {steepest}", times[steepest][1].least, "ms", growth[steepest], Goal(10))


def _of(piece: str, size: int) -> Estimate:
    text = "cert " + (piece * (size // len(piece) + 1))[:size]
    times = [_time(lambda: _REDACTOR.text(text)) * 1000 for _ in range(_ROUNDS)]
    return Estimate(min(times), median(times))


def _time(work: Callable[[], object]) -> float:
    gc.collect()
    start = perf_counter()
    work()
    return perf_counter() - start
