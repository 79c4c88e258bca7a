"""Names that say what stands beside them: headers, variables, keys of a mapping."""

import re

from mtlsguard.dialects import EVIDENCE_HEADERS
from mtlsguard.redact.forms.alternatives import tails_by_letter, together
from mtlsguard.redact.markers import MASK, Kind, is_marker
from mtlsguard.redact.patterns import compiled

# All names are looked at in one spelling: lower case, dashes. A name with one of these in it, whatever is before and
# behind, holds evidence: that covers numbered headers, those an operator named, `HTTP_...` and `clientCert` as well.
_TELLING = (
    *("client-cert", "clientcert", "ssl-client", "sslclient", "peer-cert", "peercert"),
    *("viewer-cert", "cf-cert", "mtls-cert"),
)
# Where a whole name is needed. The last ones are what `ssl.SSLSocket.getpeercert` calls the parts of a name.
_PARTS = frozenset({"commonname", "organizationname", "organizationalunitname", "localityname", "stateorprovincename"})
_MORE = ("client-common-name", "subject-cn", "issuer-cn", "client-serial", "client-subject", "client-issuer")
_WHOLE = (
    {name for name in EVIDENCE_HEADERS if not any(word in name for word in _TELLING)}
    | _PARTS
    | {"x5c", "x5t", "x5t#s256", *_MORE}
)
_ENDS = r"(?![a-z0-9-])"
_WHOLE_NAMES = tails_by_letter(
    [(name, _ENDS) for name in sorted(_WHOLE | {f"http-{name}" for name in _WHOLE})], "(?<![a-z0-9-].)"
)
# A part of a name, and whose: `client_cn`, `tlsPeerCommonName`, `cert_ou`, `peer_dns_san`.
_OWNERS = ("client", "cert", "certificate", "peer", "leaf")
_CN = rf"(?:cn|common-?name){_ENDS}"
_COMMON = tails_by_letter(
    [
        *((owner, f"-?{_CN}") for owner in (*_OWNERS, "subject", "issuer")),
        *((one, f"-{_CN}") for one in ("x509", "tls")),
    ]
)
_OTHER = tails_by_letter(
    [(owner, rf"-(?:ou?|(?:(?:dns|uri|ip|email)-)?sans?){_ENDS}") for owner in _OWNERS], r"(?<![a-z].)"
)
_MORE_OF_A_NAME = r"[a-z0-9-]{0,60}+"
EVIDENCE_PATTERN = (
    f"(?:{together(tails_by_letter((word, _MORE_OF_A_NAME) for word in _TELLING), _COMMON, _OTHER, _WHOLE_NAMES)})"
)
_PART = compiled(together(_COMMON, _OTHER))
_EVIDENCE = compiled(rf"[a-z0-9.#-]{{0,200}}?{EVIDENCE_PATTERN}\Z")

_KINDS = (
    ("serial", Kind.SERIAL),
    ("fingerprint", Kind.FINGERPRINT),
    ("thumbprint", Kind.FINGERPRINT),
    ("sha1", Kind.FINGERPRINT),
    ("sha256", Kind.FINGERPRINT),
    ("hash", Kind.FINGERPRINT),
    ("x5t", Kind.FINGERPRINT),
    ("common-name", Kind.DN),
    ("-dn", Kind.DN),
    ("-cn", Kind.DN),
    ("-san", Kind.DN),
    ("subject", Kind.DN),
    ("issuer", Kind.DN),
    *((part, Kind.DN) for part in sorted(_PARTS)),
)

# Verdicts and settings, not data: an operator wants to read them. Numbers are OpenSSL's error codes.
_WORD = (
    r"-|none|null|\(null\)|<nil>|success|failed|generous|true|false|yes|no|on|off|present|absent|missing|enabled|"
    r"disabled|required|optional|optional_no_ca|request|ignore|initial|resumed|strict|tlsv1(?:\.\d)?|\*{3,16}|redacted|"
    r"failed:[a-z '()-]{1,80}?"  # nginx and OpenSSL say why
)
_DATE = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d:?\d\d)?"
_PATH = r"(?:[a-z]:)?[~.]{0,2}[/\\][\w./\\@~-]{0,200}\.(?:pem|crt|cer|der|key|csr|p12|pfx|jks)"
_HARMLESS = compiled(rf"(?i)(?:{_WORD}|{_DATE}|{_PATH}|\.\.\.|…)?|(?-i:spiffe://[a-z0-9][\w./~-]{{0,2048}})")
_HEADERS = ("x-", "http-x-", "ssl-client-verify")
_MOST_WORDS = 32  # characters
_LONGEST = 200
_FIELDS = r"(?=[,;)\]}]|\s{1,4}[\w.-]{1,40}[=:])"
_SMALL_NUMBER = r"\d{1,3}"
_VERSION = r"v?\d{1,4}(?:\.\d{1,4}){1,2}(?:\.?(?:a|b|rc|dev|post)\d{1,3})?"  # of a package that is called like this
_NUMBERS = {
    kind: (compiled(numbers), compiled(rf"(?:{numbers}){_FIELDS}"))
    for kind, numbers in {
        **dict.fromkeys(Kind, _SMALL_NUMBER),
        Kind.CERTIFICATE: rf"{_SMALL_NUMBER}|{_VERSION}",
        Kind.SERIAL: r"(?!)",
    }.items()
}
# The same where no quote ends the value: `client_cert=None, verify=True)` or `client_cert=None status=200`.
_HARMLESS_WORD = compiled(
    rf"(?i:{_WORD}|{_DATE}|{_PATH}){_FIELDS}"
    # And what stands for a find, before fields like `status=200`, but not like `uid=` and `O=`: parts of a name.
    rf"|{re.escape(MASK)}(?=[ \t]{{1,4}}(?!(?:uid|cn|ou|dc|st|sn|gn|[ceglost])=)[a-z][a-z0-9_.-]{{0,40}}=[^\s=])"
)

