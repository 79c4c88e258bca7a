"""What Python prints by itself, in a process of its own and in this one."""

import asyncio
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from mtlsguard.redact.sinks.hooks import install_hooks
from tests.sinks.emissions import ALICE, LoudError, fails

PROGRAM = """
import asyncio, logging, threading, sys, warnings
from mtlsguard.redact.sinks.hooks import install_hooks
from mtlsguard.redact.sinks.stdlib import redact_handlers
pem, dn = {pem!r}, {dn!r}
if {install}:
    install_hooks()
    redact_handlers()

class Ends:
    def __repr__(self): return f"<Ends of {{dn}}>"
    def __del__(self): raise ValueError(pem)

warnings.warn(f"odd: {{pem}}", stacklevel=1)
Ends()
thread = threading.Thread(target=lambda: int(pem), name="worker")
thread.start()
thread.join()

async def main():
    asyncio.get_running_loop().create_task(fails(), name=dn)
    await asyncio.sleep(0)
    await asyncio.sleep(0)

async def fails():
    raise ValueError(pem)

asyncio.run(main())
try:
    int(pem)
except ValueError as error:
    raise RuntimeError(dn) from error
"""


def printed(install: bool) -> str:
    program = PROGRAM.format(pem=ALICE.pem, dn=ALICE.dn, install=install)
    done = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr


def test_a_process_with_hooks_prints_no_certificate() -> None:
    told = printed(install=True)
    expected = [
        "UserWarning: odd:",
        "Exception ignored",
        "Exception in thread worker",
        "never retrieved",
        "RuntimeError",
    ]
    assert (ALICE.leaks_in(told), [words for words in expected if words not in told]) == ([], [])


def test_without_them_it_would() -> None:
    assert ALICE.leaks_in(printed(install=False)) != []


@pytest.fixture
def hooked() -> Iterator[None]:
    undo = install_hooks()
    yield
    undo()


def test_installed_twice_they_are_there_once(hooked: None) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.formatwarning
    install_hooks()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.formatwarning) == before


def test_they_can_be_taken_out_again() -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.formatwarning
    install_hooks()()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.formatwarning) == before


def raised() -> LoudError:
    with pytest.raises(LoudError) as caught:
        fails()
    return caught.value


def test_a_hook_that_was_there_gets_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[Any] = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: got.extend(args))
    undo = install_hooks()
    error = raised()
    sys.excepthook(type(error), error, error.__traceback__)
    undo()
    assert (got[0].__name__, got[2], ALICE.leaks_in(str(got[1]) + "".join(got[1].__notes__))) == ("LoudError", None, [])
    assert "in fails" in got[1].__notes__[0]


def test_the_hook_of_a_thread_too(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", got.append)
    undo = install_hooks()
    error = raised()
    threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))
    undo()
    assert (got[0].exc_type.__name__, got[0].exc_traceback) == ("LoudError", None)
    assert ALICE.leaks_in(str(got[0].exc_value)) == []


def test_the_hook_for_what_cannot_be_raised_too(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", got.append)
    undo = install_hooks()

    class Args:
        exc_type, exc_value, exc_traceback = LoudError, raised(), None
        err_msg, object = None, ALICE.certificate

    sys.unraisablehook(Args)  # type: ignore[arg-type]
    undo()
    assert (got[0].exc_type.__name__, got[0].object) == ("LoudError", None)
    assert ALICE.leaks_in(got[0].err_msg + str(got[0].exc_value)) == []


def test_a_thread_that_exits_is_silent(hooked: None, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    threading.excepthook(threading.ExceptHookArgs((SystemExit, SystemExit(), None, None)))
    assert capsys.readouterr().err == ""


def test_a_program_without_standard_error_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from mtlsguard.redact.sinks.hooks import _print

    monkeypatch.setattr(sys, "stderr", None)
    _print("x")


class LoudWarning(UserWarning):
    def __str__(self) -> str:
        raise RuntimeError(ALICE.pem)


def test_a_warning_that_cannot_be_printed_is_still_told(hooked: None) -> None:
    told = warnings.formatwarning(LoudWarning(), LoudWarning, "a.py", 1)
    assert ("LoudWarning" in told, ALICE.leaks_in(told)) == (True, [])


def test_asyncio_reports_through_logging() -> None:
    """Why there is no hook for it: handlers with a redactor are enough."""
    import logging

    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("asyncio")
    logger.addHandler(handler)
    loop = asyncio.new_event_loop()
    loop.call_exception_handler({"message": "x", "exception": raised()})
    loop.close()
    logger.removeHandler(handler)
    assert len(records) == 1
