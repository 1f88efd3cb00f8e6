"""`execute` has two kinds of caller: users get a response, plugins their author's generator."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

import llm
from api.colour import Colour
from llm._api.async_facade import AsyncFacade
from llm._api.sync_facade import SyncFacade

from .older import older


def words(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
    for word in prompt.prompt.split():
        yield f"{word}/{stream} "


@pytest.mark.parametrize(
    ("arguments", "told"), [(((), {}), True), (((False,), {}), False), (((), {"stream": False}), False)]
)
def test_a_user_who_gives_a_prompt_gets_a_response(colour: Colour, arguments: Any, told: bool) -> None:
    model = older(colour, words, can_stream=True)
    response = model.execute(llm.Prompt("a b"), *arguments[0], **arguments[1])
    assert isinstance(response, model.response_class)
    assert colour.run(response.text()) == f"a/{told} b/{told} "


def test_every_way_to_ask_works(colour: Colour) -> None:
    model = older(colour, words, can_stream=True)
    ways = [model.prompt("a"), model.stream("a"), model.stream(llm.Prompt("a")), model.conversation().prompt("a")]
    assert [colour.run(response.text()) for response in ways] == ["a/True "] * 4


def test_a_user_may_give_execute_a_key(colour: Colour) -> None:
    response = older(colour, with_key, key=True, needs_key="older").execute(llm.Prompt("x"), key="sk-1")
    assert colour.run(response.text()) == "sk-1"


def test_execute_checks_what_a_user_gives(colour: Colour) -> None:
    with pytest.raises(llm.OptionError, match="older has no option 'speed'"):
        older(colour, words).execute(llm.Prompt("x", options={"speed": 1}))
    with pytest.raises(llm.RequestError, match="A prepared Prompt is needed here, not str"):
        older(colour, words).execute("x")


def with_key(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any, key: Any = None) -> Any:
    yield str(key)


def with_any(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any = None, **kwargs: Any) -> Any:
    yield str(kwargs.get("key"))


@pytest.mark.parametrize("execute", [with_key, with_any])
def test_a_model_with_a_key_is_given_it(colour: Colour, execute: Any) -> None:
    model = older(colour, execute, key=True, needs_key="older")
    assert colour.run(model.prompt("x", key="sk-1").text()) == "sk-1"
    model.key = "sk-2"
    assert colour.run(model.prompt("x").text()) == "sk-2"


def test_a_model_without_a_key_is_given_none(colour: Colour) -> None:
    assert colour.run(older(colour, with_any).prompt("x").text()) == "None"


def test_a_key_never_appears_in_what_is_shown(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any, key: Any = None) -> Any:
        response.response_json = {"headers": f"Bearer {key}"}
        yield "a"
        raise llm.ModelError(f"refused {key}")

    response = older(colour, execute, key=True, needs_key="older").prompt("x", key="sk-secret-1234")
    facts = colour.run(response.debug())
    assert facts["status"] == "error"
    assert "sk-secret-1234" not in str(facts) + repr(response)


def test_an_iterable_that_is_no_generator_will_do() -> None:
    class Listed(llm.Model):
        model_id = "listed"

        def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
            response.set_usage(input=1, output=2)
            return ["a", "b"]

    model = Listed()
    response = model.prompt("x")
    assert list(response) == ["a", "b"]
    assert response.usage() == llm.Usage(1, 2)
    assert asyncio.run(AsyncFacade(model).prompt("x").text()) == "ab"


@pytest.mark.parametrize("said", [0, 2])
def test_what_a_plugin_raises_comes_out_as_it_was_raised(colour: Colour, said: int) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        yield from ["a", "b"][:said]
        raise LookupError("no such thing")

    response = older(colour, execute).prompt("x")
    for _ in range(2):
        with pytest.raises(LookupError, match="no such thing"):
            colour.run(response.text())
    facts = colour.run(response.debug())
    assert (facts["status"], facts["error"]) == ("error", "LookupError: no such thing")


def test_an_execute_that_is_no_generator_may_raise_at_once() -> None:
    class Broken(llm.Model):
        model_id = "broken"

        def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
            raise llm.ModelError("not today")

    response = Broken().prompt("x")
    with pytest.raises(llm.ModelError, match="not today"):
        response.text()


def test_options_are_an_instance_of_the_plugins_own_class(colour: Colour) -> None:
    class Options(llm.Options):
        length: int = 3
        name: str | None = None

    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        assert isinstance(prompt.options, self.Options)
        yield f"{prompt.options.length} {prompt.options.name} {prompt.options.model_dump(exclude_none=True)}"

    model = older(colour, execute, Options=Options)
    assert colour.run(model.prompt("x", length="5").text()) == "5 None {'length': 5}"
    assert colour.run(model.prompt("x").text()) == "3 None {'length': 3}"


def test_an_async_plugin_answers_plain_code_from_a_loop_of_its_own() -> None:
    class Asynchronous(llm.AsyncModel):
        model_id = "asynchronous"

        async def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any = None) -> Any:
            for word in prompt.prompt.split():
                await asyncio.sleep(0)
                yield f"{word}:{threading.current_thread().name} "
            response.set_usage(input=1, output=2)
            response.add_tool_call(llm.ToolCall("f", {}, "c1"))

    model = SyncFacade(Asynchronous())
    response = model.prompt("one two")
    assert response.text() == "one:llm-portal two:llm-portal "
    assert response.usage() == llm.Usage(1, 2)
    assert response.tool_calls() == [llm.ToolCall("f", {}, "c1")]
    assert [model.execute(llm.Prompt("x"), stream=False).status, response.status] == ["running", "done"]


def test_a_sync_plugin_answers_an_event_loop_from_one_thread_of_its_own() -> None:
    class Plain(llm.Model):
        model_id = "plain"

        def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
            for _ in prompt.prompt.split():
                yield threading.current_thread().name
            response.set_usage(input=1, output=2)

    async def main() -> tuple[list[str], llm.Usage]:
        response = AsyncFacade(Plain()).prompt("one two three")
        return [name async for name in response], await response.usage()

    names, usage = asyncio.run(main())
    assert (len(names), len(set(names)), usage) == (3, 1, llm.Usage(1, 2))
    assert threading.main_thread().name not in names


def test_plugins_of_one_api_are_found_by_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLM_LOAD_PLUGINS", "llm-markov")
    response = llm.get_model("markov").prompt("a b", length=3, delay=0)
    assert len(response.text().split()) == 3

    async def main() -> str:
        return await llm.get_async_model("markov").prompt("a b", length=3, delay=0).text()

    assert len(asyncio.run(main()).split()) == 3
