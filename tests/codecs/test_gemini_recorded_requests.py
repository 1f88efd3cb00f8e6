"""
Recorded requests to Gemini are written again from the messages in them.

The same JSON comes out but for these differences, which mean the same to the provider: names of fields may be in snake
case or in camel case, and base64 in either alphabet (both as protobuf reads JSON); `generationConfig` that is empty, an
empty description, and the role of the system instruction may be left out; parameters are a JSON schema, where some
recordings have the older form of OpenAPI with types in capitals.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from gemini_replies import ENDPOINT, decoded
from gemini_requests import body, comparable, encode, prompt_of

from llm._domain.endpoint import Endpoint
from llm._domain.message import Message
from llm._domain.part import ToolResultPart
from llm._domain.prompt import Prompt
from wire import Exchange, exchanges, parameters

EXCHANGES = exchanges("gemini")
ANSWERED = [item for item in EXCHANGES if item.response["status"] < 400]


def _asked(exchange: Exchange) -> tuple[Endpoint, str, bool]:
    """The endpoint, the model and whether to stream, from the path of a request."""
    path = exchange.request["path"]
    resource, _, method = path.rpartition(":")
    stream = method == "streamGenerateContent"
    if exchange.vendor == "vertex":
        base, _, model = resource.partition("/publishers/")
        endpoint = replace(ENDPOINT, base_url=f"https://aiplatform.googleapis.com{base}")
        return endpoint, f"publishers/{model}", stream
    return ENDPOINT, resource.rpartition("/")[2], stream


@pytest.mark.parametrize("exchange", parameters(EXCHANGES))
def test_writes_the_recorded_request(exchange: Exchange) -> None:
    """From the messages, tools, schema, files and options of a recorded request comes that request."""
    endpoint, model, stream = _asked(exchange)
    recorded = exchange.request["body"]
    prompt = prompt_of(recorded)
    written = body(prompt, model=model, stream=stream, endpoint=endpoint)
    assert comparable(written) == comparable(recorded)


@pytest.mark.parametrize("exchange", parameters(EXCHANGES))
def test_writes_to_the_recorded_address(exchange: Exchange) -> None:
    """The path and the query are those of the recording."""
    endpoint, model, stream = _asked(exchange)
    request = encode(Prompt("Hi"), model=model, stream=stream, endpoint=endpoint)
    query = "&".join(f"{name}={value}" for name, value in exchange.request["query"].items())
    assert request.target == exchange.request["path"] + (f"?{query}" if query else "")


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_sends_parts_back_as_they_came(exchange: Exchange) -> None:
    """A reply that is sent back has the parts that it had, signatures on the parts on which they came."""
    reply = decoded(exchange)
    messages = [Message("user", ("Hi",)), reply.message]
    answers = [ToolResultPart(call.name, "ok") for call in reply.calls if not call.server_executed]
    messages += [Message("tool", tuple(answers))] if answers else []
    contents = body(Prompt("Go on", messages=messages), model="gemini-2.5-flash")["contents"]
    if not reply.parts:
        assert [content["role"] for content in contents] == ["user", "user"]
        return
    assert contents[1]["role"] == "model"
    if exchange.is_stream:
        signed = [part["thoughtSignature"] for part in contents[1]["parts"] if "thoughtSignature" in part]
        assert [len(signature) for signature in signed] == [item["len"] for item in exchange.expected.get("opaque", ())]
        assert all(signature.encode() in exchange.body for signature in signed)
    else:
        assert contents[1]["parts"] == exchange.response["body"]["candidates"][0]["content"]["parts"]
    for call, answer in zip(exchange.expected["tool_calls"], contents[2]["parts"], strict=False):
        assert answer["functionResponse"]["name"] == call["name"]
        assert answer["functionResponse"].get("id") == call["id"]


@pytest.mark.parametrize("exchange", parameters([item for item in ANSWERED if item.expected.get("opaque")]))
def test_signatures_go_to_no_other_endpoint(exchange: Exchange) -> None:
    """Another endpoint of the same wire gets the text and the calls, and no more."""
    reply = decoded(exchange)
    prompt = Prompt("Go on", messages=[Message("user", ("Hi",)), reply.message])
    contents = body(prompt, endpoint=replace(ENDPOINT, name="other"), model="gemini-2.5-flash")["contents"]
    model: list[dict[str, Any]] = [part for content in contents for part in content["parts"]]
    assert not any(part.keys() - {"text", "functionCall"} for part in model)
    text = "".join(part.get("text", "") for part in contents[1]["parts"])
    assert text == (exchange.expected["text"] or text)
