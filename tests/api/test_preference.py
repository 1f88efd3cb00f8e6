"""Where no model is named, the one provider whose key is there is asked, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm._api.app import App
from llm._providers.endpoints import ENDPOINTS, PREFERENCE
from llm._providers.http_model import HTTPModel


@pytest.mark.parametrize(("provider", "model"), PREFERENCE)
def test_the_model_of_the_provider_with_a_key_is_asked_there(provider: str, model: str, tmp_path: Path) -> None:
    endpoint = ENDPOINTS[provider]
    assert endpoint.key_env is not None
    chosen = App(tmp_path, environ={endpoint.key_env: "sk-0123456789abcdefgh", "LLM_LOAD_PLUGINS": ""}).get_model()
    assert isinstance(chosen, HTTPModel)
    assert (chosen.endpoint.base_url, chosen.name) == (endpoint.base_url, model)
    assert chosen.get_key() == "sk-0123456789abcdefgh"


def test_a_word_as_the_key_of_a_local_server_damages_nothing(tmp_path: Path) -> None:
    from llm._engine.redact import SHORTEST_IN_ANSWERS, redact

    part = {"type": "text", "text": "a test of ollama"}
    for word in ("a", "x", "text", "test", "ollama"):
        assert redact([part], (word,), SHORTEST_IN_ANSWERS) == [part]
