"""Who answers: what a model declares, what it refuses before anything is sent, and the ways to ask it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import llm
from llm._api.async_facade import AsyncFacade
from llm.testing import AsyncScriptedModel, FaultyServer, ScriptedModel, chat_reply

from .colour import Blocking, Colour
from .fixtures import ModelAt, Serve
from .world import make_app


def scripted(colour: Colour, *answers: Any, **how: Any) -> Any:
    """A scripted model of the colour of the test."""
    return (ScriptedModel if isinstance(colour, Blocking) else AsyncScriptedModel)(*answers, **how)


class Plain(llm.Model):
    """Takes text and earlier messages, and no more."""

    model_id = "plain"

    def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
        yield "asked"


@pytest.mark.parametrize("cls", [llm.Model, llm.AsyncModel, llm.KeyModel, llm.AsyncKeyModel])
def test_a_model_is_abstract(cls: Any) -> None:
    with pytest.raises(TypeError, match="abstract"):
        cls()


def test_a_model_without_generate_is_abstract_too() -> None:
    class Forgetful(llm.Model):
        model_id = "forgetful"

    with pytest.raises(TypeError, match="generate"):
        Forgetful()  # type: ignore[abstract]


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"tools": [llm.Tool("t")]}, llm.RequestError, "plain does not support tools"),
        ({"schema": {"type": "object"}}, llm.RequestError, "plain does not support schemas"),
        (
            {"attachments": [llm.Attachment(content=b"\x89PNG\r\n\x1a\n")]},
            llm.AttachmentError,
            "plain does not support attachments",
        ),
        ({"temperature": 1}, llm.OptionError, "plain has no option 'temperature'"),
    ],
)
def test_what_a_model_cannot_do_is_said_when_it_is_asked(asked: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        Plain().prompt("x", **asked)
    with pytest.raises(error, match=words):
        AsyncFacade(Plain()).prompt("x", **asked)


def test_earlier_messages_for_a_model_of_one_turn_are_refused() -> None:
    class OneTurn(Plain):
        model_id = "one-turn"
        supports_conversation = False

    with pytest.raises(llm.ConversationNotSupported, match="one-turn takes one prompt at a time"):
        OneTurn().prompt("x", messages=[llm.user("before")])
    assert OneTurn().prompt("x", messages=[llm.system("a system prompt is no earlier message")]).text() == "asked"


def test_attachments_are_checked_by_type_and_family() -> None:
    class Images(Plain):
        attachment_types = ("image/png", "audio/*")

    png = llm.Attachment(content=b"\x89PNG\r\n\x1a\n")
    unknown_url = llm.Attachment(url="https://example.invalid/file")
    assert Images().prompt("x", attachments=[png, llm.Attachment("audio/flac", content=b""), unknown_url]).text()
    with pytest.raises(llm.AttachmentError, match="does not accept of 5 bytes, which is application/pdf") as caught:
        Images().prompt("x", attachments=[llm.Attachment(content=b"%PDF-")])
    assert caught.value.hint == "It accepts: audio/*, image/png"
    with pytest.raises(llm.AttachmentError, match="type of the attachment"):
        Images().prompt("x", attachments=[llm.Attachment(content=b"\x00\xff\xfe")])


def test_a_prepared_prompt_is_executed(colour: Colour) -> None:
    model = scripted(colour, "a", "b", "c")
    prompt = llm.Prompt("Ten names", system="Short", messages=[llm.user("hi")], options={"temperature": 0.7})
    assert colour.run(model.execute(prompt, stream=False).text()) == "a"
    assert colour.run(model.execute(prompt).text()) == "b"
    assert colour.run(model.stream(prompt).text()) == "c"
    assert [call.stream for call in model.calls] == [False, True, True]
    for asked in model.prompts:
        assert [message.text for message in asked.messages] == ["Short", "hi", "Ten names"]
        assert dict(asked.options) == {"temperature": 0.7}
        assert asked.model is model
    assert prompt.model is None


def test_stream_takes_what_prompt_takes(colour: Colour) -> None:
    model = scripted(colour, "a")
    assert colour.run(model.stream("text", system="s", temperature=1).text()) == "a"
    (asked,) = model.prompts
    assert (asked.prompt, asked.system, dict(asked.options)) == ("text", "s", {"temperature": 1})


def test_execute_wants_a_prompt(colour: Colour) -> None:
    with pytest.raises(llm.RequestError, match="A prepared Prompt is needed here, not str"):
        scripted(colour).execute("text")


def test_every_argument_of_prompt_reaches_the_model(colour: Colour) -> None:
    model, png = scripted(colour, "{}"), llm.Attachment("image/png", content=b"x")
    asked = {
        "fragments": ["f1", "f2"], "system_fragments": ["sf"], "attachments": [png], "system": "s",
        "messages": [{"role": "user", "content": "before"}], "schema": {"type": "object"}, "tools": [llm.Tool("t")],
        "tool_results": [llm.ToolResult("t", "r", tool_call_id="1")], "options": {"top_p": 1}, "hide_reasoning": True,
        "seed": 7,
    }  # fmt: skip
    assert colour.run(model.prompt("p", **asked).text()) == "{}"
    (prompt,) = model.prompts
    assert [(message.role, message.text) for message in prompt.messages] == [
        ("system", "sf\n\ns"), ("user", "before"), ("tool", ""), ("user", "f1\nf2\np"),
    ]  # fmt: skip
    assert prompt.attachments == (png,)
    assert prompt.schema == {"type": "object"}
    assert prompt.hide_reasoning is True
    assert dict(prompt.options) == {"top_p": 1, "seed": 7}


def test_a_model_that_needs_a_key_says_so_before_anything_is_sent(colour: Colour, tmp_path: Path, serve: Serve) -> None:
    server = serve(chat_reply("never"))
    app = make_app(tmp_path / "user", server.url)
    config = app.directory / "config.toml"
    config.write_text(f"{config.read_text()}\nneeds_key = true\nkey_name = 'other'\nkey_env = 'OTHER_KEY'")
    response = colour.model(make_app_again(app), "test/m").prompt("x")
    with pytest.raises(llm.NeedsKeyException, match="test/m needs a key, and none was found") as caught:
        colour.run(response.text())
    assert caught.value.hint == "Run: llm keys set other, or set OTHER_KEY"
    assert server.connections == 0


def make_app_again(app: Any) -> Any:
    """A new App on the same directory, which reads its files anew."""
    return type(app)(app.directory, environ=app.environ)


class Keyed(llm.KeyModel):
    """Tells its key."""

    model_id = "keyed"
    needs_key = "keyed"
    key_env_var = "KEYED_KEY"

    def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
        yield str(call.key)


def test_the_order_of_keys_is_explicit_then_the_models_own_then_stored_then_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "user").mkdir()
    monkeypatch.setenv("KEYED_KEY", "of-environment")
    assert Keyed().prompt("x").text() == "of-environment"
    (tmp_path / "user" / "keys.json").write_text('{"keyed": "stored", "other": "named"}')
    assert Keyed().prompt("x").text() == "stored"
    model = Keyed()
    model.key = "own"
    assert model.prompt("x").text() == "own"
    assert model.prompt("x", key="explicit").text() == "explicit"
    assert model.prompt("x", key="other").text() == "named"


def test_a_key_may_be_set_on_the_async_side_of_a_model() -> None:
    import asyncio

    async def main() -> tuple[str, str]:
        model = AsyncFacade(Keyed())
        model.key = "own"
        return await model.prompt("x").text(), await model.prompt("x", key="explicit").text()

    assert asyncio.run(main()) == ("own", "explicit")


@pytest.mark.parametrize("key", ["sk-secret\nsecond-line", "sk-sécret-key", "sk-secret-“quoted”"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_shown(
    colour: Colour, model_at: ModelAt, serve: Serve, key: str
) -> None:
    server: FaultyServer = serve(chat_reply("never"))
    response = model_at(server.url).prompt("x", key=key)
    with pytest.raises(llm.RequestError) as caught:
        colour.run(response.text())
    shown = f"{caught.value!r} {caught.value} {caught.value.hint} {colour.run(response.debug())}"
    assert not any(piece in shown for piece in ("sk-", "secret", "sécret", "second-line", "quoted"))
    assert server.exchanges == []


def test_reprs_tell_what_a_model_is(colour: Colour) -> None:
    assert repr(Plain()) == "<Plain: plain>"
    assert repr(AsyncFacade(Plain())) == "<Plain (async): plain>"
    assert "scripted" in repr(scripted(colour))


def test_a_tool_of_the_provider_that_the_model_has_not_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(llm.RequestError, match="has no image_generation") as caught:
        llm.get_model("gemini-flash-latest").prompt("Draw", tools=[llm.ImageGeneration()])
    assert "web_search" in (caught.value.hint or "")
    llm.get_model("gemini-flash-latest").prompt("Look", tools=[llm.WebSearch()])


def test_any_text_is_accepted_where_plain_text_is() -> None:
    table = llm.Attachment("text/csv", content=b"a,b")
    llm.get_model("claude-opus-4.8").prompt("Add", attachments=[table])
    with pytest.raises(llm.AttachmentError):
        llm.get_model("claude-opus-4.8").prompt("Hear", attachments=[llm.Attachment("audio/wav", content=b"x")])
