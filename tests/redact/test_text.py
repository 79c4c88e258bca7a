"""redact_text: what goes and what is left around it."""

import base64
import hashlib
import json
import pprint
import re
import textwrap
from array import array
from collections.abc import Callable

import pytest

from mtlsguard.dialects import EVIDENCE_HEADERS
from mtlsguard.redact import naming, prefilter, redact_certificates, redact_text
from mtlsguard.redact.engine import spans
from mtlsguard.redact.markers import MARKER
from mtlsguard.redact.prefilter import gates
from tests.redact.material import WRITTEN, material, private_key_pem, xfcc

ALICE = material()


def without_names(text: str) -> str:
    return MARKER.sub(lambda found: f"[{found['kind']}]", text)


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize(
    "frame",
    ["{}", "rejected: {}", "seen {}\nnext line", "[{}]", "a\tb {}", "é {}"],
    ids=["alone", "at the end", "in lines", "in brackets", "after a tab", "not ASCII"],
)
def test_nothing_of_a_certificate_can_be_read_however_it_is_written(written, frame):
    assert ALICE.leaks_in(redact_text(frame.replace("{}", written(ALICE)))) == []


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("wrap", [repr, json.dumps, lambda text: json.dumps(json.dumps(text))])
def test_nothing_can_be_read_in_a_string_within_a_string(written, wrap):
    assert ALICE.leaks_in(redact_text(wrap({"message": written(ALICE), "level": "info"}))) == []


def without_finds(text: str) -> str:
    """What the forms leave, whatever the first look says."""
    for span in reversed(spans(text)):
        text = text[: span.start] + text[span.end :]
    return text


QUOTED = material(name='mallory\' "quux" \\ zq7', organization='Ze\'"br"a, Ltd')
OCTETS: dict[str, Callable[[bytes], str]] = {
    "repr": repr,
    "repr without its quotes": lambda der: repr(der)[2:-1],
    "Latin-1": lambda der: der.decode("latin-1"),
    "ASCII with escapes": lambda der: der.decode("ascii", "backslashreplace"),
    "UTF-8 with escapes": lambda der: der.decode("utf-8", "backslashreplace"),
    "bad UTF-8": lambda der: der.decode("utf-8", "replace"),
    "surrogates": lambda der: der.decode("utf-8", "surrogateescape"),
}
LEVELS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "repr": repr,
    "JSON": json.dumps,
    "JSON in Unicode": lambda text: json.dumps(text, ensure_ascii=False),
    "backslashes doubled": lambda text: text.replace("\\", "\\\\"),
}


@pytest.mark.parametrize("how", OCTETS.values(), ids=OCTETS)
@pytest.mark.parametrize("first", LEVELS.values(), ids=LEVELS)
@pytest.mark.parametrize("second", LEVELS.values(), ids=LEVELS)
def test_octets_with_quotes_and_backslashes_do_not_end_early_however_deep_they_are_escaped(how, first, second):
    written = second(first(how(QUOTED.der)))
    words = ("mallory", "quux", "zq7", 'br"a', "Ltd")
    cleaned = [without_finds(frame.replace("{}", written)) for frame in ("{}", "seen {} here", "x='{}' y=1")]
    assert [one for one in cleaned if QUOTED.leaks_in(one) or any(word in one for word in words)] == []


def test_octets_of_a_digest_with_both_quotes_do_not_end_early():
    digest = b"\x03'\"" + b"abcdefgh" + bytes(range(128, 137))
    for written in (repr(digest), json.dumps(repr(digest)), repr(repr(digest))):
        assert [word for word in ("fingerprint", "serial") if "bcdefg" in redact_text(f"{word}={written}")] == []


def test_octets_that_break_off_behind_their_header_are_no_error():
    assert redact_text("seen 0w\\x02\\x01") == "seen [private key]"


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_redacting_again_changes_nothing(written):
    once = redact_text(f"before {written(ALICE)} after")
    assert redact_text(once) == once


