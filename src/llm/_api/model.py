"""Who answers: the class that a plugin subclasses."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

from .._domain import option
from .._domain.attachment import Attachment
from .._domain.call import Call
from .._domain.event import Event, TextDelta
from .._domain.message import Message
from .._domain.option import OptionTable
from .._domain.prompt import Prompt
from .._domain.tool import AnyTool, ToolResult
from .._engine.redact import redact
from .._io.io import IO, Handler
from ..errors import ModelError, NeedsKeyException, RequestError
from .async_response import AsyncResponse
from .checks import check_prompt, validate_options
from .conversation import AsyncConversation, Conversation
from .older import adapt
from .options_slot import LazyOptions
from .response import Response

if TYPE_CHECKING:
    from .app import App

R = TypeVar("R", covariant=True)
C = TypeVar("C", covariant=True)
Said: TypeAlias = Iterator[str | Event] | AsyncIterator[str | Event] | Iterable[str | Event]


class BaseModel(ABC, Generic[R, C]):
    """
    What models of both kinds declare.

    `model_id` is what it is asked for by. `Options` is a subclass of `llm.Options` with the options that it takes;
    built-in models have an `option_table` instead, which needs no pydantic.
    `needs_key` is the name under which its key is stored (None: it needs none), `key_env_var` the environment variable
    that may hold the key. `attachment_types` are the media types that it accepts (None: unknown); `can_stream`,
    `supports_tools`, `supports_schema` and `supports_conversation` say what it can do. `response_class` is the
    Response subclass that its prompts return.
    """

    model_id: str
    can_stream: bool = False
    needs_key: str | None = None
    key: str | None = None
    key_env_var: str | None = None
    attachment_types: Iterable[str] | None = frozenset()
    supports_schema: bool = False
    supports_tools: bool = False
    supports_conversation: bool = True
    Options: ClassVar[Any] = LazyOptions()
    option_table: OptionTable | None = None
    response_class: ClassVar[Any]

    _app: App | None = None
    conversation_class: ClassVar[Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        adapt(cls)

    @property
    def app(self) -> App:
        """Where settings, keys and the history come from: the App that made this model, or the process's own."""
        if self._app is None:
            app: App = importlib.import_module("llm._api.app").default_app()
            return app
        return self._app

    @abstractmethod
    def generate(self, prompt: Prompt, call: Call) -> Said:
        """
        Answer *prompt*: yield strings or events. A generator or an async generator; both APIs work for either.

        `call` has the key, whether pieces are wanted as they come, and a `trace` to note facts in.
        """

    def handler(self, call: Call) -> Handler:
        """The innermost handler of a call; a model over HTTP overrides it to wait by the engine's IO."""

        async def answered(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
            try:
                async with aclosing(io.iterate(self.generate(prompt, call))) as items:
                    async for item in items:
                        if isinstance(item, str):
                            yield TextDelta(item)
                        elif isinstance(item, Event):
                            yield item
                        else:
                            raise ModelError(
                                f"{self.model_id} generated {type(item).__name__}, which is no part of an answer",
                                hint="generate() yields strings and llm events",
                            )
            except Exception as error:
                error.args = tuple(redact(error.args, call.secrets))  # an author's message may quote the key
                raise

        return answered

    def get_key(self, explicit_key: str | None = None) -> str | None:
        """
        The key to use: the explicit one (a key, or the name of a stored one), `model.key`, a stored one, or that of the
        environment. None for a model that needs none. Raises NeedsKeyException.
        """
        if self.needs_key is None:
            return None
        if self.key is not None and not explicit_key:
            return self.key
        found = self.app.keys.resolve(explicit_key, self.needs_key, self.key_env_var)
        if found is None:
            raise needs_key(self.model_id, self.needs_key, self.key_env_var)
        return found.value

    def secrets(self, key: str | None) -> tuple[str, ...]:
        """What is blotted out of errors, of `debug()` and of the history, wherever the other side repeats it."""
        return (key,) if key else ()

    def validate_options(self, values: Mapping[str, Any]) -> Any:
        """The options in the model's own type. Raises OptionError that names the option and what is allowed."""
        return validate_options(self, values)

    def prepared(self, prompt: Prompt) -> Prompt:
        """The prompt bound to this model: default options filled in, options validated, abilities checked."""
        if not isinstance(prompt, Prompt):
            raise RequestError(
                f"A prepared Prompt is needed here, not {type(prompt).__name__}", hint="Ask a text with prompt(...)"
            )
        values = {**self.app.default_options(self.model_id), **option.given(prompt.options)}
        prompt = prompt.replace(model=self, options=self.validate_options(values))
        check_prompt(self, prompt)
        return prompt

    def prompt(
        self,
        prompt: str | None = None,
        *,
        fragments: Iterable[str] | None = (),
        system_fragments: Iterable[str] | None = (),
        attachments: Iterable[Attachment] | None = (),
        system: str | None = None,
        messages: str | Iterable[Message | Mapping[str, Any]] | None = None,
        stream: bool = True,
        schema: Any = None,
        tools: Iterable[AnyTool | Callable[..., Any]] | None = None,
        tool_results: Iterable[ToolResult] | None = None,
        options: Mapping[str, Any] | None = None,
        hide_reasoning: bool = False,
        key: str | None = None,
        fallbacks: Iterable[str | BaseModel[Any, Any]] = (),
        **kwargs: Any,
    ) -> R:
        """
        Ask for an answer: a Response, or an AsyncResponse from an AsyncModel. Nothing is sent until it is read.

        Arguments are those of `Prompt`; further keywords are options (`temperature=0.7`).

        `stream` asks for pieces as they are generated; `key` is a key or the name of a stored one. `fallbacks` are
        models, or their ids, that are asked in turn where the one before fails before its first word.
        Raises RequestError where the prompt cannot be, OptionError for an option that the model does not take.
        """
        fields = dict(
            fragments=fragments, system_fragments=system_fragments, attachments=attachments, system=system,
            messages=messages, schema=schema, tools=tools, tool_results=tool_results, hide_reasoning=hide_reasoning,
            kwargs=kwargs,
        )  # fmt: skip
        asked = self._asked(prompt, fields, options)
        if not fallbacks:  # an author may have overridden an execute() of before there were any
            return self.execute(asked, stream, key=key)
        return self.execute(asked, stream, key=key, fallbacks=fallbacks)

    def stream(self, prompt: str | Prompt | None = None, *, key: str | None = None, **kwargs: Any) -> R:
        """Short for `execute(..., stream=True)`: a prepared Prompt, or what `prompt()` takes."""
        if isinstance(prompt, Prompt):
            return self.execute(prompt, True, key=key)
        return self.prompt(prompt, stream=True, key=key, **kwargs)

    def execute(
        self,
        prompt: Prompt,
        stream: bool = True,
        *,
        key: str | None = None,
        fallbacks: Iterable[str | BaseModel[Any, Any]] = (),
    ) -> R:
        """Ask for an answer to a prepared Prompt."""
        return self._respond(prompt, stream, key, None, fallbacks)

    execute._llm_own = True  # type: ignore[attr-defined]  # an `execute` without this mark is a plugin author's

    def conversation(self) -> C:
        """A chain of prompts, each of which is asked with what was said before."""
        conversation: C = self.conversation_class(self)
        return conversation

    def _asked(self, prompt: str | None, kwargs: dict[str, Any], options: Mapping[str, Any] | None) -> Prompt:
        """The prompt that the arguments of `prompt()` make; arguments that are no fields of a Prompt are options."""
        return Prompt(prompt, self, options=option.merge(options, kwargs.pop("kwargs")), **kwargs)

    def _respond(
        self,
        prompt: Prompt,
        stream: bool,
        key: str | None,
        conversation: Any,
        fallbacks: Iterable[str | BaseModel[Any, Any]] = (),
    ) -> R:
        response = self.response_class(
            self.prepared(prompt), self, self._io, stream=stream, conversation=conversation, key=key
        )
        if fallbacks:
            response._fallbacks = self._named(fallbacks)
            response._options = option.given(prompt.options)
        answer: R = response
        return answer

    def _named(self, models: Iterable[str | BaseModel[Any, Any]]) -> tuple[Any, ...]:
        """These models, as ones of this API. Raises UnknownModelError."""
        if isinstance(models, str | BaseModel):
            raise RequestError("fallbacks is a list", hint="As in fallbacks=['gpt-5.6-luna']")
        return tuple(self._find(model) if isinstance(model, str) else model for model in models)

    @abstractmethod
    def _find(self, name: str) -> Any: ...

    @property
    @abstractmethod
    def _io(self) -> IO: ...

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.model_id}"

    def __repr__(self) -> str:
        return f"<{self}>"


