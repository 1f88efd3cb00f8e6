"""What config.toml sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm._config.settings import BudgetSettings, LimitSettings, RetrySettings, Settings, TimeoutSettings, load_settings
from llm._domain.endpoint import Endpoint
from llm.errors import ConfigError

from .processes import finish, start


def load(directory: Path, text: str) -> Settings:
    (directory / "config.toml").write_bytes(text.encode())
    return load_settings(directory)


def refused(directory: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(directory, text)
    assert str(directory / "config.toml") in str(caught.value)
    return caught.value


def test_no_file_and_an_empty_file_are_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()
    assert load(tmp_path, "") == Settings()
    assert Settings().timeouts == TimeoutSettings(connect=10, first_byte=600, between_bytes=300, total=None)
    assert Settings().retries == RetrySettings(attempts=3, delay=0.5, max_delay=30)


def test_every_setting_is_read(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
        key_command = "pass show llm/{name}"

        [key_commands]
        openai = "op read op://x/y"

        [timeouts]
        connect = 5
        first_byte = 2.5
        between_bytes = 0
        total = "none"

        [retries]
        attempts = 1
        delay = 0
        max_delay = 8

        [budget]
        daily = 5
        max_cost = 0.5
        free = ["ollama"]

        [endpoints.vllm]
        base_url = "http://localhost:8000/v1/"
        key_name = "work"
        key_env = "VLLM_API_KEY"
        dialect = "vllm"
        title = "The box under the desk"
        needs_key = false
        headers = { X-Title = "llm" }

        [options."gpt-4.1"]
        temperature = 0.7
        stop = ["a", "b"]
        extra_body = { top_k = 3 }
        """,
    )
    assert settings == Settings(
        timeouts=TimeoutSettings(connect=5.0, first_byte=2.5, between_bytes=None, total=None),
        retries=RetrySettings(attempts=1, delay=0.0, max_delay=8.0),
        budget=BudgetSettings(daily=5.0, max_cost=0.5, free=("ollama",)),
        endpoints={
            "vllm": Endpoint(
                "vllm",
                base_url="http://localhost:8000/v1",
                key_name="work",
                key_env="VLLM_API_KEY",
                dialect="vllm",
                title="The box under the desk",
                headers={"X-Title": "llm"},
            )
        },
        options={"gpt-4.1": {"temperature": 0.7, "stop": ["a", "b"], "extra_body": {"top_k": 3}}},
        key_command="pass show llm/{name}",
        key_commands={"openai": "op read op://x/y"},
    )


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ("timeout = 5", "timeout is not a setting", "Did you mean timeouts?"),
        ("zzz = 5", "zzz is not a setting", "The settings here are: budget, endpoints,"),
        ("[timeouts]\nconect = 5", "timeouts.conect is not a setting", "Did you mean connect?"),
        ("timeouts = 5", "timeouts must be a table", None),
        ('[timeouts]\ntotal = "soon"', "timeouts.total must be a number of seconds", None),
        ('[timeouts]\ntotal = "soon"', "not 'soon'", None),
        ("[timeouts]\ntotal = -1", "timeouts.total must be a number of seconds", None),
        ("[timeouts]\ntotal = true", "not true", None),
        ("[timeouts]\ntotal = inf", "not inf", None),
        ("[retries]\nattempts = 0", "retries.attempts must be a whole number of at least 1, not 0", None),
        ("[retries]\nattempts = 1.5", "retries.attempts must be a whole number", None),
        ("[retries]\ndelay = 'x'", "retries.delay must be a number of seconds, 0 or more", None),
        ("[retries]\ntries = 4", "retries.tries is not a setting", "The settings here are: attempts,"),
        ("[budget]\ndaly = 5", "budget.daly is not a setting", "Did you mean daily?"),
        ("[budget]\ndaily = '5'", "budget.daily must be a number of US dollars, 0 or more, not '5'", "Leave it out"),
        ("[budget]\ndaily = -1", "budget.daily must be a number of US dollars", None),
        ("[budget]\nmax_cost = true", "budget.max_cost must be a number of US dollars", None),
        ("[budget]\nmax_cost = nan", "budget.max_cost must be a number of US dollars", None),
        ("[budget]\nmax_cost = inf", "budget.max_cost must be a number of US dollars", None),
        ("[budget]\nfree = 'ollama'", "budget.free must be a list of model ids and names of endpoints", None),
        ("[budget]\nfree = [5]", "budget.free must be a list", None),
        ("[endpoints.Big]\nbase_url = 'http://x'", "'Big' cannot be the name of an endpoint", "small letters"),
        ("[endpoints.a]", "endpoints.a.base_url is missing", "http://localhost:8080/v1"),
        ("[endpoints.a]\nbase_uri = 'http://x'", "endpoints.a.base_uri is not a setting", "Did you mean base_url?"),
        ("[endpoints.'a.b']\nbase_url = 5", 'endpoints."a.b".base_url must be a text', None),
        ("[endpoints]\na = 'http://x'", "endpoints.a must be a table", None),
        ("[endpoints.a]\nbase_url = 'x'", "endpoints.a.base_url must start with http", None),
        ("[endpoints.a]\nbase_url = 'http://x'\nneeds_key = 'no'", "a.needs_key must be true or false", None),
        ("[options]\ntemperature = 1", "options.temperature must be a table", None),
        ("[options.gpt-4.1]\ntemperature = 1", "options.gpt-4.1 is not an option", '[options."gpt-4.1"]'),
        ("[options.m]\nsince = 2020-01-01", "options.m.since must be text, a number", "quotes"),
        ("[options.m]\ntemperature = nan", "options.m.temperature must be", None),
        ("key_command = 'pass show key'", "key_command must be a command with {name} in it", "[key_commands]"),
        ("key_command = ''", "key_command must be a text that is not empty", None),
        ("[key_commands]\nopenai = 5", "key_commands.openai must be a text", None),
    ],
)
def test_a_wrong_setting_is_an_error_that_names_the_key_and_what_is_allowed(
    text: str, complaint: str, hint: str | None, tmp_path: Path
) -> None:
    error = refused(tmp_path, text)
    assert complaint in str(error)
    assert hint is None or hint in str(error.hint)


