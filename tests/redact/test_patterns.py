"""Possessive groups are said in a way that every Python reads alike, and nothing else is changed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.redact.patterns import compiled, without_possessive_groups


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("(?:ab|a)*+c", "(?>(?:ab|a)*)c"),
        ("(a(?:b)?+)++", "(?>(a(?>(?:b)?))+)"),
        ("(?:a){0,40}+", "(?>(?:a){0,40})"),
        ("(?:a){3}+b", "(?>(?:a){3})b"),
        ("[^)(]*+", "[^)(]*+"),
        (r"\(a\)*+", r"\(a\)*+"),
        ("[]()]*+(a)*", "[]()]*+(a)*"),
        ("a++(?=b)+", "a++(?=b)+"),
    ],
)
def test_possessive_groups_become_atomic_ones(written: str, read: str) -> None:
    assert without_possessive_groups(written) == read


def test_a_group_whose_inside_goes_back_is_matched() -> None:
    """On Python 3.11.2 the possessive spelling misses this."""
    assert compiled(r"c(?:[^,]++|,(?!x)){0,40}+,x").search("ca,b,x")


@given(st.text("ab,x", max_size=12))
def test_it_matches_what_a_plain_group_matches_where_there_is_no_way_back(text: str) -> None:
    plain, ours = re.search("c(?:[ab]|,(?!x))*,x", "c" + text), compiled("c(?:[ab]|,(?!x))*+,x").search("c" + text)
    assert (plain and plain.span()) == (ours and ours.span())
