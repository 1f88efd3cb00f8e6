"""Typed usage of the public API: checked by mypy --strict, never run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, assert_type

import llm
from llm import errors, parts, plugins, testing


def asking() -> None:
    model = llm.get_model("gpt-5.6-luna")
    assert_type(model, llm.Model)
    assert_type(llm.get_model(), llm.Model)
    assert_type(llm.get_models(), list[llm.Model])
    response = model.prompt(
        "Ten names",
        fragments=["a"],
        system_fragments=("b",),
        attachments=[llm.Attachment(path="a.png"), llm.Attachment("image/png", content=b"x")],
        system="be brief",
        messages=[llm.user("Hi"), {"role": "assistant", "content": "Hello"}],
        stream=False,
        schema={"type": "object"},
        tools=[add, llm.Tool.function(add), llm.ServerSideTool({"type": "web_search"})],
        tool_results=[llm.ToolResult("add", 3, tool_call_id="c")],
        options={"temperature": 0.7},
        hide_reasoning=True,
        key="sk",
        seed=1,
    )
    assert_type(response, llm.Response)
    assert_type(model.prompt(messages='[{"role": "user", "content": "Hi"}]'), llm.Response)
    assert_type(model.stream("Hi", temperature=0.7), llm.Response)
    assert_type(model.stream(llm.Prompt("Hi")), llm.Response)
    assert_type(model.execute(llm.Prompt("Hi"), stream=False, key="sk"), llm.Response)
    assert_type(model.execute(llm.Prompt("Hi"), False), llm.Response)
    assert_type(model.get_key(), str | None)
    assert_type(model.model_id, str)


def reading(response: llm.Response) -> None:
    for chunk in response:
        assert_type(chunk, str)
    for event in response.events():
        assert_type(event, llm.Event)
        match event:
            case llm.TextDelta(text) | llm.ReasoningDelta(text):
                assert_type(text, str)
            case llm.ToolCallDelta(index, name, arguments):
                assert_type((index, name, arguments), tuple[int, str, str])
            case llm.PartEvent(part):
                assert_type(part, llm.AttachmentPart | llm.ToolResultPart)
            case llm.UsageEvent(usage):
                assert_type(usage, llm.Usage)
            case llm.Finish(_, raw):
                assert_type(raw, str | None)
    assert_type(response.events(), Generator[llm.Event, None, None])
    assert_type(response.text(), str)
    assert_type(str(response), str)
    assert_type(response.messages(), list[llm.Message])
    assert_type(response.tool_calls(), list[llm.ToolCall])
    assert_type(response.usage(), llm.Usage)
    assert_type(response.usage().input, int | None)
    assert_type(response.reasoning(), str)
    assert_type(response.debug(), dict[str, Any])
    assert_type(response.text_or_raise(), str)
    assert_type(response.prompt, llm.Prompt)
    assert_type(response.cancel(), None)
    if response.status == "partial":
        assert_type(response.tool_calls_or_raise(), list[llm.ToolCall])


async def waiting() -> None:
    model = llm.get_async_model("gpt-5.6-luna")
    assert_type(model, llm.AsyncModel)
    assert_type(llm.get_async_models(), list[llm.AsyncModel])
    response = model.prompt("Hi", temperature=0.7)
    assert_type(response, llm.AsyncResponse)
    assert_type(await response, llm.AsyncResponse)
    async for chunk in response:
        assert_type(chunk, str)
    async for event in response.events():
        assert_type(event, llm.Event)
    assert_type(await response.text(), str)
    assert_type(await response.messages(), list[llm.Message])
    assert_type(await response.tool_calls(), list[llm.ToolCall])
    assert_type(await response.usage(), llm.Usage)
    assert_type(await response.reasoning(), str)
    assert_type(await response.debug(), dict[str, Any])
    assert_type(await response.cancel(), None)
    assert_type(await model.execute(llm.Prompt("Hi")), llm.AsyncResponse)
    assert_type(model.stream("Hi"), llm.AsyncResponse)
    conversation = model.conversation()
    assert_type(conversation, llm.AsyncConversation)
    assert_type(await conversation.prompt("Hi"), llm.AsyncResponse)


def conversing(model: llm.Model) -> None:
    conversation = model.conversation()
    assert_type(conversation, llm.Conversation)
    assert_type(conversation.prompt("Hi", system="brief", temperature=0.1), llm.Response)
    assert_type(conversation.stream("Hi"), llm.Response)
    assert_type(conversation.execute(llm.Prompt("Hi")), llm.Response)
    assert_type(conversation.responses, list[llm.Response])
    assert_type(conversation.messages, tuple[llm.Message, ...])
    assert_type(conversation.id, str)
    assert_type(conversation.model, llm.Model)


def preparing() -> None:
    prompt = llm.Prompt("Hi", system="brief", messages=[llm.system("brief")], options={"temperature": 0.7})
    assert_type(prompt.prompt, str)
    assert_type(prompt.system, str)
    assert_type(prompt.messages, tuple[llm.Message, ...])
    assert_type(prompt.replace(prompt="Bye"), llm.Prompt)
    template = llm.Template("steampunk", prompt="Summarize: $input", defaults={"voice": "GlaDOS"}, options={"seed": 1})
    assert_type(template.apply("text", voice="HAL"), llm.Prompt)
    assert_type(template.apply(), llm.Prompt)
    assert_type(template.variables(), tuple[str, ...])
    message = llm.assistant("a", llm.Attachment(url="https://example.org/a.png"), llm.ToolCallPart("f", {"a": 1}))
    assert_type(message.parts, tuple[llm.Part, ...])
    assert_type(message.to_dict(), dict[str, Any])
    assert_type(llm.Message.from_dict({"role": "user", "content": "Hi"}), llm.Message)
    assert_type(llm.tool_message(llm.ToolResultPart("f", "3", "c")).text, str)
    assert_type(parts.StreamEvent("text", "a").chunk, str)


def add(a: int, b: int = 1) -> int:
    """Add two numbers."""
    return a + b


class CountedResponse(llm.Response):
    """A Response with facts of its own."""

    def debug(self) -> dict[str, Any]:
        return {**super().debug(), "words": len(self.text().split())}


class Markov(llm.Model):
    """A plugin's model, in plain code."""

    model_id = "markov"
    can_stream = True
    attachment_types = ("image/png",)
    response_class = CountedResponse

    class Options(llm.Options):
        length: int = 20

    def generate(self, prompt: llm.Prompt, call: llm.Call) -> Iterator[str | llm.Event]:
        assert_type(call.key, str | None)
        assert_type(call.stream, bool)
        assert_type(call.trace, llm.Trace)
        call.trace.model = "markov-2"
        yield prompt.prompt[: int(prompt.options.length)]
        yield llm.ReasoningDelta("hm", provider_metadata={"markov": {"seed": 1}})
        yield llm.UsageEvent(llm.Usage(1, 2))
        yield llm.Finish("stop")