@pytest.mark.parametrize(
    "dump",
    [
        "{}: zq7secret value",
        "{}=zq7secret value",
        "'{}': 'zq7secret value', 'host': 'a'",
        "(b'{}', b'zq7secret value'), (b'host', b'a')",
        '"{}": "zq7secret value"',
        '["{}", "zq7secret value"]',
        '"{}": ["zq7secret value", "zq7secret two"]',
    ],
)
def test_every_evidence_header_loses_its_value_in_every_dump_and_spelling(dump):
    spellings = [
        spelling
        for name in EVIDENCE_HEADERS
        for spelling in (name, name.title(), name.replace("-", "_"), "HTTP_" + name.upper().replace("-", "_"))
    ]
    assert not [one for one in spellings if "zq7" in redact_text(dump.replace("{}", one))]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ('subject="CN=alice,O=Example" status=200', 'subject="[dn]" status=200'),
        ("denied: CN=alice,O=Example", "denied: [dn]"),
        ("denied CN=alice,O=Example\nnext", "denied [dn]\nnext"),
        ('Subject: C = GB, O = "Example, Inc", CN = alice', "Subject: [dn]"),
        ("subject=O=Example", "subject=[dn]"),
        ("bound as cn=alice,ou=people,dc=example", "bound as [dn]"),
        ("subject '/C=GB/CN=alice' refused", "subject '[dn]' refused"),
        ("1.3.6.1.4.1.99999=x,CN=alice", "[dn]"),
        ('{"m": "no CN=alice,O=Example", "n": 1}', '{"m": "no [dn]", "n": 1}'),
        ("serial=0A1B status=200", "serial=[serial] status=200"),
        ("serial number: 12:34:56:78", "serial number: [serial]"),
        ("'serial_number': 305419896, 'a': 1", "'serial_number': [serial], 'a': 1"),
        ("x-ssl-client-serial: 0A", "x-ssl-client-serial: [serial]"),
        ("GET / HTTP/1.1\r\nX-Client-DN: alice\r\nHost: a", "GET / HTTP/1.1\r\nX-Client-DN: [dn]\r\nHost: a"),
        ("(('commonName', 'alice'),)", "(('commonName', '[dn]'),)"),
        ("X-My-Client-Cert-Info: zq7", "X-My-Client-Cert-Info: [certificate]"),
        ("Serial Number: 123456 (0x1E240", "Serial Number: [serial]"),
        ("Serial Number: 123456 (0x\nnext", "Serial Number: [serial]\nnext"),
        ("serial number is 1234567890123456 (0x462d53c8abac0", "serial number is [serial]"),
        ("serial: 123456 (valid) here", "serial: [serial] (valid) here"),
        ("client_cert=[certificate] status=200 path=/x", "client_cert=[certificate] status=200 path=/x"),
        ("ssl_client_s_dn=[dn] status=200 path=/x", "ssl_client_s_dn=[dn] status=200 path=/x"),
        ("client_cert=[certificate] zq7secret", "client_cert=[certificate]"),
        ("client_cert=[certificate] O=Zanzibarian status=200", "client_cert=[certificate]"),
        ("der 308201f030820a0b0c0d\naffected rows: 3", "der [certificate]\naffected rows: 3"),
        ("der 308201f030820a0b0c0d\nfacade closed", "der [certificate]\nfacade closed"),
        ("der 308201f030820a0b0c0d\n0e0f10\nbad end", "der [certificate]\nbad end"),
        ("der 30 82 01 f0 30 82 0a 0b 0c 0d 0e\naffected rows: 3", "der [certificate]\naffected rows: 3"),
        ("der 30 82 01 f0 30 82 0a 0b\n0c 0d 0e 0f\naffected", "der [certificate]\naffected"),
        ("der 30-82-01-f0-30-82-0a-0b-0c-0d-0e affected", "der [certificate] affected"),
    ],
)
def test_what_stands_around_it_stays(text, redacted):
    assert without_names(redact_text(text)) == redacted


def test_a_private_key_is_called_one():
    assert redact_text(f"key: {private_key_pem()}").startswith("key: [private key]")


def test_a_private_key_without_a_frame_is_called_one():
    body = "".join(private_key_pem().splitlines()[1:-1])
    assert redact_text(body) == "[private key]"


def test_an_encrypted_key_that_was_cut_off_loses_its_headers_and_body():
    key = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233\n\n" + "Ab1/" * 40
    assert redact_text(key) == "[private key]"


def test_an_element_of_xfcc_goes_as_a_whole():
    assert without_names(redact_text(f"got {xfcc(ALICE)} here")) == "got [certificate] here"


@pytest.mark.parametrize("end", ["\x1b[31m", "\u202e", "\x00", "\x07", "\u2028", "\x85"])
def test_control_characters_of_a_name_go_with_it(end):
    assert end not in redact_text(f"denied CN=mallory{end}, evil,O=Example")


def test_line_ends_of_a_name_that_stands_alone_go_with_it():
    assert without_names(redact_text("CN=mallory\r\nX-Injected: yes,O=Example")) == "[dn]"


@pytest.mark.parametrize("quoted", ["subject='{}' x=1", 'subject="{}" x=1', '{"subject": "{}", "x": 1}'])
def test_line_ends_of_a_quoted_name_go_with_it(quoted):
    assert "evil" not in redact_text(quoted.replace("{}", "CN=mallory\nlevel=info evil,O=Example"))


def test_a_flood_of_finds_costs_the_rest_of_the_text_not_the_time():
    flood = "serial=1a2b " * 100_000 + "the end"
    assert redact_text(flood).endswith("[unexamined value]")


