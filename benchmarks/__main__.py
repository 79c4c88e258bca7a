"""`python -m benchmarks [--quick] [--json] [--only GROUP]`: exit status 1 if a goal is missed.

Ratios are of the fastest rounds; the median of paired samples stands beside them. A goal holds, or is missed,
where both say so; where they disagree the machine was busy: run again.
"""

import argparse
import json
import platform
import sys
from collections import Counter
from collections.abc import Callable
from itertools import chain

from benchmarks import (
    asgi,
    django,
    first,
    frameworks,
    memory,
    redaction,
    refusals,
    report,
    revocation,
    scale,
    texts,
    threads,
    wsgi,
)
from benchmarks.harness import MISSED, Group, Table, measure

GROUPS: dict[str, Callable[[], Group]] = {
    "asgi": asgi.group,
    "frameworks": frameworks.group,
    "django": django.group,
    "wsgi": wsgi.group,
    "first": first.group,
    "scale": scale.group,
    "threads": threads.group,
    "refusals": refusals.group,
    "redaction": redaction.group,
}
MEMORY, REVOCATION, TEXTS = "memory", "revocation", "texts"
# Seconds of rounds, certificates in memory, revoked serial numbers, megabytes of log.
_QUICK, _FULL = (25.0, 1_000, 100_000, 5), (110.0, 10_000, 1_000_000, 50)


def main() -> int:
    options = _options()
    names = options.only or [*GROUPS, MEMORY, REVOCATION, TEXTS]
    seconds, certificates, serials, megabytes = _QUICK if options.quick else _FULL
    groups = [GROUPS[name]() for name in names if name in GROUPS]
    cases = list(chain.from_iterable(group.cases for group in groups))
    samples = measure(cases, seconds if cases else 0.0)
    tables = [group.table(samples) for group in groups]
    tables += [memory.table(certificates)] if MEMORY in names else []
    tables += [revocation.table(serials)] if REVOCATION in names else []
    tables += [texts.table(megabytes)] if TEXTS in names else []
    rounds = max(map(len, samples.by_case.values()), default=0)
    print(_json(tables, rounds) if options.json else _text(tables, rounds))
    return 1 if any(row.verdict == MISSED for table in tables for row in table.rows) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=sys.modules["benchmarks"].__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute, noisier")
    parser.add_argument("--json", action="store_true", help="the same as data")
    parser.add_argument(
        "--only", action="append", choices=[*GROUPS, MEMORY, REVOCATION, TEXTS], metavar="GROUP", help="repeatable"
    )
    return parser.parse_args()


def _text(tables: list[Table], rounds: int) -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    verdicts = Counter(row.verdict for table in tables for row in table.rows if row.goal)
    end = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    return f"{python}, {rounds} interleaved rounds\n\n{report.text(tables)}\n\ngoals: {end}"


def _json(tables: list[Table], rounds: int) -> str:
    return json.dumps({"python": platform.python_version(), "rounds": rounds, "tables": report.data(tables)}, indent=2)


if __name__ == "__main__":
    sys.exit(main())
