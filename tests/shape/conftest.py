"""Two environments to run `llm` in: one with nothing but the project, and one with plugins."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from llm.testing import FaultyServer, chat_stream

from .environment import Environment

PIECES = ("Pelicans ", "say ", "hello.")
ANSWER = "".join(PIECES)


@pytest.fixture(scope="session")
def answering() -> Iterator[FaultyServer]:
    """A server that answers every request in a stream."""
    with FaultyServer(chat_stream(*PIECES, usage=(3, 5)), repeat=True) as server:
        yield server


@pytest.fixture(scope="session")
def bare(answering: FaultyServer, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment without plugins, where the server that answers is the endpoint `local`."""
    return _prepared(Environment(tmp_path_factory.mktemp("bare"), plugins=False), answering)


@pytest.fixture(scope="session")
def equipped(answering: FaultyServer, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The same with llm-echo and llm-markov, which were looked at once already."""
    return _prepared(Environment(tmp_path_factory.mktemp("equipped"), plugins=True), answering)


@pytest.fixture(params=["bare", "equipped"])
def environment(request: pytest.FixtureRequest) -> Environment:
    """Each of the two."""
    made: Environment = request.getfixturevalue(request.param)
    return made


def _prepared(environment: Environment, answering: FaultyServer) -> Environment:
    environment.llm("endpoints", "add", "local", answering.url)
    found = set(re.findall("llm-echo|llm-markov", environment.llm("plugins").stdout))
    assert found == ({"llm-echo", "llm-markov"} if environment.plugins else set())
    return environment
