"""What loggers, tracebacks, error pages, Sentry and OpenTelemetry write when an application logs carelessly.

Recorded as: the libraries run at test time with the settings named here, what they wrote is taken as it is: structlog
with each of its renderers and exception formatters, logging, traceback, cgitb's successors (rich), Django's debug page,
Sentry's events, OpenTelemetry's console exporters.
"""

import io
import json
import logging
import pprint
import sys
import traceback
import warnings
from collections import OrderedDict, deque, namedtuple
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from types import SimpleNamespace, TracebackType
from typing import Any

import sentry_sdk
import structlog
from cryptography import x509
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from tests.redact.corpus.alice import Client, alice
from tests.redact.corpus.entry import Leak


class RefusedError(Exception):
    pass


def _checks(leaf: object, pem: str, subject: str, serial: int, headers: object, der: bytes) -> None:  # noqa: PLR0917
    raise RefusedError(f"no path for {subject}")


def _handles(one: Client) -> None:
    environ = {"HTTP_X_SSL_CLIENT_CERT": one.base64, "SSL_CLIENT_S_DN": one.dn, "SERVER_NAME": "a"}
    headers = [(b"x-ssl-client-serial", one.hex_serial.encode()), (b"host", b"a")]
    try:
        _checks(one.certificate, one.pem, one.dn, one.serial, headers, one.der)
    except RefusedError as refused:
        raise ValueError({"environ": environ, "certificate": one.certificate}) from refused


def _group(one: Client) -> None:
    problems = [ValueError(one.dn), KeyError(one.pem), RefusedError(f"serial {one.serial}")]
    raise ExceptionGroup("several", problems)


_Failure = tuple[type[BaseException], BaseException, TracebackType]


def _failure(fails: Callable[[Client], None], one: Client) -> _Failure:
    try:
        fails(one)
    except Exception:  # noqa: BLE001 - that is what is recorded
        return sys.exc_info()  # type: ignore[return-value]
    raise AssertionError("nothing was raised")


# structlog

_EVENTS: dict[str, Callable[[Client], dict[str, Any]]] = {
    "a DN": lambda one: {"event": "refused", "subject": one.dn, "status": 403},
    "a DN in the message": lambda one: {"event": f"refused {one.openssl_dn}"},
    "a serial number": lambda one: {"event": "refused", "serial_number": one.hex_serial},
    "a PEM": lambda one: {"event": "refused", "pem": one.pem},
    "a mapping": lambda one: {"event": "refused", "headers": {"x-ssl-client-cert": one.base64, "x-client-dn": one.dn}},
    "a certificate": lambda one: {"event": "refused", "leaf": one.certificate},
    "octets": lambda one: {"event": "refused", "body": one.der},
    "a fingerprint": lambda one: {"event": "refused", "fingerprint": one.sha256.hex()},
}
_RENDERERS: dict[str, Callable[[], Any]] = {
    "JSON": structlog.processors.JSONRenderer,
    "key-value": lambda: structlog.processors.KeyValueRenderer(key_order=["event"]),
    "logfmt": lambda: structlog.processors.LogfmtRenderer(key_order=["event"], bool_as_flag=False),
    "console": lambda: structlog.dev.ConsoleRenderer(colors=False),
    "console with colours": lambda: structlog.dev.ConsoleRenderer(colors=True),
}


def _rendered(renderer: Any, event: dict[str, Any]) -> str:
    text = renderer(None, "info", dict(event))
    return text.decode() if isinstance(text, bytes) else str(text)


def _structlog() -> list[Leak]:
    return [
        Leak(f"structlog, {what}, {how}", "log", lambda one, r=renderer, e=event: _rendered(r(), e(one)), ("refused",))
        for what, event in _EVENTS.items()
        for how, renderer in _RENDERERS.items()
        if not (what == "a PEM" and how == "logfmt")
    ]


_FORMATTERS: dict[str, tuple[Any, ...]] = {
    "format_exc_info and JSON": (structlog.processors.format_exc_info, structlog.processors.JSONRenderer()),
    "dict_tracebacks and JSON": (structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()),
    "dict_tracebacks with locals": (
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=True, locals_max_length=20)
        ),
        structlog.processors.JSONRenderer(),
    ),
    "console, plain traceback": (
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ),
    "console, rich": (
        structlog.dev.ConsoleRenderer(
            colors=False,
            exception_formatter=structlog.dev.RichTracebackFormatter(color_system=None, show_locals=True, width=120),
        ),
    ),
    "console, rich without locals": (
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.RichTracebackFormatter(color_system=None, show_locals=False)
        ),
    ),
    "console, rich with colours": (
        structlog.dev.ConsoleRenderer(
            colors=True,
            exception_formatter=structlog.dev.RichTracebackFormatter(color_system="truecolor", show_locals=True),
        ),
    ),
}
_FAILS = {"a cause": _handles, "a group": _group}


