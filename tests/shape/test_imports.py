"""
The import budgets: nothing is loaded before it is needed.

Start-up time is made of imports, and is lost one convenient import at a time; so the real commands are run, and what
they import is looked at.
"""

from __future__ import annotations

import pytest

from llm.testing import FaultyServer

from .conftest import ANSWER
from .environment import Environment

HTTP_CLIENTS = ("aiohttp", "http.client", "httpx", "httpx2", "requests", "ssl", "urllib.request", "urllib3")
EVENT_LOOPS = ("anyio", "asyncio")
PLUGINS = ("importlib.metadata", "llm_echo", "llm_markov", "pluggy")
# Dear, or brought for plugins alone. `llm` itself may use some of them, but not for these commands.
DEAR = (
    *("click_default_group", "concurrent.futures", "genai_prices", "jsonschema", "mcp", "openai", "opentelemetry"),
    *("pkg_resources", "prompt_toolkit", "pydantic", "pydantic_core", "rich", "sqlite_utils", "tomlkit", "truststore"),
    *("ulid", "yaml"),
)
OF_AN_ANSWER = ("llm._api", "llm._codecs", "llm._compat", "llm._engine", "llm._io", "llm._providers")


@pytest.mark.parametrize("command", ["--help", "--version", "keys list", "keys path", "logs path", "logs --help"])
def test_a_command_that_asks_no_model_loads_nothing_for_it(environment: Environment, command: str) -> None:
    """No HTTP client, event loop, provider, plugin or other dear module; and no database."""
    ran = environment.llm(*command.split())
    assert ran.imported(*HTTP_CLIENTS, *EVENT_LOOPS, *PLUGINS, *DEAR, *OF_AN_ANSWER, "sqlite3") == set()
    assert "llm" in ran.modules, "the watch works"


def test_the_version_needs_no_click(environment: Environment) -> None:
    """What `llm --version` imports is four modules of ours, and nothing that would have to be read from disk."""
    plain = environment.run("-c", "import __future__")
    ran = environment.run("-c", "from llm.__main__ import main; main(['--version'])")
    assert ran.stdout.startswith("llm, version ")
    assert ran.modules - plain.modules - {"gc"} == {"llm", "llm.__main__", "llm._domain", "llm._domain.version"}


def test_the_help_loads_no_command(environment: Environment) -> None:
    """It is printed from the table of commands and from the manifest of plugins."""
    ran = environment.llm("--help")
    assert "Manage stored API keys" in ran.stdout
    assert ran.imported("llm._cli.keys", "llm._cli.logs", "llm._cli.models", "llm._cli.prompt", "dataclasses") == set()


def test_asking_a_model_at_an_endpoint_loads_what_that_needs(environment: Environment, answering: FaultyServer) -> None:
    """No event loop, pydantic, plugin or table of prices; and the answer is there, and is kept."""
    ran = environment.llm("-m", "local/model", "hi")
    assert ran.stdout == f"{ANSWER}\n"
    assert ran.imported(*EVENT_LOOPS, *PLUGINS, *DEAR, "aiohttp", "httpx", "httpx2", "requests", "urllib3") == set()
    assert ran.imported("http.client", "sqlite3") >= {"http.client", "sqlite3"}
    assert answering.exchanges[-1].json()["messages"] == [{"role": "user", "content": "hi"}]
    assert environment.llm("logs", "-r").stdout == ran.stdout


def test_asking_a_server_without_tls_loads_no_tls_context(environment: Environment) -> None:
    """A context with the system's certificates costs 50 ms."""
    assert environment.llm("-m", "local/model", "hi").imported("llm._io.tls", "urllib.request") == set()


def test_importing_the_package_imports_nothing_else(environment: Environment) -> None:
    """`import llm` costs next to nothing: what a name needs is loaded when it is first used."""
    plain = environment.run("-c", "import __future__")
    assert environment.run("-c", "import llm").modules - plain.modules == {"llm"}


def test_a_plugin_is_written_without_loading_what_answers(environment: Environment) -> None:
    """`llm.hookimpl` and `llm.errors` need neither pluggy nor the library."""
    ran = environment.run("-c", "from llm import hookimpl, ModelError")
    assert ran.imported("pluggy", *OF_AN_ANSWER, *DEAR, *HTTP_CLIENTS, *EVENT_LOOPS) == set()


def test_a_model_in_python_is_found_without_an_event_loop(environment: Environment) -> None:
    """The plain API asks with what the command line needs, and less: it keeps no history unless told to."""
    ran = environment.run("-c", "import llm; print(llm.get_model('local/model').prompt('hi').text())")
    assert ran.stdout.strip() == ANSWER
    assert ran.imported(*EVENT_LOOPS, *PLUGINS, *DEAR, "aiohttp", "click", "sqlite3") == set()


def test_a_plugins_model_loads_that_plugin_alone(equipped: Environment) -> None:
    """This is also what shows that the watch sees plugins."""
    ran = equipped.llm("-m", "markov", "one two three")
    assert ran.imported("llm_markov") == {"llm_markov"}
    assert ran.imported("llm_echo") == set()
