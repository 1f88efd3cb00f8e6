"""In what the services that speak Chat Completions differ: one row each, and no other place that asks who it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from ..errors import ConfigError

ReasoningForm: TypeAlias = Literal["reasoning", "reasoning_content", "thinking_chunks"]
FileForm: TypeAlias = Literal["file", "document_url"]
ReasoningOption: TypeAlias = Literal[
    "reasoning_effort", "reasoning", "thinking", "chat_template_kwargs", "enable_thinking"
]


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    One service's differences from the wire format.

    `renames` maps options that every model takes (`max_tokens`, `seed`) to this service's fields; `stream_options`
    says that it accepts the field that asks for usage in a stream. `system_role` and `developer_role` are what those
    two roles are called. `reasoning` is the form in which a model's reasoning goes back to it (None: not at all),
    `reasoning_option` the field that asks for more or less of it, and `returns` the opaque message fields that go
    back. `refusals` says that a refusal goes back in its own field. `image_urls`, `video_urls` and `file_urls` say
    which files it takes by address; `audio_formats`, `file_form` and `video` which others it takes at all. `bridge` is
    what the assistant is made to say between a tool's result and a user's message, where one may not follow the other.
    `key_header` names the header of the key, `models` is the address of the list of models, relative to the base URL.
    """

    name: str
    renames: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    stream_options: bool = field(default=True, kw_only=True)
    system_role: str = field(default="system", kw_only=True)
    developer_role: str = field(default="system", kw_only=True)
    reasoning: ReasoningForm | None = field(default=None, kw_only=True)
    reasoning_option: ReasoningOption = field(default="reasoning_effort", kw_only=True)
    returns: tuple[str, ...] = field(default=("reasoning_details",), kw_only=True)
    refusals: bool = field(default=False, kw_only=True)
    image_urls: bool = field(default=True, kw_only=True)
    audio_formats: tuple[str, ...] = field(default=("wav", "mp3"), kw_only=True)
    file_form: FileForm | None = field(default="file", kw_only=True)
    file_urls: bool = field(default=False, kw_only=True)
    video: bool = field(default=False, kw_only=True)
    video_urls: bool = field(default=False, kw_only=True)
    bridge: str | None = field(default=None, kw_only=True)
    key_header: str = field(default="authorization", kw_only=True)
    models: str = field(default="models", kw_only=True)


_COMPLETION_TOKENS: Mapping[str, str] = MappingProxyType({"max_tokens": "max_completion_tokens"})

_ROWS = (
    Dialect("openai", renames=_COMPLETION_TOKENS, developer_role="developer", returns=(), refusals=True),
    Dialect(
        "azure",
        renames=_COMPLETION_TOKENS,
        developer_role="developer",
        returns=(),
        refusals=True,
        key_header="api-key",
    ),
    Dialect("compatible"),
    Dialect("cerebras", renames=_COMPLETION_TOKENS, reasoning="reasoning", file_form=None),
    Dialect("deepseek", reasoning="reasoning_content", reasoning_option="thinking", file_form=None),
    Dialect("fireworks", reasoning="reasoning_content"),
    # The list of GitHub's models stands beside the base URL (https://models.github.ai/inference), not below it.
    Dialect("github", models="/catalog/models"),
    Dialect("groq", renames=_COMPLETION_TOKENS, reasoning="reasoning", file_form=None),
    Dialect("huggingface"),
    Dialect("llamacpp", reasoning="reasoning_content", reasoning_option="chat_template_kwargs"),
    # Neither fetches addresses: pictures travel inside the request.
    Dialect("lmstudio", image_urls=False, file_form=None),
    Dialect("ollama", reasoning="reasoning", image_urls=False, file_form=None),
    # Refuses unknown fields with 422 (stream_options, max_completion_tokens, seed), sends usage in streams unasked,
    # and refuses a user's message right after a tool's result.
    Dialect(
        "mistral",
        renames=MappingProxyType({"seed": "random_seed", "max_completion_tokens": "max_tokens"}),
        stream_options=False,
        reasoning="thinking_chunks",
        returns=(),
        file_form="document_url",
        file_urls=True,
        bridge="OK",
    ),
    Dialect("moonshot", reasoning="reasoning_content", reasoning_option="thinking", file_form=None, video=True),
    # Reasoning goes back as `reasoning_details`, signed or encrypted; annotations spare a second parsing of a PDF.
    Dialect(
        "openrouter",
        reasoning_option="reasoning",
        returns=("reasoning_details", "annotations"),
        audio_formats=("wav", "mp3", "aac", "aiff", "flac", "m4a", "ogg"),
        file_urls=True,
        video=True,
        video_urls=True,
    ),
    Dialect("perplexity", file_form=None),
    Dialect("together", video=True, video_urls=True, file_form=None),
    Dialect(
        "vllm",
        reasoning="reasoning",
        reasoning_option="chat_template_kwargs",
        video=True,
        video_urls=True,
        file_form=None,
    ),
    Dialect("xai", renames=_COMPLETION_TOKENS, file_form=None),
    Dialect(
        "zai",
        reasoning="reasoning_content",
        reasoning_option="thinking",
        video=True,
        video_urls=True,
        file_form=None,
    ),
)

DIALECTS: Mapping[str, Dialect] = MappingProxyType({row.name: row for row in _ROWS})


def dialect(name: str) -> Dialect:
    """The row of this name. Raises ConfigError, which lists the names that there are."""
    row = DIALECTS.get(name)
    if row is None:
        raise ConfigError(f"There is no dialect {name!r}", hint=f"Dialects are {', '.join(sorted(DIALECTS))}")
    return row
