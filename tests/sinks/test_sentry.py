"""A real Sentry SDK with a transport that sends nowhere: what it would have sent is searched, octet by octet."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from mtlsguard.redact.sinks import sentry
from tests.sinks.emissions import ALICE, WAYS, LoudError, fails


class Kept(Transport):
    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self.sent: list[bytes] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.sent.append(envelope.serialize())


@pytest.fixture
def start() -> Iterator[Any]:
    """`start(**options)` -> what has been sent as one text, to be called at the end."""

    def start(**options: Any) -> Any:
        sentry_sdk.get_client().close()
        transport = Kept()
        sentry_sdk.init(
            dsn="http://key@localhost/1",
            transport=transport,
            traces_sample_rate=1.0,
            enable_logs=True,
            auto_enabling_integrations=False,
            **options,
        )

        def sent() -> str:
            sentry_sdk.flush()
            return b"\n".join(transport.sent).decode()

        return sent

    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope():
        yield start
    sentry_sdk.get_client().close()  # its threads ask for random numbers, which Hypothesis must see come from nowhere
    sentry_sdk.init()


def everything() -> None:
    """All that an application can put into Sentry."""
    log = logging.getLogger("shop.sentry")
    log.propagate = False
    log.handlers = [logging.NullHandler()]
    for way, emit in WAYS.items():
        if way != "arguments that do not fit":
            emit(log)
    log.error("the certificate serial=%X", ALICE.serial)
    sentry_sdk.add_breadcrumb(message=f"met {ALICE.dn}", data={"client_cert": ALICE.base64})
    sentry_sdk.set_tag("who", ALICE.dn)
    sentry_sdk.set_extra("scope", {"headers": [("x-ssl-client-cert", ALICE.pem)]})
    sentry_sdk.set_context("tls", {"serial": f"{ALICE.serial:x}", "subject": ALICE.dn, "leaf": ALICE.certificate})
    sentry_sdk.set_user({"id": ALICE.dn})
    sentry_sdk.capture_message(f"refused {ALICE.pem}")
    with sentry_sdk.start_transaction(name=f"/clients/{ALICE.pem}", op="http") as transaction:
        transaction.set_data("http.request.header.x-ssl-client-cert", [ALICE.base64])
        with sentry_sdk.start_span(op="db", name=f"select {ALICE.dn}") as span:
            span.set_data("serial", f"{ALICE.serial:x}")
        with pytest.raises(LoudError) as caught:
            fails()
        sentry_sdk.capture_exception(caught.value)


def test_nothing_of_a_certificate_is_sent(start: Any) -> None:
    sent = start(**sentry.options())
    everything()
    told = sent()
    assert ALICE.leaks_in(told) == []
    assert [word for word in ('"type":"transaction"', "LoudError", '"vars"', "breadcrumbs") if word not in told] == []


def test_without_the_functions_it_would_be(start: Any) -> None:
    sent = start()
    everything()
    assert ALICE.leaks_in(sent()) != []


def test_the_variables_of_frames_are_still_there(start: Any) -> None:
    sent = start(**sentry.options())
    everything()
    assert '"depth":"0"' in sent()


def test_options_are_those_of_the_sdk() -> None:
    assert set(sentry.options()) >= {"before_send", "before_send_transaction", "before_breadcrumb", "before_send_log"}


def test_a_transaction_of_many_spans_is_sent_whole(start: Any) -> None:
    sent = start(**sentry.options())
    with sentry_sdk.start_transaction(name="many", op="task"):
        for number in range(1000):
            with sentry_sdk.start_span(op="db", name=f"select {number}") as span:
                for name in range(20):
                    span.set_data(f"k{name}", number)
        span.set_data("owner", ALICE.dn)
    told = sent()
    assert (told.count('"op":"db"'), "unexamined" in told, ALICE.leaks_in(told)) == (1000, False, [])


def test_a_deep_traceback_of_many_variables_is_sent_whole() -> None:
    variables = {f"v{number}": {"a": list(range(10))} for number in range(20)}
    frames = [{"function": "f", "vars": variables | {"client_cert": ALICE.pem}} for _ in range(100)]
    event = {"event_id": "f" * 32, "exception": {"values": [{"type": "E", "stacktrace": {"frames": frames}}]}}
    cleaned = sentry.before_send(event, {})
    assert len(cleaned["exception"]["values"][0]["stacktrace"]["frames"]) == 100
    assert ("unexamined" in repr(cleaned), ALICE.leaks_in(repr(cleaned))) == (False, [])


LOGGING_FRAMES: dict[str, tuple[dict[str, Any], object]] = {
    "in hexadecimal": ({"msg": "'serial=%s'", "args": [f"'{ALICE.serial:x}'"]}, ["[unexamined value]"]),
    "a number": ({"msg": "'the serial number: %d'", "args": [str(ALICE.serial)]}, ["[unexamined value]"]),
    "by name": ({"msg": "'serial=%(a)s'", "args": {"a": f"'{ALICE.serial:x}'"}}, {"a": "[unexamined value]"}),
    "a git hash": ({"msg": "'commit %s'", "args": [f"'{ALICE.serial:x}'"]}, [f"'{ALICE.serial:x}'"]),
    "none": ({"msg": "'serial'", "args": []}, []),
    "another's": ({"msg": "'serial=%s'", "args": "<Arguments>"}, "<Arguments>"),
}


@pytest.mark.parametrize("name", LOGGING_FRAMES)
def test_the_arguments_in_the_frames_of_logging_itself(name: str) -> None:
    variables, expected = LOGGING_FRAMES[name]
    threads = {"values": [{"stacktrace": {"frames": [{"function": "_log", "vars": variables}]}}]}
    cleaned = sentry.before_send({"event_id": "f" * 32, "threads": threads}, {})
    assert cleaned["threads"]["values"][0]["stacktrace"]["frames"][0]["vars"]["args"] == expected


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError(ALICE.pem)


def test_parameters_that_cannot_be_printed_do_not_lose_the_event() -> None:
    entry = {"message": "%s serial=%s", "params": [Hostile(), f"{ALICE.serial:x}"]}
    assert ALICE.leaks_in(str(sentry.before_send({"event_id": "f" * 32, "logentry": entry})["logentry"])) == []


def attached(start: Any, *attachments: dict[str, Any]) -> list[bytes]:
    start(**sentry.options())
    for one in attachments:
        sentry_sdk.get_current_scope().add_attachment(**one)
    sentry_sdk.capture_message("hello")
    return sentry_sdk.get_client().transport.sent


@pytest.mark.parametrize("octets", [f"order 7\nmet {ALICE.dn}\n{ALICE.pem}last\n".encode(), ALICE.der])
def test_attachments(start: Any, tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "a.log").write_bytes(octets)
    ways: list[dict[str, Any]] = [
        {"bytes": octets, "filename": "b.log"},
        {"bytes": lambda: octets, "filename": "c.log"},
    ]
    (sent,) = attached(start, {"path": str(tmp_path / "a.log")}, *ways)
    assert ALICE.leaks_in(sent.decode("latin-1")) == []
    assert (sent.count(b'.log"'), sent.count(b"[certificate")) == (3, 3)
    assert sent.count(b"last\n") == octets.count(b"last") * 3


def test_attachments_that_are_no_text_stay_as_they_are(start: Any) -> None:
    octets = b"\x89PNG\0" + b"0\x82\x01\x0a0\x82\x01\x02\xa0\x03\x02\x01\x02" + bytes(range(256)) * 2
    (sent,) = attached(start, {"bytes": octets, "filename": "a.png"})
    assert octets in sent


def test_an_attachment_that_cannot_be_read_is_told(start: Any) -> None:
    (sent,) = attached(start, {"path": "/nowhere/a.log"})
    assert (b'"a.log"' in sent, b"[unexamined value]" in sent, b'"hello"' in sent) == (True, True, True)


EVENT = {"event_id": "f" * 32, "logentry": {"message": "the serial=%s", "params": [f"{ALICE.serial:x}"]}}


def test_parameters_go_where_only_their_template_tells_what_they_are() -> None:
    cleaned = sentry.before_send(EVENT, {})
    assert (cleaned["logentry"]["params"], EVENT["logentry"]["params"]) == (
        ["[unexamined value]"],
        [f"{ALICE.serial:x}"],
    )


def test_named_parameters_too() -> None:
    entry = {"message": "the serial=%(a)s", "params": {"a": f"{ALICE.serial:x}"}}
    assert sentry.before_send({"logentry": entry})["logentry"]["params"] == {"a": "[unexamined value]"}


def test_the_parameters_of_a_log_too() -> None:
    log = {
        "body": f"serial={ALICE.serial:x}",
        "attributes": {"sentry.message.parameter.0": f"{ALICE.serial:x}", "a": 1},
    }
    assert sentry.before_send_log(log, {})["attributes"] == {
        "sentry.message.parameter.0": "[unexamined value]",
        "a": 1,
    }


def test_an_event_without_certificates_is_handed_on_as_it_is() -> None:
    event = {"event_id": "f" * 32, "message": "hello", "extra": {"order": "0123456789abcdef0123456789abcdef01234567"}}
    assert sentry.before_send(event, {}) is event


def test_a_dropped_event_stays_dropped() -> None:
    assert sentry.before_send(None, {}) is None


@pytest.mark.parametrize(
    "function",
    [
        sentry.before_send,
        sentry.before_send_transaction,
        sentry.before_breadcrumb,
        sentry.before_send_log,
        sentry.before_send_span,
        sentry.before_send_metric,
    ],
)
def test_each_function_cleans(function: Any) -> None:
    dirty = {"a": {"b": [ALICE.dn, ALICE.pem]}}
    assert ALICE.leaks_in(repr(function(dirty, {}))) == []
    assert dirty == {"a": {"b": [ALICE.dn, ALICE.pem]}}
