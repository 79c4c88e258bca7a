"""[proxy.custom]: how a proxy writes certificate and verdict that follows a convention of the operator's own."""

import re

from mtlsguard.config.reader import Section
from mtlsguard.policy import CustomPolicy, Encoding

# Visible ASCII, blanks inside only: servers take them off the ends. A comma would be a joined duplicate.
_WORD = re.compile(r"(?:[!-+\--~](?:[ -+\--~]*[!-+\--~])?)?", re.ASCII)
_LONGEST = 64


def custom(section: Section, dialect: str) -> CustomPolicy | None:
    """None for every other dialect, which must not have the table."""
    given = section.has("custom")
    if dialect != "custom":
        if given:
            section.problem("custom", 'none, or dialect = "custom"', "other dialects say themselves what is sent")
        return None
    if not given:
        section.problem("custom", 'a table such as { encoding = "escaped-pem" }', "it says what your proxy sends")
        return CustomPolicy()
    return _policy(section.section("custom"))


def _policy(table: Section) -> CustomPolicy:
    policy = CustomPolicy(
        encoding=table.choice("encoding", Encoding, Encoding.ESCAPED_PEM),
        chain=table.choice("chain", Encoding, Encoding.ESCAPED_PEM) if table.has("chain") else None,
        success=_word(table, "success") if table.has("success") else None,
        none=_word(table, "none", "NONE"),
        absent=_word(table, "absent") if table.has("absent") else None,
    )
    _contradictions(table, policy)
    table.close()
    return policy


def _word(table: Section, key: str, default: str = "") -> str:
    word = table.text(key, default)
    if len(word) > _LONGEST or _WORD.fullmatch(word) is None:
        table.problem(key, f"at most {_LONGEST} characters of ASCII without commas", "blanks may stand inside only")
        return default
    return word


def _contradictions(table: Section, policy: CustomPolicy) -> None:
    if policy.success == "":
        table.problem("success", "the word by which the proxy says that it verified", "nothing at all is no success")
    elif policy.success == policy.none:
        table.problem("success", "another word than without a certificate", "none is NONE where it is not given")
    if policy.success is None and table.has("none"):
        table.problem("none", "success beside it", "without a verdict there is no word for none")