@pytest.mark.parametrize(
    "name",
    [
        "jurisdictionC=US; jurisdictionST=zq7; businessCategory=Private Organization; serialNumber=3582691; C=US; CN=a",
        "jurisdictionCountryName = US, jurisdictionStateOrProvinceName = zq7, O = zq7",
        "/jurisdictionC=US/businessCategory=zq7 Organization/C=US/O=zq7/CN=a",
        "/street=zq7 5/CN=a",
        "GIVENNAME=zq7, SURNAME=zq7, CN=a",
        "title = zq7, commonName = a",
        "street=zq7 5,postalCode=zq7,CN=a",
        "stateOrProvinceName=zq7,CN=a",
        "CN = a, O = zq7, C = GB",
        "O = zq7, C = GB",
        'CN = a, OU = "<zq7>", C = GB',
        'O = (v), CN = "zq7;zq7"',
        "C = GB, title = zq7, SN = b, UID = x, CN = a",
        "CN=\\<zq7\\>,O=a",
        'CN=\\"zq7\\" zq7,O=a',
        "CN=a\\;zq7,O=a",
    ],
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_names_of_all_types_and_with_quoted_values_go_as_a_whole(name, wrap):
    written = wrap(f"denied subject={name}\nnext=kept")
    cleaned = without_names(redact_text(written))
    assert ("zq7" in cleaned, "next=kept" in cleaned) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "title=Foo, L=3, C=4",
        "title=Monthly, street=Main, name=x",
        "GET /title=x/street=y/description=z",
        "T=5, C = 12",
        "S=active, title=foo",
        "description=foo, a=b",
        "title = Foo\ndescription = bar\nname = x",
    ],
)
def test_types_that_are_words_too_are_none_beside_other_words(text):
    assert redact_text(text) is text


_PEER = {
    "subject": ((("commonName", "zq7"),), (("emailAddress", "zq7@example"),)),
    "subjectAltName": (("DNS", "zq7.example"), ("email", "zq7@example")),
}


@pytest.mark.parametrize(
    "printed", [json.dumps(_PEER, indent=2), json.dumps(_PEER, indent="\t"), pprint.pformat(_PEER)]
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_nothing_of_what_was_printed_in_lines_can_be_read_in_a_string(printed, wrap):
    assert "zq7" not in without_names(redact_text(wrap(printed)))


@pytest.mark.parametrize(
    "lines",
    [
        "    title                     = zq7\n    commonName                = a\n    name                      = zq7\n",
        "    countryName               = GB\n    commonName                = a\\\\zq7\n",
        '    C=GB\n    title=zq7\n    OU="zq7" zq7\n    street=zq7\n    CN=a\n',
        '    C=GB\n    OU="zq7"\n    CN=a\n',
    ],
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps])
def test_lines_of_openssl_go_as_a_whole(lines, wrap):
    cleaned = without_names(redact_text(wrap(f"subject=\n{lines}kept=1")))
    assert ("zq7" in cleaned, "kept=1" in cleaned) == (False, True)


_NUMBERS = list(ALICE.der)


