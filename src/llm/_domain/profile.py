"""What is known of a model."""

from __future__ import annotations

from dataclasses import dataclass, field

from .option import OptionTable

IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")


@dataclass(frozen=True, slots=True)
class Profile:
    """
    Facts about a model: its `aliases`, its `options`, the media types that it accepts, and what it can do.

    `attachment_types` of None says that nobody knows: everything that the wire can carry is sent.
    `system_role` is what a system message is called on the wire, where the model insists on a name.
    `server_tools` are the tools that the provider runs for it (`web_search`, `code_execution`), `media_out` the media
    types that it can answer with. `reasoning` is how the wire asks it to reason, in the codec's own words (None: it
    does not, or nobody knows). `context` and `output` are limits in tokens, `deprecated` the day (ISO) on which it
    ends. `family` is the catalogued model whose facts are assumed, where the model itself is not known.
    """

    aliases: tuple[str, ...] = field(default=(), kw_only=True)
    options: OptionTable = field(default_factory=lambda: OptionTable(open=True), kw_only=True)
    attachment_types: tuple[str, ...] | None = field(default=None, kw_only=True)
    supports_tools: bool = field(default=True, kw_only=True)
    supports_schema: bool = field(default=True, kw_only=True)
    can_stream: bool = field(default=True, kw_only=True)
    system_role: str | None = field(default=None, kw_only=True)
    server_tools: tuple[str, ...] = field(default=(), kw_only=True)
    media_out: tuple[str, ...] = field(default=(), kw_only=True)
    reasoning: str | None = field(default=None, kw_only=True)
    context: int | None = field(default=None, kw_only=True)
    output: int | None = field(default=None, kw_only=True)
    deprecated: str | None = field(default=None, kw_only=True)
    family: str | None = field(default=None, kw_only=True)
