"""Every request that is written down for a dialect is answered as it says there."""

from hashlib import sha256

import pytest

from mtlsguard.connection import Names, from_asgi, from_wsgi
from mtlsguard.decision import Deny
from mtlsguard.dialects import DIALECTS, HEADER_DIALECTS
from mtlsguard.dialects.contract import Interface
from mtlsguard.evidence import screen
from mtlsguard.policy import ProxyPolicy, Trailers
from tests.dialects.reading import joined, received
from tests.dialects.vectors.reader import FILES, RECORDED, Vector, vectors, word

_FEWEST_TWINS = 5
VECTORS = [vector for vector in vectors() if vector.dialect in DIALECTS]
PRESENTED = [vector for vector in VECTORS if vector.expect == "presented"]


def named(vector: Vector) -> str:
    return f"{vector.dialect}: {vector.says}"


def read(vector):
    if vector.dialect in HEADER_DIALECTS:
        return received(vector.dialect, [(name.lower(), value) for name, value in vector.headers])
    dialect = DIALECTS[vector.dialect]
    names = Names.of(dialect, ProxyPolicy(dialect.name))
    values = screen(connection(vector, names), names, dialect, Trailers.POSSIBLE)
    return values if isinstance(values, Deny) else dialect.read(values, 1)


def connection(vector, names):
    if DIALECTS[vector.dialect].native.interface is Interface.WSGI:
        return from_wsgi(dict(vector.headers), names)
    chain = [value for key, value in vector.headers if key == "client_cert_chain"]
    tls = dict(vector.headers) | ({"client_cert_chain": chain} if chain else {})
    return from_asgi({"headers": [], "extensions": {"tls": tls}}, names)[0]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_has_a_file(dialect):
    assert dialect in FILES


@pytest.mark.parametrize("dialect", FILES)
def test_a_file_says_where_its_facts_come_from_and_what_was_confirmed(dialect):
    assert FILES[dialect]["source"] == "recorded" or FILES[dialect]["source"].startswith("https://")
    assert len(FILES[dialect]["confirmed"]) > 20


@pytest.mark.parametrize("dialect", [name for name, file in FILES.items() if file["source"] == "recorded"])
def test_where_recorded_requests_are_the_source_they_are_named(dialect):
    assert {"certificate", "none"} <= FILES[dialect].get("recorded", {}).keys()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_file_holds_a_certificate_none_and_adversarial_twins(dialect):
    expected = [vector.expect for vector in VECTORS if vector.dialect == dialect]
    refused = [word for word in expected if word not in {"presented", "absent"}]
    assert ("presented" in expected, "absent" in expected, len(refused) >= _FEWEST_TWINS) == (True, True, True)


@pytest.mark.parametrize("vector", VECTORS, ids=named)
def test_the_answer_is_as_written_down(vector):
    assert word(read(vector)) == vector.expect


@pytest.mark.parametrize("vector", [vector for vector in PRESENTED if vector.sha256], ids=named)
def test_the_leaf_is_the_one_written_down(vector):
    assert sha256(read(vector).leaf).hexdigest() == vector.sha256


@pytest.mark.parametrize("vector", [vector for vector in PRESENTED if vector.chain is not None], ids=named)
def test_the_chain_is_as_long_as_written_down(vector):
    assert len(read(vector).chain) == vector.chain


@pytest.mark.parametrize("vector", [vector for vector in PRESENTED if vector.dialect in HEADER_DIALECTS], ids=named)
def test_a_certificate_is_read_the_same_where_a_server_joins_lines(vector):
    assert joined(vector.dialect, list(vector.headers)) == read(vector)


def test_recorded_requests_are_of_header_dialects():
    assert RECORDED.keys() <= HEADER_DIALECTS.keys()
