"""Whose prices hold is told by the address that is asked, and by the model that answers."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from genai_prices.data import providers

import llm
from llm._domain.endpoint import Endpoint
from llm._domain.price import cost
from llm._domain.profile import Profile
from llm._domain.usage import Usage
from llm._io.blocking import BlockingIO, iterate
from llm._providers.endpoints import ENDPOINTS, PREFERENCE
from llm._providers.http_model import HTTPModel
from llm._providers.price_keys import _SELLERS, price_key
from llm.testing import Cut, Reply, ScriptedTransport, chat_stream, error_reply


def asked(reply: Reply, base_url: str = "https://api.openai.com/v1", key: str | None = None) -> llm.Trace:
    """What is known of an exchange with the model `gpt-latest`, which is read as far as it goes."""
    model = HTTPModel("gpt-latest", Endpoint("any", base_url=base_url), Profile())
    call = llm.Call(key, secrets=(key,) if key else ())
    events = iterate(model.handler(call)(llm.Prompt("hi"), BlockingIO(ScriptedTransport(reply))))
    with suppress(llm.ModelError):
        list(events)
    return call.trace


def answer_of(model: str, *more: Cut) -> Reply:
    choice = {"index": 0, "delta": {"content": "Hi"}, "finish_reason": None if more else "stop"}
    chunk = json.dumps({"id": "x", "model": model, "choices": [choice]})
    return chat_stream(f"data: {chunk}\n\n".encode(), *more, finish=None)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://api.openai.com/v1", "openai/m"), ("HTTPS://API.OpenAI.com", "openai/m"),
        ("https://openrouter.ai/api/v1", "openrouter/m"), ("https://api.z.ai/api/paas/v4", "zai/m"),
        ("https://api.z.ai/api/coding/paas/v4", None), ("https://api.openai.com.example.org/v1", None),
        ("https://example.org/api.openai.com/v1", None), ("http://localhost:8080/v1", None),
        ("https://router.huggingface.co/v1", None), ("", None),
    ],
)  # fmt: skip
def test_an_address_tells_whose_prices_hold(url: str, key: str | None) -> None:
    assert price_key(url, "m") == key


def test_a_key_has_the_name_that_the_model_has_in_price_lists() -> None:
    url = ENDPOINTS["gemini"].base_url
    assert price_key(url, "models/gemini-2.5-flash") == price_key(url, "gemini-2.5-flash") == "google/gemini-2.5-flash"
    assert price_key(ENDPOINTS["groq"].base_url, "openai/gpt-oss-120b") == "groq/openai/gpt-oss-120b"


def test_every_seller_is_one_that_has_a_price_list() -> None:
    assert {seller for _, seller in _SELLERS} <= {provider.id for provider in providers}


@pytest.mark.parametrize(("name", "model"), PREFERENCE)
def test_the_models_that_are_asked_unnamed_have_a_price(name: str, model: str) -> None:
    assert cost(price_key(ENDPOINTS[name].base_url, model), Usage(1000, 100), time.time())


def test_the_model_that_answered_is_the_one_that_is_paid() -> None:
    trace = asked(answer_of("gpt-4o-2024-08-06"))
    assert (trace.model, trace.price_key) == ("gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06")


def test_an_answer_that_broke_off_is_paid_like_a_whole_one() -> None:
    assert asked(answer_of("gpt-4o", Cut())).price_key == "openai/gpt-4o"


def test_where_the_server_does_not_say_who_answers_it_is_the_model_asked() -> None:
    assert asked(error_reply(400)).price_key == "openai/gpt-latest"


def test_a_server_that_nobody_knows_has_no_prices() -> None:
    trace = asked(answer_of("gpt-4o"), "http://localhost:8080/v1")
    assert (trace.model, trace.price_key) == ("gpt-4o", None)


def test_a_key_that_the_server_repeats_is_not_kept_as_a_price() -> None:
    trace = asked(answer_of("model-of-sk-12345678"), key="sk-12345678")
    assert trace.price_key == "openai/model-of-***"
