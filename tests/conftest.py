"""How hard the property tests try: HYPOTHESIS_PROFILE=thorough tries a hundred times as hard."""

import os

import pytest
from hypothesis import settings

from tests.live.summary import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]

settings.register_profile("default", max_examples=50, deadline=None)
settings.register_profile("thorough", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


NAMED = {"dialect"}  # whose values are names of ours


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Certificates are made anew in every process: what is cut out of them must not be part of a test's name."""
    return argname if isinstance(val, str | bytes) and len(val) > 16 and argname not in NAMED else None
