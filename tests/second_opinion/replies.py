"""The same two answers, a text and a call, as each provider's server sends them, streamed and whole."""

from __future__ import annotations

import json
from typing import Any

from llm.testing import Reply, chat_reply, chat_stream, json_reply

TEXT = "Grüße, 🦤! Two words."
PIECES = ("Grü", "ße, 🦤", "!", " Two words.")
CALL = ("get_weather", {"city": "Malmö"}, "call_1")
ARGUMENTS = json.dumps(CALL[1], ensure_ascii=False)
USAGE = (21, 9)


def reply(vendor: str, *, tools: bool, stream: bool) -> Reply:
    made: Reply = globals()[f"_{vendor}"](tools, stream)
    return made


def _events(*events: Any, names: bool = False) -> Reply:
    head = [f"event: {event['type']}\n" if names else "" for event in events]
    lines = [
        f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n" for name, event in zip(head, events, strict=True)
    ]
    return Reply(lines, headers={"Content-Type": "text/event-stream"})


def _openai_chat(tools: bool, stream: bool) -> Reply:
    call = {"id": CALL[2], "type": "function", "function": {"name": CALL[0], "arguments": ARGUMENTS}}
    if not stream:
        if not tools:
            return chat_reply(TEXT, usage=USAGE)
        return chat_reply(None, usage=USAGE, finish="tool_calls", message={"tool_calls": [call]})
    if not tools:
        return chat_stream(*PIECES, usage=USAGE)
    half = len(ARGUMENTS) // 2
    first = {**call, "index": 0, "function": {"name": CALL[0], "arguments": ARGUMENTS[:half]}}
    rest = {"index": 0, "function": {"arguments": ARGUMENTS[half:]}}
    return chat_stream({"tool_calls": [first]}, {"tool_calls": [rest]}, usage=USAGE, finish="tool_calls")


def _openai_responses(tools: bool, stream: bool) -> Reply:
    if tools:
        item: dict[str, Any] = {
            "type": "function_call", "id": "fc_1", "call_id": CALL[2], "name": CALL[0], "arguments": ARGUMENTS,
            "status": "completed",
        }  # fmt: skip
    else:
        content = {"type": "output_text", "text": TEXT, "annotations": []}
        item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [content]}
    usage = {
        "input_tokens": USAGE[0], "output_tokens": USAGE[1], "total_tokens": sum(USAGE),
        "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
    }  # fmt: skip
    about = {
        "id": "resp_1", "object": "response", "created_at": 1, "model": "m", "parallel_tool_calls": True,
        "tool_choice": "auto", "tools": [],
    }  # fmt: skip
    whole = {**about, "status": "completed", "output": [item], "usage": usage}
    if not stream:
        return json_reply(whole)
    place = {"output_index": 0, "item_id": item["id"]}
    began = {**about, "status": "in_progress", "output": []}
    events: list[dict[str, Any]] = [{"type": "response.created", "response": began}]
    if tools:
        events.append({"type": "response.output_item.added", "output_index": 0, "item": {**item, "arguments": ""}})
        for piece in (ARGUMENTS[:5], ARGUMENTS[5:]):
            events.append({"type": "response.function_call_arguments.delta", **place, "delta": piece})
        done = {"type": "response.function_call_arguments.done", **place, "name": CALL[0], "arguments": ARGUMENTS}
        events.append(done)
    else:
        part = {"type": "output_text", "text": "", "annotations": []}
        events.append({"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}})
        events.append({"type": "response.content_part.added", **place, "content_index": 0, "part": part})
        for piece in PIECES:
            delta = {"type": "response.output_text.delta", **place, "content_index": 0, "delta": piece, "logprobs": []}
            events.append(delta)
        done = {"type": "response.output_text.done", **place, "content_index": 0, "text": TEXT, "logprobs": []}
        events += [
            done,
            {"type": "response.content_part.done", **place, "content_index": 0, "part": item["content"][0]},
        ]
    events.append({"type": "response.output_item.done", "output_index": 0, "item": item})
    events.append({"type": "response.completed", "response": whole})
    return _events(*({**event, "sequence_number": n} for n, event in enumerate(events)), names=True)


def _anthropic(tools: bool, stream: bool) -> Reply:
    block = (
        {"type": "tool_use", "id": CALL[2], "name": CALL[0], "input": CALL[1]}
        if tools
        else {"type": "text", "text": TEXT}
    )
    about = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_sequence": None}
    usage = {"input_tokens": USAGE[0], "output_tokens": USAGE[1]}
    reason = "tool_use" if tools else "end_turn"
    if not stream:
        return json_reply({**about, "content": [block], "stop_reason": reason, "usage": usage})
    if tools:
        start = {**block, "input": {}}
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in (ARGUMENTS[:6], ARGUMENTS[6:])]
    else:
        start = {**block, "text": ""}
        deltas = [{"type": "text_delta", "text": piece} for piece in PIECES]
    began = {**about, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    return _events(
        {"type": "message_start", "message": began},
        {"type": "content_block_start", "index": 0, "content_block": start},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
        names=True,
    )


def _gemini(tools: bool, stream: bool) -> Reply:
    usage = {"promptTokenCount": USAGE[0], "candidatesTokenCount": USAGE[1], "totalTokenCount": sum(USAGE)}

    def chunk(part: dict[str, Any], **more: Any) -> dict[str, Any]:
        candidate = {"content": {"role": "model", "parts": [part]}, "index": 0, **more}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": "r1"}

    end = {"finishReason": "STOP"}
    call = {"functionCall": {"name": CALL[0], "args": CALL[1]}}
    if not stream:
        return json_reply(chunk(call if tools else {"text": TEXT}, **end))
    if tools:
        return _events(chunk(call, **end))
    return _events(*(chunk({"text": piece}) for piece in PIECES[:-1]), chunk({"text": PIECES[-1]}, **end))


def _ollama(tools: bool, stream: bool) -> Reply:
    about = {"model": "m", "created_at": "2026-11-01T10:00:00Z"}
    end = {"done": True, "done_reason": "stop", "prompt_eval_count": USAGE[0], "eval_count": USAGE[1]}
    call = {"function": {"name": CALL[0], "arguments": CALL[1]}}
    words: list[dict[str, Any]] = [{"content": piece} for piece in PIECES]
    said = [{"content": "", "tool_calls": [call]}] if tools else words
    if not stream:
        message = said[0] if tools else {"content": TEXT}
        return json_reply({**about, "message": {"role": "assistant", **message}, **end})
    chunks = [{**about, "message": {"role": "assistant", **one}, "done": False} for one in said]
    chunks.append({**about, "message": {"role": "assistant", "content": ""}, **end})
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in chunks]
    return Reply(lines, headers={"Content-Type": "application/x-ndjson"})
