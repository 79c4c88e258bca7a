"""What a reason in the audit log means and what to do about it. Without a reason: all of them."""

import argparse
import sys
from difflib import get_close_matches

from mtlsguard.cli.terminal import Colour, CommandError, Paint, as_json, columns
from mtlsguard.reason import EXPLANATIONS, Reason

SUMMARY = "say what a reason for a refusal means"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reason", nargs="?", metavar="REASON", help="such as unknown-issuer")


def run(arguments: argparse.Namespace) -> int:
    reasons = list(Reason) if arguments.reason is None else [_reason(arguments.reason)]
    if arguments.json:
        documents = [_document(reason) for reason in reasons]
        print(as_json(documents if arguments.reason is None else documents[0]))
    elif arguments.reason is None:
        print("\n".join(_table()))
    else:
        print("\n".join(_page(reasons[0])))
    return 0


def _reason(text: str) -> Reason:
    wanted = text.strip().lower().replace("_", "-").replace(" ", "-")
    if wanted in {reason.value for reason in Reason}:
        return Reason(wanted)
    close = get_close_matches(wanted, [reason.value for reason in Reason], n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else "`mtlsguard explain` lists all of them"
    raise CommandError(f"there is no such reason; {hint}")


def _document(reason: Reason) -> dict[str, object]:
    entry = EXPLANATIONS[reason]
    return {"reason": reason.value, "status": entry.status, "meaning": entry.meaning, "advice": entry.advice}


def _page(reason: Reason) -> list[str]:
    entry = EXPLANATIONS[reason]
    rows = [("status", f"{entry.status} is what the client gets, without the reason")]
    rows += [("meaning", entry.meaning), ("advice", entry.advice)]
    return [Paint.of(sys.stdout)(reason.value, Colour.BOLD), *columns(rows, "  ")]


def _table() -> list[str]:
    return columns(
        (f"{reason.value:<20} {EXPLANATIONS[reason].status}", EXPLANATIONS[reason].meaning) for reason in Reason
    )