def needs_key(model: str, name: str, env_var: str | None) -> NeedsKeyException:
    """The error for a key that is needed and not there."""
    or_env = f", or set {env_var}" if env_var else ""
    return NeedsKeyException(f"{model} needs a key, and none was found", hint=f"Run: llm keys set {name}{or_env}")


class Model(BaseModel[Response, Conversation]):
    """
    A language model for plain code. A subclass sets `model_id` and implements `generate(prompt, call)`.

    Calling `prompt`, `stream` or `execute` sends nothing: the response that they return does, when it is read.
    """

    response_class = Response
    conversation_class = Conversation

    @property
    def _io(self) -> IO:
        return self.app.io

    def _find(self, name: str) -> Model:
        return self.app.get_model(name)


class AsyncModel(BaseModel[AsyncResponse, AsyncConversation]):
    """
    A language model for code on an event loop; `llm.get_async_model` gives any model as one.

    It has the methods of `Model`; its responses are awaited, or iterated with `async for`. A subclass may implement
    `generate(prompt, call)` here just as for `Model`.
    """

    response_class = AsyncResponse
    conversation_class = AsyncConversation

    @property
    def _io(self) -> IO:
        return self.app.async_io

    def _find(self, name: str) -> AsyncModel:
        return self.app.get_async_model(name)

    def __str__(self) -> str:
        return f"{type(self).__name__} (async): {self.model_id}"


class KeyModel(Model):
    """A model that needs a key: a subclass names it in `needs_key`, and finds it in `call.key`."""


class AsyncKeyModel(AsyncModel):
    """An async model that needs a key: a subclass names it in `needs_key`, and finds it in `call.key`."""
