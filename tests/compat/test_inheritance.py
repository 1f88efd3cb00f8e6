"""Older plugins inherit from one another, and from mixins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import llm


class Base(llm.KeyModel):
    """The model of a plugin that others build on."""

    model_id = "base"
    needs_key = "base"
    can_stream = True

    def execute(
        self, prompt: Any, stream: Any, response: Any, conversation: Any = None, key: Any = None
    ) -> Iterator[str]:
        response.set_usage(input=1)
        yield f"{prompt.prompt} {stream} {key}"


class Positional(Base):
    model_id = "positional"

    def execute(
        self, prompt: Any, stream: Any, response: Any, conversation: Any = None, key: Any = None
    ) -> Iterator[str]:
        yield "["
        yield from super().execute(prompt, stream, response, conversation, key)
        yield "]"


class Keywords(Positional):
    model_id = "keywords"

    def execute(
        self, prompt: Any, stream: Any, response: Any, conversation: Any = None, key: Any = None
    ) -> Iterator[str]:
        yield "<"
        yield from super().execute(prompt, stream=stream, response=response, conversation=conversation, key=key)
        yield ">"


class Keyless(Base):
    """Takes no key of its own, and gives one on."""

    model_id = "keyless"

    def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any = None) -> Iterator[str]:
        yield from super().execute(prompt, stream, response, conversation, "own")


class Renamed(Keywords):
    """Inherits `execute` as it is."""

    model_id = "renamed"


@pytest.mark.parametrize(
    ("model", "text"),
    [(Base, "x True sk"), (Positional, "[x True sk]"), (Keywords, "<[x True sk]>"), (Keyless, "x True own"),
     (Renamed, "<[x True sk]>")],
)  # fmt: skip
def test_super_reaches_the_generator_that_was_inherited(model: type[Base], text: str) -> None:
    for response in (model().prompt("x", key="sk"), model().execute(llm.Prompt("x"), key="sk")):
        assert isinstance(response, llm.Response)
        assert response.text() == text
        assert response.usage() == llm.Usage(1)


def test_an_async_plugin_reaches_what_it_inherits_too() -> None:
    class Lower(llm.AsyncModel):
        model_id = "lower"

        async def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any) -> AsyncIterator[str]:
            yield prompt.prompt

    class Upper(Lower):
        model_id = "upper"

        async def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any) -> AsyncIterator[str]:
            async for piece in super().execute(prompt, stream, response, conversation):
                yield piece.upper()

    assert asyncio.run(Upper().prompt("x").text()) == "X"


class Shared:
    """A mixin of two models, which is no model itself."""

    def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any = None) -> Iterator[str]:
        yield f"{self.word} {prompt.prompt}"


class Left(Shared, llm.Model):
    model_id = "left"
    word = "left"


class Right(Shared, llm.Model):
    model_id = "right"
    word = "right"


def test_execute_may_come_from_a_mixin() -> None:
    assert [model.prompt("x").text() for model in (Left(), Right())] == ["left x", "right x"]
    assert Left().execute(llm.Prompt("y")).text() == "left y"
    assert "execute" in Shared.__dict__
    assert not hasattr(Shared, "generate")


def test_a_mixin_may_call_what_stands_behind_it() -> None:
    class Loud:
        def execute(self, prompt: Any, stream: Any, response: Any, conversation: Any, key: Any = None) -> Iterator[str]:
            for piece in super().execute(prompt, stream, response, conversation, key):
                yield piece.upper()

    class LoudBase(Loud, Base):
        model_id = "loud"

    assert LoudBase().prompt("x", key="sk").text() == "X TRUE SK"


def test_a_newer_model_may_inherit_from_an_older_one() -> None:
    class Newer(Base):
        model_id = "newer"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Iterator[str]:
            yield f"new {call.key}"

    assert Newer().prompt("x", key="sk").text() == "new sk"


def test_a_subclass_may_override_the_execute_that_users_call() -> None:
    class Noting(llm.Model):
        model_id = "noting"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Iterator[str]:
            yield prompt.prompt

        def execute(self, prompt: llm.Prompt, stream: bool = True, *, key: str | None = None) -> llm.Response:
            return super().execute(prompt.replace(prompt=f"noted {prompt.prompt}"), stream, key=key)

    assert Noting().prompt("x").text() == "noted x"


def test_a_model_with_neither_method_cannot_be_made() -> None:
    class Empty(llm.Model):
        model_id = "empty"

    with pytest.raises(TypeError, match="abstract"):
        Empty()