def test_a_limit_of_nothing_is_a_limit_and_what_is_not_set_is_none(tmp_path: Path) -> None:
    assert load(tmp_path, "[budget]\ndaily = 0").budget == BudgetSettings(daily=0.0)
    assert load(tmp_path, "[budget]").budget == BudgetSettings(daily=None, max_cost=None, free=())


@pytest.mark.parametrize(
    ("model_id", "free"),
    [("ollama/llama3", True), ("tiny", True), ("ollama", True), ("ollama2/llama3", False), ("x/ollama", False),
     ("tiny/x", True), ("other", False)],
)  # fmt: skip
def test_a_model_is_free_by_its_id_or_its_endpoint(model_id: str, free: bool) -> None:
    assert BudgetSettings(free=("ollama", "tiny")).is_free(model_id) is free


def test_a_file_that_is_not_toml_is_an_error_that_says_where(tmp_path: Path) -> None:
    error = refused(tmp_path, "[timeouts]\nconnect = five\n")
    assert "is not valid TOML" in str(error)
    assert "line 2, column 11" in str(error)
    assert "not UTF-8" in str(_not_utf8(tmp_path))


def _not_utf8(directory: Path) -> ConfigError:
    (directory / "config.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(ConfigError) as caught:
        load_settings(directory)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "key_command = 'echo SECRET'",
        "[key_commands]\nopenai = ['SECRET']",
        "[endpoints.a]\nbase_url = 'http://me:SECRET@host/v1'",
        "[endpoints.a]\nbase_url = 'me:SECRET@host/v1'",
        "[endpoints.a]\nbase_url = 'http://host/v1?key=SECRET'",
        "[endpoints.a]\nbase_url = 'http://x'\nkey_env = 'sk-SECRET'",
        "[endpoints.a]\nbase_url = 'http://x'\nheaders = 'SECRET'",
        "[endpoints.a]\nbase_url = 'http://x'\nheaders = { Authorization = ['SECRET'] }",
        "[endpoints.a]\nbase_url = 'http://x'\nheaders = { Authorization = \"SECRET\\n\" }",
    ],
)
def test_what_may_be_a_secret_is_in_no_error(text: str, tmp_path: Path) -> None:
    error = refused(tmp_path, text)
    assert "SECRET" not in f"{error} {error.hint}"


