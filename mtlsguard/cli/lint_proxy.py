"""Finds what is wrong in a proxy's configuration: ways for a client's own certificate headers, and leaks.

nginx files are read with everything they include below the folders of the given files; Envoy files are YAML
or JSON. Files of one kind are judged together. For HAProxy there is no maintained parser in Python.
"""

import argparse
import sys
from itertools import groupby
from pathlib import Path

from mtlsguard.cli.lint.files import PIP, Kind, kind_of, text_of
from mtlsguard.cli.terminal import Colour, CommandError, Paint, as_json, columns, printable
from mtlsguard.config import ConfigError
from mtlsguard.lint import ENVOY_RULES, NGINX_RULES, Expected, Finding, Level, apply
from mtlsguard.loading import load

SUMMARY = "find mistakes in a configuration of nginx or Envoy"

_COLOURS = {Level.ERROR: Colour.RED, Level.WARNING: Colour.YELLOW, Level.ADVICE: Colour.DIM}
_BY_HAND = (
    "there is no maintained parser of HAProxy configurations in Python; check by hand: in every frontend "
    "`http-request del-header` for each certificate header and its spellings with underscores comes before "
    "`http-request set-header` without a condition; `verify optional` without `crt-ignore-err`; no certificate "
    "in a log-format; chunked requests end before a server that mixes trailers into headers"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="nginx.conf, a part of one, or Envoy's YAML"
    )
    parser.add_argument(
        "--kind", choices=[kind.value for kind in Kind], help="instead of looking at names and contents"
    )
    parser.add_argument(
        "--config", metavar="FILE", type=Path, help="the guard behind the proxy: its headers and secret"
    )


def run(arguments: argparse.Namespace) -> int:
    kinds = {path: Kind(arguments.kind) if arguments.kind else kind_of(path, text_of(path)) for path in arguments.files}
    if Kind.HAPROXY in kinds.values():
        raise CommandError(_BY_HAND)
    expected = _expected(arguments.config)
    of = {kind: [path for path in kinds if kinds[path] is kind] for kind in Kind}
    findings = _nginx(of[Kind.NGINX], expected) if of[Kind.NGINX] else []
    findings += _envoy(of[Kind.ENVOY], expected) if of[Kind.ENVOY] else []
    sound = all(finding.level is Level.ADVICE for finding in findings)
    document = {"ok": sound, "findings": [_document(finding) for finding in findings]}
    print(as_json(document) if arguments.json else "\n".join(_text(findings)))
    return 0 if sound else 1


def _nginx(paths: list[Path], expected: Expected) -> list[Finding]:
    try:
        from mtlsguard.cli.lint import nginx  # noqa: PLC0415 - needs an extra
    except ImportError:
        raise CommandError(f"nginx configurations are read with crossplane: {PIP}") from None
    return apply(NGINX_RULES, nginx.load(paths), expected)


def _envoy(paths: list[Path], expected: Expected) -> list[Finding]:
    try:
        from mtlsguard.cli.lint import envoy  # noqa: PLC0415 - needs an extra
    except ImportError:
        raise CommandError(f"Envoy configurations are read with PyYAML: {PIP}") from None
    return apply(ENVOY_RULES, envoy.load(paths), expected)


def _expected(path: Path | None) -> Expected:
    if path is None:
        return Expected()
    try:
        return Expected.of(load(path).policy.proxy)
    except ConfigError as error:
        raise CommandError(str(error)) from None


def _document(finding: Finding) -> dict[str, object]:
    return {
        "file": finding.place.file,
        "line": finding.place.line,
        "level": finding.level.value,
        "rule": finding.rule,
        "what": finding.what,
        "why": finding.why,
        "fix": list(finding.fix),
    }


def _text(findings: list[Finding]) -> list[str]:
    paint = Paint.of(sys.stdout)
    lines = [] if findings else [paint("nothing found", Colour.GREEN)]
    for file, group in groupby(findings, key=lambda finding: finding.place.file):
        lines.append(paint(printable(file), Colour.BOLD))
        for finding in group:
            head = f"{finding.level.value} {finding.rule}"
            lines.append(f"  {finding.place.line}: {paint(head, _COLOURS[finding.level])}")
            lines += columns([("what", printable(finding.what)), ("why", finding.why)], "    ")
            lines += [f"    {'write' if not at else '':<5} {printable(line)}" for at, line in enumerate(finding.fix)]
    return lines
