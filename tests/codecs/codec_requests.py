"""What prompts become on the wire, for tests to look at."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from codec_replies import ENDPOINT

from llm._codecs import chat
from llm._domain.endpoint import Endpoint
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._io.request import HTTPRequest


def encode(
    prompt: Prompt,
    dialect: str = "compatible",
    *,
    profile: Profile | None = None,
    stream: bool = False,
    key: str | None = None,
    endpoint: Endpoint = ENDPOINT,
) -> HTTPRequest:
    """The request for a prompt, in a dialect."""
    endpoint = replace(endpoint, dialect=dialect)
    return chat.encode(prompt, endpoint, model="m-1", profile=profile or Profile(), stream=stream, key=key)


def body(prompt: Prompt, dialect: str = "compatible", **more: Any) -> dict[str, Any]:
    """The body of the request for a prompt, decoded."""
    decoded = json.loads(encode(prompt, dialect, **more).body or b"")
    assert isinstance(decoded, dict)
    return decoded
