"""Envoy: `x-forwarded-client-cert` in its JSON form (`set_current_client_cert_details.format: JSON`).

    header  = "[" element *( "," element ) "]"     one element for each hop, the nearest proxy's last
    element = an object with some of
              "hash" "cert" "subject" "issuer"      a string
              "by" "chain" "uri" "dns"              a list of strings

cert is PEM, chain a list of them with the leaf first; hash is the SHA-256 of the leaf in lower-case hex. The text is
JSON as Envoy writes it: UTF-8, no blanks, no escape but those that JSON needs, each key once. Other spellings of the
same JSON are malformed; so are names that are no UTF-8, which Envoy spells otherwise.

Unlike in the text form, names cannot become header structure. The rest is as there: as many elements as there are
hops of ours, no unknown key, hash must fit cert, and no name is ever taken from it. Where Envoy appends to a field that
a client sent, the client's value picks the form: the other one is malformed here.
"""

import json
from hashlib import sha256
from typing import Any

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Dialect, Field, Presented, Times, Values, Verdict, only
from mtlsguard.dialects.encodings import pem_blocks, to_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason

_STRINGS = frozenset({"hash", "cert", "subject", "issuer"})
_LISTS = frozenset({"by", "chain", "uri", "dns"})
_DECODER = json.JSONDecoder()


def read(values: Values, hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if text is None:
        return Absent()
    elements = _elements(text, hops)
    if isinstance(elements, Deny):
        return elements
    return _presented(elements[0]) if len(elements) == hops else Deny(Reason.INCOMPLETE_EVIDENCE)


def _elements(text: bytes, hops: int) -> list[dict[str, Any]] | Deny:
    try:
        spelled = text.decode("utf-8")
        elements, end = _DECODER.raw_decode(spelled)
    except (ValueError, RecursionError):  # ValueError: no UTF-8, no JSON, a number that is too long
        return Deny(Reason.MALFORMED_HEADER)
    if spelled[end : end + 1] == ",":  # two fields that a server joined
        return Deny(Reason.AMBIGUOUS_HEADER)
    if not isinstance(elements, list) or not elements:
        return Deny(Reason.MALFORMED_HEADER)
    if len(elements) > hops:  # before each of them is looked at
        return Deny(Reason.AMBIGUOUS_HEADER)
    if not all(_is_element(one) for one in elements) or _spell(elements) != spelled:
        return Deny(Reason.MALFORMED_HEADER)
    return elements


def _is_element(found: object) -> bool:
    if not isinstance(found, dict):
        return False
    strings = [value for key, value in found.items() if key in _STRINGS]
    lists = [value for key, value in found.items() if key in _LISTS]
    if len(strings) + len(lists) != len(found) or not all(isinstance(value, list) for value in lists):
        return False
    return all(isinstance(value, str) for value in [*strings, *(item for value in lists for item in value)])


def _spell(elements: list[dict[str, Any]]) -> str:
    """As Envoy does it. A key that came twice is gone from `elements`, and so from this text."""
    return json.dumps(elements, ensure_ascii=False, separators=(",", ":"))


def _presented(element: dict[str, Any]) -> Presented | Deny:
    digest, text, chain = element.get("hash"), element.get("cert"), element.get("chain", [])
    if digest is None or text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if len(chain) > MAX_CHAIN + 1:
        return Deny(Reason.OVERSIZED)
    leaf, *members = [_der(one) for one in (text, *chain)]
    if leaf is None or None in members or ("chain" in element and not members):
        return Deny(Reason.MALFORMED_HEADER)
    if sha256(leaf).hexdigest() != digest or (members and members[0] != leaf):
        return Deny(Reason.AMBIGUOUS_HEADER)
    return Presented(leaf, tuple(der for der in members[1:] if der is not None))


def _der(text: str) -> bytes | None:
    ders = pem_blocks(text.encode())
    return ders[0] if ders is not None and len(ders) == 1 else None


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    pems = [to_pem(der) for der in (leaf, *chain)]
    return {"certificate": _spell([{"hash": sha256(leaf).hexdigest(), "cert": pems[0], "chain": pems}])}


# hash stands behind by, the proxy's own names; the end of the text is a name that many certificates may share.
_HASH = slice(0, 256)


ENVOY_JSON = Dialect(
    name="envoy-json",
    producer="Envoy (JSON form)",
    fields=(Field("certificate", "x-forwarded-client-cert", Times.LISTED),),
    verdict=Verdict.NONE,
    absent={},
    read=read,
    write=write,
    hint=_HASH,
    hops=True,
)
