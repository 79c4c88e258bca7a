"""The pytest plugin. Nothing is imported before a test asks for it: it is loaded in every project that installs us."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mtlsguard.testing import Issued, Pki

    Certificate = Issued | bytes | None


@pytest.fixture(scope="session")
def mtls_pki() -> "Pki":
    """A certificate authority: `mtls_pki.leaf("alice")`, and any bad certificate in a line."""
    from mtlsguard.testing import Pki  # noqa: PLC0415

    return Pki()


@pytest.fixture(scope="session")
def mtls_headers() -> "Callable[[object, Certificate], dict[str, str]]":
    """`mtls_headers(app, certificate)`: what the proxy that this application expects would send."""
    from mtlsguard.testing import present_to  # noqa: PLC0415

    return present_to


@pytest.fixture(scope="session")
def mtls_client() -> "Callable[[object, Certificate], Any]":
    """`mtls_client(app, certificate)`: the framework's own test client, behind the expected proxy."""
    from mtlsguard.testing import client  # noqa: PLC0415

    return client
