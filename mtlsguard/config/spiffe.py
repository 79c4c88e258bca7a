"""A SPIFFE trust bundle in JSON -> its X.509 authorities (SPIFFE Trust Domain and Bundle, section 4)."""

import json
from dataclasses import dataclass, field
from typing import Any

from mtlsguard import certificate
from mtlsguard.chain import unfit
from mtlsguard.decision import Deny
from mtlsguard.dialects.encodings import base64_der

_USE = "x509-svid"
_MOST_KEYS = 1_000
_LONGEST_REFRESH = 30 * 86_400


@dataclass(frozen=True, slots=True)
class SpiffeBundle:
    """`anchors` are DER; `sequence` and `refresh` (seconds) are 0 where the bundle does not say them."""

    anchors: tuple[bytes, ...] = field(repr=False)
    sequence: int = 0
    refresh: float = 0.0


def spiffe_bundle(octets: bytes) -> SpiffeBundle | str:
    """The bundle, or a sentence about what is wrong. Keys for other uses, JWT-SVIDs among them, are left out."""
    try:
        document = json.loads(octets, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return "it is no JSON, or says something twice"
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        return "it has no keys"
    sequence, refresh = document.get("spiffe_sequence", 0), document.get("spiffe_refresh_hint", 0)
    if not _is_count(sequence) or not _is_count(refresh):
        return "its sequence or its refresh hint is no whole number"
    ours = [key for key in document["keys"] if isinstance(key, dict) and key.get("use") == _USE]
    if not ours or len(document["keys"]) > _MOST_KEYS:
        return f"it has no key for {_USE}, or more than {_MOST_KEYS}"
    anchors = [_anchor(key) for key in ours]
    sound = tuple(dict.fromkeys(anchor for anchor in anchors if anchor is not None))
    if None in anchors:
        return f"a key for {_USE} has not exactly one certificate of an authority in x5c"
    return SpiffeBundle(sound, sequence, float(min(refresh, _LONGEST_REFRESH)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _anchor(key: dict[str, Any]) -> bytes | None:
    """Section 4.2.3: one certificate, base64 of its DER."""
    texts = key.get("x5c")
    if not isinstance(texts, list) or len(texts) != 1 or not isinstance(texts[0], str) or not texts[0].isascii():
        return None
    der = base64_der(texts[0].encode())
    authority = certificate.read(der) if der is not None else None
    if authority is None or isinstance(authority, Deny) or unfit(authority):
        return None
    return der
