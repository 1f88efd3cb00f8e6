"""Tokens that have prices of their own, found in what a provider says beside the totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# The names that the wires have for the tokens of one side, by kind: OpenAI counts `audio_tokens` in an object, Google
# lists {"modality": "AUDIO", "tokenCount": ...}.
_SIDES = {
    "prompt_tokens_details": "input",
    "input_tokens_details": "input",
    "promptTokensDetails": "input",
    "completion_tokens_details": "output",
    "output_tokens_details": "output",
    "candidatesTokensDetails": "output",
    "responseTokensDetails": "output",
    "cacheTokensDetails": "cached",
}


def tokens_by_kind(details: Mapping[str, Any] | None) -> dict[str, int]:
    """
    The tokens of each side and kind that the details tell of, as in {"input audio": 12}.

    The sides are input, output and cached, the kinds audio and image. "written for an hour" are the tokens that
    Anthropic keeps in its cache for an hour, which costs more than the usual five minutes.
    """
    counts: dict[str, int] = {}
    for name, value in (details or {}).items():
        for kind, count in _kinds(value):
            if name in _SIDES and kind in ("audio", "image"):
                key = f"{_SIDES[name]} {kind}"
                counts[key] = counts.get(key, 0) + count
            elif name == "cache_creation" and kind == "ephemeral_1h_input":
                counts["written for an hour"] = count
    return counts


def _kinds(value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, Mapping):
        pairs = [(str(name).removesuffix("_tokens"), count) for name, count in value.items()]
    elif isinstance(value, list):
        entries = [entry for entry in value if isinstance(entry, Mapping)]
        pairs = [(str(entry.get("modality")).lower(), entry.get("tokenCount")) for entry in entries]
    else:
        return
    for kind, count in pairs:
        if isinstance(count, int) and not isinstance(count, bool) and count > 0:
            yield kind, count
