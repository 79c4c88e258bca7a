"""Two threads on remembered decisions: what they do together ÷ what one does alone, under the GIL."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import Any

from benchmarks.harness import Case, Estimate, Group, Row, Samples, Table, at_least
from benchmarks.material import WsgiRequests, calling_wsgi, configuration, headers_of, world
from benchmarks.wsgi import bare
from mtlsguard.wsgi import GuardMiddleware

_SAMPLE = 0.03  # several of the interpreter's switch intervals
_APPS = ("bare WSGI callable", "a lock around a look-up", "mtlsguard, WSGI hit")


class Locked:
    """What a cache with a lock costs, and nothing else."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known = {"10.0.0.1": 1}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        for _ in range(10):  # a whole hit's worth of work, all of it short and locked
            with self._lock:
                self._known[environ["REMOTE_ADDR"]]
        return bare(environ, start_response)


def group() -> Group:
    rsa = world("rsa2048")
    make = WsgiRequests(headers_of(rsa.client)).environ
    apps = zip(_APPS, [bare, Locked(), GuardMiddleware(bare, configuration(rsa.pki))], strict=True)
    cases = []
    for name, app in apps:
        run = calling_wsgi(app, make)
        cases += [Case(f"{name}, 1 thread", _threads(run, 1), _SAMPLE), Case(f"{name}, 2", _threads(run, 2), _SAMPLE)]
    return Group(cases, _table)


def _threads(run: Callable[[int], None], number: int) -> Callable[[int], None]:
    def all_of_them(count: int) -> None:
        threads = [Thread(target=run, args=(count // number,)) for _ in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return all_of_them


def _table(samples: Samples) -> Table:
    rows = []
    for name in _APPS:
        slower = samples.ratio(f"{name}, 2", f"{name}, 1 thread")
        together = Estimate(1 / slower.least, 1 / slower.middle)
        goal = at_least(0.9) if name.startswith("mtlsguard") else None
        rows.append(Row(name, samples.time(f"{name}, 2").least, "µs", together, goal))
    return Table("Two threads together", "÷ one alone (throughput)", rows)
