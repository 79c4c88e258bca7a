"""redact_certificates: the structlog processor."""

import ast
import io
import json
import logging
import re
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
import structlog

from mtlsguard.redact import redact_certificates, redact_text, redact_value
from mtlsguard.redact.markers import MARKER
from tests.redact.material import SERIAL, Material, material, private_key

ALICE = material()


class Pair(NamedTuple):
    name: str
    value: str


def without_name(shown: str) -> str:
    return MARKER.sub(lambda found: f"[{found['kind']}]", shown)


def redacted(**event: Any) -> dict[str, Any]:
    return dict(redact_certificates(None, "info", {"event": "x", **event}))


@dataclass
class Session:
    user: str
    leaf: object = field(repr=False)


class Cyclic(list[Any]):
    pass


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError(ALICE.pem)


class LoudError(Exception):
    def __str__(self) -> str:
        return ALICE.pem

    def __repr__(self) -> str:
        return "LoudError()"


def cycle() -> list[Any]:
    ring: list[Any] = [ALICE.pem]
    ring += [ring, ring]
    return ring


def deep(levels: int) -> object:
    value: object = ALICE.pem
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("client_cert", "anything at all", "[certificate]"),
        ("X-SSL-Client-Cert", b"anything at all", "[certificate]"),
        ("HTTP_X_SSL_CLIENT_S_DN", "alice", "[dn]"),
        ("x_forwarded_client_cert", {"By": "alice"}, "[certificate]"),
        ("ssl.client.serial", 10, "[serial]"),
        ("clientCertSerial", "0A", "[serial]"),
        ("x5c", ["AAAA", "BBBB"], "[certificate]"),
        ("x5t#S256", "abc", "[fingerprint]"),
        ("serial", SERIAL, "[serial]"),
        ("serial", "'0A1B'", "[serial]"),
        ("serialNumber", "12:34:56", "[serial]"),
        ("serial_number", b"\x12\x34", "[serial]"),
        ("cert_serial", 4711, "[serial]"),
        ("fingerprint", ALICE.sha256.hex(), "[fingerprint]"),
        ("fingerprint", ALICE.sha256, "[fingerprint]"),
        ("fingerprint_sha256", ALICE.sha256.hex(":"), "[fingerprint]"),
        ("tls.client.hash.sha256", ALICE.sha256.hex().upper(), "[fingerprint]"),
        ("subject", "CN=alice,O=Example", "[dn]"),
        ("subject", "O=Example", "[dn]"),
        ("issuer_dn", "/O=Example", "[dn]"),
        ("certificate", "Ab1" * 20, "[certificate]"),
        ("pem", b"\x00" * 100, "[certificate]"),
        ("leaf", ALICE.certificate, "[certificate]"),
        ("name", ALICE.certificate.subject, "[dn]"),
        ("key", private_key(), "[private key]"),
    ],
)
def test_a_telling_key(key, value, shown):
    assert without_name(redacted(**{key: value})[key]) == shown