class Words(llm.KeyModel):
    """One that yields nothing but strings."""

    model_id = "words"
    needs_key = "words"
    key_env_var = "WORDS_API_KEY"

    def generate(self, prompt: llm.Prompt, call: llm.Call) -> Iterator[str]:
        yield from prompt.prompt.split()


class Listed(llm.Model):
    """One that returns what it says."""

    model_id = "listed"

    def generate(self, prompt: llm.Prompt, call: llm.Call) -> list[str]:
        return prompt.prompt.split()


class Waiting(llm.AsyncModel):
    """One that awaits."""

    model_id = "waiting"

    async def generate(self, prompt: llm.Prompt, call: llm.Call) -> AsyncIterator[str | llm.Event]:
        yield "x"
        yield llm.Finish("stop", "end_turn")


class WaitingWithKey(llm.AsyncKeyModel):
    """One that awaits, in a class for both APIs."""

    model_id = "waiting-with-key"
    needs_key = "waiting"

    async def generate(self, prompt: llm.Prompt, call: llm.Call) -> AsyncIterator[str]:
        yield call.key or ""


@llm.hookimpl
def register_models(register: Callable[..., None]) -> None:
    register(Markov(), Waiting(), aliases=["m"])
    register(Words())


@plugins.hookimpl(tryfirst=True, specname="register_commands")
def commands(cli: Any) -> None: ...


assert_type(Markov().prompt("x", length=3), llm.Response)
assert_type(Waiting().prompt("x"), llm.AsyncResponse)
assert_type(Markov.Options(length=3).length, int)


def failing(response: llm.Response) -> None:
    try:
        response.text()
    except llm.Incomplete as error:
        assert_type(error.text, str)
    except (llm.RateLimitError, llm.AuthenticationError, llm.BadReplyError) as error:
        assert_type(error.status, int | None)
        assert_type(error.retry_after, float | None)
        assert_type(error.request_id, str | None)
    except llm.LLMTimeoutError as error:
        assert_type(error.seconds, float)
    except llm.NetworkError as error:
        assert_type(error.host, str | None)
    except llm.MissingVariables as error:
        assert_type(error.names, tuple[str, ...])
    except llm.UnknownModelError as error:
        assert_type(error.close, tuple[str, ...])
    except errors.LLMError as error:
        assert_type(error.hint, str | None)


def settings() -> None:
    assert_type(llm.user_dir(), Path)
    assert_type(llm.get_key("sk", "openai", "OPENAI_API_KEY"), str | None)
    assert_type(llm.get_key(input="sk", alias="openai", env="OPENAI_API_KEY"), str | None)
    assert_type(llm.get_default_model(), str)
    assert_type(llm.set_default_model(None), None)
    assert_type(llm.__version__, str)


def testing_kit() -> None:
    model = testing.ScriptedModel("Hello!", ["Hel", "lo!", llm.Finish("stop")], llm.NetworkError("gone"), repeat=True)
    assert_type(model.prompt("Hi").text(), str)
    assert_type(model.prompts, list[llm.Prompt])
    assert_type(testing.AsyncScriptedModel("x").prompt("Hi"), llm.AsyncResponse)
