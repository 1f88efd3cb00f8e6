"""Whatever a prompt holds, each wire makes JSON of it, or refuses it with an error that says why."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from random_prompts import FOREIGN, MODELS, SOURCE, random_profile, random_prompt
from recording_proofs import FULL

from llm._codecs.wires import WIRES, codec
from llm._domain.endpoint import Endpoint
from llm._domain.message import assistant, user
from llm._domain.part import TextPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm.errors import LLMError

ROUNDS, CASES = (40, 500) if FULL else (4, 60)


@pytest.mark.proof
@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("wire", WIRES)
def test_a_prompt_becomes_json_or_an_error_that_says_why(wire: str, round_: int) -> None:
    """Nothing else is raised, the body holds no data of other providers, and no text in it is empty."""
    choose = random.Random(f"{wire} {round_}")
    sent = 0
    for number in range(CASES):
        prompt, profile, model = random_prompt(wire, choose), random_profile(choose), choose.choice(MODELS)
        dialect = choose.choice(("openai", "compatible", "mistral", "openrouter", "groq"))
        endpoint = Endpoint(SOURCE, base_url="https://api.acme.test", wire=wire, dialect=dialect)
        try:
            sent += _is_sent(wire, prompt, endpoint, profile, model, stream=choose.random() < 0.5)
        except BaseException as error:
            error.add_note(f"prompt {round_}.{number} of {wire}: {prompt.messages} {prompt!r} {profile} {model!r}")
            raise
    assert sent > CASES // 10


@pytest.mark.parametrize("wire", WIRES)
def test_an_empty_text_that_only_holds_data_of_another_provider_is_not_sent(wire: str) -> None:
    """Such a part keeps the place of something that only its own provider reads; Anthropic refuses empty texts."""
    kept = {"other": {name: {"type": "compaction", "signature": FOREIGN} for name in WIRES}}
    empty = TextPart("", provider_metadata=kept)
    prompt = Prompt("Go on", messages=[user("Hi", empty), assistant(empty, "Hello", empty), user(empty, "So", "?")])
    endpoint = Endpoint(SOURCE, base_url="https://api.acme.test", wire=wire, dialect="compatible")
    assert _is_sent(wire, prompt, endpoint, Profile(), "m", stream=True)


def _is_sent(wire: str, prompt: Prompt, endpoint: Endpoint, profile: Profile, model: str, *, stream: bool) -> bool:
    """Whether the prompt became a request, which is then looked at; False where it was refused."""
    try:
        request = codec(wire).encode(prompt, endpoint, model=model, profile=profile, stream=stream, key="sk-test")
    except LLMError as error:
        return _check_refusal(error)
    assert request.body is not None
    body = json.loads(request.body, parse_constant=_no_json)
    assert FOREIGN.encode() not in request.body
    assert not [text for text in _texts(body, wire) if not text.strip(" \n" if wire == "anthropic" else "")]
    request.url.encode("ascii")
    for name, value in request.headers.items():
        assert f"{name}{value}".isprintable()
    return True


def _check_refusal(error: LLMError) -> bool:
    assert str(error)
    str(error).encode("utf-8", "surrogatepass")
    return False


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def _texts(value: Any, wire: str) -> Iterator[str]:
    """The texts that stand in lists as nothing but texts; Gemini wants one, even empty, where there is nothing else."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner, wire)
    elif isinstance(value, list):
        for item in value:
            plain = isinstance(item, dict) and item.keys() - {"type", "cache_control"} == {"text"}
            if plain and item.get("type", "text") in ("text", "input_text") and (wire != "gemini" or len(value) > 1):
                yield item["text"]
            else:
                yield from _texts(item, wire)
