"""What a wire format offers: a prompt becomes a request, and the bytes of a reply become events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from .._domain.attachment import Attachment
from .._domain.call import Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event
from .._domain.profile import Profile
from .._domain.prompt import Prompt
from .._io.request import HTTPRequest
from ..errors import ProviderError


class Decoder(Protocol):
    """
    The reply to one request, turned into events; facts about it go into the trace.

    A streamed reply is given to `feed` piece by piece, cut anywhere, and ended by `close`; a complete one to `whole`.
    Events that stand before an error in the bytes are handed out before it is raised: it comes out of the iteration,
    not out of the call.
    """

    def feed(self, chunk: bytes) -> Iterable[Event]:
        """The events that *chunk* completes. Raises ProviderError for one that the provider put into the stream."""
        ...

    def close(self) -> Iterable[Event]:
        """The events that were held back. Raises NetworkError when the answer is not whole, BadReplyError for none."""
        ...

    def whole(self, body: bytes) -> Iterable[Event]:
        """The events of a complete reply. Raises ProviderError and BadReplyError."""
        ...

    @property
    def done(self) -> bool:
        """Whether the provider has said that nothing more will come."""
        ...


class Codec(Protocol):
    """
    One wire format. Pure: no client, clock, key lookup or environment.

    A module with these functions is a codec.
    """

    def encode(
        self, prompt: Prompt, endpoint: Endpoint, *, model: str, profile: Profile, stream: bool, key: str | None
    ) -> HTTPRequest:
        """The request that asks *prompt*. Raises RequestError for what the wire cannot carry."""
        ...

    def decoder(self, trace: Trace, endpoint: Endpoint, *, secrets: tuple[str, ...] = ()) -> Decoder:
        """A decoder for one reply, which notes facts in *trace* and keeps *secrets* out of its errors."""
        ...

    def error(
        self,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        endpoint: Endpoint,
        *,
        key: str | None = None,
        secrets: tuple[str, ...] = (),
        now: float | None = None,
    ) -> ProviderError:
        """
        The error that a reply with a status other than 2xx amounts to.

        *key* and *secrets* are kept out of it; *now* (seconds since the epoch) turns a date in Retry-After into
        seconds.
        """
        ...

    def looks_like_stream(self, content_type: str, start: bytes) -> bool:
        """Whether a reply is for `feed` rather than `whole`, by its first bytes, else by its content type."""
        ...

    def needs_content(self, attachment: Attachment, endpoint: Endpoint) -> bool:
        """Whether the bytes of an attachment must be loaded before `encode`, as the wire takes no address for it."""
        ...

    def models_request(self, endpoint: Endpoint, key: str | None) -> HTTPRequest:
        """The request that asks which models the endpoint has."""
        ...

    def decode_models(self, body: bytes, *, secrets: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The ids in the reply to `models_request`. Raises BadReplyError, which shows none of *secrets*."""
        ...
