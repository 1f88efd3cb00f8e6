"""Nothing goes over the network but what the user asked for."""

from __future__ import annotations

import pytest

from llm.testing import FaultyServer

from .environment import Environment

EVERYTHING = "import llm, llm.errors, llm.parts, llm.plugins, llm.testing; from llm import *; from llm.testing import *"


def test_importing_every_public_name_opens_no_socket(environment: Environment) -> None:
    assert environment.run("-c", EVERYTHING).sockets == ()


@pytest.mark.parametrize("command", ["--help", "--version", "prompt --help", "keys", "models", "plugins", "logs path"])
def test_a_command_that_asks_nobody_opens_no_socket(environment: Environment, command: str) -> None:
    assert environment.llm(*command.split()).sockets == ()


def test_asking_connects_to_the_named_server_and_to_nothing_else(
    environment: Environment, answering: FaultyServer
) -> None:
    ran = environment.llm("-m", "local/model", "hi")
    connected = [line for line in ran.sockets if line.startswith("socket.connect ")]
    assert connected == [f"socket.connect (('127.0.0.1', {answering.port}),)"]


def test_the_offline_model_opens_no_socket(environment: Environment) -> None:
    assert environment.llm("-m", "manual", "How do I store a key?").sockets == ()
