"""VerifiedPath -> the one name that is the identity. From ASN.1, one configured kind, one value, no fallback."""

import re
import unicodedata
from collections.abc import Callable

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from mtlsguard.certificate import Candidate, subject_name
from mtlsguard.decision import Deny
from mtlsguard.policy import IdentityPolicy, NameKind
from mtlsguard.reason import Reason

_LONGEST = 1_024  # characters; SPIFFE has its own limit
_LONGEST_HOST = 253  # RFC 1035 section 2.3.4, as text
_LONGEST_SPIFFE = 2_048  # SPIFFE-ID section 2.3
_LONGEST_TRUST_DOMAIN = 255  # SPIFFE-ID section 2.1
_SPIFFE = re.compile(r"spiffe://([a-z0-9._-]+)((?:/[A-Za-z0-9._-]+)+)", re.ASCII)
_HOST = re.compile(
    r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*", re.ASCII
)
_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'+/=?^_`{|}~.-]+@([^@]+)", re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#-)+-;=?-\[\]_a-z~]+", re.ASCII)
_DOT_SEGMENT = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$|[?#])", re.ASCII | re.IGNORECASE)


def name_of(leaf: Candidate, policy: IdentityPolicy) -> str | Deny:
    """The identity's name, or NO_IDENTITY / AMBIGUOUS_IDENTITY."""
    values = _VALUES[policy.name](leaf)
    if len(values) > 1:
        return Deny(Reason.AMBIGUOUS_IDENTITY)
    if not values or not _SOUND[policy.name](values[0]):
        return Deny(Reason.NO_IDENTITY)
    if policy.name is NameKind.SPIFFE and not _is_svid(leaf, values[0], policy.trust_domains):
        return Deny(Reason.NO_IDENTITY)
    return values[0]


def _uris(leaf: Candidate) -> list[str]:
    return leaf.names.get_values_for_type(x509.UniformResourceIdentifier) if leaf.names else []


def _dns(leaf: Candidate) -> list[str]:
    return leaf.names.get_values_for_type(x509.DNSName) if leaf.names else []


def _emails(leaf: Candidate) -> list[str]:
    return leaf.names.get_values_for_type(x509.RFC822Name) if leaf.names else []


def _common_names(leaf: Candidate) -> list[str]:
    subject = subject_name(leaf)
    found = subject.get_attributes_for_oid(NameOID.COMMON_NAME) if subject else []
    return [attribute.value if isinstance(attribute.value, str) else "" for attribute in found]


def _subject(leaf: Candidate) -> list[str]:
    """RFC 4514 text made from the ASN.1. A name with a value that is no text has none."""
    subject = subject_name(leaf)
    if not subject or not all(isinstance(attribute.value, str) for attribute in subject):
        return []
    if not all(_is_text(str(attribute.value)) for attribute in subject):
        return []
    return [subject.rfc4514_string()]


def _fingerprint(leaf: Candidate) -> list[str]:
    return [leaf.fingerprint.hex()]


def _is_text(value: str) -> bool:
    """Printable, in one normal form, nothing invisible: what reads the same to a person and to a comparison."""
    if not value or len(value) > _LONGEST or value != value.strip() or "*" in value:
        return False
    # Other, separators but the blank: controls, formats, surrogates, private use, unassigned
    odd = any(unicodedata.category(char)[0] == "C" or unicodedata.category(char) in {"Zl", "Zp"} for char in value)
    blanks = any(char.isspace() and char != " " for char in value)
    return not odd and not blanks and unicodedata.is_normalized("NFKC", value)


def _is_host(value: str) -> bool:
    return len(value) <= _LONGEST_HOST and _HOST.fullmatch(value) is not None


def _is_mailbox(value: str) -> bool:
    match = _MAILBOX.fullmatch(value) if len(value) <= _LONGEST else None
    return match is not None and _is_host(match.group(1))


def _is_uri(value: str) -> bool:
    """RFC 3986 characters without "*", and no dot segments, which two readers could resolve differently."""
    return len(value) <= _LONGEST and _URI.fullmatch(value) is not None and not _DOT_SEGMENT.search(value)


def _is_spiffe(value: str) -> bool:
    """SPIFFE-ID section 2: a trust domain and a path of at least one plain segment, nothing else."""
    match = _SPIFFE.fullmatch(value) if len(value) <= _LONGEST_SPIFFE else None
    if match is None or len(match.group(1)) > _LONGEST_TRUST_DOMAIN:
        return False
    return not {".", ".."} & set(match.group(2).split("/"))


def _is_svid(leaf: Candidate, name: str, trust_domains: frozenset[str]) -> bool:
    """X.509-SVID sections 4 and 5: a leaf with critical keyUsage, digitalSignature, and nothing that signs."""
    usage = leaf.key_usage
    if usage is None or not usage.digital_signature or usage.key_cert_sign or usage.crl_sign:
        return False
    if ExtensionOID.KEY_USAGE not in leaf.critical:
        return False
    return not trust_domains or name.split("/", 3)[2] in trust_domains


_VALUES: dict[NameKind, Callable[[Candidate], list[str]]] = {
    NameKind.SPIFFE: _uris,
    NameKind.URI: _uris,
    NameKind.DNS: _dns,
    NameKind.EMAIL: _emails,
    NameKind.CN: _common_names,
    NameKind.SUBJECT: _subject,
    NameKind.FINGERPRINT: _fingerprint,
}

_SOUND: dict[NameKind, Callable[[str], bool]] = {
    NameKind.SPIFFE: _is_spiffe,
    NameKind.URI: _is_uri,
    NameKind.DNS: _is_host,
    NameKind.EMAIL: _is_mailbox,
    NameKind.CN: _is_text,
    NameKind.SUBJECT: bool,
    NameKind.FINGERPRINT: bool,
}
