"""A server of Google's Gemini API."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from .answer import Answer, Call, Picture, Refusal, Said, Text, Thought

WIRE, PATH, DIALECT, LINES = "gemini", "", "compatible", False
LACKS = frozenset({"fragments", "ids"})
_ENDS = {"stop": "STOP", "length": "MAX_TOKENS", "filtered": "SAFETY"}
_CONFIG = "generationConfig"
_PLACES = {
    "temperature": (_CONFIG, "temperature"), "max_tokens": (_CONFIG, "maxOutputTokens"), "top_p": (_CONFIG, "topP"),
    "stop": (_CONFIG, "stopSequences"), "seed": (_CONFIG, "seed"), "reasoning": (_CONFIG, "thinkingConfig"),
    "schema": (_CONFIG, "responseJsonSchema"), "extra": ("extra",),
}  # fmt: skip


def whole(answer: Answer) -> dict[str, Any]:
    return {**_chunk(sent_back(answer), answer, _end(answer))}


def events(answer: Answer) -> list[dict[str, Any]]:
    made = []
    for part in answer.said:
        pieces = _pieces(part)
        made += [_chunk([piece], answer) for piece in pieces]
    return [*made, _chunk([{"text": ""}], answer, _end(answer))]


def failure(status: int, message: str) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "status": "AN_ERROR"}}


def failure_in_stream(message: str) -> dict[str, Any]:
    return {"error": {"code": 503, "message": message, "status": "UNAVAILABLE"}}


def field(name: str, body: dict[str, Any]) -> Any:
    value: Any = body
    for key in _PLACES[name]:
        value = value[key]
    return value


def said(body: dict[str, Any]) -> Any:
    """The parts, those of one thought joined: they go back in the pieces in which they came."""
    made: list[dict[str, Any]] = []
    for part in next(content["parts"] for content in body["contents"] if content["role"] == "model"):
        if made and made[-1].get("thought") and part.get("thought") and "thoughtSignature" not in made[-1]:
            part = {**part, "text": made.pop()["text"] + part["text"]}
        made.append(part)
    return made


def sent_back(answer: Answer) -> Any:
    return [_part(part) for part in answer.said]


def _pieces(part: Said) -> list[dict[str, Any]]:
    match part:
        case Text(pieces):
            return [{"text": piece} for piece in pieces]
        case Thought(pieces):
            *first, last = pieces
            told = [{"text": piece, "thought": True} for piece in first]
            return [*told, {"text": last, "thought": True, "thoughtSignature": part.seal}]
    return [_part(part)]


def _part(part: Said) -> dict[str, Any]:
    match part:
        case Text():
            return {"text": part.whole}
        case Refusal(text):
            return {"text": text}
        case Thought():
            return {"text": part.whole, "thought": True, "thoughtSignature": part.seal}
        case Call(name):
            return {"functionCall": {"name": name, "args": json.loads(part.whole)}}
        case Picture(content):
            return {"inlineData": {"mimeType": "image/png", "data": b64encode(content).decode()}}


def _end(answer: Answer) -> str:
    return "PROHIBITED_CONTENT" if any(isinstance(part, Refusal) for part in answer.said) else _ENDS[answer.end]


def _chunk(parts: list[dict[str, Any]], answer: Answer, end: str | None = None) -> dict[str, Any]:
    """What was thought is counted beside what was said."""
    candidate = {"content": {"role": "model", "parts": parts}, "index": 0, **({"finishReason": end} if end else {})}
    taken, given = answer.usage
    usage = {
        "promptTokenCount": taken, "candidatesTokenCount": given - answer.reasoning, "totalTokenCount": taken + given,
        "cachedContentTokenCount": answer.cached, "thoughtsTokenCount": answer.reasoning,
    }  # fmt: skip
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m-2026", "responseId": "r1"}
