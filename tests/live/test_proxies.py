"""Real clients, real proxies as `mtlsguard proxy-config` configures them, real servers: who is taken for whom.

What every case asks is one thing: the application sees the identity of the certificate that was really presented, or
no request at all; never the victim, whose certificate the client forges in every way there is.
"""

from collections.abc import Iterable
from itertools import product
from ssl import TLSVersion

import pytest

from mtlsguard.dialects import EVIDENCE_HEADERS
from tests.live.cases import (
    CERTIFICATES,
    CORE,
    FORGERIES,
    FORGERIES_HTTP2,
    NO_CERTIFICATE,
    OTHER_NAMES,
    RESUMED,
    Case,
    Expected,
)
from tests.live.cast import SECRET_HEADER
from tests.live.client import TLS12, TLS13, Answer, Request
from tests.live.fronts import Front, Pair
from tests.live.programs import PROGRAMS
from tests.live.servers import SERVERS

# The two that are easiest to fool: one takes trailers for headers, the other lets the last of two names win.
WHOLE_TABLE = ("uvicorn-httptools", "granian-wsgi")
OTHER_SERVERS = tuple(name for name in SERVERS if name not in WHOLE_TABLE)
SPEAK_HTTP2 = tuple(name for name, program in PROGRAMS.items() if program.http2)
# 0: the TLS handshake failed, or the connection was closed. 502: the proxy says so where a server refuses, and closes,
# before it has read a body to its end.
REFUSALS = {0, 400, 401, 403, 431, 502}
_NEVER_SEEN = {name.replace("-", "_") for name in (*EVIDENCE_HEADERS, SECRET_HEADER.lower())}


def behind(
    servers: Iterable[str], verify: Iterable[str] = ("optional",), proxies: Iterable[str] = tuple(PROGRAMS)
) -> pytest.MarkDecorator:
    pairs = [Pair(*members) for members in product(proxies, servers, verify)]
    return pytest.mark.parametrize("front", pairs, ids=str, indirect=True)


def the_case(cases: Iterable[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


def expect(front: Front, case: Case, answer: Answer) -> None:
    own = front.cast.identity(case.member or "")
    allowed = {Expected.OWN: {own}, Expected.NOBODY: {None}, Expected.OWN_OR_NOBODY: {own, None}}
    assert answer.identity in allowed[case.expected], answer
    assert answer.said is not None or answer.status in REFUSALS, answer
    assert not _NEVER_SEEN.intersection(answer.names)


def forged(front: Front, case: Case) -> Request:
    return case.forge(front.cast.members, front.pair.program.dialect)


@behind(WHOLE_TABLE, ("optional", "required"))
@the_case((*CERTIFICATES, *FORGERIES))
def test_the_application_sees_the_certificate_that_was_presented_or_nothing(front: Front, case: Case) -> None:
    expect(front, case, front.ask(case.member, forged(front, case)))


@behind(WHOLE_TABLE[:1])
@the_case(OTHER_NAMES)
def test_names_that_other_proxies_use_are_nobodys(front: Front, case: Case) -> None:
    expect(front, case, front.ask(case.member, forged(front, case)))


@behind(WHOLE_TABLE, proxies=SPEAK_HTTP2)
@the_case(FORGERIES_HTTP2)
def test_over_http2_too(front: Front, case: Case) -> None:
    expect(front, case, front.ask_http2(case.member, forged(front, case)))


@behind(OTHER_SERVERS)
@the_case(CORE)
def test_in_front_of_every_other_server_too(front: Front, case: Case) -> None:
    expect(front, case, front.ask(case.member, forged(front, case)))


@behind(WHOLE_TABLE[:1])
@pytest.mark.parametrize("newest", [TLS12, TLS13], ids=["tls12", "tls13"])
@the_case(RESUMED)
def test_a_resumed_session_is_still_the_same_client(front: Front, newest: TLSVersion, case: Case) -> None:
    first, second = front.ask_again(case.member, newest, forged(front, case))
    assert first.identity in {second.identity, front.cast.identity(case.member)}
    assert second.resumed == front.pair.program.resumes
    expect(front, case, second)


@behind(SERVERS)
def test_the_log_says_why_and_has_nothing_of_any_certificate(front: Front) -> None:
    """Of these three requests, and of whatever this server has been asked before."""
    for case in (*RESUMED, NO_CERTIFICATE):
        front.ask(case.member, forged(front, case))
    log = front.server.log.read_text(errors="replace")
    assert "reason=serial-denied" in log
    assert [trace for trace in front.cast.traces() if trace in log] == []