@pytest.mark.parametrize(
    "written",
    [
        str(_NUMBERS),
        json.dumps({"type": "Buffer", "data": _NUMBERS}, indent=2),
        json.dumps({"data": _NUMBERS}, separators=(",", ":")),
        "[" + " ".join(f"{octet:3}" for octet in _NUMBERS) + "]",
        "\n ".join(f"{octet:3}," for octet in _NUMBERS),
        ", ".join(f"0x{octet:02X}" for octet in _NUMBERS),
        "[" + " ".join(f"{octet:3}" for octet in _NUMBERS[:9]) + " ... 160 118 96]",
    ],
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_nothing_of_a_list_of_octets_as_numbers_is_left(written, wrap):
    cleaned = without_names(redact_text(wrap(f"seen {written} and more")))
    assert "and more" in cleaned
    assert not any(octets in cleaned for octets in ("130", "160", "0x02", "0X02"))


@pytest.mark.parametrize("numbers", [[48, 130, 10, 20] * 8, [48, 130, 1, 2, 3, 4, 5, 6, 7], [48, 130, 1]])
def test_numbers_that_only_begin_like_octets_of_der_stay(numbers):
    text = str(numbers)
    assert redact_text(text) is text


@pytest.mark.parametrize("digits", [40, 64, 16])
def test_a_fingerprint_with_0x_is_one(digits):
    written = ALICE.sha256.hex()[:digits]
    assert redact_text(f"fingerprint: 0x{written} x") == redact_text(f"fingerprint: {written} x")


_WAYS: dict[str, Callable[[str], str]] = {
    "equals": "{}={} status=200".format,
    "sentence": "the {} is {} now".format,
    "arrow": "{} -> {}".format,
    "brackets": "{} ({})".format,
    "Markdown": "**{}**: `{}`".format,
    "table": "| {} | {} |".format,
    "columns": "{}\t{}".format,
    "CSV": "{};{};x".format,
    "XML": "<{0}>{1}</{0}>".format,
    "object": "Client({}={}, port=1)".format,
}


@pytest.mark.parametrize("way", _WAYS.values(), ids=_WAYS)
@pytest.mark.parametrize("number", range(40))
def test_digits_beside_a_telling_name_go_whatever_points_at_them(way, number):
    octets = hashlib.sha256(bytes([number])).digest()
    url = base64.urlsafe_b64encode(octets).decode()
    short = base64.urlsafe_b64encode(octets[:20]).decode()
    digests = (octets.hex(), url, url.rstrip("="), short, short.rstrip("="), repr(octets.hex().encode()))
    written = [("thumbprint", digest) for digest in digests] + [("serial_number", octets[:16].hex())]
    assert [one for one in written if redact_text(way(*one)).count("[") != way("", "").count("[") + 1] == []


@pytest.mark.parametrize("octets", [bytes(range(120, 140)), b"'\"" + bytes(range(120, 140))])
def test_octets_that_can_be_changed_are_octets_too(octets):
    for name in ("fingerprint", "serial"):
        for written in (f"{name}: {bytearray(octets)!r}", repr({name: bytearray(octets)})):
            assert "\\x" not in redact_text(written)


@pytest.mark.parametrize(
    "text",
    [
        "fingerprint: 0f8fad5b-d9cb-469f-a165-70867728950e",
        "fingerprint based-authentication-for-x1 ok",
        "fingerprint-based-authentication-for-users-2026-x",
        "device fingerprint X-Forwarded-Client-Cert-Hash2 set",
        "| serial | 1234 |",
        "serial > 5 and serial < 1000000000",
        "<serial>abc</serial>",
    ],
)
def test_words_beside_a_telling_name_stay(text):
    assert redact_text(text) is text


@pytest.mark.parametrize(
    "text",
    [
        "ssl_client_verify=FAILED status=403",
        "ssl_client_verify=SUCCESS ssl_client_serial=- ssl_client_s_dn=- request=GET",
        "client_cert=missing path=/x",
        "client_cert=required, port=443",
        "client_cert_expires_at=2026-01-01 path=/x status=200",
        "client_cert_not_after=2027-01-01T00:00:00Z",
        "client_cert_days_left=30 status=ok",
        "client_cert_file=/etc/ssl/client.pem status=200",
        "client_cert=/etc/ssl/client.pem, key=/etc/ssl/key.pem",
        "{'client_cert_path': 'C:\\\\x.pem', 'a': 1}",
        "ssl_client_protocol=TLSv1.3 status=200",
        "x-ssl-client-verify: FAILED:unable to verify the first certificate",
        "client_cert=*** status=200",
        "client_cert_expires_in=86400 path=/x",
        "client_cert_expires_in=86400s then more",
        "{'client_cert_expires_in': 86400, 'a': 1}",
        '{"client_cert_ttl": "86400", "a": 1}',
        "client_certificates: 3 loaded",
        "client_certificates: 3 added by hand",
        "ssl_client_cipher=TLS_AES_128_GCM_SHA256 status=200",
        "ssl_client_ciphers: ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256 are allowed",
        "ssl_client_auth: want",
        "ssl_client_auth=need port=443",
        "client_cert_mode: CERT_REQUIRED here",
        "client_cert_not_after=2027-01-01T00:00:00Z ok",
        "ssl_client_v_end=Jan  1 00:00:00 2027 GMT ok",
        "client_cert_chain_length: 3 of 4",
    ],
)
def test_verdicts_dates_and_paths_stay_and_so_does_what_follows_them(text):
    assert redact_text(text) is text


@pytest.mark.parametrize("value", ["1234.5678.9012", "10.20.30.40"])
def test_numbers_that_may_be_a_name_or_a_serial_number_are_no_version(value):
    assert value not in redact_text(json.dumps({"x-ssl-client-cn": value, "ssl_client_serial": value}))
    assert "10.20.30.40" not in redact_text(json.dumps({"x-client-cert": "10.20.30.40"}))


@pytest.mark.parametrize("header", ["ssl_client_s_dn_cn", "x-ssl-client-cn"])
def test_a_name_that_begins_like_a_verdict_goes(header):
    for value in ("no one", "Success zq7", "2026-01-01 zq7", "/zq7.pem/zq7", "30 zq7", "- zq7"):
        assert redact_text(f"{header}={value}").startswith(f"{header}=[dn")


@pytest.mark.parametrize(
    "text", ["commit hash=3f786850e387550fdab836ed7e6dc881de23001b ok", "hash=3f786850e387550fdab8"]
)
def test_the_hash_of_a_commit_is_no_element_of_xfcc(text):
    assert redact_text(text) is text


@pytest.mark.parametrize(
    "text",
    [
        "components [(b'CN', b'zq7')]",
        "[(&#x27;CN&#x27;, &#x27;zq7&#x27;), (&#x27;O&#x27;, &#x27;zq7&#x27;)]",
        "&lt;DNSName(value=&#x27;zq7.example&#x27;)&gt;",
        "{&quot;cnf&quot;: {&quot;x5t#S256&quot;: &quot;zq7&quot;}}",
        "cnf.x5t#S256=zq7",
        "subject=2.5.4.3 = zq7",
        "subject=0.9.2342.19200300.100.1.25 = zq7",
        "x /O=zq7/DC Ltd/CN=zq7",
        "x /DC=zq7/street=zq7/O=zq7",
        "x /C=GB/O=zq7 Ltd//CN=zq7",
        'Subject: CN = a + UID = " zq7", street = (zq7)\nnext',
    ],
)
def test_names_of_libraries_and_of_html_are_found_and_seen_at_first_sight(text):
    assert "zq7" not in without_names(redact_text(text))


def test_a_table_of_countries_stays():
    text = "[('CN', 'China'), ('US', 'United States')]"
    assert redact_text(text) is text


@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
@pytest.mark.parametrize("width", [60, 64])
def test_hexadecimal_in_lines_goes_in_a_string_too(wrap, width):
    assert ALICE.leaks_in(redact_text(wrap("\n".join(textwrap.wrap(ALICE.der.hex(), width))))) == []


def test_hexadecimal_that_was_printed_pretty_goes_as_a_whole():
    assert ALICE.leaks_in(redact_text(pprint.pformat({"message": ALICE.der.hex(" ")}))) == []


@pytest.mark.parametrize(
    "name", ["CN = zq7", "O = zq7, CN = zq7", "C = GB, O = zq7", "cn=zq7,dc=zq7", "2.5.4.3=zq7,CN=a"]
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_a_name_at_the_beginning_of_a_line_is_one_in_a_string_too(name, wrap):
    assert "zq7" not in without_names(redact_text(wrap(f"Acceptable CA names\n{name}\nkept")))


def test_numbers_with_zeros_before_them_are_no_error():
    assert redact_text("48, 130, 30 19 06 03 02 55") == "48, 130, 30 19 06 03 02 55"


def test_many_digits_behind_a_name_go_at_once():
    once = redact_text("CN=alice,O=Example; " + " ".join(f"{number:016x}" for number in range(1 << 60, (1 << 60) + 40)))
    assert redact_text(once) == once
    twice = redact_text('"CN=alice" ' + " ".join(f"{number:016x}" for number in range(1 << 60, (1 << 60) + 40)))
    assert redact_text(twice) == twice


@pytest.mark.parametrize("error", [ValueError, RecursionError, UnicodeError, KeyError])
def test_what_cannot_be_read_to_be_named_has_no_name_and_raises_nothing(error, monkeypatch):
    def fails(*_written: object) -> bytes:
        raise error(ALICE.pem)

    monkeypatch.setattr(naming, "_digest", fails)
    written = f"seen {error.__name__} CN=zq7,O=zq7"  # not remembered
    assert redact_text(written) == f"seen {error.__name__} [dn]"
    assert redact_text(f"{error.__name__} {private_key_pem()}") == f"{error.__name__} [private key]\n"
    shown = redact_certificates(None, "info", {"event": "x", "serial": error.__name__.encode()})
    assert shown == {"event": "x", "serial": "[serial]"}


@pytest.mark.parametrize(
    "text",
    [
        "client_cert_expires_in=MIIBzq7secret x",
        "client_cert_expires_in=86400zq7",
        "client_certificates: 3zq7 loaded",
        "client_certificates: zq7",
        "client_certs=['3', 'zq7']",
        "ssl_client_cipher=zq7-name",
        "ssl_client_auth: zq7",
        "client_cert_not_after: zq7 2027-01-01",
        "ssl_client_s_dn=3 zq7 loaded",
        "client_cert=<zq7 x=1> zq7",
        "client_cert=<X object '/CN=zq7'> x=1",
        "client_cert=<X object zq7>zq7",
    ],
)
def test_what_is_no_setting_beside_the_name_of_one_goes(text):
    assert "zq7" not in without_names(redact_text(text))


@pytest.mark.parametrize("numbers", ["30 82 01 0a 30 82", "30 ad be ef"])
def test_octets_with_blanks_are_no_count(numbers):
    assert without_names(redact_text(f"client_certs: {numbers}")) == "client_certs: [certificate]"


@pytest.mark.parametrize("shown", ["<Certificate object at 0x7f00>", "<OpenSSL.crypto.X509 object at 0x7f0042>"])
def test_of_an_object_that_shows_nothing_only_the_object_goes(shown):
    assert without_names(redact_text(f"client_cert={shown} x=1 path=/y")) == "client_cert=[certificate] x=1 path=/y"


@pytest.mark.parametrize("name", ["fingerprint", "serial"])
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_a_list_of_octets_beside_a_telling_name_goes_as_a_whole(name, wrap):
    octets = [*ALICE.sha256]
    ways = (
        f"{name}: {octets} kept",
        f"{name}={tuple(octets)} kept",
        f"{json.dumps({name: octets}, indent=4)} kept",
        f"{name}: [{', '.join(f'{one:#04x}' for one in octets)}] kept",
    )
    for written in ways:
        cleaned = redact_text(wrap(written))
        assert re.search(r"\d,\D{0,20}\d", cleaned) is None
        assert ("kept" in cleaned, "sha256:" in cleaned) == (True, True)


def test_a_list_of_octets_is_named_as_in_hexadecimal():
    named = redact_text(f"fingerprint: {ALICE.sha256.hex()}").removeprefix("fingerprint: ")
    assert redact_text(f"fingerprint: {[*ALICE.sha256]}") == f"fingerprint: [{named}]"
    for value in ([*ALICE.sha256], tuple(ALICE.sha256), array("B", ALICE.sha256), memoryview(ALICE.sha256)):
        assert redact_certificates(None, "info", {"event": "x", "fingerprint": value})["fingerprint"] == named
    serial = ALICE.serial.to_bytes(20, "big")
    named = redact_text(f"serial: {ALICE.serial}").removeprefix("serial: ")
    for value in ([*serial], tuple(serial)):
        assert redact_certificates(None, "info", {"event": "x", "serial": value})["serial"] == named


@pytest.mark.parametrize("text", ["fingerprint: [1, 2, 3]", "fingerprints: [300, 301, 302, 303, 304, 305, 306, 307]"])
def test_a_list_of_other_numbers_stays(text):
    assert redact_text(text) is text
    numbers = json.loads(text.partition(": ")[2])
    event = {"event": "x", "fingerprint": numbers}
    assert redact_certificates(None, "info", event) is event


@pytest.mark.parametrize("name", ["subject_key_identifier", "authorityKeyIdentifier", "Subject Key Identifier"])
@pytest.mark.parametrize("point", ["=", ": ", " is ", ":\n    ", "': '"])
def test_identifiers_of_keys_are_seen_at_first_sight(name, point):
    for octets in (ALICE.sha256[:20].hex(), ALICE.sha256[:20].hex(":"), ALICE.sha256[:8].hex(":")):
        text = f"{name}{point}{octets} x"
        assert redact_text(text) == f"{name}{point}{redact_text(f'fingerprint={octets}').partition('=')[2]} x"
        assert gates.pass_the_gates(text)
        assert prefilter.is_told(text)
        event = redact_certificates(None, "info", {"event": "x", name: octets})
        assert without_names(event[name]) == "[fingerprint]"


@pytest.mark.parametrize(
    "text", ["the key identifier is missing", "keyIdentifier: none", "identifier=3f786850e387550f"]
)
def test_words_beside_an_identifier_stay(text):
    assert redact_text(text) is text


@pytest.mark.parametrize(
    "name",
    [
        {"common_name": "zq7", "organization": "zq7"},
        {"organization": "zq7", "country": "zq7", "common_name": "zq7", "email": "zq7@example", "locality": "zq7"},
        {"commonName": "zq7", "organizational_unit": "zq7"},
    ],
)
@pytest.mark.parametrize("wrap", [repr, json.dumps, lambda one: json.dumps({"x": json.dumps(one, indent=2)})])
def test_ordinary_words_beside_a_common_name_are_parts_of_a_name(name, wrap):
    assert "zq7" not in without_names(redact_text(f"seen {wrap(name)} here"))
    cleaned = redact_certificates(None, "info", {"event": "x", "client": [name], "kept": 1})
    assert ("zq7" in without_names(repr(cleaned)), cleaned["kept"]) == (False, 1)
    assert redact_certificates(None, "info", cleaned) is cleaned


@pytest.mark.parametrize(
    "value",
    [
        {"organization": "acme", "country": "GB", "email": "a@b.example"},
        {"common_name": "robin", "country": "GB", "state": "resting"},
        {"organization": "acme", "city": "x", "name": "y", "emailAddress": "a@b.example"},
        {"org": "acme", "unit": "cm", "title": "x"},
    ],
)
def test_ordinary_words_without_a_common_name_or_an_organization_stay(value):
    text = repr(value)
    assert redact_text(text) is text
    event = {"event": text, "value": value}
    assert redact_certificates(None, "info", event) is event


def test_a_row_of_ordinary_words_stays():
    text = repr([("organization", "a"), ("country", "b")] * 100) + " and on_name"
    assert redact_text(text) is text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            '*  subjectAltName: host "zq7" matched cert\'s "*.zq7"',
            '*  subjectAltName: host "[dn]" matched cert\'s "[dn]"',
        ),
        ('*  subjectAltName: "zq7" matches cert\'s "zq7"', '*  subjectAltName: "[dn]" matches cert\'s "[dn]"'),
        ("*  common name: zq7 (matched)\n* next", "*  common name: [dn] (matched)\n* next"),
        ("*  common name: zq7 (x) (does not match 'a')", "*  common name: [dn] (does not match 'a')"),
    ],
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_what_curl_says_of_names_goes(text, redacted, wrap):
    assert without_names(redact_text(wrap(text))) == wrap(redacted)
    assert gates.pass_the_gates(wrap(text))
    assert prefilter.is_told(wrap(text))


