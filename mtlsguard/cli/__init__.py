"""EDGE: the command `mtlsguard`. Arguments in, text and an exit status out; every decision is made elsewhere."""

import argparse
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module

from mtlsguard import __version__
from mtlsguard.cli.terminal import CommandError, complain, tolerate_any_encoding

__all__ = ["main"]

_STATUS = """\
exit status:
  0  everything is as it should be
  1  something is not: a row of the demo, a problem in a configuration, a certificate that is refused
  2  the command was called wrongly, or cannot work with what it was given
  A command that a signal ends early answers 128 and the signal's number, as a shell does.
"""
_COMMANDS = (  # each a module of that name
    "demo",
    "check-config",
    "inspect",
    "explain",
    "proxy-config",
    "lint-proxy",
    "routes",
    "revoke",
    "unrevoke",
    "revoked",
    "redact",
    "pseudonym",
)


def main(argv: Sequence[str] | None = None) -> int:
    tolerate_any_encoding()
    try:
        words = sys.argv[1:] if argv is None else argv
        arguments = _parser(_needed(words)).parse_args(words)
        status: int = arguments.run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return _reader_has_gone()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except CommandError as error:
        return complain(str(error))
    except OSError as error:  # a full disk behind the standard output
        _discard_what_cannot_be_written()
        return complain(error.strerror or type(error).__name__)
    return status


def _needed(words: Sequence[str]) -> Iterable[str]:
    """The command alone if it is named at once: to import them all takes longer than most of them need."""
    first = words[:1]
    if first == ["--version"]:
        return ()
    return first if first and first[0] in _COMMANDS else _COMMANDS


def _parser(names: Iterable[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mtlsguard",
        description="Verified client identities behind a proxy that terminates mutual TLS.",
        epilog=_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mtlsguard {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in names:
        command = import_module(f"{__name__}.{name.replace('-', '_')}")
        own = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=command.__doc__,
            epilog=_STATUS,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        own.add_argument("--json", action="store_true", help="print JSON for programs instead of text for people")
        command.add_arguments(own)
        own.set_defaults(run=command.run)
    return parser


def _reader_has_gone() -> int:
    """`| head`: nothing is wrong."""
    _discard_output()
    return 128 + signal.SIGPIPE


def _discard_what_cannot_be_written() -> None:
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        _discard_output()


def _discard_output() -> None:
    """The interpreter must not try to write the rest when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