def _tracebacks() -> list[Leak]:
    return [
        Leak(f"structlog, {what}, {how}", "traceback", lambda one, p=processors, f=fails: _through(p, _failure(f, one)))
        for what, fails in _FAILS.items()
        for how, processors in _FORMATTERS.items()
    ]


def _through(processors: tuple[Any, ...], failure: _Failure) -> str:
    event: Any = {"event": "failed", "level": "error", "exc_info": failure}
    for processor in processors:
        event = processor(None, "error", event)
    return str(event)


# traceback, logging, warnings

_TRACEBACKS: dict[str, Callable[[BaseException], str]] = {
    "traceback": lambda error: "".join(traceback.format_exception(error)),
    "traceback with locals": lambda error: "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    ),
    "repr": repr,
    "str": str,
    "arguments": lambda error: repr(error.args),
    "chain": lambda error: repr([error, error.__cause__, error.__context__, getattr(error, "exceptions", ())]),
    "notes": lambda error: repr(getattr(error, "__notes__", ())),
}


def _exceptions() -> list[Leak]:
    return [
        Leak(f"{what}, {how}", "exception", lambda one, f=fails, show=show: show(_failure(f, one)[1]))
        for what, fails in _FAILS.items()
        for how, show in _TRACEBACKS.items()
        if alice().leaks_in(show(_failure(fails, alice())[1]))
    ]


_RECORDS: dict[str, Callable[[Client], tuple[str, tuple[object, ...], dict[str, Any]]]] = {
    "arguments": lambda one: ("refused %s with %r", (one.dn, one.pem), {}),
    "one mapping as argument": lambda one: ("refused %(subject)s", ({"subject": one.dn},), {}),
    "an extra": lambda one: ("refused", (), {"extra": {"client_cert": one.pem}}),
    "octets": lambda one: ("refused %r", (one.der,), {}),
    "a certificate": lambda one: ("refused %s", (one.certificate,), {}),
    "an exception": lambda one: ("failed", (), {"exc_info": _failure(_handles, one)}),
    "a group": lambda one: ("failed", (), {"exc_info": _failure(_group, one)}),
    "stack": lambda one: (f"refused {one.slash_dn}", (), {"stack_info": True}),
}


def _records() -> list[Leak]:
    return [
        Leak(f"logging, {what}, {how}", "log record", lambda one, made=made, form=form: _logged(form, *made(one)))
        for what, made in _RECORDS.items()
        for how, form in {"message": "%(levelname)s %(message)s", "everything": "%(message)s __dict__"}.items()
    ]


def _logged(form: str, message: str, arguments: tuple[object, ...], others: dict[str, Any]) -> str:
    out = io.StringIO()
    logger = logging.Logger("corpus")  # noqa: LOG001 - one that nobody else sees
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Everything(form))
    logger.addHandler(handler)
    logger.error(message, *arguments, **others)
    return out.getvalue()


class _Everything(logging.Formatter):
    """With everything that a record holds, as formatters for JSON write it."""

    def format(self, record: logging.LogRecord) -> str:
        known = logging.makeLogRecord({}).__dict__
        extra = {name: value for name, value in record.__dict__.items() if name not in known}
        return super().format(record).replace("__dict__", f"{record.args!r}") + (f" {extra!r}" if extra else "")


def _warned(one: Client) -> str:
    return warnings.formatwarning(f"certificate of {one.dn} ends soon", UserWarning, "a.py", 1, f"check({one.dn!r})")


# Django

_FILTER = "django.views.debug.SafeExceptionReporterFilter"


def _django(one: Client, how: str) -> str:
    from django.test import RequestFactory, override_settings
    from django.views.debug import ExceptionReporter

    from tests.adapters.django import conftest  # noqa: F401 - sets Django up, once per process

    request = RequestFactory().get(
        "/pay", {"cert": one.pem}, headers={"X-SSL-Client-Cert": one.base64, "X-Client-DN": one.dn}
    )
    with override_settings(DEBUG=True, DEFAULT_EXCEPTION_REPORTER_FILTER=_FILTER):
        reporter = ExceptionReporter(request, *_failure(_handles, one))
        return str(getattr(reporter, f"get_traceback_{how}")())


