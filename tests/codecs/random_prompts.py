"""Conversations that nobody would think of, made by a seeded random number generator."""

from __future__ import annotations

import random
from typing import Any

from llm._domain.attachment import Attachment
from llm._domain.message import Message
from llm._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.profile import IMAGES, Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import AnyTool, CodeExecution, ImageGeneration, ServerSideTool, Tool, ToolResult, WebSearch

SOURCE = "acme"
FOREIGN = "FOREIGN-3f9a"
"""A word in the opaque data of other providers, and of other wires."""

_TEXTS = (
    "", "", " ", "\n\n", "Hi", "Grüße, 🦤!", "nul \x00 in it", "half \ud83d", "\udd9c other half", "\ud83d\udd9c",
    "\u2028\u2029", "\ufeff", "<think>", "]]>", '{"a": 1}', "data: [DONE]\n\n", "👩‍👩‍👧‍👦" * 40, "x" * 5_000,
)  # fmt: skip
_NAMES = ("get_weather", "tool", "näme", "a b", "", "x" * 70, "über.tool-1")
_IDS = (None, None, "call_1", "call_2", "toolu_01", "fc:1|2", "", "ü")
_ARGUMENTS: tuple[dict[str, Any], ...] = (
    {}, {"city": "Malmö"}, {"": None}, {"half": "\ud83d"}, {"n": 10**30, "f": 1.5, "deep": [[{"x": []}]]},
    {"nan": float("nan")}, {"when": {1, 2}},
)  # fmt: skip
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
_WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20)
_ATTACHMENTS = (
    Attachment("image/png", content=_PNG), Attachment(content=_PNG), Attachment("image/svg+xml", content=b"<svg/>"),
    Attachment("application/pdf", content=b"%PDF-1.7"), Attachment("audio/wav", content=_WAV),
    Attachment("video/mp4", content=b"\x00" * 12), Attachment("text/plain; charset=utf-8", content=b"\xff\xfe"),
    Attachment("application/zip", content=b"PK"), Attachment(content=b""), Attachment(content=b"\x01\x02\x03"),
    Attachment("", content=_PNG), Attachment("nonsense", content=_PNG), Attachment(),
    Attachment(path="/no/such/file.png"), Attachment(url="https://example.test/a.png"),
    Attachment(url="https://example.test/a"), Attachment("application/pdf", url="https://example.test/ü.pdf"),
    Attachment(url="data:image/png;base64,iVBORw0KGgo="), Attachment(url="data:,plain%20text"), Attachment(url="data:"),
    Attachment(url="data:image/png;base64,%%%"), Attachment(url="gs://bucket/a.mp4"), Attachment(url="file_abc123"),
    Attachment(url="https://youtu.be/x"), Attachment(url="http://[broken"), Attachment(url="half \ud83d"),
)  # fmt: skip
_OWN: tuple[Any, ...] = (
    {}, None, [], "text", 7, {"signature": "c2ln"}, {"type": "thinking", "signature": "c2ln"},
    {"type": "redacted_thinking", "data": "ZGF0YQ=="}, {"type": "server_tool_use", "message_container": "c1"},
    {"thoughtSignature": "c2ln"}, {"part": {"executableCode": {"code": "1"}}}, {"part": 5}, {"thought": True},
    {"id": "msg_1", "item": {"type": "message", "id": "msg_1"}}, {"id": "rs_1", "item": {"type": "reasoning"}},
    {"id": "rs_1", "part": {"type": "summary_text"}}, {"item": {"type": "web_search_call", "id": "ws_1"}, "id": "ws_1"},
    {"item": 5}, {"item": {}, "part": "x"}, {"at": 5, "id": ["x"]}, {"at": ["outputs", 3], "id": "ig_1"},
    {"item": {"type": "image_generation_call", "id": "ig_1"}, "id": "ig_1"}, {"type": 5}, {"reasoning_details": "x"},
    {"item": {"type": "function_call", "id": "fc_1"}}, {"at": ["result"], "id": "ig_1"},
    {"reasoning_details": [{"type": "reasoning.text", "text": "So"}]}, {"annotations": [{"type": "url_citation"}]},
)  # fmt: skip
_SCHEMAS: tuple[dict[str, Any] | None, ...] = (
    None, None, {"type": "object", "properties": {"näme": {"type": "string", "format": "uri", "minLength": 3}}},
    {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}}}},
    {"type": "array", "items": {"anyOf": [{"type": "null"}, {"const": "\ud83d"}]}}, {},
    {"type": ["object", "null"], "additionalProperties": {"not": {}}, "patternProperties": {"^x": True}},
)  # fmt: skip
_OPTIONS: dict[str, tuple[Any, ...]] = {
    "temperature": (0, 0.7, 2), "max_tokens": (1, 4096), "top_p": (0.5,), "stop": (["\n"], [], "END"), "seed": (1,),
    "reasoning": ("off", "low", "high", 0, 5_000), "top_k": (5,), "user": ("\ud83d",),
    "extra_body": ({}, {"a": {"b": 1}}, {"messages": []}, {"x": float("inf")}), "response_format": ({"type": "text"},),
    "unknown": (None, float("nan"), b"bytes", {1}, object(), [[{}]], 10**400),
}  # fmt: skip
_TOOLS: tuple[AnyTool, ...] = (
    Tool("get_weather", "Weather: 🌦", {"type": "object", "properties": {"city": {"type": "string"}}}),
    Tool("empty"), Tool("näme", None, {}), Tool("half", "\ud83d"), ServerSideTool({"type": "custom", "name": "x"}),
    WebSearch(), WebSearch(allowed_domains=["a.test"], max_uses=2), CodeExecution(), ImageGeneration(),
)  # fmt: skip
MODELS = ("m", "claude-sonnet-4-5", "claude-opus-4-6", "gemini-3-pro", "gemini-2.5-flash", "gpt-5", "ü/ö: x", "m\udc80")


