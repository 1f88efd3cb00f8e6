"""The table of known servers."""

from urllib.parse import urlsplit

import pytest

from llm._providers.endpoints import ENDPOINTS, PREFERENCE, endpoint
from llm._providers.openai_catalogue import OPENAI_MODELS

LOCAL = {"ollama": 11434, "lmstudio": 1234, "llamacpp": 8080, "vllm": 8000}
REQUIRED = {
    *LOCAL, "openai", "openrouter", "groq", "together", "deepseek", "mistral", "xai", "cerebras", "fireworks",
    "huggingface", "perplexity", "moonshot", "github",
}  # fmt: skip


def test_the_servers_that_people_use_are_known():
    assert ENDPOINTS.keys() >= REQUIRED
    assert all(name == row.name for name, row in ENDPOINTS.items())


def test_an_endpoint_is_found_by_its_name_and_no_other():
    found = endpoint("groq")
    assert found is not None
    assert found.base_url == "https://api.groq.com/openai/v1"
    assert endpoint("Groq") is None


@pytest.mark.parametrize("row", ENDPOINTS.values(), ids=lambda row: row.name)
def test_an_address_ends_before_the_path_of_chat_completions(row):
    parts = urlsplit(row.base_url)
    assert not row.base_url.endswith("/")
    assert "chat" not in parts.path
    assert not parts.query
    assert not parts.username


@pytest.mark.parametrize("row", [row for row in ENDPOINTS.values() if row.name not in LOCAL], ids=lambda row: row.name)
def test_a_service_is_reached_encrypted_and_names_its_key(row):
    assert row.base_url.startswith("https://")
    assert row.needs_key
    assert row.key_name
    assert row.key_env
    assert row.title
    assert row.homepage.startswith("https://")


@pytest.mark.parametrize(("name", "port"), LOCAL.items())
def test_a_local_server_needs_no_key_and_has_its_usual_port(name, port):
    row = ENDPOINTS[name]
    assert row.base_url == f"http://localhost:{port}{'/v1' if row.wire == 'chat' else ''}"
    assert not row.needs_key
    assert row.key_name == name


def test_no_two_endpoints_share_a_key():
    """A key goes only to the endpoint that names it, so a stored name or a variable belongs to one server."""
    for field in ("key_name", "key_env"):
        names = [getattr(row, field) for row in ENDPOINTS.values() if getattr(row, field)]
        assert len(names) == len(set(names))


def test_only_openai_refuses_options_that_nobody_declared():
    assert {row.name for row in ENDPOINTS.values() if not row.open_options} == {"openai"}


def test_variables_that_move_an_endpoint_are_those_of_the_vendors_own_sdk():
    assert {row.name: row.base_url_envs for row in ENDPOINTS.values() if row.base_url_envs} == {
        "openai": ("OPENAI_BASE_URL",),
        "anthropic": ("ANTHROPIC_BASE_URL",),
        "gemini": ("GOOGLE_GEMINI_BASE_URL", "GEMINI_BASE_URL"),
        "ollama": ("OLLAMA_HOST",),
    }


def test_each_provider_is_asked_over_its_own_wire():
    own = {row.name: row.wire for row in ENDPOINTS.values() if row.wire != "chat"}
    assert own == {"openai": "responses", "anthropic": "anthropic", "gemini": "gemini", "ollama": "ollama"}


def test_stored_keys_keep_the_names_that_plugins_gave_them():
    names = {"anthropic", "gemini", "mistral", "groq", "openrouter", "deepseek", "together", "fireworks", "cerebras"}
    assert {name: ENDPOINTS[name].key_name for name in names} == {name: name for name in names}
    assert ENDPOINTS["xai"].key_name == "grok"


def test_the_preferred_endpoints_are_known_services_each_named_once_and_openai_comes_first():
    names = [name for name, _ in PREFERENCE]
    assert len(names) == len(set(names))
    assert all(ENDPOINTS[name].needs_key for name in names)
    assert PREFERENCE[0] == ("openai", "gpt-5.6-luna")
    assert PREFERENCE[0][1] in OPENAI_MODELS


def test_a_variable_that_people_set_for_other_purposes_picks_no_model():
    assert {"github", "huggingface", "vercel"}.isdisjoint(name for name, _ in PREFERENCE)


def test_retired_services_are_not_picked_unasked():
    assert {"github", "perplexity"}.isdisjoint(name for name, _ in PREFERENCE)
