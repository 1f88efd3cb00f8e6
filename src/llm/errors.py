"""
The errors of LLM, in one tree with two branches: the world failed, or the caller asked for something impossible.

* LLMError
  + ModelError                    the world failed
    - ProviderError                 the provider refused or broke the exchange
      · AuthenticationError           401, 403: the key is wrong or may not do this
      · RateLimitError                429: too many requests, or no quota left
      · BadReplyError                 the reply is not what the wire format promises
    - NetworkError                  the provider could not be reached, or fell silent
      · LLMTimeoutError               connect, first byte, between bytes or total
    - Incomplete                    the answer ended before it was whole; carries the text so far
    - SchemaViolation               the answer does not fit its schema; carries the text
    - HistoryError                  the store could not be read or written
      · MissingTurn                   a turn is not in the store any more
  + RequestError                  the caller asked for something impossible
    - UnknownModelError             no such model (also a KeyError)
    - NoModelError                  no model was named and none is configured
    - NeedsKeyException             the model needs a key and none was found
    - OptionError                   an option that the model does not take, or a value out of range
    - AttachmentError               a file that cannot be read, or of a type the model does not accept
    - UnknownTurn                   no turn of the history has this id, or several do
    - UnknownConversation           no conversation has this id or name, or several do
    - LaterTurns                    turns that stay carry the text of one that would be deleted
    - MissingVariables              a template was applied without all of its variables
    - ConversationNotSupported      earlier messages for a model that takes one turn (also a ValueError)
    - BudgetError                   the request might cost more than a limit leaves
    - ConfigError                   a file in the user directory, or an environment variable, cannot be used

Every error has a message that says what failed and why, and a `hint` that says what to do about it (or None).
"""

from __future__ import annotations

__all__ = [
    "AttachmentError",
    "AuthenticationError",
    "BadReplyError",
    "BudgetError",
    "ConfigError",
    "ConversationNotSupported",
    "HistoryError",
    "Incomplete",
    "LLMError",
    "LLMTimeoutError",
    "LaterTurns",
    "MissingTurn",
    "MissingVariables",
    "ModelError",
    "NeedsKeyException",
    "NetworkError",
    "NoModelError",
    "OptionError",
    "ProviderError",
    "RateLimitError",
    "RequestError",
    "SchemaViolation",
    "UnknownConversation",
    "UnknownModelError",
    "UnknownTurn",
]


class LLMError(Exception):
    """Base of every error that LLM raises on purpose; `hint` says what to do about it, where that is known."""

    def __init__(self, *args: object, hint: str | None = None) -> None:
        super().__init__(*args)
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are pickled as calls of their class with `args`, which leaves out keyword-only arguments: an error
        # that cannot be read back takes the process pool with it.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(cls: type[LLMError], args: tuple[object, ...], facts: dict[str, object]) -> LLMError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


class ModelError(LLMError):
    """The world failed: a model, its provider, the network or the disk. Plugins may raise it with a message."""

    retryable = False


class ProviderError(ModelError):
    """
    The provider refused or broke the exchange.

    `status` is the HTTP status (200 for an error inside a stream), `code` and `type` the provider's own names for
    what happened, `request_id` its name for the exchange, `retry_after` the seconds it asked to wait, `model` the
    model that was asked; each is None where the provider did not say.
    """

    def __init__(
        self,
        *args: object,
        status: int | None = None,
        code: str | int | None = None,
        type: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        model: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(*args, hint=hint)
        self.status = status
        self.code = code
        self.type = type
        self.request_id = request_id
        self.retry_after = retry_after
        self.model = model

    @property
    def retryable(self) -> bool:  # type: ignore[override]
        """Whether the same request may succeed later: 408, 409, 429 and 5xx."""
        return self.status is not None and (self.status in (408, 409, 429) or self.status >= 500)


class AuthenticationError(ProviderError):
    """The provider did not accept the key (401), or the key may not do this (403)."""


class RateLimitError(ProviderError):
    """Too many requests, or no quota left (429)."""


class BadReplyError(ProviderError):
    """The reply is not what the wire format promises: malformed JSON, an HTML page, an empty stream."""


class NetworkError(ModelError):
    """The provider could not be reached, or the connection broke. `host` names the other side as `host:port`."""

    retryable = True

    def __init__(self, *args: object, host: str | None = None, hint: str | None = None) -> None:
        super().__init__(*args, hint=hint)
        self.host = host


class LLMTimeoutError(NetworkError, TimeoutError):
    """A wait took too long. `phase` is `connect`, `first_byte`, `between_bytes` or `total`; `seconds` the limit."""

    def __init__(
        self,
        *args: object,
        phase: str,
        seconds: float,
        host: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(*args, host=host, hint=hint)
        self.phase = phase
        self.seconds = seconds

    @property
    def retryable(self) -> bool:  # type: ignore[override]
        """A spent total limit leaves no time for another attempt; the other limits do."""
        return self.phase != "total"


class Incomplete(ModelError):
    """The answer ended before it was whole: the reader left, or reading was cancelled. `text` is what arrived."""

    def __init__(self, *args: object, text: str = "", hint: str | None = None) -> None:
        super().__init__(*args, hint=hint)
        self.text = text


class SchemaViolation(ModelError):
    """The answer does not fit the schema that was asked for. `text` is the answer, `problem` where it does not fit."""

    def __init__(self, *args: object, text: str = "", problem: str = "", hint: str | None = None) -> None:
        super().__init__(*args, hint=hint)
        self.text = text
        self.problem = problem


class HistoryError(ModelError):
    """The store of turns could not be read or written."""


class MissingTurn(HistoryError):
    """A turn is not in the store any more: somebody deleted it, or the whole file."""


class RequestError(LLMError):
    """The caller asked for something impossible; nothing was sent."""


class UnknownModelError(RequestError, KeyError):
    """No model has this id or alias. `close` lists ids that look like it, best first."""

    def __init__(self, message: str, *, close: tuple[str, ...] = (), hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.close = close

    def __str__(self) -> str:
        return str(self.args[0])


class NoModelError(RequestError):
    """No model was named and none is configured."""


class NeedsKeyException(RequestError):
    """The model needs a key and none was found."""


class OptionError(RequestError, ValueError):
    """An option that the model does not take, a value it does not allow, or one option given twice."""


class AttachmentError(RequestError, ValueError):
    """A file that cannot be read, or is of a type that the model does not accept."""


class UnknownTurn(RequestError):
    """No turn of the history has this id, or several ids begin like this."""


class UnknownConversation(RequestError):
    """No conversation of the history has this id or name, or several ids begin like this."""


class LaterTurns(RequestError):
    """Turns that stay carry the text of one that would be deleted. `turns` are their ids."""

    def __init__(self, message: str, *, turns: tuple[str, ...] = (), hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.turns = turns


class MissingVariables(RequestError):
    """A template was applied without all of its variables. `names` lists every missing one."""

    def __init__(self, message: str, *, names: tuple[str, ...] = (), hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.names = names


class ConversationNotSupported(RequestError, ValueError):
    """Earlier messages were given to a model that takes a single turn."""


class BudgetError(RequestError):
    """
    A request might cost more than a limit leaves, or nobody knows what it costs; it was not sent.

    All in US dollars: `limit`, `spent` of it so far, and `estimate` for the request (None: its price is unknown).
    """

    def __init__(
        self,
        *args: object,
        limit: float | None = None,
        spent: float | None = None,
        estimate: float | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(*args, hint=hint)
        self.limit = limit
        self.spent = spent
        self.estimate = estimate


class ConfigError(RequestError):
    """A file in the user directory, or an environment variable, cannot be used as it is."""