def random_prompt(wire: str, choose: random.Random) -> Prompt:
    """A prompt with a history, which another provider, or this one over *wire*, may have had a part in."""
    made = _Maker(wire, choose)
    schema = choose.choice(_SCHEMAS)
    tools = choose.sample(_TOOLS, choose.choice((0, 0, 1, 3)))
    messages = [made.message() for _ in range(choose.choice((0, 1, 2, 4, 9)))]
    names = choose.sample(sorted(_OPTIONS), choose.choice((0, 0, 1, 3)))
    return Prompt(
        choose.choice(_TEXTS),
        messages=messages,
        system=None if messages and messages[0].role == "system" else choose.choice((None, *_TEXTS)),
        attachments=[choose.choice(_ATTACHMENTS)] if choose.random() < 0.1 else (),
        tool_results=[ToolResult("tool", "done", tool_call_id="call_1")] if choose.random() < 0.1 else (),
        schema=schema,
        tools=tools,
        options={name: choose.choice(_OPTIONS[name]) for name in names},
        hide_reasoning=choose.random() < 0.5,
    )


def random_profile(choose: random.Random) -> Profile:
    """What is known of the model: mostly nothing."""
    return Profile(
        attachment_types=choose.choice((None, None, None, (), IMAGES)),
        supports_tools=choose.random() < 0.95,
        supports_schema=choose.random() < 0.95,
        can_stream=choose.random() < 0.95,
        system_role=choose.choice((None, None, "system", "developer", "user")),
        media_out=choose.choice(((), (), ("image/png",), ("audio/wav",))),
        output=choose.choice((None, 8_192)),
    )


class _Maker:
    def __init__(self, wire: str, choose: random.Random) -> None:
        self._wire = wire
        self._choose = choose

    def message(self) -> Message:
        role = self._choose.choice(("user", "assistant", "assistant", "tool", "system", "developer"))
        parts = tuple(self._part(role) for _ in range(self._choose.choice((0, 1, 1, 2, 3, 5))))
        return Message(role, parts, self._opaque())

    def _part(self, role: str) -> Part:
        choose, opaque = self._choose, self._opaque()
        kinds = {"assistant": "ttttrrrccccsxa", "tool": "xxxt", "user": "tttaax"}.get(role, "tttta")
        server = choose.random() < 0.2
        match choose.choice(kinds):
            case "t":
                return TextPart(choose.choice(_TEXTS), refusal=choose.random() < 0.1, provider_metadata=opaque)
            case "r":
                redacted = choose.random() < 0.2
                text = "" if redacted else choose.choice(_TEXTS)
                return ReasoningPart(text, redacted=redacted, provider_metadata=opaque)
            case "c":
                name, identity = choose.choice(_NAMES), choose.choice(_IDS)
                arguments = choose.choice(_ARGUMENTS if choose.random() < 0.1 else _ARGUMENTS[:5])
                raw = choose.choice((None, None, None, "{broken", "", "[1]", "half \ud83d"))
                return ToolCallPart(
                    name, arguments, identity, server_executed=server, raw=raw, provider_metadata=opaque
                )
            case "a":
                return AttachmentPart(choose.choice(_ATTACHMENTS), provider_metadata=opaque)
        return ToolResultPart(
            choose.choice(_NAMES),
            choose.choice(_TEXTS),
            choose.choice(_IDS),
            attachments=(choose.choice(_ATTACHMENTS),) if choose.random() < 0.1 else (),
            exception=choose.choice((None, None, None, "ValueError: no 🦤", "")),
            server_executed=server,
            provider_metadata=opaque,
        )

    def _opaque(self) -> dict[str, Any] | None:
        """Data of this provider, of this provider over another wire, of another provider, or of several."""
        choose, made = self._choose, {}
        if choose.random() < 0.4:
            theirs = {"signature": FOREIGN, "item": {"type": "message", "id": FOREIGN}, "type": FOREIGN}
            made["other"] = dict.fromkeys(("chat", "responses", "anthropic", "gemini", "ollama"), theirs)
            made["openai"] = {"reasoning_details": [{"data": FOREIGN}]}
        if choose.random() < 0.4:
            made[SOURCE] = {self._wire: choose.choice(_OWN)}
            if self._wire != "anthropic":
                made[SOURCE] |= {"anthropic": {"signature": FOREIGN}}
            if self._wire == "chat" and isinstance(own := choose.choice(_OWN), dict):
                made[SOURCE] = {**own, "anthropic": {"signature": FOREIGN}}
        elif choose.random() < 0.05:
            made[SOURCE] = choose.choice((None, "text", [], 7))
        return made or None
