"""What the tests of the command line share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from llm.testing import FaultyServer, Reply

from .command import connect

Serve = Callable[..., FaultyServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server of the given replies, which is the endpoint `mine`."""
    servers: list[FaultyServer] = []

    def started(*replies: Reply, **settings: str) -> FaultyServer:
        servers.append(FaultyServer(*replies))
        connect(servers[-1].url, **settings)
        return servers[-1]

    yield started
    for server in servers:
        server.close()
