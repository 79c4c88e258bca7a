"""Reads a configuration as the guard does and shows every problem at once; never a secret."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from mtlsguard.canary import Leak
from mtlsguard.cli.logging_config import FORMS, leaks_of
from mtlsguard.cli.terminal import Colour, CommandError, Paint, as_json, columns, printable
from mtlsguard.config import ConfigError, Problem
from mtlsguard.loading import load
from mtlsguard.policy import Policy, ProxyPolicy, RouteRule, TrustPolicy, Verify
from mtlsguard.resolving import Loaded

SUMMARY = "check a configuration file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a configuration in TOML")
    text = f"also send a throw-away certificate through this logging configuration: {FORMS}"
    parser.add_argument("--logging", metavar="CONFIG", help=text)


def run(arguments: argparse.Namespace) -> int:
    if not arguments.file.is_file():
        raise CommandError(f"{arguments.file} is not a file")
    try:
        loaded = load(arguments.file)
    except ConfigError as error:
        print(as_json(_refused(error)) if arguments.json else "\n".join(_problems(error)))
        return 1
    leaks = leaks_of(arguments.logging) if arguments.logging else None
    print(as_json(_accepted(loaded, leaks)) if arguments.json else "\n".join(_summary(loaded) + _told_of(leaks)))
    return 1 if leaks else 0


def _refused(error: ConfigError) -> dict[str, object]:
    return {"ok": False, "problems": [_document(problem) for problem in error.problems], "warnings": []}


def _accepted(loaded: Loaded, leaks: tuple[Leak, ...] | None) -> dict[str, object]:
    facts = dict(_facts(loaded.policy))
    warnings = [_document(warning) for warning in loaded.warnings]
    told = {} if leaks is None else {"logging": [asdict(leak) for leak in leaks]}
    return {"ok": not leaks, "problems": [], "warnings": warnings, "configuration": facts, **told}


def _document(problem: Problem) -> dict[str, str]:
    return {"place": problem.place, "expected": problem.expected, "hint": problem.hint}


def _problems(error: ConfigError) -> list[str]:
    paint = Paint.of(sys.stdout)
    number = len(error.problems)
    lines = [paint(f"{number} problem{'s' if number > 1 else ''}", Colour.RED)]
    for problem in error.problems:
        lines.append(f"  {paint(printable(problem.place) or 'the whole file', Colour.BOLD)}")
        lines += columns(_told(problem, "expected"), "    ")
    return lines


def _told(problem: Problem, name: str) -> list[tuple[str, str]]:
    hint = [("hint", printable(problem.hint))] if problem.hint else []
    return [(name, printable(problem.expected)), *hint]


def _summary(loaded: Loaded) -> list[str]:
    paint = Paint.of(sys.stdout)
    lines = [paint("the configuration is sound", Colour.GREEN), *columns(_facts(loaded.policy), "  ")]
    for warning in loaded.warnings:
        lines.append(paint(f"  warning: {printable(warning.place)}", Colour.YELLOW))
        lines += columns(_told(warning, "meaning"), "    ")
    return lines


def _told_of(leaks: tuple[Leak, ...] | None) -> list[str]:
    """None: nobody asked about logging."""
    if leaks is None:
        return []
    paint = Paint.of(sys.stdout)
    if not leaks:
        return [paint("the logging lets no certificate data out", Colour.GREEN)]
    lines = [paint("the logging lets certificate data out", Colour.RED)]
    for leak in leaks:
        lines.append(f"  {paint(printable(leak.place), Colour.BOLD)}")
        rows = [("what", ", ".join(leak.kinds)), ("from", ", ".join(leak.ways)), ("hint", printable(leak.hint))]
        lines += columns(rows, "    ")
    return lines


def _facts(policy: Policy) -> list[tuple[str, str]]:
    return [
        ("dialect", _dialect(policy.proxy)),
        ("trusted", _trusted(policy.proxy)),
        ("trust", _trust(policy.trust)),
        ("identity", f"the one {policy.identity.name.value} name"),
        ("roles", ", ".join(sorted({printable(rule.role) for rule in policy.roles})) or "none"),
        *((f"route {at}", _route(rule)) for at, rule in enumerate(policy.routes, 1)),
        ("other routes", f"a verified identity; without a certificate: {policy.absent.value}"),
    ]


def _dialect(proxy: ProxyPolicy) -> str:
    own = proxy.custom
    if own is None:
        return proxy.dialect
    parts = [
        f"certificate {own.encoding.value}",
        f"chain {own.chain.value}" if own.chain else "no chain",
        f"verdict {own.success}, or {own.none} without a certificate" if own.success else "no verdict",
        "missing without a certificate" if own.absent is None else f'"{own.absent}" without a certificate',
    ]
    return printable(f"custom: {', '.join(parts)}")


def _trusted(proxy: ProxyPolicy) -> str:
    peers = [str(network) for network in proxy.networks] + ["a UNIX socket"] * proxy.unix
    secret = f"the secret in {proxy.secret.header}" if proxy.secret else ""
    return " and ".join(filter(None, [", ".join(peers), secret]))


def _trust(trust: TrustPolicy) -> str:
    if trust.verify is Verify.PROXY:
        return "the proxy's verdict"
    counted = [(len(trust.anchors), "anchor"), (len(trust.intermediates), "intermediate"), (len(trust.pinned), "pin")]
    parts = [f"{number} {noun}{'s' if number > 1 else ''}" for number, noun in counted if number]
    return f"{', '.join(parts)}; profile {trust.profile.value}"


def _route(rule: RouteRule) -> str:
    methods = ", ".join(sorted(rule.methods)) or "every method"
    wanted = f"role {' or '.join(sorted(rule.require))}" if rule.require else rule.access.value
    return printable(f"{rule.path} ({methods}): {wanted}")