# What the end of a name says: it stands for a moment, a measure or a setting, and what may stand beside it then.
_UNIT = r"(?:ns|us|ms|s|m|h|d|w|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?|months?|years?)"
_TIME = rf"\d{{1,12}}(?:\.\d{{1,9}})?(?: ?{_UNIT})?"
_OPENSSL_DATE = r"[a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}(?: gmt)?"
_SUITE = r"[A-Z][A-Z0-9]{1,9}(?:[-_][A-Z0-9]{1,10}){1,8}"
_REQUIREMENT = (
    r"want(?:ed)?|need(?:ed)?|require|mandatory|always|never|lenient|(?:verifymode\.)?cert_(?:none|optional|required)|"
    r"(?:no|request|requireany|verify|requireandverify)clientcert(?:ifgiven)?"
)
_MOMENT = (
    r"(?:expires?|expiry|expiration|not-(?:after|before)|notafter|notbefore|valid-(?:from|to|until|for)|ttl|"
    r"v-(?:start|end|remain)|lifetime|max-age|age|remaining|timeout|renew|(?:loaded|issued|checked|rotated))"
    r"(?:-(?:in|at|on|after|before|date|time|days?|hours|minutes|seconds|secs?|s|ms|epoch|ts|timestamp|left))?|"
    r"(?:days|hours|minutes|seconds)-(?:left|remaining)"
)
_SETTINGS = tuple(
    (
        compiled(rf"-(?:{ends})\Z"),
        compiled(rf"(?:{value})(?=[\s,;)\]}}\"'\\|<>&]|\Z)(?! [0-9a-fA-F]{{2}}(?![0-9A-Za-z]))"),
    )
    for ends, value in (
        (_MOMENT, rf"(?i:{_TIME}|{_DATE}|{_OPENSSL_DATE})"),
        ("ciphers?|cipher-suites?|ciphersuites?|protocols?", rf"{_SUITE}(?::{_SUITE}){{0,40}}"),
        ("auth|authentication|mode|policy|verification|requirement|verify-mode", rf"(?i:{_WORD}|{_REQUIREMENT})"),
        ("count|total|depth|size|length|bytes|errors?|limit", r"\d{1,9}"),
    )
)
# `client_certificates: 3 loaded`: several, so that a number counts them.
_COUNTED = compiled(r"(?:certs|certificates)\Z")
_COUNT = compiled(r"\d{1,3}(?=\Z|[,;)\]}\"'\\\r\n]|[ \t]{1,4}(?![A-Fa-f]{2}\b)[A-Za-z]{2})")


def is_setting(name: str, value: str) -> bool:
    """Does the value begin with what is no data, beside a name that says so? What follows is judged by itself."""
    if _COUNTED.search(name):
        return _COUNT.match(value) is not None
    return any(ends.search(name) and settings.match(value) for ends, settings in _SETTINGS)


def is_evidence(name: str) -> bool:
    """Is what this name stands for certificate data, whatever it looks like?"""
    return len(name) <= _LONGEST and _EVIDENCE.match(spelled(name)) is not None


def _is_header(value: str) -> bool:
    """Somebody may be called `client-cert-7`, nobody `X-Client-Cert-7`."""
    name = spelled(value)
    return name.removeprefix("http-") in EVIDENCE_HEADERS or (name.startswith(_HEADERS) and is_evidence(name))


def spelled(name: str) -> str:
    """The one spelling. A few words may be a name (`Serial Number`), a sentence is none."""
    name = name.strip().lower().replace("_", "-")
    return name.replace(" ", "-") if len(name) <= _MOST_WORDS else name


def kind_of(name: str) -> Kind:
    for part, kind in _KINDS:
        if part in name:
            return kind
    return Kind.DN if _PART.search(name) else Kind.CERTIFICATE


def begins_harmless(value: str, kind: Kind) -> bool:
    return _HARMLESS_WORD.match(value) is not None or _NUMBERS[kind][1].match(value) is not None


def is_harmless(value: str, kind: Kind) -> bool:
    value = value.strip()
    if is_marker(value) or _HARMLESS.fullmatch(value) or _is_header(value):  # the last: a list of names
        return True
    return _NUMBERS[kind][0].fullmatch(value) is not None