@pytest.mark.parametrize(
    "value",
    [
        ALICE.certificate,
        ALICE.der,
        bytearray(ALICE.der),
        memoryview(ALICE.der),
        {"a": {"b": [ALICE.pem]}},
        {ALICE.dn: 1},
        {ALICE.certificate: 1},
        {"headers": [(b"x-ssl-client-serial", f"{SERIAL:x}".encode())]},
        [["X-SSL-Client-CN", "alice.billing"]],
        (("commonName", "alice.billing"),),
        {ALICE.pem, "b"},
        frozenset({ALICE.certificate}),
        OrderedDict(a=ALICE.pem),
        MappingProxyType({"a": ALICE.pem}),
        Pair("x-ssl-client-cn", "alice.billing"),
        Session("a", ALICE.certificate),
        Session("a", ALICE.pem),
        ValueError(ALICE.pem),
        ValueError("bad", {"cert": ALICE.certificate}),
        LoudError(),
        ExceptionGroup("two", [ValueError(ALICE.dn)]),
        Hostile(),
        cycle(),
        deep(500),
        ["x"] * 30_000 + [ALICE.pem],
        ALICE.certificate.extensions,
        ALICE.certificate.public_key().public_numbers(),
        iter([1]),
        Material,
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_can_be_read_in_values_of_any_kind(value):
    shown = redacted(value=value)
    assert ALICE.leaks_in(repr(shown) + str(shown["value"]) + json.dumps(shown, default=repr, skipkeys=True)) == []


def test_the_callers_own_values_are_not_touched():
    inner = {"cert": ALICE.pem, "list": [ALICE.dn]}
    redacted(value=inner)
    assert inner == {"cert": ALICE.pem, "list": [ALICE.dn]}


def test_what_is_clean_beside_it_stays_as_it_is():
    clean = {"a": [1, (2, 3)], "b": object()}
    assert redacted(clean=clean, dirty=[ALICE.dn])["clean"] is clean


def test_the_order_of_keys_stays():
    assert list(redacted(b=1, client_cert="x", a=2)) == ["event", "b", "client_cert", "a"]


def test_redacting_an_event_again_changes_nothing():
    once = redacted(value=[ALICE.pem, ALICE.certificate], subject=ALICE.dn, client_cert="x", serial=SERIAL)
    assert redact_certificates(None, "info", once) is once


def test_a_key_that_is_certificate_data_is_replaced():
    assert [without_name(key) for key in redacted(**{ALICE.dn: 1})] == ["event", "[dn]"]


def test_an_event_that_cannot_be_walked_is_withheld():
    class Broken(dict[str, Any]):
        def values(self) -> Any:
            raise RuntimeError(ALICE.pem)

    assert redact_certificates(None, "info", Broken()) == {"event": "[unexamined value]"}


def _fails(leaf: object, pem: str, serial: int, headers: object) -> None:  # its locals are what a traceback shows
    raise ValueError(f"no path for {ALICE.dn}")


def _logged(*processors: Any) -> str:
    out = io.StringIO()
    logger = structlog.wrap_logger(structlog.PrintLogger(out), processors=[*processors])
    try:
        headers = [(b"x-ssl-client-cert", ALICE.base64.encode())]
        _fails(ALICE.certificate, ALICE.pem, ALICE.serial, headers)
    except ValueError:
        logger.exception("failed", serial=ALICE.serial, peer="10.0.0.1")
    return out.getvalue()


@pytest.mark.parametrize(
    "processors",
    [
        (structlog.processors.dict_tracebacks, redact_certificates, structlog.processors.JSONRenderer()),
        (structlog.processors.format_exc_info, redact_certificates, structlog.processors.JSONRenderer()),
        (structlog.processors.format_exc_info, redact_certificates, structlog.processors.KeyValueRenderer()),
        (redact_certificates, structlog.processors.JSONRenderer()),
        (redact_certificates, structlog.dev.ConsoleRenderer()),
        (redact_certificates, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()),
    ],
    ids=["dict_tracebacks", "format_exc_info", "key-value", "not rendered", "console", "too early"],
)
def test_a_logged_exception_is_clean_and_still_there(processors):
    shown = _logged(*processors)
    assert (ALICE.leaks_in(shown), "ValueError" in shown, "10.0.0.1" in shown) == ([], True, True)


def test_records_of_the_standard_library_come_clean_through_structlogs_formatter():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.processors.format_exc_info,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact_certificates,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    record = logging.makeLogRecord({"msg": "refused %s", "args": (ALICE.dn,), "client_cert": ALICE.pem})
    handler.handle(record)
    assert (ALICE.leaks_in(out.getvalue()), "refused" in out.getvalue()) == ([], True)


def test_importing_does_not_load_structlog():
    seen = "import sys, mtlsguard.redact; print('structlog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_list_of_octets_as_numbers_is_named_like_the_certificate():
    one = material()
    event = {"event": "seen", "der": list(one.der), "body": {"data": tuple(one.der), "points": [48, 130, 1]}}
    assert redact_text(str([*one.der])) == f"[{redact_text(one.pem.strip())}]"
    cleaned = redact_certificates(None, "info", event)
    name = redact_text(one.pem.strip())
    assert cleaned == {"event": "seen", "der": name, "body": {"data": name, "points": [48, 130, 1]}}


@pytest.mark.parametrize(
    "value",
    [
        {"subject": {"CN": "zq7", "O": "zq7"}},
        {"subject": {"CN": "zq7"}},
        {"issuer": [("CN", "zq7")]},
        {"x": {"CN": "zq7", "C": "GB", "cert": ALICE.pem, "deep": {"O": "zq7", "OU": ["zq7"]}}},
        {"components": [(b"C", b"GB"), (b"CN", b"zq7")]},
        {"peer": {"x": ((("countryName", "GB"),), (("emailAddress", "zq7@example"),), (("organizationName", "zq7"),))}},
        {"client": {"common_name": "zq7", "country_name": "GB"}},
        {"clients": [{"CN": "zq7", "O": "zq7"}, {"CN": "zq7", "O": "zq7"}]},
    ],
)
def test_a_name_that_was_taken_apart_is_hidden_part_by_part(value):
    event = {"event": "seen", "kept": 1, **value}
    cleaned = redact_certificates(None, "info", event)
    assert "zq7" not in without_name(repr(cleaned))
    assert ALICE.leaks_in(repr(cleaned)) == []
    assert cleaned["kept"] == 1
    assert redact_certificates(None, "info", cleaned) is cleaned


@pytest.mark.parametrize(
    "value",
    [
        {"x": {"common_name": "dog", "species": "x"}},
        {"x": {"CN": "China", "US": "United States"}},
        {"countries": [("CN", "China"), ("US", "United States")]},
        {"x": {"surname": "a", "givenName": "b", "title": "c"}},
        {"C": "GB", "L": "x"},
        {"x": [("C", 1), ("L", 2)], "O": 1},
    ],
)
def test_what_only_looks_like_parts_of_a_name_stays(value):
    event = {"event": "seen", **value}
    assert redact_certificates(None, "info", event) is event


def test_what_getpeercert_answers_is_hidden_in_an_event():
    names = (("DNS", "zq7.example"), ("email", "zq7@example"), ("URI", "spiffe://example.org/a"))
    cleaned = redact_certificates(None, "info", {"event": "x", "peer": {"subjectAltName": names}})
    assert "zq7" not in without_name(repr(cleaned))
    assert "spiffe://example.org/a" in repr(cleaned)
    for alone in ((("email", "zq7@example"),), [["DNS", "zq7.example"]]):
        cleaned = redact_certificates(None, "info", {"event": "x", "subjectAltName": alone})
        assert "zq7" not in without_name(repr(cleaned))


@pytest.mark.parametrize(
    "value", [["DNS", "timeout"], [["email", "password"]], {"DNS": "8.8.8.8", "email": "a@example"}]
)
def test_words_that_may_be_kinds_of_names_are_none_alone(value):
    event = {"event": "x", "value": value}
    assert redact_certificates(None, "info", event) is event


@pytest.mark.parametrize("lines", [ALICE.pem.splitlines(), ALICE.pem.splitlines(keepends=True)])
def test_lines_of_a_block_in_a_list_go_together(lines):
    event = {"event": "x", "value": ["before", *lines, "after"], "other": {"pem": tuple(lines)}}
    cleaned = redact_certificates(None, "info", event)
    assert ALICE.leaks_in(repr(cleaned)) == []
    assert (cleaned["value"][0], cleaned["value"][-1]) == ("before", "after")
    assert redact_certificates(None, "info", cleaned) is cleaned


def test_whole_blocks_in_a_list_are_as_many_as_they_were():
    shown = redacted(anchors=[ALICE.pem], both=(ALICE.pem, ALICE.pem), none=[ALICE.dn])
    assert without_name(repr(shown["anchors"])) == r"['[certificate]\n']"
    assert without_name(repr(shown["both"])) == r"('[certificate]\n', '[certificate]\n')"


ODD = 'O\'Hara "and" sons'
ENCODED: dict[str, Callable[[object], str]] = {
    "repr": repr,
    "repr twice": lambda value: repr(repr(value)),
    "repr in a list": lambda value: repr([7, value]),
    "octets": lambda value: repr(json.dumps(value).encode()),
    "JSON": json.dumps,
    "repr in JSON": lambda value: json.dumps({"args": repr((value, 7))}),
    "JSON in a repr": lambda value: repr({"body": json.dumps({"x": value})}),
}


@pytest.mark.parametrize("how", ENCODED)
@pytest.mark.parametrize(
    "value",
    [
        f"CN={ODD},O=Example",
        f'subject="CN={ODD.replace(chr(34), chr(92) + chr(34))},O=Example"',
        f"/O=Example/CN={ODD}",
        json.dumps({"x-client-dn": [ODD]}),
        {"X-SSL-Client-CN": ODD},
        {"serial": "5ab3c4d5e6f70819", "order": 7},
    ],
    ids=["a DN", "in quotes", "with slashes", "JSON", "a header", "a number"],
)
def test_a_value_that_was_written_down_is_cleaned_as_that_value(how: str, value: object) -> None:
    cleaned = redact_value({"a": ENCODED[how](value)})["a"]
    assert [word for word in ("O'Hara", "and", "sons", "5ab3") if word in cleaned] == []
    assert redact_value(cleaned) == cleaned
    if how in ("JSON", "repr in JSON"):
        json.loads(cleaned)
    else:
        ast.literal_eval(cleaned)


@pytest.mark.parametrize("text", ["'\\d' CN=a,O=b", "['CN=a,O=b", "{CN=a,O=b}", "[" * 5000 + "CN=a,O=b", '"CN=a,O=b'])
def test_what_is_no_value_is_cleaned_as_a_text(text: str, recwarn: pytest.WarningsRecorder) -> None:
    assert redact_value({"a": text}) == {"a": redact_text(text)}
    assert list(recwarn) == []


def test_half_of_a_json_is_cleaned_as_a_text() -> None:
    text = json.dumps({"a": "CN=a,O=b"})[:-1]
    assert redact_value([text]) == [redact_text(text)]


def test_a_long_line_of_json_stays_json_and_a_long_value_is_a_text() -> None:
    text = json.dumps({"dn": "CN=a,O=b", "rows": [*range(3000)]})
    assert json.loads(redact_value(text))["rows"] == [*range(3000)]
    assert redact_value([text]) == [redact_text(text)]


@dataclass
class Login:
    user: str
    password: str = field(repr=False)
    leaf: object = field(repr=False)


@dataclass
class Silent:
    user: str
    leaf: object

    def __repr__(self) -> str:
        return f"<Silent {ALICE.dn}>"


def test_what_a_dataclass_does_not_print_is_not_shown_in_its_place() -> None:
    shown = redacted(a=Login("alice", "correct horse", ALICE.certificate))["a"]
    assert (set(shown), shown["user"], "horse" in repr(shown)) == ({"user", "leaf"}, "alice", False)
    assert re.fullmatch(r"<Silent \[dn sha256:\w{8}\]>", redacted(a=Silent("alice", ALICE.pem))["a"])


@pytest.mark.parametrize(
    ("name", "value", "stays"),
    [("fp", "e" * 39 + "1", False), ("cert_fp", "e" * 39 + "1", False), ("fp", 12, True), ("fp", "0.031", True)],
)
def test_short_for_a_fingerprint(name: str, value: object, stays: bool) -> None:
    assert (redacted(**{name: value})[name] == value) is stays


def test_what_is_beside_certificate_data_and_none_itself_stays() -> None:
    shown = redacted(a=(ALICE.dn, "10.0.0.1"), b=[ALICE.pem, 12345, "up"], c={ALICE.dn: 12345}, d=(ALICE.dn, ALICE.dn))
    assert (shown["a"][1], shown["b"][1:], [*shown["c"].values()]) == ("10.0.0.1", [12345, "up"], [12345])
    assert ALICE.leaks_in(repr(shown)) == []


def test_what_a_form_made_of_a_certificate_goes_as_a_whole() -> None:
    name, _, value = ALICE.base64.partition("E")
    assert redacted(a={f"MII{name}{'A' * 40}": value})["a"].popitem()[1].startswith("[certificate")


class Told:
    def __init__(self, **told: object) -> None:
        self.told = told

    def __repr__(self) -> str:
        return "Told()"

    def __structlog__(self) -> object:
        return self.told


def test_what_structlog_writes_of_an_object_is_looked_at() -> None:
    out, clean = io.StringIO(), Told(order=7)
    chain = [redact_certificates, structlog.processors.JSONRenderer()]
    log = structlog.wrap_logger(structlog.PrintLogger(out), processors=chain)
    log.info("x", a=Told(order=7, client_cert=ALICE.pem), b=clean)
    assert without_name(out.getvalue()) == (
        '{"a": {"order": 7, "client_cert": "[certificate]"}, "b": {"order": 7}, "event": "x"}\n'
    )
    assert redacted(a=clean)["a"] is clean


def test_a_text_that_is_no_name_is_glanced_at_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtlsguard.redact.rules.spans", lambda _: pytest.fail("it was searched"))
    long = "paid the invoice, all is well. " * 10_000
    assert redact_value((long, 7))[0] is long
    assert redact_value({long: 7})[long] == 7


PAIRS = [("a", ALICE.dn), ("a", "last"), ("b", "only")]


@pytest.mark.parametrize("kind", ["werkzeug.datastructures.MultiDict", "starlette.datastructures.QueryParams"])
def test_of_several_values_for_a_name_each_is_looked_at(kind: str) -> None:
    module, _, name = kind.rpartition(".")
    make = getattr(pytest.importorskip(module), name)
    clean = make([("a", "first"), ("a", "last")])
    assert redacted(a=clean)["a"] is clean
    shown = redacted(a=make(PAIRS))["a"]
    assert (shown["b"], shown["a"][1], without_name(shown["a"][0])) == ("only", "last", "[dn]")


class Odd(dict[str, str]):
    def __repr__(self) -> str:
        return f"<Odd {ALICE.dn}>"


class Row(NamedTuple):
    serial: str
    place: int = 7
    other: int = 8


def test_of_containers_of_their_own_kind_what_they_print_is_looked_at() -> None:
    shown = redacted(a=Odd(a="b"), b=Row(f"{ALICE.serial:x}", 7), c=Row("ttyS0"), d=OrderedDict(a=1))
    assert (without_name(shown["a"]), ALICE.leaks_in(repr(shown))) == ("<Odd [dn]>", [])
    assert (shown["c"], shown["d"]) == (Row("ttyS0"), OrderedDict(a=1))


@pytest.mark.parametrize(
    "fields",
    [
        {"common_name": "zq7", "status": 200, "organization": "zq7", "title": "kept"},
        {"CN": "zq7", "path": "/x", "O": b"zq7", "title": "kept"},
        {"client": {"common_name": "zq7", "not_after": "2027", "sans": ["zq7"]}, "title": "kept"},
        {"common_name": "zq7", "dns_names": ("zq7", "zq7"), "title": "kept"},
        {"client_cn": "zq7", "client_o": "zq7", "title": "kept"},
        {"x509_cn": "zq7", "peerCommonName": "zq7", "cert_ou": "zq7", "title": "kept"},
    ],
)
def test_parts_of_a_name_between_other_fields_go(fields):
    cleaned = redact_certificates(None, "info", {"event": "x", **fields})
    assert "zq7" not in without_name(repr(cleaned))
    assert cleaned["title"] == "kept"
    assert redact_certificates(None, "info", cleaned) is cleaned


@pytest.mark.parametrize(
    "fields",
    [
        {"common_name": "robin", "species": "x", "subject": "y", "title": "z"},
        {"organization": "acme", "country": "GB", "CN": 5},
        {"CN": "China", "US": "United States"},
        {"O": "a", "C": "b"},
        {"common_name": None, "organization": 7, "issuer": 5},
    ],
)
def test_words_that_are_no_parts_of_a_name_stay(fields):
    event = {"event": "x", **fields}
    assert redact_certificates(None, "info", event) is event


def test_a_part_of_a_name_that_cannot_be_looked_at_is_replaced():
    class Odd(list):
        def __ne__(self, other):
            raise ValueError(other)

    event = {"event": "x", "common_name": "zq7", "organization": Odd(["zq7"])}
    cleaned = redact_certificates(None, "info", event)
    assert without_name(repr(cleaned)) == repr(
        {"event": "x", "common_name": "[dn]", "organization": "[unexamined value]"}
    )


def test_buffers_of_node_in_an_event_go():
    octets = {"type": "Buffer", "data": [*ALICE.sha256]}
    names = {"serial": "serial", "fingerprint256": "fingerprint", "ski": "fingerprint", "pubkey": "public key"}
    for name, kind in names.items():
        cleaned = redact_certificates(None, "info", {"event": "x", "peer": {name: octets, "kept": 1}})
        assert without_name(repr(cleaned["peer"])) == repr({name: f"[{kind}]", "kept": 1})
    event = {
        "event": "x",
        "body": octets,
        "public_key": "x",
        "pubkey": ALICE.sha256.hex(),
        "serial": {"type": "Buffer"},
    }
    assert redact_certificates(None, "info", event) is event


def test_a_modulus_in_an_event_goes():
    cleaned = redact_certificates(None, "info", {"event": "x", "modulus": "B5" * 64})
    assert without_name(cleaned["modulus"]) == "[fingerprint]"
    event = {"event": "x", "modulus": 7, "exponent": "0x10001"}
    assert redact_certificates(None, "info", event) is event