# Sentry


@cache
def _sentry(one: Client, how: str) -> str:
    events: list[Any] = []
    client = sentry_sdk.Client(
        dsn="http://key@localhost/1",
        before_send=lambda event, hint: events.append(event),  # nothing is sent
        default_integrations=False,
        include_local_variables=True,
        attach_stacktrace=True,
    )
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        scope.set_extra("environ", {"HTTP_X_SSL_CLIENT_CERT": one.base64, "SSL_CLIENT_S_DN": one.dn})
        scope.add_breadcrumb(message=f"refused {one.slash_dn}", data={"client_cert": one.pem, "serial": one.serial})
        scope.set_tag("subject", one.dn)
        if how == "message":
            scope.capture_message(f"refused {one.dn}")
        else:
            scope.capture_exception(_failure(_FAILS[how], one))
    client.close()
    return json.dumps(events, default=repr)


# OpenTelemetry


def _otel(one: Client, how: str) -> str:
    out = io.StringIO()
    provider = TracerProvider(resource=Resource({"service.name": "a"}), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=out)))
    with provider.get_tracer("corpus").start_as_current_span("handle") as span:
        if how == "attributes":
            span.set_attribute("tls.client.subject", one.dn)
            span.set_attribute("tls.client.certificate", one.pem)
            span.set_attribute("tls.client.hash.sha256", one.sha256.hex().upper())
            span.set_attribute("http.request.header.x-ssl-client-cert", [one.base64])
        elif how == "exception":
            span.record_exception(_failure(_handles, one)[1])
        else:
            span.add_event("refused", {"serial_number": one.hex_serial, "issuer": f"O={one.values[1]}"})
    return out.getvalue()


def _ways(kind: str, library: str, made: Callable[[Client, str], str], ways: tuple[str, ...]) -> list[Leak]:
    return [Leak(f"{library}, {how}", kind, lambda one, how=how: made(one, how)) for how in ways]


# Containers and dataclasses


@dataclass
class Session:
    user: str
    leaf: x509.Certificate
    pem: str
    serial_number: int
    subject: str = ""


def _session(one: Client) -> Session:
    return Session("a", one.certificate, one.pem, one.serial, one.dn)


_CONTAINERS: dict[str, tuple[str, Callable[[Client], object]]] = {
    "a dataclass": ("dataclass", _session),
    "a list of dataclasses": ("dataclass", lambda one: [_session(one), _session(one)]),
    "a dataclass as a mapping": ("dataclass", lambda one: asdict(_session(one)) | {"leaf": None}),
    "a simple namespace": ("dataclass", lambda one: SimpleNamespace(pem=one.pem, serial=one.serial)),
    "lists in lists": ("container", lambda one: [[[one.pem]], (one.der, [one.dn])]),
    "a mapping of mappings": ("container", lambda one: {"a": {"b": {"serial": one.serial, "subject": one.dn}}}),
    "a set": ("container", lambda one: {one.pem, one.dn}),
    "an ordered mapping": ("container", lambda one: OrderedDict(pem=one.pem, fingerprint=one.sha256.hex())),
    "a named tuple": ("container", lambda one: _Pair("x-ssl-client-s-dn", one.dn)),
    "a deque": ("container", lambda one: deque([one.pem, one.der])),
}
_Pair = namedtuple("_Pair", "name value")  # noqa: PYI024 - as an application would


def _containers() -> list[Leak]:
    return [
        Leak(f"{what}, {how}", kind, lambda one, made=made, show=show: show(made(one)))
        for what, (kind, made) in _CONTAINERS.items()
        for how, show in {"repr": repr, "pprint": pprint.pformat}.items()
    ]


ENTRIES = [
    *_containers(),
    *_structlog(),
    *_tracebacks(),
    *_exceptions(),
    *_records(),
    Leak("warnings", "log", _warned),
    *_ways("traceback", "Django's debug page", _django, ("html", "text")),
    *_ways("log", "Sentry", _sentry, ("message", "a cause", "a group")),
    *_ways("log", "OpenTelemetry", _otel, ("attributes", "exception", "event")),
    Leak("pprint of an event", "container", lambda one: pprint.pformat(_EVENTS["a mapping"](one))),
]