def test_secrets_are_in_no_repr(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        "key_command = 'echo SECRET{name}'\nkey_commands.a = 'echo SECRET'\n"
        "[endpoints.a]\nbase_url = 'http://x'\nheaders = { Authorization = 'SECRET' }",
    )
    assert settings.key_commands == {"a": "echo SECRET"}
    assert "SECRET" not in repr(settings)


@pytest.mark.parametrize(
    ("lines", "key_name", "key_env", "needs_key"),
    [
        ("", "acme", None, False),
        ("key_name = 'work'", "work", None, True),
        ("key_env = 'ACME_API_KEY'", "acme", "ACME_API_KEY", True),
        ("key_name = 'work'\nneeds_key = false", "work", None, False),
        ("needs_key = true", "acme", None, True),
    ],
)
def test_an_endpoint_uses_the_key_that_it_names_or_one_under_its_own_name(
    lines: str, key_name: str, key_env: str | None, needs_key: bool, tmp_path: Path
) -> None:
    endpoint = load(tmp_path, f"[endpoints.acme]\nbase_url = 'http://x'\n{lines}").endpoints["acme"]
    assert (endpoint.key_name, endpoint.key_env, endpoint.needs_key) == (key_name, key_env, needs_key)


def test_model_options_json_is_read_and_config_toml_wins_over_it(tmp_path: Path) -> None:
    stored = {"m": {"temperature": 0.1, "seed": 4}, "other": {"seed": 5}}
    (tmp_path / "model_options.json").write_text(json.dumps(stored))
    assert load_settings(tmp_path).options == stored
    settings = load(tmp_path, "[options.m]\ntemperature = 0.9\n[options.third]\nseed = 6\n")
    assert settings.options == {
        "m": {"temperature": 0.9, "seed": 4},
        "other": {"seed": 5},
        "third": {"seed": 6},
    }


@pytest.mark.parametrize("text", ["{", '{"m": 5}'])
def test_a_broken_model_options_json_is_an_error_that_names_it(text: str, tmp_path: Path) -> None:
    (tmp_path / "model_options.json").write_text(text)
    with pytest.raises(ConfigError, match=r"model_options\.json"):
        load_settings(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff[timeouts]\r\ntotal = 5\r\n").timeouts.total == 5.0


IMPORTED = """
import sys
from pathlib import Path
from llm._config.settings import load_settings
load_settings(Path(sys.argv[1]))
print(*sorted({"tomllib", "tomlkit", "yaml", "subprocess", "difflib", "asyncio"} & set(sys.modules)))
"""


def test_toml_is_imported_only_where_there_is_a_file(tmp_path: Path) -> None:
    [bare] = finish(start(IMPORTED, tmp_path))
    assert bare == "\n"
    (tmp_path / "config.toml").write_text("[endpoints.a]\nbase_url = 'http://x'\n")
    [configured] = finish(start(IMPORTED, tmp_path))
    assert configured == "tomllib\n"


def test_limits_are_set_for_an_endpoint(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[limits.openai]\nconcurrency = 4\nrequests_per_minute = 30\n")
    limits = load_settings(tmp_path).limits
    assert limits == {"openai": LimitSettings(4, 30.0)}


@pytest.mark.parametrize(
    "line",
    ["concurrency = 0", "concurrency = 1.5", "requests_per_minute = 0", "tokens_per_minute = 'many'", "more = 1"],
)
def test_a_limit_that_cannot_be_is_an_error_that_names_it(tmp_path: Path, line: str) -> None:
    (tmp_path / "config.toml").write_text(f"[limits.mine]\n{line}\n")
    with pytest.raises(ConfigError, match=rf"limits\.mine\.{line.split()[0]}|limits\.mine"):
        load_settings(tmp_path)
