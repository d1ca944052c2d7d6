"""One engine for all tests of this folder that need it."""

from collections.abc import Iterator

import pytest

from forked_engine import ForkedEngine


@pytest.fixture(scope="session")
def forked_engine() -> Iterator[ForkedEngine]:
    with ForkedEngine() as engine:
        yield engine
