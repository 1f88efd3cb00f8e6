"""Models over each wire that the real llama.cpp server speaks, and its embeddings."""

import asyncio
from pathlib import Path

import pytest

from llm import AuthenticationError
from llm._api.app import App
from llm.testing import ModelServer, write_scripted_model

KEY = "sk-a-key-of-this-test"
WIRES = {"chat": "/v1", "responses": "/v1", "anthropic": ""}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    path = write_scripted_model(tmp_path_factory.mktemp("model") / "model.gguf")
    with ModelServer(path, key=KEY, embedding=True) as running:
        yield running


@pytest.fixture
def app(server, tmp_path: Path) -> App:
    root = server.url.removesuffix("/v1")
    tables = [f'[endpoints.{wire}]\nbase_url = "{root}{path}"\nwire = "{wire}"\n' for wire, path in WIRES.items()]
    (tmp_path / "config.toml").write_text("\n".join(tables), encoding="utf-8")
    return App(tmp_path)


def weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("wire", WIRES)
def test_text_usage_and_the_end_are_the_same_over_every_wire(app: App, wire: str, stream: bool) -> None:
    response = app.get_model(f"{wire}/scripted").prompt("Say hello", stream=stream, key=KEY)
    assert response.text().startswith("Hello!")
    assert response.usage().input > 0
    assert response.usage().output > 0
    assert response.debug()["finish_reason"] == "stop"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("wire", WIRES)
def test_the_same_on_an_event_loop(app: App, wire: str, stream: bool) -> None:
    async def asked() -> str:
        return await app.get_async_model(f"{wire}/scripted").prompt("Say hello", stream=stream, key=KEY).text()

    assert asyncio.run(asked()).startswith("Hello!")


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("wire", WIRES)
def test_a_tool_is_called_and_its_result_goes_back(app: App, wire: str, stream: bool) -> None:
    from llm import Tool, ToolResult

    tool = Tool.function(weather, name="get_weather")
    conversation = app.get_model(f"{wire}/scripted").conversation()
    first = conversation.prompt("What is the weather?", tools=[tool], stream=stream, key=KEY)
    (call,) = first.tool_calls()
    assert (call.name, dict(call.arguments)) == ("get_weather", {"city": "Paris"})
    assert first.debug()["finish_reason"] == "tool_calls"
    result = ToolResult(call.name, "sunny", tool_call_id=call.tool_call_id)
    second = conversation.prompt(tool_results=[result], tools=[tool], stream=stream, key=KEY)
    assert second.text()
    assert second.debug()["finish_reason"] == "stop"


@pytest.mark.parametrize("wire", ["chat", "anthropic"])
def test_the_token_limit_is_told(app: App, wire: str) -> None:
    """Over Responses this server calls every answer completed."""
    response = app.get_model(f"{wire}/scripted").prompt("Say hello", max_tokens=3, key=KEY)
    response.text()
    assert response.debug()["finish_reason"] == "length"


@pytest.mark.parametrize("wire", WIRES)
def test_a_wrong_key_is_refused_and_not_shown(app: App, wire: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        app.get_model(f"{wire}/scripted").prompt("x", key="sk-wrong-key-12345").text()
    assert "sk-wrong-key-12345" not in str(caught.value)


def test_texts_are_embedded(app: App) -> None:
    model = app.get_embedding_model("chat/scripted")
    one, two, again = model.embed_multi(["hello", "a pelican", "hello"], key=KEY)
    assert len(one) == len(two) > 1
    assert one == pytest.approx(again, abs=1e-4)
    assert one != pytest.approx(two, abs=1e-4)
