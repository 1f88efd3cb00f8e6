"""What a provider has signed or encrypted goes back to it byte for byte when a conversation is continued later."""

from __future__ import annotations

import base64
import json
from typing import Any

from llm import user_dir
from llm.testing import FaultyServer, json_reply

from .command import Done, llm

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(32))


def continued(wire: str, path: str, *replies: Any) -> dict[str, Any]:
    """The body of the second request of a conversation, which another process asks."""
    with FaultyServer(*map(json_reply, replies)) as server:
        user_dir().mkdir(exist_ok=True)
        url = server.url.removesuffix("/v1") + path
        lines = ["[endpoints.mine]", f'base_url = "{url}"', f'wire = "{wire}"', ""]
        (user_dir() / "config.toml").write_text("\n".join(lines), encoding="utf-8")
        done(llm("-m", "mine/m", "--no-stream", "Draw", "--output", str(user_dir())))
        done(llm("-c", "--no-stream", "Again", "--output", str(user_dir() / "again")))
        assert llm("logs", "verify").code == 0
        body: dict[str, Any] = json.loads(server.exchanges[1].body)
        return body


def done(ran: Done) -> None:
    assert ran.code in (0, 2), ran.err
    assert "Error" not in ran.err or "no file in it" in ran.err, ran.err


def test_items_of_responses_with_encrypted_reasoning_and_a_picture() -> None:
    reasoning = {
        "type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm"}],
        "encrypted_content": "gAAAA" + "x" * 200,
    }  # fmt: skip
    picture = {
        "type": "image_generation_call", "id": "ig_1", "status": "completed", "output_format": "png",
        "result": base64.b64encode(PNG).decode(),
    }  # fmt: skip
    message = {
        "type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "phase": "final_answer",
        "content": [{"type": "output_text", "text": "Here", "annotations": [], "logprobs": []}],
    }  # fmt: skip
    output = [reasoning, picture, message]
    reply = {"id": "resp_1", "status": "completed", "model": "m", "output": output}
    assert continued("responses", "/v1", reply, reply)["input"][1:-1] == output
    assert [path.read_bytes() for path in user_dir().glob("llm-*.png")] == [PNG]


def test_blocks_of_anthropic_with_signatures() -> None:
    content = [
        {"type": "thinking", "thinking": "Hm", "signature": "sig" * 80},
        {"type": "redacted_thinking", "data": "blob" * 50},
        {"type": "text", "text": "Here"},
    ]
    reply = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
        "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1},
    }  # fmt: skip
    sent = continued("anthropic", "", reply, reply)["messages"][1]
    assert [{name: block[name] for name in block if name != "cache_control"} for block in sent["content"]] == content


def test_parts_of_gemini_with_thought_signatures() -> None:
    parts = [
        {"text": "Hm", "thought": True},
        {"text": "Here", "thoughtSignature": "c2ln" * 40},
        {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(PNG).decode()}, "thoughtSignature": "c2k="},
    ]
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    reply = {"candidates": [candidate], "modelVersion": "m", "responseId": "r"}
    sent = continued("gemini", "", reply, reply)["contents"][1]["parts"]
    assert [part for part in sent if not part.get("thought")] == parts[1:]
