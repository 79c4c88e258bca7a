"""Parts of the demo that must notice when something is wrong."""

import os
import signal

import pytest
import structlog

from mtlsguard.cli.demo.acts import Row
from mtlsguard.cli.demo.answers import BY_THE_PROXY, NOT_LOGGED, Answer, Request, Stage, _answer
from mtlsguard.cli.demo.cast import Cast
from mtlsguard.cli.demo.journal import Entry, journal
from mtlsguard.cli.demo.play import Outcome, Play
from mtlsguard.cli.demo.proxies import PROXIES
from mtlsguard.cli.demo.signals import Signals, Stopped
from mtlsguard.cli.demo.table import log_lines, table
from mtlsguard.cli.terminal import Colour, Paint


def outcome(seen, expected=Answer(401, "expired")):  # noqa: B008 - a frozen value
    return Outcome(Row("act", "something that is tried", Request("/"), expected), seen)


def test_the_reason_counts_not_only_the_status():
    assert not outcome(Answer(401, "no-certificate")).ok


def test_a_header_that_reached_the_application_is_never_ok():
    assert not outcome(Answer(200, reached=("client-cert",)), Answer(200)).ok


def test_a_refusal_without_an_event_is_the_proxy_s():
    assert _answer(400, b"", []).reason == BY_THE_PROXY


def test_an_identity_without_an_event_is_told():
    body = b'{"identity": "a", "roles": [], "certificate_headers": []}'
    assert _answer(200, body, []).reason == NOT_LOGGED


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_table_fits(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    seen = Answer(200, identity="spiffe://acme/a/very/long/name/indeed", roles=("one", "two"))
    lines = table([outcome(seen), outcome(Answer(401, "expired"))], Paint.plain())
    assert max(map(len, lines)) <= columns


def test_a_row_that_is_not_as_expected_says_no():
    assert table([outcome(Answer(200))], Paint.plain())[2].startswith("  NO")


def test_colours_only_where_there_are_some():
    assert Paint.plain()("text", Colour.RED) == "text"
    assert Paint(frozenset(Colour))("text", Colour.RED) == "\x1b[31mtext\x1b[0m"


def test_no_color_is_respected(monkeypatch):
    class Terminal:
        closed = False

        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = Paint.of(Terminal())("text", Colour.RED)
    monkeypatch.setenv("NO_COLOR", "1")
    assert (coloured, Paint.of(Terminal())("text", Colour.RED)) == ("\x1b[31mtext\x1b[0m", "text")


def test_a_log_line_in_a_pipe_is_one_line():
    assert log_lines(["a " * 200], None) == ["  " + "a " * 200]


def test_a_leak_would_be_noticed(tmp_path):
    cast = Cast()
    with journal() as kept:
        play = Play(PROXIES["caddy"], cast, Stage(tmp_path, 1, 2, kept), None)
        structlog.get_logger().info("harmless")
        before = play.leaks()
        kept.entries.append(Entry({}, f"let {cast.clients['pay'].fingerprint} in"))
        assert (before, play.leaks()) == (0, 1)


def test_structlog_is_given_back_as_it_was():
    with journal():
        pass
    assert not structlog.is_configured()


def take(done):
    with Signals() as signals, signals.held():
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("taken")


def clean_up(done):
    with Signals():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            done.append("cleaned")


def test_a_signal_waits_while_something_is_taken():
    done = []
    with pytest.raises(Stopped):
        take(done)
    assert done == ["taken"]


def test_a_second_signal_does_not_disturb_the_cleaning_up():
    done = []
    with pytest.raises(Stopped) as stopped:
        clean_up(done)
    assert (done, stopped.value.number) == (["cleaned"], signal.SIGTERM)


def test_signal_handlers_are_given_back():
    before = signal.getsignal(signal.SIGTERM)
    with Signals():
        pass
    assert signal.getsignal(signal.SIGTERM) is before
