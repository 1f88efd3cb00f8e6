"""A file that goes with a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..errors import AttachmentError


@dataclass(frozen=True, slots=True)
class Attachment:
    """
    An image, sound, document or other file, given by `path`, `url` or `content` (bytes).

    `type` is the media type (`image/png`); without it, it is guessed from the name, then from the first bytes.
    """

    type: str | None = None
    path: str | None = None
    url: str | None = None
    content: bytes | None = field(default=None, repr=False)
    _id: str | None = field(default=None, repr=False, compare=False)

    def id(self) -> str:
        """The SHA-256 of the content in hex; for a URL, that of the JSON `{"url": ...}`."""
        if self._id is not None:
            return self._id
        import json

        from .sha256 import sha256

        if self.content is not None or self.path:
            return sha256(self.content_bytes()).hex()
        return sha256(json.dumps({"url": self.url}).encode()).hex()

    def resolve_type(self) -> str:
        """The media type, guessed where it was not given. Raises AttachmentError when it cannot be told."""
        if self.type:
            return self.type
        from .media_type import from_content, from_name

        named = from_name(self.path or self.url or "")
        guessed = named or (None if self.url and self.content is None else from_content(self.content_bytes()))
        if guessed is None:
            raise AttachmentError(
                f"The type of the attachment {self.name} is unknown",
                hint="Name it: Attachment(type='image/png', ...)",
            )
        return guessed

    @property
    def name(self) -> str:
        """How messages call this attachment: its path, its URL, or its size."""
        return self.path or self.url or f"of {len(self.content or b'')} bytes"

    def content_bytes(self) -> bytes:
        """The bytes, read from `path` if need be. Raises AttachmentError; a URL is fetched by the engine, not here."""
        if self.content is not None:
            return self.content
        if not self.path:
            raise AttachmentError(f"The attachment {self.name} has no content here")
        try:
            return Path(self.path).read_bytes()
        except OSError as error:
            raise AttachmentError(f"Cannot read the attachment {self.path}: {error.strerror or error}") from error

    def base64_content(self) -> str:
        """The bytes in base64."""
        import base64

        return base64.b64encode(self.content_bytes()).decode("ascii")
