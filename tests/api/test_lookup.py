"""Who serves a name: aliases, plugins, built-in providers; and which model is asked when none is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import llm
from llm._api.app import App, default_app

from .world import make_app


@pytest.fixture
def with_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """llm-echo and llm-markov are loaded."""
    monkeypatch.setenv("LLM_LOAD_PLUGINS", "llm-echo,llm-markov")


def test_a_plugin_and_a_built_in_model_are_found_by_id(with_plugins: None) -> None:
    assert llm.get_model("markov").model_id == "markov"
    assert llm.get_async_model("markov").model_id == "markov"
    assert llm.get_model("ollama/llama3:8b").model_id == "ollama/llama3:8b"
    assert isinstance(llm.get_async_model("ollama/llama3:8b"), llm.AsyncModel)


def test_the_users_alias_is_followed(tmp_path: Path) -> None:
    app = make_app(tmp_path / "user", "http://127.0.0.1:9/v1")
    (app.directory / "aliases.json").write_text(json.dumps({"mine": "ours", "ours": "test/m", "test": "test"}))
    assert app.get_model("mine").model_id == "test/m"
    (app.directory / "aliases.json").write_text(json.dumps({"a": "b", "b": "a"}))
    with pytest.raises(llm.ConfigError, match="a -> b -> a go round in a circle"):
        App(app.directory).get_model("a")


def test_an_unknown_name_is_an_error_that_suggests(with_plugins: None) -> None:
    with pytest.raises(llm.UnknownModelError, match="There is no model 'marcov'") as caught:
        llm.get_model("marcov")
    assert caught.value.close[0] == "markov"
    assert caught.value.hint == "Did you mean markov?"
    assert isinstance(caught.value, KeyError)
    with pytest.raises(llm.UnknownModelError) as caught:
        llm.get_async_model("zzzzzzzzzzz")
    assert caught.value.hint == "llm models --all lists what there is"


def test_get_models_lists_plugins_first_and_everything_once(with_plugins: None) -> None:
    ids = [model.model_id for model in llm.get_models()]
    assert ids[:3] == ["echo", "echo-needs-key", "markov"]
    assert len(set(ids)) == len(ids)
    assert [model.model_id for model in llm.get_async_models()] == ids


def test_the_default_is_the_environments_then_the_configured_then_of_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    keyed = llm.get_default_model()
    assert llm.get_model().model_id == keyed
    llm.set_default_model("ollama/configured")
    assert llm.get_default_model() == "ollama/configured"
    assert llm.get_model().model_id == "ollama/configured"
    monkeypatch.setenv("LLM_MODEL", "ollama/of-environment")
    assert llm.get_async_model().model_id == "ollama/of-environment"
    monkeypatch.delenv("LLM_MODEL")
    llm.set_default_model(None)
    assert llm.get_default_model() == keyed


def test_without_any_configuration_there_is_an_error_and_never_the_manual() -> None:
    with pytest.raises(llm.NoModelError, match="No model was named, none is configured") as caught:
        llm.get_model()
    assert "llm keys set openai" in str(caught.value.hint)
    assert llm.get_model("manual").model_id == "manual"


def test_get_key_reads_what_is_stored_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    (llm.user_dir() / "keys.json").write_text('{"mine": "stored"}')
    monkeypatch.setenv("SOME_KEY", "of-environment")
    assert llm.get_key(alias="mine", env="SOME_KEY") == "stored"
    assert llm.get_key("", "absent", "SOME_KEY") == "of-environment"
    assert llm.get_key(input="mine") == "stored"
    assert llm.get_key("literal", "mine") == "literal"
    assert llm.get_key(alias="absent") is None


def test_the_process_has_one_app_for_its_user_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = default_app()
    assert default_app() is before
    assert before.directory == llm.user_dir()
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "elsewhere"))
    assert default_app() is not before
    assert llm.user_dir() == tmp_path / "elsewhere"
    assert llm.user_dir().is_dir()