@pytest.mark.parametrize("text", ["common name: robin", "the common name: is (not) set", "no match for cert's name"])
def test_a_common_name_of_something_else_stays(text):
    assert redact_text(text) is text


@pytest.mark.parametrize("name", ["/O=O'Brien zq7/CN=zq7", "/O=a'>zq7/CN=zq7", "/CN=zq7", "/CN=zq7'"])
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_a_name_of_pyopenssl_with_quotes_goes_as_a_whole(name, wrap):
    cleaned = without_names(redact_text(wrap(f"seen <X509Name object '{name}'> and <more> kept")))
    assert ("zq7" in cleaned, "<more> kept" in cleaned) == (False, True)


_BIG = [material(name=f"alice.billing{'x' * more}") for more in range(4)]


@pytest.mark.parametrize("one", _BIG)
@pytest.mark.parametrize("size", [2, 4, -2, -4])
@pytest.mark.parametrize("case", [str, str.upper])
@pytest.mark.parametrize("wrap", [str, repr, json.dumps])
def test_hexadecimal_in_groups_goes_as_a_whole(one, size, case, wrap):
    for written in (one.der.hex(" ", size), "\n".join(textwrap.wrap(one.der.hex(" ", size), 70))):
        text = wrap(case(f"seen {written}\nkept"))
        assert one.leaks_in(redact_text(text)) == []
        assert case("kept") in redact_text(text)
        assert prefilter.is_told(text)
        assert gates.pass_the_gates(text)
    assert redact_text(one.der.hex(" ", size)) == redact_text(one.pem.strip())


