"""What all tests need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipesfake import Pipesfake

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    with Pipesfake.start() as server:
        yield server.url
