"""What Python prints by itself: warnings, and exceptions that nobody caught, in any thread or in a destructor.

    undo = install_hooks()  # before Sentry and its like, whose hooks call those that were there

asyncio needs none: its exception handler logs.
"""

import sys
import threading
import warnings
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

from mtlsguard.redact import redact_text
from mtlsguard.redact.sinks.exceptions import UNEXAMINED, exc_info_of, rendered

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def install_hooks() -> Callable[[], None]:
    """Replaces the hooks of this process; installed twice they are there once. Answers what takes them out again.

    A hook that somebody else installed before goes on being called, with a stand-in for the exception: it has name,
    text and traceback, and no frames.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.formatwarning
    if not _is_ours(sys.excepthook):
        sys.excepthook = partial(_except, sys.excepthook)
    if not _is_ours(threading.excepthook):
        threading.excepthook = partial(_thread_except, threading.excepthook)
    if not _is_ours(sys.unraisablehook):
        sys.unraisablehook = partial(_unraisable, sys.unraisablehook)
    if not _is_ours(warnings.formatwarning):
        warnings.formatwarning = partial(_format_warning, warnings.formatwarning)
    return partial(_put_back, before)


def _put_back(before: tuple[Any, ...]) -> None:
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.formatwarning = before


def _except(
    before: Callable[..., object],
    _kind: type[BaseException],
    error: BaseException,
    _frames: TracebackType | None,
) -> None:
    if before is sys.__excepthook__:
        _print(rendered(error))
    else:
        before(*exc_info_of(error))


def _thread_except(before: Callable[..., object], args: threading.ExceptHookArgs) -> None:
    if args.exc_type is SystemExit:
        return
    if before is not threading.__excepthook__:
        error = exc_info_of(args.exc_value or args.exc_type())
        before(threading.ExceptHookArgs((*error, args.thread)))
        return
    name = args.thread.name if args.thread is not None else threading.get_ident()
    _print(f"Exception in thread {name}:\n{rendered(args.exc_value or args.exc_type())}")


def _unraisable(before: Callable[..., object], args: "UnraisableHookArgs") -> None:
    error = args.exc_value or args.exc_type()
    said = f"{args.err_msg or 'Exception ignored in'}: {_shown(args.object)}"
    if before is sys.__unraisablehook__:
        _print(f"{said}\n{rendered(error)}")
        return
    kind, made, _ = exc_info_of(error)
    before(_Unraisable(kind, made, redact_text(said)))


class _Unraisable:
    """`sys.UnraisableHookArgs` cannot be made from Python."""

    exc_traceback = None
    object = None

    def __init__(self, kind: type[BaseException], error: BaseException, message: str) -> None:
        self.exc_type, self.exc_value, self.err_msg = kind, error, message


def _format_warning(before: Callable[..., str], message: Any, *rest: Any, **keywords: Any) -> str:  # noqa: ANN401
    try:
        return redact_text(before(message, *rest, **keywords))
    except Exception:  # noqa: BLE001 - a warning whose __str__ raises
        return f"{type(message).__name__}: {UNEXAMINED}\n"


def _print(text: str) -> None:
    """To the standard error of the moment, as the interpreter does; None where a program has none."""
    if sys.stderr is not None:
        print(redact_text(text), file=sys.stderr, flush=True)  # noqa: T201 - what the interpreter would do


def _shown(thing: object) -> str:
    try:
        return repr(thing)
    except Exception:  # noqa: BLE001 - a repr may raise anything
        return UNEXAMINED


def _is_ours(hook: object) -> bool:
    return isinstance(hook, partial) and hook.func in {_except, _thread_except, _unraisable, _format_warning}
