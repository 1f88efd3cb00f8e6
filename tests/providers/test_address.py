"""Where an endpoint is, when a variable moves it."""

from __future__ import annotations

import pytest

from llm._providers.address import from_ollama_host, moved
from llm._providers.endpoints import ENDPOINTS
from llm.errors import ConfigError


def test_openai_is_asked_over_responses_at_its_own_address_and_over_chat_elsewhere(monkeypatch):
    openai = ENDPOINTS["openai"]
    assert moved(openai) is openai
    for url, wire in {
        "https://api.openai.com/v1": "responses",
        "https://eu.api.openai.com/v1/": "responses",
        "http://localhost:8080/v1": "chat",
        "https://api.openai.com.example.net/v1": "chat",
        "https://fakeapi.openai.com/v1": "chat",
    }.items():
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        assert (moved(openai).base_url, moved(openai).wire) == (url.rstrip("/"), wire)


def test_the_first_variable_that_is_set_counts(monkeypatch):
    gemini = ENDPOINTS["gemini"]
    monkeypatch.setenv("GEMINI_BASE_URL", "http://localhost:2")
    assert moved(gemini).base_url == "http://localhost:2"
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://localhost:1")
    assert (moved(gemini).base_url, moved(gemini).wire) == ("http://localhost:1", "gemini")


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("example.test", "http://example.test:11434"),
        ("example.test:1234", "http://example.test:1234"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:9000", "http://127.0.0.1:9000"),
        (":8000", "http://127.0.0.1:8000"),
        ("http://example.test", "http://example.test:80"),
        ("https://example.test", "https://example.test:443"),
        ("https://example.test:8443/ollama/", "https://example.test:8443/ollama"),
        ("[::1]", "http://[::1]:11434"),
        ("[::]:5000", "http://[::1]:5000"),
        ("::1", "http://[::1]:11434"),
    ],
)
def test_ollama_host_means_what_it_means_to_ollama(monkeypatch, value: str, url: str):
    assert from_ollama_host(value) == url
    monkeypatch.setenv("OLLAMA_HOST", value)
    assert moved(ENDPOINTS["ollama"]).base_url == url


def test_a_variable_that_holds_no_address_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "ftp://example.test")
    with pytest.raises(ConfigError, match=r"^\$ANTHROPIC_BASE_URL"):
        moved(ENDPOINTS["anthropic"])