@pytest.mark.parametrize("size", [2, 4, -4])
def test_digests_and_numbers_in_groups_go_as_a_whole(size):
    for name, octets in (
        ("fingerprint", ALICE.sha256),
        ("fingerprint", ALICE.sha256[:20]),
        ("serial", ALICE.serial.to_bytes(20, "big")[:19]),
    ):
        written = f"{name}='{octets.hex(' ', size)}' x=1"
        assert redact_text(written) == redact_text(f"{name}='{octets.hex()}' x=1")


@pytest.mark.parametrize("text", ["blocks 3082 0157 free", "3081 3082 3083 3084 3085", "30 8201 4711 0815 1234 5678"])
def test_other_numbers_in_groups_stay(text):
    assert redact_text(text) is text


@pytest.mark.parametrize(
    "name",
    [
        r"seen CN=CORP\\nzq7,O=zq7",
        r"seen CN=CORP\\rzq7",
        r"seen O=x,CN=CORP\\nzq7 \\, zq7",
        r"seen /O=x/CN=CORP\\nzq7",
        r"x-ssl-client-s-dn-cn: CORP\\nzq7",
        "subject=\n    C=GB\n    CN=CORP\\\\nzq7\n    O=zq7",
    ],
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_a_backslash_that_is_escaped_in_a_name_ends_no_line(name, wrap):
    cleaned = without_names(redact_text(wrap(f"{name}\nkept")))
    assert ("zq7" in cleaned, "kept" in cleaned) == (False, True)


_NAME = "O = zq7 Ltd, CN = zq7 Person, C = GB"


@pytest.mark.parametrize(
    "text",
    [
        *(pprint.pformat({"m": "x " * count + _NAME}, width=20) for count in range(8)),
        pprint.pformat(f"the certificate of the client with the subject {_NAME.replace(' = ', '=')}", width=40),
        "X {\n  subject: 'O=zq7 Ltd\\n' +\n    'CN=zq7 Person\\n' +\n    'C=GB'\n}",
        "seen C\x1b[1mN\x1b[0m=zq7,O=zq7",
        "seen CN\x1b[0m = \x1b[35mzq7\x1b[0m",
        "ser\x1b[01;31m\x1b[Kial\x1b[m\x1b[K=0a1b2c3d4e5fzq7".replace("zq7", "6071"),
    ],
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_what_parts_words_to_show_them_hides_nothing(text, wrap):
    cleaned = without_names(redact_text(wrap(text)))
    assert ("zq7" in cleaned, "6071" in cleaned, "[" in cleaned) == (False, False, True)
    assert redact_text(cleaned) == cleaned
    assert gates.pass_the_gates(wrap(text))
    assert prefilter.is_told(wrap(text))


_OCTETS = [*ALICE.sha256]
_SIGNED = [octet - 256 if octet > 127 else octet for octet in _OCTETS]
_BLANKS = ALICE.sha256.hex(" ")
_BUFFER = {"type": "Buffer", "data": _OCTETS}


@pytest.mark.parametrize("name", ["serial", "fingerprint", "ski", "aki", "subject_key_id", "authorityKeyId"])
@pytest.mark.parametrize(
    "octets",
    [
        f"<Buffer {_BLANKS}>",
        f"Uint8Array(32) [\n  {', '.join(map(str, _OCTETS))}\n]",
        str(_SIGNED),
        str(_OCTETS).replace(",", ""),
        f"[]byte{{{', '.join(map(hex, _OCTETS))}}}",
        json.dumps(_BUFFER),
        json.dumps(_BUFFER, indent=2),
    ],
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_octets_as_other_languages_print_them_go_beside_a_telling_name(name, octets, wrap):
    text = wrap(f"{name}: {octets} kept")
    cleaned = redact_text(text)
    assert (re.search(r"[0-9a-f]{2},? +[0-9a-f]{2}", cleaned), "kept" in cleaned) == (None, True)
    assert gates.pass_the_gates(text)
    assert prefilter.is_told(text)


@pytest.mark.parametrize("name", ["pubkey: ", "publicKey: ", '"pubkey": '])
@pytest.mark.parametrize("octets", [f"<Buffer {_BLANKS} ... 15 more bytes>", json.dumps(_BUFFER)])
def test_a_public_key_of_node_goes(name, octets):
    cleaned = without_names(redact_text(f"{name}{octets}, kept"))
    assert (re.search(r"\d{2},? \d{2}", cleaned), "[public key]" in cleaned) == (None, True)
    assert cleaned.endswith("kept")


@pytest.mark.parametrize("first", ["48, -126, 2, 105, 48, -126, 2, 16, -96", "48, -126, 1, 10, 2, 1, 0, -96, 5"])
def test_octets_of_java_that_begin_like_a_certificate_go(first):
    text = f"encoded: [{first}, 3, 2, 1, 2] kept"
    assert without_names(redact_text(text)) == "encoded: [[certificate]] kept"
    assert prefilter.is_told(text)
    assert gates.pass_the_gates(text)


@pytest.mark.parametrize("key", ["subject_key_id", "authority_key_id", "SubjectKeyId", "ski", "aki", "cert.ski"])
def test_identifiers_of_keys_in_events_go(key):
    for value in (ALICE.sha256[:20].hex(), ALICE.sha256[:20].hex(":"), ALICE.sha256[:20]):
        cleaned = redact_certificates(None, "info", {"event": "x", key: value})
        assert without_names(cleaned[key]) == "[fingerprint]"


_OF_NODE = """{
  subject: [Object: null prototype] { C: 'GB', O: 'zq7 Ltd', CN: 'zq7' },
  issuer: [Object: null prototype] { O: 'zq7 Ltd', CN: "zq7's" },
  ca: false,
}"""
_OF_GO = """pkix.Name{Country:[]string{"GB"}, Organization:[]string{"zq7", "zq7"}, OrganizationalUnit:[]string(nil), \
SerialNumber:"", CommonName:"zq7", Names:[]pkix.AttributeTypeAndValue{pkix.AttributeTypeAndValue{\
Type:asn1.ObjectIdentifier{2, 5, 4, 10}, Value:"zq7"}}, ExtraNames:[]pkix.AttributeTypeAndValue(nil)}"""
_OF_GO_IN_JSON = {
    "Country": None,
    "Organization": ["zq7", "zq7"],
    "Locality": None,
    "SerialNumber": "",
    "CommonName": "zq7",
    "Names": [{"Type": [2, 5, 4, 10], "Value": "zq7"}, {"Type": [1, 2, 840, 113549, 1, 9, 1], "Value": "zq7"}],
}
_OF_CFSSL = {"subject": {"common_name": "zq7", "organization": "zq7", "names": ["zq7", "zq7"]}, "kept": 1}


@pytest.mark.parametrize(
    "text",
    [
        _OF_NODE,
        _OF_NODE.replace("\n  ", " "),
        _OF_NODE.replace("'zq7'", "\x1b[32m'zq7'\x1b[39m"),
        _OF_GO,
        json.dumps(_OF_GO_IN_JSON),
        json.dumps(_OF_GO_IN_JSON, indent=2),
        json.dumps(_OF_CFSSL),
        json.dumps(_OF_CFSSL, indent=2),
    ],
)
@pytest.mark.parametrize("wrap", [str, repr, json.dumps, lambda text: json.dumps({"x": json.dumps({"m": text})})])
def test_names_as_other_languages_print_their_parts_go(text, wrap):
    cleaned = without_names(redact_text(wrap(f"{text} kept")))
    assert ("zq7" in cleaned, "kept" in cleaned) == (False, True)
    assert gates.pass_the_gates(wrap(text))
    assert prefilter.is_told(wrap(text))


@pytest.mark.parametrize("value", [_OF_GO_IN_JSON, _OF_CFSSL])
def test_names_as_other_languages_print_their_parts_go_in_events(value):
    cleaned = redact_certificates(None, "info", {"event": "x", "client": value})
    assert "zq7" not in without_names(repr(cleaned))
    assert redact_certificates(None, "info", cleaned) is cleaned


@pytest.mark.parametrize("wrap", [str, repr, json.dumps])
def test_the_last_line_of_octets_with_colons_goes_with_those_above_it(wrap):
    lines = "\n".join(f"\t\t{row.hex(':')}" for row in (bytes(range(16)), bytes(range(16)), bytes(range(8))))
    assert without_names(redact_text(wrap(f"Signature:\n{lines}\nkept"))).count("07") == 0


@pytest.mark.parametrize("count", [2, 3, 5])
def test_addresses_in_lines_stay(count):
    text = "\n".join(f"  00:1a:2b:3c:4d:5{number}" for number in range(count))
    assert redact_text(text) is text


@pytest.mark.parametrize("name", ["client-cert-alice", "PEERCERT", "my.client_cert", "ssl-client-7"])
def test_a_client_may_be_called_like_a_header(name):
    assert name not in redact_text(f"X-SSL-Client-CN: {name}")
    assert name not in redact_text(json.dumps({"x-ssl-client-cn": name}))


@pytest.mark.parametrize("name", ["X-SSL-Client-Cert", "HTTP_X_SSL_CLIENT_CERT", "Client-Cert", "x-client-cert-2"])
def test_the_name_of_a_header_is_no_data(name):
    text = f"client_cert_header={name}"
    assert redact_text(text) is text


@pytest.mark.parametrize("value", ["ZQ>ZQ", ">ZQ", "ZQ=>ZQ", ";ZQ", "ZQ;ZQ"])
@pytest.mark.parametrize("written", ["* subject: C=GB; O={}; CN={}\nnext", "seen C=GB; CN={}; O={} and more\nnext"])
def test_marks_that_nobody_escaped_are_in_the_value(value, written):
    cleaned = redact_text(written.format(value, value))
    assert ("ZQ" in cleaned, cleaned.endswith("\nnext")) == (False, True)


@pytest.mark.parametrize(
    "text", ["<td>CN=ZQ,O=ZQ</td> kept", "<Name(CN=ZQ,O=ZQ)> kept", "dn=<CN=ZQ,O=ZQ> kept", "CN=ZQ -> kept"]
)
def test_angles_around_a_name_and_arrows_end_it(text):
    cleaned = redact_text(f"seen {text}")
    assert ("ZQ" in cleaned, cleaned.endswith("kept")) == (False, True)
