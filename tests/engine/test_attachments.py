"""Attached files are read before the request is made, wherever in the prompt they stand."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

import llm
from api.colour import Colour
from api.fixtures import ModelAt, Serve
from llm._engine.attachments import load_attachments
from llm._io.request import Timeouts
from llm.testing import Cut, Reply, ScriptedTransport, chat_stream, error_reply

PNG = b"\x89PNG\r\n\x1a\n-pixels"
ENCODED = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


def load(colour: Colour, prompt: llm.Prompt, *replies: Any, needs: bool = True) -> tuple[llm.Prompt, Any]:
    transport = ScriptedTransport(*replies)

    async def loading() -> llm.Prompt:
        return await load_attachments(prompt, colour.io(transport), lambda attachment: needs, Timeouts())

    return colour.run(loading()), transport


def test_a_path_is_sent_as_content(colour: Colour, model_at: ModelAt, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    server = serve(chat_stream("seen"))
    attached = llm.Attachment(path=str(tmp_path / "a.png"))
    assert colour.run(model_at(server.url).prompt("What?", attachments=[attached]).text()) == "seen"
    text, image = server.exchanges[0].json()["messages"][0]["content"]
    assert text == {"type": "text", "text": "What?"}
    assert image["image_url"]["url"] == ENCODED


def test_a_file_that_is_not_there_is_an_error_and_nothing_is_sent(
    colour: Colour, model_at: ModelAt, serve: Serve, tmp_path: Path
) -> None:
    server = serve()
    attached = llm.Attachment("image/png", path=str(tmp_path / "missing.png"))
    with pytest.raises(llm.AttachmentError, match=r"Cannot read the attachment .*missing\.png: No such file"):
        colour.run(model_at(server.url).prompt("x", attachments=[attached]).text())
    assert server.exchanges == []


def test_files_are_found_in_every_part_of_a_prompt(colour: Colour, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    attached = llm.Attachment(path=str(tmp_path / "a.png"))
    prompt = llm.Prompt(
        "x",
        attachments=[attached],
        messages=[llm.user("old", attached), llm.tool_message(llm.ToolResultPart("t", "r", attachments=(attached,)))],
        tool_results=[llm.ToolResult("t", "r", attachments=[attached])],
    )
    loaded, _ = load(colour, prompt)
    found = [
        *loaded.attachments,
        loaded.earlier[0].parts[1].attachment,  # type: ignore[union-attr]
        *loaded.earlier[1].parts[0].attachments,  # type: ignore[union-attr]
        *loaded.tool_results[0].attachments,
    ]
    assert [(each.content, each.type) for each in found] == [(PNG, "image/png")] * 4
    assert prompt.attachments == (attached,)


def test_a_url_is_fetched_only_where_the_wire_needs_it(colour: Colour) -> None:
    url = llm.Attachment(url="http://example.invalid/a")
    fetched, transport = load(
        colour, llm.Prompt("x", attachments=[url]), Reply([PNG], headers={"Content-Type": "image/png; charset=x"})
    )
    assert (fetched.attachments[0].content, fetched.attachments[0].type) == (PNG, "image/png")
    (request,) = transport.requests
    assert (request.method, request.url, request.body, dict(request.headers)) == (
        "GET",
        "http://example.invalid/a",
        None,
        {},
    )
    left, transport = load(colour, llm.Prompt("x", attachments=[url]), needs=False)
    assert left.attachments == (url,)
    assert transport.requests == []


def test_a_type_that_was_given_stays(colour: Colour) -> None:
    url = llm.Attachment("audio/wav", url="http://example.invalid/a.png")
    fetched, _ = load(colour, llm.Prompt("x", attachments=[url]), Reply([PNG], headers={"Content-Type": "text/html"}))
    assert fetched.attachments[0].type == "audio/wav"


@pytest.mark.parametrize(
    ("url", "reply", "kind", "words"),
    [
        ("http://example.invalid/a", error_reply(404), llm.AttachmentError, "cannot be fetched: HTTP status 404"),
        ("http://example.invalid/a", Reply([Cut()]), llm.NetworkError, "example.invalid:80 broke"),
        ("file:///etc/passwd", Reply(), llm.AttachmentError, "cannot be fetched"),
    ],
)
def test_a_url_that_cannot_be_fetched_is_an_error(
    colour: Colour, url: str, reply: Reply, kind: type[llm.LLMError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        load(colour, llm.Prompt("x", attachments=[llm.Attachment(url=url)]), reply)


def test_no_key_goes_with_the_request_for_an_attachment(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    files = serve(Reply([b"RIFF0000WAVE"], headers={"Content-Type": "audio/wav"}))
    server = serve(chat_stream("heard"))
    attached = llm.Attachment("audio/wav", url=f"http://127.0.0.1:{files.port}/a b/ä.wav")
    model = model_at(server.url, key="sk-secret-key")
    assert colour.run(model.prompt("x", attachments=[attached]).text()) == "heard"
    assert files.exchanges[0].path == "/a%20b/%C3%A4.wav"
    assert "authorization" not in files.exchanges[0].headers
    assert server.exchanges[0].json()["messages"][0]["content"][1]["type"] == "input_audio"
