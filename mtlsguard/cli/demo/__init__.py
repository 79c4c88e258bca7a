"""Plays every case that matters with a real proxy, a real server and real certificates, on this machine.

Makes a certificate authority in a temporary folder, starts the proxy and an application behind the guard,
sends requests as honest clients and as forgers do, and compares what came of each with what must come of it:
the status, the identity, and the reason in the audit log. Then the log itself. Nothing is left behind.
"""

import argparse
import contextlib
import sys
import time

from mtlsguard.cli.demo.invitation import trials
from mtlsguard.cli.demo.play import Outcome, Play, staged
from mtlsguard.cli.demo.progress import Progress
from mtlsguard.cli.demo.proxies import PROXIES
from mtlsguard.cli.demo.signals import Signals, Stopped
from mtlsguard.cli.demo.table import document, log_lines, table
from mtlsguard.cli.terminal import Colour, Paint, as_json, is_terminal, width

SUMMARY = "see the guard at work with a real proxy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--proxy", choices=sorted(PROXIES), default="caddy", help="which proxy (default: caddy)")
    parser.add_argument("--keep", action="store_true", help="leave it running until Ctrl-C, with commands to try")
    parser.add_argument("--no-color", action="store_true", help="no colours; NO_COLOR in the environment does the same")


def run(arguments: argparse.Namespace) -> int:
    progress = Progress(sys.stderr, Paint.plain() if arguments.no_color else Paint.of(sys.stderr))
    status: int | None = None
    try:
        with Signals() as signals, progress, staged(PROXIES[arguments.proxy], signals, progress) as play:
            status = _played(play, progress, arguments)
            if arguments.keep:
                _keep(play, arguments)
    except Stopped as stopped:
        return 128 + stopped.number if status is None else status
    return status


def _played(play: Play, progress: Progress, arguments: argparse.Namespace) -> int:
    started = time.monotonic()
    outcomes = play.outcomes(progress)
    progress.clear()
    leaks = play.leaks()
    failed = sum(not outcome.ok for outcome in outcomes)
    if arguments.json:
        print(as_json(_document(play, outcomes, leaks, arguments)), flush=True)
    else:
        paint = Paint.plain() if arguments.no_color else Paint.of(sys.stdout)
        lines = [*_told(play, outcomes, paint), *_verdict(failed, leaks, len(outcomes), paint)]
        lines.append(paint(f"{len(outcomes)} requests in {time.monotonic() - started:.1f} s", Colour.DIM))
        print("\n".join(lines), flush=True)
    return 1 if failed or leaks else 0


def _told(play: Play, outcomes: list[Outcome], paint: Paint) -> list[str]:
    cut = width() if is_terminal(sys.stdout) else None
    return [
        f"client -- mutual TLS --> {play.proxy.name} -- HTTP headers --> mtlsguard + application",
        "",
        *table(outcomes, paint),
        "",
        paint("what guard and application logged, redacted", Colour.BOLD),
        *(paint(line, Colour.DIM) for line in log_lines(play.log(), cut)),
        "",
    ]


def _verdict(failed: int, leaks: int, number: int, paint: Paint) -> list[str]:
    rows = paint(f"{failed} of {number} rows are not as expected", Colour.RED)
    if not failed:
        rows = paint(f"all {number} rows as expected", Colour.GREEN)
    log = paint(f"the log holds certificate data in {leaks} places", Colour.RED)
    if not leaks:
        log = paint("no certificate, serial number or fingerprint in the log", Colour.GREEN)
    return [rows, log]


def _document(play: Play, outcomes: list[Outcome], leaks: int, arguments: argparse.Namespace) -> dict[str, object]:
    ok = all(outcome.ok for outcome in outcomes) and not leaks
    facts: dict[str, object] = {"ok": ok, "proxy": play.proxy.name, "leaks": leaks}
    facts |= {"rows": [document(outcome) for outcome in outcomes], "log": play.log()}
    if arguments.keep:
        facts["try"] = [{"shows": shows, "command": command} for shows, command in trials(play)]
    return facts


def _print_line(line: str) -> None:
    """Called while a request is served: a terminal that has gone is no reason to fail it."""
    with contextlib.suppress(OSError):
        print("\n".join(log_lines([line], None)), flush=True)


def _keep(play: Play, arguments: argparse.Namespace) -> None:
    """Until a signal ends it; the log goes on below."""
    if not arguments.json:
        paint = Paint.plain() if arguments.no_color else Paint.of(sys.stdout)
        print(paint("\nrunning until Ctrl-C; to try, in another terminal:", Colour.BOLD))
        for shows, command in trials(play):
            print(f"{paint(f'# {shows}', Colour.DIM)}\n{command}")
        print(paint("the log goes on:", Colour.BOLD), flush=True)
        play.stage.journal.listener = _print_line
    while play.running():
        time.sleep(0.2)
    print(f"mtlsguard: {play.proxy.name} has ended by itself", file=sys.stderr)
