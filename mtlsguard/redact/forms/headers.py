"""Evidence headers and their values, dumped in any way: `name: value`, `NAME=value`, JSON, reprs of pairs and lists."""

import re
from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.names import EVIDENCE_PATTERN, begins_harmless, is_harmless, is_setting, kind_of
from mtlsguard.redact.patterns import compiled

# What may stand between name and value. A comma only between two quoted ones: that is a pair.
_AFTER = compiled(
    rf"""(?P<name>{EVIDENCE_PATTERN})"""
    rf"""(?:(?P<quote>\\{{0,15}}+["']{{1,2}})(?:\s{{0,8}}(?:=>|[:=])\s{{0,8}}|(?P<pair>,)(?:\s|\\{{1,8}}+[nrt]){{0,80}}(?=b?\\{{0,15}}+["']))"""
    rf"""|(?P<cell></\w{{1,8}}>\s{{0,80}}(?:<[^<>]{{1,40}}>){{1,3}})|\s{{0,8}}(?:=>|[:=])\s{{0,8}})(?:(?P<list>[\[({{]{{0,3}})[bur]{{0,2}}(?P<opening>\\{{0,15}}+["']))?""",
)
_PAIR_BEFORE = compiled(
    r"""[\w.-]{0,60}+["']\\{0,15}+b?["']?(?:\s|[nrt]\\{1,8}+){0,80}[(\[]"""
)  # read backwards: a bracket, a quote, a name
_SCALAR = compiled(r"\[[^\]\r\n]*+\]?|[^\s,;}\])\"']*+")
_CELL = compiled(r"[^<]*+")
_OBJECT = compiled(r"<[\w.]{1,120} object\b[^<>\"'=\r\n]{0,200}+>(?=[\s,;)\]}\"'\\]|\Z)")  # a repr that shows nothing
_LONGEST_SETTING = 300  # characters
_ANOTHER = compiled(  # no key of what comes behind the list
    r"""\\{0,15}+["'][\s,()\[\]]{1,16}[bur]{0,2}(?P<opening>\\{0,15}+["'])(?![\w.-]{1,80}+\\{0,15}["']\s{0,2}:)"""
)


def find(text: Text) -> Iterator[Span]:
    position = 0
    while found := _AFTER.search(text.folded, position):
        start, kind = found.end(), kind_of(found["name"])
        if _is_no_data(text.raw[start : start + _LONGEST_SETTING], found, kind):
            position = start
            continue
        if found["pair"] and not _is_pair(text.raw, found.start()):
            position = start
            continue
        position = max(_end(text.raw, found), start)
        if not is_harmless(text.raw[start:position], kind):
            yield Span(start, position, kind)


def _is_no_data(value: str, found: re.Match[str], kind: Kind) -> bool:
    if found["opening"]:
        return not found["list"] and is_setting(found["name"], value)
    return begins_harmless(value, kind) or is_setting(found["name"], value)


def _is_pair(raw: str, name: int) -> bool:
    """`("name", "value")`, and not a value that happens to be a name, with the next key behind it."""
    return _PAIR_BEFORE.match(raw[max(0, name - 160) : name][::-1]) is not None


def _end(raw: str, found: re.Match[str]) -> int:
    if found["opening"]:
        return _end_of_list(raw, found.end(), found["opening"]) if found["list"] else _quoted(raw, found)
    if found["cell"]:
        return _matched(_CELL, raw, found.end())
    if found["quote"]:
        return _matched(_SCALAR, raw, found.end())
    if alone := _OBJECT.match(raw, found.end()):
        return alone.end()
    if around := quoting.opening_before(raw, found.start()):  # the quotes are around name and value
        return quoting.end_of_quoted(raw, found.end(), around)
    return quoting.end_of_line(raw, found.end())


def _quoted(raw: str, found: re.Match[str]) -> int:
    return quoting.end_of_quoted(raw, found.end(), found["opening"])


def _end_of_list(raw: str, start: int, opening: str) -> int:
    """The end of the last of several quoted values in brackets."""
    end = quoting.end_of_quoted(raw, start, opening)
    while another := _ANOTHER.match(raw, end):
        end = quoting.end_of_quoted(raw, another.end(), another["opening"])
    return end


def _matched(pattern: re.Pattern[str], raw: str, start: int) -> int:
    found = pattern.match(raw, start)
    return found.end() if found else start


FORM = Form(
    find,
    hints=("onName", "x5t", "x5c"),
    folded_hints=("client", "cert", "serial", "ssl", "peer", "leaf", "tls", "x509", "subject", "issuer"),
)
